import { follow, tell } from "./page.js";

const view = document.getElementById("view");

const fetchView = follow("/desk/view", (html, same) => {
  if (same) return;
  const open = [...view.querySelectorAll("details")].map((one) => one.open);
  const focused = document.activeElement?.dataset?.do;
  view.innerHTML = html; // the server's own page, in which everything from outside is escaped
  view.querySelectorAll("details").forEach((one, n) => (one.open = open[n] ?? false));
  [...view.querySelectorAll("[data-do]")].find((one) => one.dataset.do === focused)?.focus();
});
setInterval(fetchView, 10000); // the clock, and those who have been silent for too long

view.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button) tell(JSON.parse(button.dataset.do));
});
