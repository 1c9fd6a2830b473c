// The editor of the stage. `npm ci && npm run build && npm run licenses` here bundles it with CodeMirror
// into src/torchkata/room/static/editor.js.
import { basicSetup, EditorView } from "codemirror";
import { indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { foldEffect, HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { Annotation, EditorState, Prec } from "@codemirror/state";
import { Decoration, keymap, ViewPlugin } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const fromOutside = Annotation.define();

// The colors of room.css, which reach into a shadow as variables.
const colors = HighlightStyle.define([
  { tag: [tags.keyword, tags.controlKeyword, tags.operatorKeyword], color: "var(--keyword)", fontWeight: "600" },
  { tag: tags.string, color: "var(--string)" },
  { tag: tags.number, color: "var(--number)" },
  { tag: tags.comment, color: "var(--comment)", fontStyle: "italic" },
  { tag: tags.definition(tags.function(tags.variableName)), fontWeight: "600" },
]);

const theme = EditorView.theme({
  "&": { maxHeight: "calc(380 * var(--u))", border: "2px solid var(--line)", color: "var(--ink)", background: "var(--paper)" },
  ".cm-scroller": { font: "calc(22 * var(--u))/1.27 ui-monospace, 'DejaVu Sans Mono', 'Noto Sans Mono', Consolas, monospace" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeft: "3px solid var(--ink)" },
  ".cm-gutters": { background: "var(--soft)", color: "var(--faint)", fontSize: "calc(16 * var(--u))" },
  ".cm-gutterElement": { lineHeight: "calc(28 * var(--u))" },
  ".cm-activeLine, .cm-activeLineGutter": { background: "transparent" },
  "&.cm-focused .cm-activeLine": { background: "color-mix(in srgb, var(--accent) 12%, transparent)" },
  ".cm-foldPlaceholder": { background: "var(--soft)", color: "var(--faint)", border: "0" },
});

// A line that wraps goes on further in than it began. In classes: a style of its own our policy forbids.
const DEEPEST = 6;
const further = Array.from({ length: DEEPEST + 1 }, (_, depth) => `${4 * depth + 4}ch`);
const indents = EditorView.theme(
  Object.fromEntries(
    further.map((by, depth) => [`.cm-in${depth}`, { paddingLeft: `calc(6px + ${by})`, textIndent: `-${by}` }]),
  ),
);
const hanging = ViewPlugin.fromClass(
  class {
    constructor(view) {
      this.decorations = indented(view);
    }
    update({ docChanged, viewportChanged, view }) {
      if (docChanged || viewportChanged) this.decorations = indented(view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

function indented(view) {
  const lines = new Map();
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to; ) {
      const line = view.state.doc.lineAt(at);
      const depth = Math.min(DEEPEST, Math.floor(line.text.search(/\S|$/) / 4));
      lines.set(line.from, Decoration.line({ class: `cm-in${depth}` }).range(line.from));
      at = line.to + 1;
    }
  }
  return Decoration.set([...lines.values()], true);
}

export function editor(parent, { run, changed }) {
  const act = () => (run(), true);
  // In a shadow its styles are adopted; a style element in the page is what our own policy forbids.
  const root = parent.attachShadow({ mode: "open" });
  const view = new EditorView({
    parent: root,
    root,
    extensions: [
      Prec.highest(keymap.of([{ key: "Mod-Enter", run: act }, { key: "Mod-s", run: act, preventDefault: true }])),
      keymap.of([indentWithTab]),
      basicSetup,
      python(),
      syntaxHighlighting(colors),
      theme,
      indents,
      hanging,
      indentUnit.of("    "),
      EditorState.tabSize.of(4),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": "The presenter's copy" }),
      EditorView.updateListener.of((update) => {
        const outside = update.transactions.some((one) => one.annotation(fromOutside));
        if (update.docChanged && !outside) changed();
      }),
    ],
  });
  return {
    text: () => view.state.doc.toString(),
    focus: () => view.focus(),
    replace(text, { fold }) {
      // Only what differs, so that the cursor stays where it is.
      const old = view.state.doc.toString();
      let from = 0;
      while (from < Math.min(old.length, text.length) && old[from] === text[from]) from++;
      let end = 0;
      while (end < Math.min(old.length, text.length) - from && old.at(-1 - end) === text.at(-1 - end)) end++;
      view.dispatch({
        changes: { from, to: old.length - end, insert: text.slice(from, text.length - end) },
        annotations: fromOutside.of(true),
      });
      if (fold) foldDocstrings(view);
    },
  };
}

// The promise is prose, and was read in an earlier step: the code is what is edited.
function foldDocstrings(view) {
  const text = view.state.doc.toString();
  const effects = [];
  for (const found of text.matchAll(/"""[^]*?"""/g)) {
    effects.push(foldEffect.of({ from: found.index + 3, to: found.index + found[0].length - 3 }));
  }
  const first = text.search(/^(def|class) /m);
  if (first > 0) effects.push(EditorView.scrollIntoView(first, { y: "start" }));
  view.dispatch({ effects });
}
