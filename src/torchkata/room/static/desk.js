import { follow, tell } from "./page.js";

const view = document.getElementById("view");
const helping = document.getElementById("helping"); // outlives the view: somebody may be typing in it
const helper = document.getElementById("helper");
const helpers = document.getElementById("helpers");
const known = new Set(JSON.parse(localStorage.getItem("helpers") ?? "[]"));
helper.value = localStorage.getItem("helper") ?? "";

const fetchView = follow("/desk/view", (html, same) => {
  if (same) return;
  const open = [...view.querySelectorAll("details")].map((one) => one.open);
  const panes = [...view.querySelectorAll(".panes section")];
  const scrolled = Object.fromEntries(panes.map((one) => [one.className, one.scrollTop]));
  const part = view.querySelector("h1")?.textContent;
  const reading = panes.find((one) => one === document.activeElement)?.className;
  const typing = document.activeElement === helper;
  const focused = document.activeElement?.dataset?.do;
  const [from, to] = [helper.selectionStart, helper.selectionEnd];
  document.body.append(helping);
  view.innerHTML = html; // the server's own page, in which everything from outside is escaped
  view.querySelector("[data-helper]")?.replaceWith(helping);
  helping.hidden = !view.contains(helping);
  view.querySelectorAll("details").forEach((one, n) => (one.open = open[n] ?? false));
  const moved = part !== view.querySelector("h1").textContent;
  if (moved) here();
  for (const one of view.querySelectorAll(".panes section")) {
    // Who is reading goes on where they were; another part is read from its beginning.
    if (!moved) one.scrollTop = scrolled[one.className] ?? 0;
    if (one.className === reading) one.focus({ preventScroll: true });
  }
  [...view.querySelectorAll("[data-do]")].find((one) => one.dataset.do === focused)?.focus({ preventScroll: true });
  if (typing && !helping.hidden) {
    helper.focus({ preventScroll: true });
    helper.setSelectionRange(from, to);
  }
  named();
});
// In a long plan, where we are.
function here() {
  const plan = view.querySelector(".plan");
  const row = plan.querySelector("[aria-current]");
  if (row) plan.scrollTop += row.getBoundingClientRect().top - plan.getBoundingClientRect().top - plan.clientHeight / 2;
}

setInterval(fetchView, 10000); // the clock, and those who have been silent for too long

// The button of a row says who would go there; a name is typed once, and offered from then on. Without
// one, it's whoever sits here.
function named() {
  const name = helper.value.trim();
  for (const button of view.querySelectorAll("[data-claim]")) button.textContent = name ? `${name} goes` : "I'll go";
  helpers.replaceChildren(...[...known].map((one) => new Option(one, one)));
}
helper.addEventListener("input", named);

function claim(command) {
  const name = helper.value.trim();
  localStorage.setItem("helper", name);
  if (name) localStorage.setItem("helpers", JSON.stringify([...known.add(name)]));
  tell({ ...command, by: name || "The facilitator" });
}

view.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (!button) return;
  const command = JSON.parse(button.dataset.do);
  if ("claim" in button.dataset) claim(command);
  else tell(command);
});
