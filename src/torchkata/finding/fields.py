"""What of a kata is searched, and how much a word counts where it stands."""

from __future__ import annotations

import ast

from torchkata.collection import programs
from torchkata.collection.catalogue import Entry

# Most where people say what they see in their own words. A card's other sections name many a thing that
# its kata is not about, so they only decide between katas that are alike otherwise.
WEIGHTS = {
    "title": 4.0,
    "symptom": 3.0,
    "messages": 8.0,
    "words": 6.0,
    "apis": 2.0,
    "what_if": 1.0,
    "pitfall": 3.0,  # found by whoever knows its name, and never shown
    "rest": 0.5,
}
REST = ("Rule", "Why")


def fields(entry: Entry) -> dict[str, str]:
    """The text of each field of `WEIGHTS`."""
    card = entry.card
    return {
        "title": card.title,
        "symptom": card.sections["Symptom"],
        "messages": "\n".join(card.messages),
        "words": "\n".join(card.words),
        "apis": " ".join(sorted(_apis_of(entry))),
        "what_if": card.sections["What if"],
        "pitfall": card.pitfall,
        "rest": "\n".join(card.sections[heading] for heading in REST),
    }


def _apis_of(entry: Entry) -> set[str]:
    """None while somebody is still writing the program: the other katas can be searched all the same."""
    try:
        return apis(programs.parse(entry.kata.broken))
    except (OSError, SyntaxError):
        return set()


def apis(tree: ast.Module) -> set[str]:
    """The names that a program uses of others: `torch.nn.functional.mse_loss`, also where it is imported
    as F; methods such as `backward`; keywords such as `retain_graph`."""
    known: dict[str, str] = {}
    found: set[str] = set()
    used: list[ast.Attribute] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            used.append(node)
        elif isinstance(node, ast.keyword) and node.arg:
            found.add(node.arg)
        elif isinstance(node, ast.Import):
            known |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom):
            known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    inner: set[ast.AST] = set()  # torch.nn, where torch.nn.Linear is named already; the outer comes first
    for node in used:
        if node in inner:
            continue
        path, base = [node.attr], node.value
        while isinstance(base, ast.Attribute):
            inner.add(base)
            path.append(base.attr)
            base = base.value
        if isinstance(base, ast.Name):
            path.append(known.get(base.id, base.id))
        found.add(".".join(reversed(path)))
    return found | set(known.values())
