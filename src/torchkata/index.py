"""The two pages made from the cards: katas/README.md by symptom, katas/PITFALLS.md by pitfall."""

from __future__ import annotations

from pathlib import Path

from torchkata import state
from torchkata.catalogue import Catalogue, Entry

TRACKS = {
    "basics": "Tensors, gradients, and how a check works.",
    "autograd": "What gets a gradient, and what it is the gradient of.",
    "graph": "What the graph records, and how long it lives.",
    "inplace": "Writing into tensors that somebody still needs.",
    "modules": "What a module knows of what it holds.",
    "losses": "Numbers that look like a loss, and what they teach.",
    "optim": "Steps, and the gradients that they use.",
    "modes": "Training and evaluation, and the statistics between them.",
    "numerics": "Where floating-point numbers end, and gradients with them.",
    "data": "What reaches the model, in which order, and how often.",
    "state": "What is saved, what is loaded, and what is only pointed at.",
    "memory": "What is kept alive without being used.",
    "distributed": "Several processes that should be one.",
    "transforms": "Functions of functions: torch.func, compilation, hand-written backward.",
    "policy_gradients": "Losses whose value says nothing, and gradients that say everything.",
}
MADE = "<!-- Made by `kata index` from the cards. Edit those. -->\n\n"


def pages(catalogue: Catalogue) -> dict[Path, str]:
    """Path → text of both pages."""
    folder = catalogue.tree.root / "katas"
    return {
        folder / "README.md": by_symptom(catalogue.entries),
        folder / "PITFALLS.md": by_pitfall(catalogue.entries),
    }


def stale(catalogue: Catalogue) -> list[Path]:
    """The pages that the cards have left behind."""
    return [
        p for p, text in pages(catalogue).items() if not p.is_file() or p.read_text(encoding="utf-8") != text
    ]


def write(catalogue: Catalogue) -> list[Path]:
    outdated = stale(catalogue)
    for page in outdated:
        state.write_text(page, pages(catalogue)[page])
    return outdated


def by_symptom(entries: list[Entry]) -> str:
    """The map for learners: it names no cause."""
    lines = [
        "# Katas by symptom",
        "",
        f"{len(entries)} katas. The number is the place in the order of learning: each kata needs only what",
        "came before it. The causes are in [PITFALLS.md](PITFALLS.md), for those who teach.",
    ]
    place = {entry.id: n for n, entry in enumerate(entries, start=1)}
    for track in dict.fromkeys(entry.card.track for entry in entries):
        lines += ["", f"## {track}", ""]
        lines += [TRACKS[track], ""] if track in TRACKS else []
        lines += [
            "| | What one sees | Kata | Level | Kind | Minutes |",
            "| --: | --- | --- | --: | --- | --: |",
        ]
        for entry in entries:
            c = entry.card
            if c.track == track:
                link = f"[{entry.id}]({entry.id}.md)"
                lines.append(
                    f"| {place[entry.id]} | {_cell(c.title)} | {link} | {c.level} | {c.kind} | {c.minutes} |"
                )
    return MADE + "\n".join(lines) + "\n"


def by_pitfall(entries: list[Entry]) -> str:
    """From every pitfall to its kata: this page gives the causes away."""
    lines = [
        "# Katas by pitfall",
        "",
        "For those who teach, and for those who know what they are looking for.",
        "",
        "| Pitfall | Kata | Rule | Twin |",
        "| --- | --- | --- | --- |",
    ]
    for entry in sorted(entries, key=lambda e: e.card.pitfall):
        c = entry.card
        twin = f"[{c.twin}]({c.twin}.md)" if c.twin else ""
        rule = _cell(c.sections["Rule"])
        lines.append(f"| `{c.pitfall}` | [{entry.id}]({entry.id}.md) | {rule} | {twin} |")
    return MADE + "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """On one line, and without a bar that would end the cell."""
    return " ".join(text.split()).replace("|", "\\|")
