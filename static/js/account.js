// Niceties only: the codes can be printed without this file, by the browser's own menu.

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
