import { ask, follow, tell } from "./page.js";
import { editor } from "./editor.js";

const view = document.getElementById("view");
const editing = document.getElementById("editing");
let open = null; // the editor, while its step is on stage
let kata = ""; // which one it is about
let saved = ""; // what the server has of it
let waiting = null;
let wanted = false; // whether the editor is to have the keys once it is there

const unsaved = () => open !== null && open.text() !== saved;

// Where it was typed, even if the room has moved on to another kata.
async function save() {
  clearTimeout(waiting);
  waiting = null;
  if (!unsaved()) return;
  const text = open.text();
  const about = kata;
  if ((await ask(`/copy/${about}`, { method: "PUT", body: text })) && kata === about) saved = text;
}

async function readCopy() {
  const about = editing.dataset.kata;
  await save(); // what was typed while the server was away is newer than what it has
  const answer = await ask(`/copy/${about}`);
  if (!answer || about !== editing.dataset.kata) return;
  const text = (await answer.text()).replaceAll(/\r\n?/g, "\n"); // as the editor has it
  if (unsaved() && kata === about) return; // and so is what has been typed since, or couldn't be saved
  open ??= editor(editing, { run, changed }); // not before there is a text: an empty editor would save itself
  if (kata !== about || text !== saved) {
    open.replace(text, { fold: kata !== about });
    saved = open.text();
    kata = about;
  }
  if (wanted) open.focus();
  wanted = false;
}

function changed() {
  clearTimeout(waiting);
  waiting = setTimeout(save, 300);
}

async function run() {
  await save();
  await tell({ do: "run" });
}

function show(html, same) {
  if (same) {
    if (!editing.hidden) readCopy(); // a save from outside shows in the editor, and perhaps nowhere else
    return;
  }
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const stays = fresh.querySelector("[data-editing]")?.dataset.editing === editing.dataset.kata && view.contains(editing);
  if (stays) {
    // Around the editor alone: what is taken out of a page and put back has lost the keys.
    for (const part of ["header", ".step", "#result"]) view.querySelector(part).replaceWith(fresh.querySelector(part));
    readCopy();
    return;
  }
  const step = view.querySelector("h2")?.textContent;
  const ran = view.querySelector(".verdict");
  view.innerHTML = html; // the server's own page, in which everything from outside is escaped
  fit();
  const moved = step !== view.querySelector("h2")?.textContent;
  if (moved) scrollTo(0, 0);
  if (moved || !ran) read();
  const edits = view.querySelector("[data-editing]");
  editing.hidden = !edits;
  if (edits) {
    editing.dataset.kata = edits.dataset.editing;
    edits.replaceWith(editing);
    readCopy();
  } else {
    if (moved) wanted = false;
    document.body.append(editing);
  }
}

// What a run has said is in sight once it's there, whatever stands above it.
function read() {
  const said = view.querySelector(".printed, .verdict");
  if (said && view.querySelector(".verdict")) scrollTo(0, said.getBoundingClientRect().top + scrollY - GAP * unit());
}

const GAP = 24, LABEL = 34, FOOTER = 32, LARGEST = 2; // on a projector of 1024 × 768
const unit = () => Math.max(1, Math.min(innerWidth / 1024, innerHeight / 768)); // as --u in room.css
function fit() {
  fitDifference();
  fitPictures();
}

function fitDifference() {
  for (const size of ["22", "20", "18"]) {
    view.dataset.size = view.querySelector("[data-fits]") ? size : "";
    if (view.getBoundingClientRect().bottom + scrollY <= innerHeight - FOOTER * unit()) break;
  }
}

// Pictures as large as there is room for, beside each other or below: whichever is larger.
function fitPictures() {
  const pair = view.querySelector(".pair");
  if (!pair) return;
  const svgs = [...pair.querySelectorAll("svg")];
  const [widths, heights] = ["width", "height"].map((name) => svgs.map((one) => one.viewBox.baseVal[name]));
  const sum = (numbers) => numbers.reduce((one, other) => one + other);
  const px = unit();
  const high = innerHeight - FOOTER * px - pair.getBoundingClientRect().top - scrollY;
  const wide = pair.clientWidth;
  const label = svgs.length > 1 ? LABEL * px : 0;
  const beside = Math.min((wide - GAP * px * (svgs.length - 1)) / sum(widths), (high - label) / Math.max(...heights));
  const below = Math.min(wide / Math.max(...widths), (high - label * svgs.length) / sum(heights));
  const scale = Math.min(LARGEST * px, Math.max(beside, below));
  pair.classList.toggle("below", below > beside);
  svgs.forEach((one, n) => {
    one.setAttribute("width", widths[n] * scale);
    one.setAttribute("height", heights[n] * scale);
  });
}
addEventListener("resize", fit);

// What was typed a moment ago is saved before its step is left.
async function leave(command) {
  await save();
  await tell(command);
}

const keys = {
  " ": () => leave({ do: "next" }),
  b: () => leave({ do: "back" }),
  h: () => leave({ do: "hint" }),
  r: run,
  p: () => tell({ do: "picture" }),
  d: () => theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"),
  f: () => view.classList.toggle("unfolded"),
  e() {
    if (open && !editing.hidden) return open.focus();
    wanted = true;
    tell({ do: "edit" });
  },
};

function theme(name) {
  document.documentElement.dataset.theme = name;
  localStorage.setItem("theme", name);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") (editing.shadowRoot?.activeElement ?? document.activeElement).blur();
  if (editing.contains(document.activeElement)) return;
  if (event.key === " " && document.activeElement.matches("summary, button")) return;
  const act = keys[event.key];
  if (act && event.repeat) return event.preventDefault(); // a hand that rests on a key
  if (act) {
    event.preventDefault();
    act();
  }
});

theme(localStorage.getItem("theme") ?? "light");
follow("/stage/view", show);
