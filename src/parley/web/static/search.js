// Search as you type: the server's own suggestions below the field. Enter asks the whole question, as without this script.
"use strict";
(() => {
  const form = document.querySelector("form[data-suggest]");
  const field = form && form.elements.words;
  if (!field) return;
  const list = document.createElement("div");
  list.className = "suggest";
  list.hidden = true;
  field.insertAdjacentElement("afterend", list);
  field.autocomplete = "off";
  const status = form.querySelector("[role=status]");
  let timer = 0, asked = null;

  const links = () => [...list.querySelectorAll("a")];
  function close() {
    list.hidden = true;
  }

  async function ask() {
    if (asked) asked.abort();
    const mine = asked = new AbortController();
    const given = new URLSearchParams([...new FormData(form)].filter(([, value]) => value.trim() !== ""));
    if (!field.value.trim()) return close();
    try {
      const answer = await fetch(`${form.dataset.suggest}?${given}`, { signal: mine.signal });
      if (!answer.ok) return close();
      list.innerHTML = await answer.text();
    } catch { return; } // asked again meanwhile, or no server: the form still works
    const found = links().length;
    list.hidden = found === 0;
    status.textContent = found ? `${found} suggestions: arrow down reaches them.` : "";
  }

  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 150); });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { close(); field.focus(); }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const inside = event.target === field || list.contains(event.target);
    if (!step || !inside || list.hidden) return;
    event.preventDefault();
    const all = [field, ...links()];
    all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
  });
  form.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !list.contains(event.relatedTarget) && event.relatedTarget !== field) close();
  });
})();
