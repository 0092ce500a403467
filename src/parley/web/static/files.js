// Files: how much is sent, a way to stop, and the page of a file as its work goes on. Without this script the forms work alike.
"use strict";
for (const form of document.querySelectorAll("form[data-upload]")) {
  const status = form.querySelector("[role=status]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const request = new XMLHttpRequest();
    const bar = document.createElement("progress");
    bar.setAttribute("aria-label", "Sent");
    const stop = Object.assign(document.createElement("button"), { type: "button", textContent: "Stop" });
    const end = (words) => { bar.remove(); stop.remove(); status.textContent = words; };
    stop.addEventListener("click", () => request.abort());
    status.before(bar, stop);
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      bar.max = total;
      bar.value = loaded;
      status.textContent = `${Math.round(100 * loaded / total)} % sent`;
    });
    request.addEventListener("abort", () => end("Stopped: nothing was kept."));
    request.addEventListener("error", () => end("The server did not take the file. Try again."));
    request.addEventListener("load", () => {
      const answer = JSON.parse(request.responseText || "{}");
      if (request.status === 202) { location.assign(`/files/${answer.id}`); return; }
      const own = form.elements[answer.where], field = own?.labels ? own : form.elements.file;
      const where = field === own ? "" : `${answer.where}: `; // a place in the file
      end(`${field.labels[0].firstChild.textContent.trim()}: ${where}${answer.found}. ${answer.allowed ? `Allowed: ${answer.allowed}. ` : ""}${answer.hint || ""}`);
      for (const wrong of form.querySelectorAll("[aria-invalid]")) wrong.removeAttribute("aria-invalid");
      field.setAttribute("aria-invalid", "true");
      field.closest("form details")?.setAttribute("open", "");
    });
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.send(new FormData(form));
  });
}
(function follow() {
  if (!document.querySelector("[data-state=running]")) return;
  setTimeout(async () => {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
    if (answer && !answer.ok) { location.reload(); return; }
    if (answer) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const words = (state) => state?.querySelector("[data-state=running] [role=status]");
      if (!words(page)) { location.reload(); return; } // the answer's own page
      words(document).textContent = words(page).textContent;
    }
    follow();
  }, 700);
})();
