// Niceties only: the codes can be printed without this file, by the browser's own menu.

for (const place of document.querySelectorAll("[data-print]")) {
  place.hidden = false;
  place.querySelector("button").addEventListener("click", () => window.print());
}
