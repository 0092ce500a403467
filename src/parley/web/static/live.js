// The scenario's page answers while it is changed: every piece comes as HTML from the server, by server-sent events.
// Without this script the form's button asks the same question, and the page arrives whole.
"use strict";
(() => {
  const form = document.querySelector("form[data-live]");
  if (!form || !window.EventSource) return;
  const pieces = ["head", "tiles", "map", "ranking", "sectors", "again", "ranges", "talks", "deadline"];
  const kept = "parley.asked";
  const status = form.querySelector(".live");
  const place = (name) => document.querySelector(`div[data-piece="${name}"]`);
  let source = null, timer = 0, stale = false; // stale: the controls are of another day than the one asked
  let shown = location.search; // the question of the page
  const asked = () => history.state?.asked || 0; // changes of this page that going back would undo

  function put(name, html) {
    const focus = document.activeElement && document.activeElement.id;
    const open = [...place(name).querySelectorAll("details[open] > summary")].map((summary) => summary.textContent);
    place(name).innerHTML = html;
    for (const summary of place(name).querySelectorAll("summary")) summary.parentElement.open ||= open.includes(summary.textContent);
    if (name === "controls") enhance();
    for (const later of place(name).querySelectorAll("template[data-piece]")) put(later.dataset.piece, later.innerHTML);
    if (focus && document.activeElement.id !== focus) document.getElementById(focus)?.focus();
    document.dispatchEvent(new Event("parley:put"));
  }

  function query() {
    const given = [...new FormData(form)].filter(([, value]) => value.trim() !== "");
    return new URLSearchParams(given).toString();
  }

  function ask(search, push = true) {
    if (document.readyState === "loading") { location.search = search; return; } // the first page is still arriving
    if (source) source.close();
    const mine = source = new EventSource(`${form.dataset.live}?${search}`);
    const began = performance.now();
    const on = (name, act) => mine.addEventListener(name, (event) => { if (mine === source) act(event.data); });
    status.textContent = "Working …";
    place("refused").textContent = "";
    for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    document.querySelector(".bench").setAttribute("aria-busy", "true");
    for (const name of pieces) on(name, (html) => put(name, html));
    on("controls", (html) => {
      if (!stale || timer) return; // nobody is interrupted
      stale = false;
      put("controls", html);
    });
    on("map", () => {
      document.documentElement.dataset.seconds = ((performance.now() - began) / 1000).toFixed(3);
      status.textContent = "Ranges, talks and deadline follow …";
    });
    on("again", () => {
      const link = permalink();
      if (push && link !== location.pathname + location.search) history.pushState({ asked: asked() + 1 }, "", link);
      shown = location.search;
      document.title = `${document.querySelector("h1").textContent} · parley`;
      note();
    });
    on("refused", (html) => {
      put("refused", html);
      const where = place("refused").querySelector("[data-field]").dataset.field;
      const field = form.elements[where];
      if (field && field.setAttribute) field.setAttribute("aria-invalid", "true");
      end("");
    });
    on("done", () => end("Done."));
    mine.onerror = () => { if (mine === source) end("The server did not answer. Press the button to ask again."); };
    function end(words) {
      mine.close();
      status.textContent = words;
      document.querySelector(".bench").removeAttribute("aria-busy");
    }
  }

  function soon(pause, otherDay) {
    clearTimeout(timer);
    stale ||= otherDay;
    timer = setTimeout(() => { timer = 0; if (isAllowed()) ask(query()); }, pause);
  }

  // What the browser itself refuses, it says beside the field.
  function isAllowed() {
    form.querySelector("input:invalid")?.closest("details")?.setAttribute("open", "");
    return form.reportValidity();
  }

  // Sliders beside the fields of rates and of the day.
  function slider(field, named, low, high, step, read, write) {
    if (field.nextElementSibling && field.nextElementSibling.type === "range") return;
    const made = Object.assign(document.createElement("input"), { type: "range", id: `${field.id}-slider`, min: low, max: high, step });
    made.value = read();
    made.setAttribute("aria-label", `${named}, slider`);
    made.addEventListener("input", () => { write(made.value); soon(250, field.type === "date"); });
    field.addEventListener("input", () => { made.value = read(); });
    field.insertAdjacentElement("afterend", made);
  }

  // What is switched off has no rate to set.
  function dim() {
    const off = new Set([...form.querySelectorAll("input[name=drop]:checked")].map((box) => box.value));
    for (const field of form.querySelectorAll("input[data-of]")) {
      field.disabled = off.has(field.dataset.of) || off.has(field.name.replace("percent_", ""));
      if (field.nextElementSibling?.type === "range") field.nextElementSibling.disabled = field.disabled;
    }
  }

  const DAY = 86_400_000;
  function enhance() {
    for (const field of form.querySelectorAll("input[data-now]")) {
      const now = Number(field.dataset.now), high = Math.max(50, 2 * now, Number(field.value));
      slider(field, field.labels[0].firstChild.textContent.trim(), 0, high, 0.5, () => field.value || now,
        (value) => { field.value = Number(value) === now ? "" : value; });
    }
    const { first, last } = form.querySelector(".when").dataset;
    const field = form.elements.on, start = Date.parse(first);
    dim();
    slider(field, "Day", 0, (Date.parse(last) - start) / DAY, 1, () => (Date.parse(field.value) - start) / DAY,
      (value) => { field.value = new Date(start + value * DAY).toISOString().slice(0, 10); });
  }

  // What was asked, in this tab: to go back to, or to lay beside what is shown.
  const history_ = document.createElement("details");
  history_.className = "asked";
  const undo = Object.assign(document.createElement("button"), { type: "button", textContent: "Undo", className: "undo" });
  undo.addEventListener("click", () => history.back());

  function entries() {
    try { return JSON.parse(sessionStorage.getItem(kept)) || []; } catch { return []; }
  }

  const permalink = () => place("again").querySelector("a[data-copy=link]").getAttribute("href");

  function note() {
    const now = { href: permalink(), words: document.querySelector("h1").dataset.words,
      figures: [...place("tiles").querySelectorAll("li")].slice(0, 2).map((t) => `${t.querySelector("span").textContent} ${t.querySelector("b").textContent}`).join("; ") };
    const before = entries().filter((e) => e.href !== now.href);
    const all = [now, ...before].slice(0, 20);
    try { sessionStorage.setItem(kept, JSON.stringify(all)); } catch { /* no store: no history */ }
    undo.disabled = asked() === 0;
    const list = document.createElement("ol");
    for (const entry of before.slice(0, 19)) {
      const row = document.createElement("li");
      const link = Object.assign(document.createElement("a"), { href: entry.href, textContent: entry.words });
      const pair = new URLSearchParams({ first: entry.href.split("?")[1] || "", second: now.href.split("?")[1] || "" });
      const beside = Object.assign(document.createElement("a"), { href: `/compare?${pair}`, textContent: "Compare with this" });
      const figures = Object.assign(document.createElement("small"), { textContent: entry.figures });
      row.append(link, figures, beside);
      list.append(row);
    }
    const title = Object.assign(document.createElement("summary"), { textContent: `What you asked before (${before.length})` });
    history_.replaceChildren(title, list);
    history_.hidden = before.length === 0;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    soon(0, true);
  });
  form.addEventListener("change", (event) => { dim(); if (event.target.type !== "range") soon(0, event.target.type === "date"); });
  form.addEventListener("input", (event) => { if (event.target.type === "number") soon(600, false); });
  window.addEventListener("popstate", () => {
    if (location.search === shown) return; // a link within the page
    stale = true;
    ask(location.search.slice(1), false);
  });
  document.addEventListener("DOMContentLoaded", () => {
    for (const later of document.querySelectorAll("template[data-piece]")) put(later.dataset.piece, later.innerHTML);
    form.querySelector(".live").after(undo, history_);
    note();
  });
  enhance();
})();
