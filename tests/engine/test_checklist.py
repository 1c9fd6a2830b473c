"""docs/checklist.md: every row is there, and what it names exists."""

import re
from pathlib import Path

import pytest

from torchkata.collection.layout import Tree

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "checklist.md").read_text(encoding="utf-8")
ROWS = {cells[1].strip(): cells[2:4] for line in TEXT.splitlines() if len(cells := line.split("|")) == 5}
SPLIT = {5: "abcde", 18: "abcd", 31: "abcde", 32: "abcde"}  # statements of several lines


def test_every_statement_has_its_row():
    wanted = [f"A{n}" for n in range(1, 30)]
    for n in range(1, 34):
        wanted += [f"B{n}{part}" for part in SPLIT.get(n, "")] or [f"B{n}"]
    assert [row for row in ROWS if re.fullmatch(r"[AB]\d+[a-e]?", row)] == wanted


def exists(name):
    """A kata, one of a kata's tests as ID::test_name, or a path from the root."""
    tree, (kata, _, test) = Tree(ROOT), name.partition("::")
    if test:
        file = tree.kata(kata).test
        return file.is_file() and f"def {test}(" in file.read_text(encoding="utf-8")
    return (ROOT / name).exists() or (name.count("/") == 1 and tree.kata(name).card.is_file())


@pytest.mark.parametrize("row", [row for row in ROWS if re.fullmatch(r" *[ABC]\d+[a-e]? *", row)])
def test_what_a_row_names_exists(row):
    names = re.findall(r"`([\w./:-]+)`", ROWS[row][1])
    paths = [name for name in names if "/" in name or name.endswith((".md", ".jsonl"))]
    assert [name for name in paths if not exists(name)] == []
    assert paths or "part C" in ROWS[row][1], "a row names a kata, a test or a page"


def test_every_kind_of_input_has_its_row():
    inputs = [row for row in ROWS if re.fullmatch(r"C\d+", row)]
    assert inputs == [f"C{n}" for n in range(1, 16)]
    assert all("::test_" in ROWS[row][1] for row in inputs)
