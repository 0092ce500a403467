// What a chart's marks say: under the pointer or finger, and by the arrow keys. The tables have the same figures.
"use strict";
(() => {
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.setAttribute("role", "status");
  tip.hidden = true;
  document.body.append(tip);

  function ready() {
    for (const chart of document.querySelectorAll("svg.chart:not([tabindex])")) {
      for (const title of chart.querySelectorAll("title")) {
        title.parentNode.dataset.says = title.textContent;
        title.remove(); // or the browser would say it a second time
      }
      if (chart.querySelector("[data-says]")) chart.setAttribute("tabindex", "0");
    }
  }

  function show(mark) {
    document.querySelector(".marked")?.classList.remove("marked");
    tip.hidden = !mark;
    if (!mark) return;
    mark.classList.add("marked");
    tip.textContent = mark.dataset.says;
    const box = mark.getBoundingClientRect();
    const left = Math.min(box.left + box.width / 2, document.documentElement.clientWidth - tip.offsetWidth - 8);
    tip.style.left = `${Math.max(8, left) + window.scrollX}px`;
    tip.style.top = `${box.top + window.scrollY - tip.offsetHeight - 6}px`;
  }

  const marks = (chart) => [...chart.querySelectorAll("[data-says]")].filter((m) => m.getBoundingClientRect().width > 0);
  const marked = (target) => (target instanceof Element ? target.closest("svg.chart [data-says]") : null);
  document.addEventListener("pointerover", (event) => show(marked(event.target)));
  document.addEventListener("pointerdown", (event) => show(marked(event.target)));
  document.addEventListener("focusout", () => show(null));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") show(null);
    const chart = document.activeElement;
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step || !(chart instanceof SVGElement) || !chart.matches("svg.chart")) return;
    const all = marks(chart), at = all.findIndex((m) => m.classList.contains("marked"));
    event.preventDefault();
    const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length];
    next.scrollIntoView({ block: "nearest", behavior: "instant" });
    show(next);
  });
  document.addEventListener("parley:put", ready);
  ready();
})();
