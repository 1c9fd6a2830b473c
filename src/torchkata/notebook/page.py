"""Card, pictures, verdict and solution as HTML, and in plain words for whoever shows no HTML.

Every output brings its style along, because some front ends put each one into a frame of its own. Letters
are of the front end's color on its own background; what has a color of ours also has a word or a line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from torchkata import markup
from torchkata.collection.card import BEFORE_SOLVED, WITHHELD
from torchkata.collection.catalogue import Entry
from torchkata.judging.verdict import Verdict
from torchkata.pictures.choice import Picture
from torchkata.show import cards
from torchkata.show.verdicts import harmless, words

AROUND = 2  # lines around a change
# JupyterLab, VS Code and Colab say each in its own way that they are dark; any other page asks the system.
DARK = ("[data-jp-theme-light=false] ", ".vscode-dark ", ".vscode-high-contrast ", "html[theme=dark] ")
LIGHT = ("[data-jp-theme-light=true] ", ".vscode-light ", "html[theme=light] ")
BRIGHT = "{--broken:#a8201a;--fixed:#17633a;--del:#f7cfcb;--ins:#c9ecd3}"
DIM = "{--broken:#ff8a80;--fixed:#7fd6a0;--del:#6b2320;--ins:#1f5233}"
STYLE = (
    f".torchkata{BRIGHT}@media(prefers-color-scheme:dark){{.torchkata{DIM}}}"
    f"{','.join(f'{theme}.torchkata' for theme in LIGHT)}{BRIGHT}"
    f"{','.join(f'{theme}.torchkata' for theme in DARK)}{DIM}"
    ".torchkata{line-height:1.5;max-width:58rem;padding:.1rem 0 .1rem 1rem;border-left:.25rem solid}"
    ".torchkata.solved{border-color:var(--fixed)}.torchkata.red{border-color:var(--broken)}"
    ".torchkata h2{font-size:1.15em;margin:.4em 0}.torchkata h3{font-size:1em;margin:1em 0 .2em}"
    ".torchkata p,.torchkata ul,.torchkata details{margin:.4em 0}.torchkata summary{cursor:pointer}"
    ".torchkata pre,.torchkata code,.torchkata .difference{font:.95em/1.45 ui-monospace,monospace}"
    ".torchkata pre,.torchkata code{background:none;color:inherit}.torchkata pre code{font-size:1em}"
    ".torchkata pre,.torchkata .difference code{white-space:pre-wrap;overflow-wrap:anywhere}"
    ".torchkata pre{border:1px solid #8886;border-radius:.3rem;padding:.5rem .7rem;margin:.4em 0}"
    ".torchkata .difference{border-collapse:collapse}.torchkata .difference tbody tr{background:none}"
    ".torchkata .difference tr.removed{background:color-mix(in srgb,var(--del) 35%,transparent)}"
    ".torchkata .difference tr.added{background:color-mix(in srgb,var(--ins) 35%,transparent)}"
    ".torchkata .difference td{text-align:left;padding:0 .4rem;border:0}"
    ".torchkata del{background:var(--del);color:inherit}.torchkata ins{background:var(--ins);color:inherit}"
    ".torchkata :is(.k,.kn,.ow,.kc){font-weight:600}.torchkata :is(.c1,.sd){font-style:italic}"
    ".torchkata figure{margin:.6em 0}.torchkata svg{max-width:100%;height:auto;background:none}"
    ".torchkata .pair{display:flex;flex-wrap:wrap;gap:1rem 2rem}"
    ".torchkata .pair>div{max-width:100%;overflow-x:auto}"
)
RED_KINDS = ("unavailable", "internal", "untouched")  # verdicts that are neither green nor red
AROUND = 1  # lines of the program that are shown around the one that failed
PLAIN_WIDTH = 100


@dataclass(frozen=True)
class Output:
    """One output of a cell, for front ends that show HTML and for those that don't."""

    html: str
    plain: str


def note(text: str) -> Output:
    """A sentence or a few; every line is a paragraph."""
    return _output("", "".join(f"<p>{escape(line)}</p>" for line in text.splitlines()), text)


def card(entry: Entry, program: str, *, solved: bool) -> Output:
    """The card down to its task, and the program folded, for where no new cell appeared."""
    about = f"{entry.id}, level {entry.card.level}, {entry.card.kind}, about {entry.card.minutes} minutes"
    done = f"You've solved this one: %kata answer {entry.id} shows all of it." if solved else ""
    asked = f"Your prediction, before you fix it: %kata predict A (or B, C, D). A hint: %kata hint {entry.id}"
    parts = [
        f"<h2>{escape(entry.card.title)}</h2><p>{escape(about)}</p>",
        *(f"<p>{escape(line)}</p>" for line in (done,) if line),
        _sections(entry, BEFORE_SOLVED),
        f"<p>{escape(asked)}</p>",
        f"<details><summary>The program, if no new cell has appeared</summary>{_code(program)}</details>",
    ]
    plain = "\n\n".join(
        [entry.card.title, about, *filter(None, [done]), cards.sections(entry, *BEFORE_SOLVED), asked]
    )
    return _output("", "".join(parts), plain)


def pictures(drawn: Sequence[Picture]) -> Output:
    """Folded, since they may give the cause away."""
    figures = []
    for one in drawn:
        names = ("broken", "fixed") if len(one.svgs) > 1 else ("",)
        pair = "".join(
            f"<div>{f'<p>{name}</p>' if name else ''}{svg}</div>" for name, svg in zip(names, one.svgs)
        )
        figures.append(
            f'<figure><figcaption>{escape(one.title)}</figcaption><div class="pair">{pair}</div></figure>'
        )
    said = "What happens inside, broken beside fixed. It may give the cause away."
    return _output(
        "", f"<details><summary>{said}</summary>{''.join(figures)}</details>", f"{said} (As pictures.)"
    )


def verdict(found: Verdict, program: str, step: str, trouble: str = "") -> Output:
    """Its name, what failed, where and with which values, and what to do next."""
    said = words(found)
    timing = f" ({said.timing})" if said.timing else ""
    parts = [f"<p><strong>{said.label}</strong> {escape(f'{found.kata}: {said.about}{timing}')}</p>"]
    plain = [f"{said.label}  {found.kata}: {said.about}{timing}"]
    if said.message:
        parts.append(f"<p>{escape(said.message)}</p>".replace("\n", "<br>"))
    if said.sentence:
        parts.append(f"<p><strong>{escape(said.sentence)}</strong></p><pre>{escape(said.detail)}</pre>")
    plain += [part for part in (said.message, said.sentence, said.detail) if part]
    if said.line is not None:
        where = f"Line {said.line} of your program"
        parts.append(f"<p>{where}:</p>{_lines(program, said.line)}")
        plain.append(f"{where}: {_line(program, said.line)}")
    if said.output:
        parts.append(
            f"<details><summary>Your program printed</summary><pre>{escape(said.output)}</pre></details>"
        )
        plain.append(f"Your program printed:\n{said.output}")
    if trouble:
        step = f"Not recorded: {trouble}\n{step}"
    parts += [f"<p>{escape(line)}</p>" for line in step.splitlines()]
    kind = "solved" if found.verdict == "solved" else "" if found.verdict in RED_KINDS else "red"
    return _output(kind, "".join(parts), "\n".join([*plain, step]).rstrip())


def solution(entry: Entry, predicted: str, step: str) -> Output:
    """What the fix changes, and all that the card says once a kata is solved."""
    if entry.kata.fixed.is_file():
        before, after = (file.read_text(encoding="utf-8") for file in (entry.kata.broken, entry.kata.fixed))
        changed = _difference(before, after)
    else:
        changed = f"<p>The fix: {escape(WITHHELD.lower())}</p>"
    answer = cards.answered(entry, predicted).plain if predicted else ""
    named = f"This pitfall is called {entry.card.pitfall}."
    parts = [
        f"<h3>What the fix changes</h3>{changed}",
        f"<p><strong>{escape(answer)}</strong></p>" if answer else "",
        _sections(entry, cards.WITH_THE_SOLUTION),
        f"<p>{escape(named)}</p><p><strong>{escape(step)}</strong></p>",
    ]
    plain = [*filter(None, [answer]), cards.sections(entry, *cards.WITH_THE_SOLUTION), named, step]
    return _output("solved", "".join(parts), "\n\n".join(plain))


def listed(entries: Sequence[Entry], states: dict[str, str]) -> Output:
    """Every kata with how far the learner is, folded by track."""
    tracks: dict[str, list[Entry]] = {}
    for entry in entries:
        tracks.setdefault(entry.card.track, []).append(entry)
    parts, plain = [], []
    for track, of in tracks.items():
        done = sum(states.get(entry.id) == "solved" for entry in of)
        items = "".join(
            f"<li><code>%kata {escape(entry.id)}</code> {escape(entry.card.title)}"
            f" ({states.get(entry.id, 'new')})</li>"
            for entry in of
        )
        head = f"{track.replace('_', ' ')}: {done} of {len(of)} solved"
        parts.append(f"<details><summary>{escape(head)}</summary><ul>{items}</ul></details>")
        plain += [head, *(f"  {entry.id}  {states.get(entry.id, 'new')}" for entry in of)]
    return _output("", "".join(parts), "\n".join(plain))


def text(markdown: str) -> Output:
    return _output("", markup.markdown(markdown), markdown)


def _output(kind: str, html: str, plain: str) -> Output:
    return Output(f'<div class="torchkata {kind}"><style>{STYLE}</style>{html}</div>', plain)


def _difference(before: str, after: str) -> str:
    names = {"-": "removed", "+": "added"}
    rows: list[str] = []
    for place in markup.difference(before, after, AROUND):
        rows += ['<tr class="gap"><td></td><td>…</td></tr>'] if rows else []
        rows += [
            f'<tr class="{names.get(line.sign, "same")}"><td>{line.sign.replace("-", "−")}</td>'
            f"<td><code>{line.code or ' '}</code></td></tr>"
            for line in place
        ]
    return f'<table class="difference">{"".join(rows)}</table>'


def _sections(entry: Entry, headings: Sequence[str]) -> str:
    there = [h for h in headings if entry.card.sections[h] != WITHHELD]
    found = "".join(f"<h3>{h}</h3>{markup.markdown(entry.card.sections[h])}" for h in there)
    return found if len(there) == len(headings) else f"{found}<p>The rest: {WITHHELD.lower()}</p>"


def _code(program: str) -> str:
    return f"<pre><code>{markup.code(program, 'python')}</code></pre>"


def _lines(program: str, number: int) -> str:
    """The line, and its neighbors; a mark in the margin says which it is."""
    lines = program.splitlines()
    shown = []
    for at in range(max(1, number - AROUND), min(len(lines), number + AROUND) + 1):
        row = escape(f"{'→' if at == number else ' '} {at:>3}  {harmless(lines[at - 1])}")
        shown.append(f"<strong>{row}</strong>" if at == number else row)
    return f"<pre>{chr(10).join(shown)}</pre>"


def _line(program: str, number: int) -> str:
    lines = program.splitlines()
    return harmless(lines[number - 1].strip()) if 0 < number <= len(lines) else ""
