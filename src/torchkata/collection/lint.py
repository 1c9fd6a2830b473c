"""The static contract on every kata, read without running anything; imports no torch."""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from torchkata.collection import programs
from torchkata.collection.card import KINDS, NEEDS, Card, CardError, read
from torchkata.collection.catalogue import Entry
from torchkata.collection.layout import Kata, Tree, is_name
from torchkata.collection.whole import every, shown, strays, whole

CHANGED_LINES = 12  # between broken and fixed
BROKEN_LINES = 60  # of code and docstring; the aim is 10 to 40 lines
# What a colleague wouldn't say. Cards began as a translation, and these are the words that it left behind.
STIFF = re.compile(
    r"\b(mend(s|ed|ing)?|shall|whilst|thereof|makes? a jump|as good as given|wanted (is|are)|put by)\b",
    re.IGNORECASE,
)
GIVEAWAYS = re.compile(r"\b(TODO|FIXME|XXX|BUG|HACK|pitfall|wrong)\b", re.IGNORECASE)


def lint(tree: Tree, only: set[str] | None = None) -> list[str]:
    """What is wrong, one line each, as `file: what is wrong and what is wanted`; empty when all is well.

    only: the ids to look at; by default all of them, and then what only shows in the whole.
    """
    problems: list[str] = []
    entries = []
    for kata in every(tree):
        if only is not None and kata.id not in only:
            continue
        problems += [f"{shown(tree, file)}: {what}" for file, what in _files(kata)]
        try:
            entry = Entry(kata, read(kata.card))
        except CardError as problem:
            if kata.card.is_file():
                problems.append(str(problem).replace(f"{tree.root}/", ""))
            continue
        entries.append(entry)
        for rule in (_card, _programs, _variants, _tests):
            try:
                problems += [f"{shown(tree, file)}: {what}" for file, what in rule(entry)]
            except SyntaxError as problem:
                problems.append(f"{shown(tree, Path(problem.filename or ''))}: does not parse: {problem}")
            except FileNotFoundError:
                continue  # named by _files already
    if only is None:
        problems += whole(tree, entries) + strays(tree)
    return list(dict.fromkeys(problems))  # two rules may trip over one file


Problems = Iterator[tuple[Path, str]]


def _files(kata: Kata) -> Problems:
    for file in (kata.card, kata.broken, kata.fixed, kata.test):
        if not file.is_file():
            yield file, f"is missing; `kata new {kata.id}` writes a template of it"
    for part in (kata.track, kata.name):
        if not is_name(part):
            yield kata.card, f"{part!r} must be a lower-case Python identifier: the id is an import path"


def _card(entry: Entry) -> Problems:
    card, file = entry.card, entry.kata.card
    if card.kind not in KINDS:
        yield file, f"kind is {card.kind!r}; it is one of {', '.join(KINDS)}"
    elif card.kind != "silent" and not card.messages:
        yield file, f"kind is {card.kind}: messages must quote the stable part of what it raises or warns"
    if card.level not in (1, 2, 3):
        yield file, f"level is {card.level}; it is 1, 2 or 3"
    if not 1 <= card.minutes <= 15:
        yield file, f"minutes is {card.minutes}; the fix alone should take 6 at most for most, 15 for any"
    for need in set(card.needs) - set(NEEDS):
        yield file, f"needs names {need!r}; known are {', '.join(NEEDS)}"
    if not card.sources or not all(re.match(r"https?://", source) for source in card.sources):
        yield file, "sources must name at least one incident or page, by its URL"
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", card.pitfall):
        yield file, f"pitfall is {card.pitfall!r}; it is a slug like reused-graph"
    for heading, text in card.sections.items():
        if not text:
            yield file, f"{heading} is empty"
        elif re.search(r"\b(TODO|FIXME)\b", text):
            yield file, f"{heading} still holds the template's TODO"
        found = STIFF.search(text)
        if found:
            yield file, f"{heading} says {found.group()!r}: write it the way you'd say it (docs/writing.md)"
    yield from ((file, what) for what in _predict(card))
    for heading in ("See it", "What if"):
        if "```python" not in card.sections[heading] or "```text" not in card.sections[heading]:
            yield file, f"{heading} needs a ```python block and, after it, a ```text block with what one sees"
    if card.pitfall in entry.id or card.pitfall.replace("-", "_") in entry.id:
        yield file, "the id must not give the pitfall away: name what the code does, or what one sees"


def _predict(card: Card) -> Iterator[str]:
    options = dict(re.findall(r"^- ([A-D])\. (.+(?:\n  .+)*)", card.sections["Predict"], re.MULTILINE))
    if list(options) != ["A", "B", "C", "D"]:
        yield "Predict needs the options `- A. …` to `- D. …`"
        return
    lengths = [len(text) for text in options.values()]
    if max(lengths) > 3 * min(lengths) + 20:
        yield f"the options under Predict should be alike in length; they have {lengths} characters"
    if not re.match(r"[A-D]\. ", card.sections["Why"]):
        yield "Why must begin with the answer to Predict, as in `B. You may think …`"
        return
    silent = [
        o for o in options if o != card.answer and not re.search(rf"\b{o}\b[:,]", card.sections["Why"][2:])
    ]
    if silent:
        yield f"Why says nothing about the wrong option {' and '.join(silent)}; write `({silent[0]}: …)`"


def _programs(entry: Entry) -> Problems:
    kata = entry.kata
    broken, fixed = programs.parse(kata.broken), programs.parse(kata.fixed)
    text = kata.broken.read_text(encoding="utf-8")
    for folder, tree in ((kata.broken, broken), (kata.fixed, fixed)):
        if not ast.get_docstring(tree):
            yield folder, "needs a module docstring: what the program is for"
        for function in programs.public(tree):
            if not ast.get_docstring(function):
                yield folder, f"`{function.name}` needs a docstring: shapes, dtypes, units, errors"
    theirs, ours = programs.public(broken), programs.public(fixed)
    if not theirs:
        yield kata.broken, "defines no public function"
    if [programs.signature(f) for f in theirs] != [programs.signature(f) for f in ours]:
        yield kata.fixed, "must have the public functions of broken/, with the same signatures"
    elif [ast.get_docstring(f) for f in theirs] != [ast.get_docstring(f) for f in ours]:
        yield kata.fixed, "must have the docstrings of broken/: the promise is the same"
    changed = programs.changed_lines(text, kata.fixed.read_text(encoding="utf-8"))
    if not 1 <= changed <= CHANGED_LINES:
        yield kata.fixed, f"differs from broken/ in {changed} lines; it should be 1 to {CHANGED_LINES}"
    if len(text.splitlines()) > BROKEN_LINES:
        yield kata.broken, f"has {len(text.splitlines())} lines; {BROKEN_LINES} at most, 10 to 40 is the aim"
    giveaway = GIVEAWAYS.search(text)
    if giveaway:
        yield kata.broken, f"says {giveaway.group()!r}: nothing in it may hint at the bug"
    for module in programs.imports(broken):
        if module != "torch" and module not in sys.stdlib_module_names:
            yield kata.broken, f"imports {module}; torch and the standard library only"


def _variants(entry: Entry) -> Problems:
    kata = entry.kata
    wanted = {f.name: [a.arg for a in f.args.args] for f in programs.public(programs.parse(kata.broken))}
    for kind, files in (("right", kata.rights), ("wrong", kata.wrongs)):
        if len(files) < 2:
            yield kata.variants, f"has {len(files)} {kind}_*.py; there should be two at least"
        for file in files:
            tree = programs.parse(file)
            if not ast.get_docstring(tree):
                yield file, "needs a docstring: what this fix does, and for a wrong one why it is wrong"
            found = {f.name: [a.arg for a in f.args.args] for f in programs.public(tree)}
            if found != wanted:
                yield file, f"must define {', '.join(wanted)} with the parameters of broken/"


def _tests(entry: Entry) -> Problems:
    kata = entry.kata
    tree = programs.parse(kata.test)
    tests = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name.startswith("test_")]
    groups: Counter[str] = Counter()
    for test in tests:
        asked = {a.arg for a in test.args.args} & {"broken", "solution"}
        if len(asked) != 1:
            yield kata.test, f"{test.name} must ask for exactly one of `broken` and `solution`"
        if "device" not in {a.arg for a in test.args.args}:
            yield kata.test, f"{test.name} must ask for `device`"
        if test.name.count("_") < 3:
            yield kata.test, f"{test.name} should be a sentence: learners read it as one"
        groups.update(asked)
    if not groups["broken"]:
        yield kata.test, "has no failure test: one that asks for `broken` and asserts the documented failure"
    if groups["solution"] < 2:
        yield kata.test, "needs two correction tests at least: one that fails on broken/, and a guard"
    if not ast.get_docstring(tree):
        yield kata.test, "needs a docstring: what is promised"
    text = kata.test.read_text(encoding="utf-8")
    if "float64" in text.replace("pytest.mark.float64", "") and "pytest.mark.float64" not in text:
        yield kata.test, "uses float64, which mps lacks: add `pytestmark = pytest.mark.float64`"
    for banned in ("assert_close", "allclose", "inspect.getsource"):
        if banned in text:
            yield kata.test, f"uses {banned}; compare with torchkata.checks, and never with source text"
