// Convenience only: every page works without it.
"use strict";
for (const form of document.querySelectorAll("form[method=get]")) {
  form.addEventListener("submit", () => {
    for (const field of form.elements) {
      if (field.name && field.value === "" && field.type !== "submit") field.disabled = true;
    }
    const status = form.querySelector("[role=status]");
    if (status) status.textContent = "Working …";
  });
}
window.addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("form[method=get] :disabled")) field.disabled = false;
  for (const status of document.querySelectorAll("form [role=status]")) status.textContent = "";
});
function copyButtons() {
  for (const block of navigator.clipboard ? document.querySelectorAll("[data-copy]:not([data-copies])") : []) {
    const button = document.createElement("button");
    block.dataset.copies = "";
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy " + block.dataset.copy;
    button.addEventListener("click", async () => {
      const text = block.matches("a") ? block.href : block.textContent;
      await navigator.clipboard.writeText(text.trim());
      button.textContent = "Copied";
    });
    block.insertAdjacentElement("afterend", button);
  }
}
document.addEventListener("parley:copy", copyButtons);
copyButtons();
