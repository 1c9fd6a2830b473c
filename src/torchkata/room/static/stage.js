import { ask, follow, tell } from "./page.js";
import { editor } from "./editor.js";

const view = document.getElementById("view");
const editing = document.getElementById("editing");
let open = null; // the editor, while its step is on stage
let saved = ""; // what the server has of it
let waiting = null;

async function save() {
  clearTimeout(waiting);
  waiting = null;
  if (!open || open.text() === saved) return;
  const text = open.text();
  if (await ask("/copy", { method: "PUT", body: text })) saved = text;
}

async function readCopy() {
  if (waiting) return; // what is being typed here is newer
  const answer = await ask("/copy");
  if (!answer || !open) return;
  const text = await answer.text();
  if (text !== saved || text !== open.text()) {
    saved = text;
    open.replace(text);
  }
}

async function run() {
  await save();
  await tell({ do: "run" });
}

function show(html) {
  const step = view.querySelector("h2")?.textContent;
  view.innerHTML = html; // the server's own page, in which everything from outside is escaped
  if (step !== view.querySelector("h2")?.textContent) scrollTo(0, 0);
  const edits = view.querySelector("[data-editing]");
  editing.hidden = !edits;
  if (edits) {
    open ??= editor(editing, { run, changed: () => (clearTimeout(waiting), (waiting = setTimeout(save, 300))) });
    edits.replaceWith(editing);
    readCopy();
  } else {
    document.body.append(editing);
  }
}

const keys = {
  " ": () => tell({ do: "next" }),
  b: () => tell({ do: "back" }),
  h: () => tell({ do: "hint" }),
  r: run,
  d: () => theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"),
  f: () => view.classList.toggle("unfolded"),
  async e() {
    await tell({ do: "edit" });
    open?.focus();
  },
};

function theme(name) {
  document.documentElement.dataset.theme = name;
  localStorage.setItem("theme", name);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") document.activeElement.blur();
  if (editing.contains(document.activeElement)) return;
  if (event.key === " " && document.activeElement.matches("summary, button")) return;
  const act = keys[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});

theme(localStorage.getItem("theme") ?? "light");
follow("/stage/view", show);
