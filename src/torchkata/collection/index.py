"""The pages made from the cards: katas/README.md by symptom, by error message and by what people say,
katas/PITFALLS.md by pitfall, and what the project's README says of the tracks."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from torchkata.collection.catalogue import TRACKS, Catalogue, Entry
from torchkata.system import atomic

BEGIN, END = "<!-- tracks: made by `kata index` -->", "<!-- end of tracks -->"
MADE = "<!-- Made by `kata index` from the cards. Edit those. -->\n\n"


def pages(catalogue: Catalogue) -> dict[Path, str]:
    """Path → text of every page."""
    folder, front = catalogue.tree.root / "katas", catalogue.tree.root / "README.md"
    made = {
        folder / "README.md": by_symptom(catalogue.entries),
        folder / "PITFALLS.md": by_pitfall(catalogue.entries),
    }
    text = front.read_text(encoding="utf-8") if front.is_file() else ""
    if BEGIN in text and END in text:  # a dojo has no such page
        before, after = text.partition(BEGIN)[0], text.partition(END)[2]
        made[front] = f"{before}{BEGIN}\n{of_tracks(catalogue.entries)}\n{END}{after}"
    return made


def stale(catalogue: Catalogue) -> list[Path]:
    """The pages that the cards have left behind."""
    return [
        p for p, text in pages(catalogue).items() if not p.is_file() or p.read_text(encoding="utf-8") != text
    ]


def write(catalogue: Catalogue) -> list[Path]:
    outdated = stale(catalogue)
    for page in outdated:
        atomic.write_text(page, pages(catalogue)[page])
    return outdated


def of_tracks(entries: list[Entry]) -> str:
    """How much there is, and one symptom of each track: the first in the order of learning."""
    tracks: dict[str, list[Entry]] = {}
    for entry in entries:
        tracks.setdefault(entry.card.track, []).append(entry)
    about = (
        f"**What's in it.** {len(entries)} katas in {len(tracks)} tracks, every one a bug that somebody "
        "reported: a symptom, three hints,\na prediction to make, tempting wrong fixes that are recognized "
        f"and explained, and the rule behind it.{_unproven(entries)}"
    )
    rows = [
        f"| [{track}](katas/README.md#{track}) | {len(of)} | {of[0].card.title} |"
        for track, of in tracks.items()
    ]
    return "\n".join([about, "", "| track | katas | one of its symptoms |", "| --- | --: | --- |", *rows])


def _unproven(entries: list[Entry]) -> str:
    """What no machine without a GPU can prove is not counted among what is."""
    waiting = sum("cuda" in entry.card.needs for entry in entries)
    if not waiting:
        return ""
    need = "needs a GPU and isn't" if waiting == 1 else "need a GPU and aren't"
    ours = len(entries) - waiting
    return f"\n{ours} of them are proven by every change; {waiting} {need} proven until one is there."


def by_symptom(entries: list[Entry]) -> str:
    """The map for learners: it names no cause."""
    lines = [
        "# Katas by symptom",
        "",
        f"{len(entries)} katas. The number is the place in the order of learning: each kata needs only what",
        "came before it. The causes are in [PITFALLS.md](PITFALLS.md), for those who teach. At the end:",
        "[by error message](#by-error-message) and [by what people say](#by-what-people-say). `kata find`",
        "searches all of it.",
        "",
        "An arrow leads from what is needed to what needs it. Tracks that nothing leads to can be begun at",
        "any time.",
        "",
        *_picture_of_tracks(entries),
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
        lines += _picture_of_one(track, entries, place)
    lines += _by_message(entries) + _by_words(entries)
    return MADE + "\n".join(lines) + "\n"


def _by_message(entries: list[Entry]) -> list[str]:
    """From what a program raises or warns to its katas, in the order of learning."""
    raised: dict[str, list[Entry]] = {}
    for entry in entries:
        for message in entry.card.messages:
            raised.setdefault(message, []).append(entry)
    rows = [f"| {_code(text)} | {_links(raised[text])} |" for text in sorted(raised, key=str.lower)]
    return ["", "## By error message", "", "| It raises or warns | Katas |", "| --- | --- |", *rows]


def _by_words(entries: list[Entry]) -> list[str]:
    """Track by track, from what people who have the bug say about it to its katas."""
    lines = [
        "",
        "## By what people say",
        "",
        "In the words of bug reports. Some of them suspect the right cause, others a wrong one.",
    ]
    for track in dict.fromkeys(entry.card.track for entry in entries):
        said: dict[str, list[Entry]] = {}
        for entry in entries:
            for words in entry.card.words if entry.card.track == track else ():
                said.setdefault(words, []).append(entry)
        if said:
            rows = [f"| {_code(text)} | {_links(said[text])} |" for text in sorted(said, key=str.lower)]
            lines += ["", f"### What people say: {track}", "", "| Words | Katas |", "| --- | --- |", *rows]
    return lines


def _links(entries: list[Entry]) -> str:
    return ", ".join(f"[{entry.id}]({entry.id}.md)" for entry in entries)


def _code(text: str) -> str:
    """As code, so that no sign in it is Markdown."""
    return f"`` {_cell(text)} ``" if "`" in text else f"`{_cell(text)}`"


def _picture_of_tracks(entries: list[Entry]) -> list[str]:
    """Which track builds on which, as a Mermaid diagram, which GitHub draws."""
    sizes = Counter(entry.card.track for entry in entries)
    arrows = {
        (before.partition("/")[0], entry.card.track): None for entry in entries for before in entry.card.after
    }
    # With a prefix, for `graph` alone is a word of Mermaid's own.
    nodes = [f'    t_{track}["{track}, {size}"]' for track, size in sizes.items()]
    edges = [f"    t_{before} --> t_{track}" for before, track in arrows if before != track]
    return ["```mermaid", "flowchart LR", *nodes, *edges, "```"]


def _picture_of_one(track: str, entries: list[Entry], place: dict[str, int]) -> list[str]:
    """The katas of one track in their order; rounded are those of other tracks that they build on."""
    nodes: dict[str, str] = {}
    edges = []
    for entry in entries:
        if entry.card.track != track:
            continue
        for kata in (*entry.card.after, entry.id):
            its_track, _, name = kata.partition("/")
            label = f'["{place[kata]} {name}"]' if its_track == track else f'(["{place[kata]} {kata}"])'
            nodes[kata] = f"    k{place[kata]}{label}"
        edges += [f"    k{place[before]} --> k{place[entry.id]}" for before in entry.card.after]
    return ["", "```mermaid", "flowchart LR", *nodes.values(), *edges, "```"] if edges else []


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
