"""What only shows in the collection as a whole: order, references, slugs, files that belong to nobody."""

from __future__ import annotations

import re
import tokenize
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from torchkata.collection import programs
from torchkata.collection.catalogue import CatalogueError, Entry, ordered
from torchkata.collection.layout import Kata, Tree

POINTING = 0.25  # of the programs with comments, how many may have all of them within a line of the bug


def every(tree: Tree) -> list[Kata]:
    """Every id that has a file anywhere, so that a kata without a card is seen as well."""
    ids = {kata.id for kata in tree.katas()}
    for folder in ("broken", "fixed"):
        ids |= {f"{file.parent.name}/{file.stem}" for file in (tree.root / folder).glob("*/*.py")}
    return [tree.kata(kata_id) for kata_id in sorted(ids)]


def whole(tree: Tree, entries: list[Entry]) -> list[str]:
    """What only shows in the collection: order, references, slugs, the spread of the answers."""
    problems = []
    ids = {kata.id for kata in tree.katas()}
    if len(entries) == len(ids):  # a card that cannot be read is there all the same, and named already
        try:
            ordered(entries)
        except CatalogueError as problem:
            problems.append(str(problem).replace(f"{tree.root}/", ""))
    for entry in entries:
        named = [*entry.card.alike, *([entry.card.twin] if entry.card.twin else [])]
        problems += [
            f"{shown(tree, entry.kata.card)}: names {other}, which no card has"
            for other in named
            if other not in ids
        ]
    cards = {entry.id: entry.card for entry in entries}
    for entry in entries:
        one, file = entry.card, shown(tree, entry.kata.card)
        problems += [
            f"{file}: level {one.level} is below that of {before}, which it comes after"
            for before in one.after
            if before in cards and cards[before].level > one.level
        ]
        if one.twin in cards and cards[one.twin].twin != one.id:
            problems.append(f"{file}: its twin {one.twin} does not name it back")
    slugs = Counter(entry.card.pitfall for entry in entries)
    problems += [
        f"the pitfall {slug} is the subject of {n} katas; one each" for slug, n in slugs.items() if n > 1
    ]
    problems += _pointing(entries)
    answers = Counter(entry.card.answer for entry in entries)
    if len(entries) >= 8:
        letter, count = answers.most_common(1)[0]
        if count > len(entries) / 2:
            problems.append(f"Predict: {count} of {len(entries)} answers are {letter}; vary the letters")
    return problems


def _pointing(entries: list[Entry]) -> Iterator[str]:
    """In the collection, a comment must be no evidence of where the bug is."""
    commented, pointing = 0, []
    for entry in entries:
        try:
            broken, fixed = (f.read_text(encoding="utf-8") for f in (entry.kata.broken, entry.kata.fixed))
            comments = programs.comment_lines(broken)
        except (OSError, SyntaxError, ValueError, tokenize.TokenError):
            continue  # named by another rule
        if comments:
            commented += 1
            if set(comments) <= programs.changed_places(broken, fixed):
                pointing.append(entry.id)
    if len(pointing) > commented * POINTING:
        yield (
            f"in {len(pointing)} of {commented} broken programs with comments, every comment stands at the "
            f"bug, at most {POINTING:.0%} may: comment innocent lines too, or none: {', '.join(pointing)}"
        )


def strays(tree: Tree) -> list[str]:
    """Files that belong to no kata, by the tree's own rules."""
    problems = []
    known = {kata.id for kata in every(tree)}
    rules: list[tuple[str, Callable[[Path], str]]] = [
        ("broken/*/*", lambda f: f"{f.parent.name}/{f.stem}" if f.suffix == ".py" else ""),
        ("fixed/*/*", lambda f: f"{f.parent.name}/{f.stem}" if f.suffix == ".py" else ""),
        ("katas/*/*", lambda f: f"{f.parent.name}/{f.stem}" if f.suffix in (".md", ".py") else ""),
    ]
    for pattern, owner in rules:
        for file in sorted(tree.root.glob(pattern)):
            if owner(file) not in known and file.name != "__pycache__":
                problems.append(f"{shown(tree, file)}: belongs to no kata")
    for track in sorted({kata.partition("/")[0] for kata in known}):
        for file in sorted((tree.root / "tests" / track).rglob("*")):
            if "__pycache__" in file.parts or file.is_dir():
                continue
            if file.parent.name == track:
                owned = (
                    file.name.startswith("test_") and f"{track}/{file.stem.removeprefix('test_')}" in known
                )
            else:
                named = re.fullmatch(r"(right|wrong)_\w+\.py", file.name)
                owned = bool(named) and f"{track}/{file.parent.name}" in known
            if not owned:
                problems.append(f"{shown(tree, file)}: belongs to no kata")
    return problems


def shown(tree: Tree, file: Path) -> str:
    return str(file.relative_to(tree.root)) if file.is_relative_to(tree.root) else str(file)
