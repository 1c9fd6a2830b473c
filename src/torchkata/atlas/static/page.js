// The live things of a page: the prediction, the search, and what scrolls. Everything else works without scripts.
"use strict";

// What is wider than its box can be scrolled by keyboard too, and only that is a stop of the Tab key.
const wide = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
for (const box of document.querySelectorAll("pre, table, .pair > div")) wide.observe(box);

const form = document.querySelector(".predict form");
if (form) {
  form.addEventListener("change", (event) => {
    const chosen = event.target.value, right = form.dataset.answer;
    const box = document.querySelector(".predict .answer");
    box.hidden = false;
    box.querySelector(".verdict").textContent =
      chosen === right ? `${chosen}: right.` : `${chosen}: no, it's ${right}.`;
  });
  form.addEventListener("submit", (event) => event.preventDefault());
}

// Words that stand everywhere and say nothing.
const STOP = new Set(("a an and are as at be because been but by can do does for from get got has have how i if in is it " +
  "its me my no not of on or so than that the them then there they this to use was we what when which while " +
  "why will with you your error runtimeerror import torch").split(" "));

function stem(word) {
  const short = { eval: "evaluate", grad: "gradient", grads: "gradient", val: "validate", params: "parameter",
    lr: "rate", oom: "memory", ckpt: "checkpoint", acc: "accuracy", validation: "validate", evaluation: "evaluate" };
  let found = short[word] || word;
  for (const end of ["ization", "ations", "ation", "ingly", "ings", "ing", "ies", "edly", "ed", "es", "s", "e"]) {
    if (found.length > end.length + 3 && found.endsWith(end)) { found = found.slice(0, -end.length); break; }
  }
  return found;
}

function terms(text) {
  const found = [];
  for (const name of text.match(/[A-Za-z_][A-Za-z0-9_.-]*/g) || []) {
    const parts = name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase().split(/[^a-z0-9]+/).filter(Boolean);
    if (parts.length > 1) found.push(parts.join(""));
    for (const part of parts) if (!STOP.has(part) && part.length > 1) found.push(stem(part));
  }
  return found;
}

// Of a pasted traceback what says something: its last error (or warning), and what its message goes on with.
const RAISED = /^\s*(?:E\s+)?(?:\[?rank\s?\d+\]?:\s*)?(?:\S+:\d+:\s*)?((?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Warning|Exception))(?::\s|$)/;
function reduced(text) {
  const lines = text.replace(/\x1b\[[0-9;]*[A-Za-z]/g, "").trim().split(/\r?\n/);
  const raised = lines.map((line, at) => [RAISED.exec(line), at]).filter(([found]) => found);
  const at = (raised.filter(([found]) => !found[1].endsWith("Warning")).pop() || raised.pop() || [null, -1])[1];
  if (at < 0) {
    const inside = /(?:.*\s)?((?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception): .+)$/.exec(lines.join(" "));
    return inside ? inside[1] : lines.join(" ");
  }
  const more = lines.slice(at + 1, at + 7), end = more.findIndex((line) => !line.trim() || /^\s*File "/.test(line));
  return [lines[at], ...(end < 0 ? more : more.slice(0, end))].map((line) => line.trim()).join(" ");
}

const indexes = new Map();

// Best match, BM25 over fields that count differently: as `kata find` ranks, in a few lines.
function build(all) {
  const weights = window.KATAS.weights, index = { katas: [], seen: new Map(), length: 0 };
  for (const kata of all) {
    const counts = new Map();
    let length = 0;
    for (const [field, text] of Object.entries(kata.fields)) {
      for (const term of terms(text)) {
        counts.set(term, (counts.get(term) || 0) + weights[field]);
        length += 1;
      }
    }
    for (const term of counts.keys()) index.seen.set(term, (index.seen.get(term) || 0) + 1);
    index.katas.push({ kata, counts, length });
    index.length += length / all.length;
  }
  return index;
}

// kind: katas or cases. Each has an index of its own: the reports of cases make no kata's words less rare.
function find(kind, asked, most) {
  if (!indexes.has(kind)) indexes.set(kind, build(window.KATAS[kind]));
  const index = indexes.get(kind);
  const wanted = [...new Set(terms(asked))], total = index.katas.length, found = [];
  for (const { kata, counts, length } of index.katas) {
    let score = 0;
    for (const term of wanted) {
      const times = counts.get(term);
      if (!times) continue;
      const seen = index.seen.get(term), rare = Math.log(1 + (total - seen + 0.5) / (seen + 0.5));
      score += rare * (times * 2.2) / (times + 1.2 * (0.25 + 0.75 * length / index.length));
    }
    if (score > 0) found.push({ kata, score: score * Math.pow(1.05, -kata.level) });
  }
  return found.sort((one, other) => other.score - one.score).slice(0, most);
}

const input = document.getElementById("search"), list = document.getElementById("found");
// A field of one line would swallow the newlines, and with them which line is the error.
input.addEventListener("paste", (event) => {
  const text = event.clipboardData.getData("text");
  if (!/\n./.test(text)) return;
  event.preventDefault();
  input.value = reduced(text);
  search();
});
input.addEventListener("input", search);
function search() {
  list.replaceChildren();
  if (input.value.trim().length < 3) return;
  const asked = reduced(input.value);
  const hits = [...find("katas", asked, 6), ...find("cases", asked, 2)];
  for (const { kata } of hits) {
    const item = document.createElement("li"), link = document.createElement("a");
    link.href = document.body.dataset.root + (kata.page || `katas/${kata.id}.html`);
    link.textContent = kata.title;
    const sees = document.createElement("p");
    sees.textContent = told(kata.fields.symptom, 140);
    item.append(link, ` ${kata.id}`, sees);
    list.append(item);
  }
  if (!hits.length) {
    const item = document.createElement("li");
    item.textContent = "Nothing fits. Try the words of the error message, or what you see.";
    list.append(item);
  }
}
// The beginning of a text, without its Markdown, cut between two words.
function told(text, most) {
  const plain = text.replace(/```[^]*?```|[`*]/g, "").replace(/\s+/g, " ").trim();
  return plain.length <= most ? plain : `${plain.slice(0, plain.lastIndexOf(" ", most))} …`;
}
document.querySelector("form.search").addEventListener("submit", (event) => {
  event.preventDefault();
  const first = list.querySelector("a");
  if (first) first.click();
});
