"""A dojo without its answers, for those who are taught: they are public, but not at one's elbow."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from torchkata.collection.card import HEADINGS, WITHHELD, read_meta
from torchkata.collection.layout import Tree

ANSWERS = HEADINGS[HEADINGS.index("Once it is fixed") :]
PAGES = ("evidence.jsonl", "katas/PITFALLS.md", "katas/QUIZ.md")  # gradients of the fixes, causes, answers
CAUSES = " The causes are in [PITFALLS.md](PITFALLS.md), for those who teach."
INSTEAD = {"fixed/README.md": b"# Not here\n\nThe fixes are with your teacher.\n"}


def without_answers(source: Tree, files: dict[str, bytes]) -> dict[str, bytes]:
    """What is left of a dojo's files. A kata that is given is solved from the start, and keeps its fix."""
    given = {kata.id for kata in source.katas() if read_meta(kata.card).get("given")}
    left = dict(INSTEAD)
    for path, text in files.items():
        parts = PurePosixPath(path).parts
        if path in PAGES or parts[-1].startswith("right_"):
            continue
        if parts[0] == "cases" or parts[:2] == ("tests", "cases"):
            continue  # a plant is nothing but an answer
        if parts[0] == "fixed" and path.removeprefix("fixed/").removesuffix(".py") not in given:
            continue
        is_card = parts[0] == "katas" and len(parts) == 3 and path.endswith(".md")
        left[path] = _card(text.decode()).encode() if is_card else text
    if "katas/README.md" in left:
        left["katas/README.md"] = left["katas/README.md"].decode().replace(CAUSES, "").encode()
    return left


def _card(text: str) -> str:
    """A card whose answers are withheld; its headings stay, for a card has all of them."""
    for heading in ANSWERS:
        # Down to the next heading; none of a card's code begins a line with two signs of number and a space.
        text = re.sub(
            rf"(^## {heading}\n).*?(?=^## |\Z)", rf"\1\n{WITHHELD}\n\n", text, flags=re.MULTILINE | re.DOTALL
        )
    return text.rstrip() + "\n"
