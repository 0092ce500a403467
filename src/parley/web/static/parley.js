// Convenience only: every page works without it.
"use strict";
for (const form of document.querySelectorAll("form[method=get]")) {
  form.addEventListener("submit", () => {
    for (const field of form.elements) {
      if (field.name && field.value === "" && field.type !== "submit" && !field.disabled) { field.dataset.empty = ""; field.disabled = true; }
    }
    const status = form.querySelector("[role=status]");
    if (status) status.textContent = "Working …";
  });
}
window.addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("[data-empty]")) { delete field.dataset.empty; field.disabled = false; }
  for (const status of document.querySelectorAll("form [role=status]")) status.textContent = "";
});
function markdown(table) {
  const words = (part) => part.innerText.trim().replace(/\s*\n\s*/g, " ").replace(/[\\|*<`]/g, "\\$&");
  const isBlock = (part) => getComputedStyle(part).display === "block";
  const says = (cell) => ([...cell.children].every(isBlock) && cell.children.length > 1 ? [...cell.children].map(words).join("; ") : words(cell));
  const line = (texts) => `| ${texts.join(" | ")} |`;
  const [head, ...rows] = [...table.rows].map((row) => line([...row.cells].map(says)));
  const rule = line([...table.rows[0].cells].map((cell) => cell.matches(".num") ? "---:" : "---"));
  const cite = document.querySelector("[data-copy=citation]")?.textContent.trim();
  return [`**${table.caption.textContent.trim()}**`, [head, rule, ...rows].join("\n"), ...(cite ? [`Source: ${cite}`] : [])].join("\n\n");
}
function button(words, text, after) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "copy", textContent: words });
  made.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text());
    made.textContent = "Copied";
    setTimeout(() => { made.textContent = words; }, 2000);
  });
  after.insertAdjacentElement("afterend", made);
}
function copyButtons() {
  for (const place of document.querySelectorAll("[data-address]")) place.textContent = new URL(place.dataset.address, location.href).href;
  if (!navigator.clipboard) return;
  for (const block of document.querySelectorAll("[data-copy]:not([data-copies])")) {
    block.dataset.copies = "";
    button(`Copy ${block.dataset.copy}`, () => (block.matches("a") ? block.href : block.textContent).trim(), block);
  }
  for (const table of document.querySelectorAll(".scroll > table:not([data-copies])")) {
    table.dataset.copies = "";
    button("Copy as Markdown", () => markdown(table), table.parentElement);
  }
}
document.addEventListener("parley:put", copyButtons);
copyButtons();
