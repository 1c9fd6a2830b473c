"""docs/checklist.md: every row is there, names what exists, or says that it is open."""

import re
from pathlib import Path

import pytest

from torchkata.layout import Tree

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "checklist.md").read_text(encoding="utf-8")
ROWS = {cells[1].strip(): cells[2:4] for line in TEXT.splitlines() if len(cells := line.split("|")) == 5}
SPLIT = {5: "abcde", 18: "abcd", 31: "abcde", 32: "abcde"}  # statements of several lines


def test_every_statement_has_its_row():
    wanted = [f"A{n}" for n in range(1, 30)]
    for n in range(1, 34):
        wanted += [f"B{n}{part}" for part in SPLIT.get(n, "")] or [f"B{n}"]
    assert [row for row in ROWS if re.fullmatch(r"[AB]\d+[a-e]?", row)] == wanted


@pytest.mark.parametrize("row", [row for row in ROWS if re.fullmatch(r"[AB]\d+[a-e]?", row)])
def test_what_a_row_names_exists_or_it_is_open(row):
    answer = ROWS[row][1]
    names = re.findall(r"`([\w./-]+)`", answer)
    paths = [name for name in names if "/" in name or name.endswith((".md", ".jsonl"))]
    tree = Tree(ROOT)
    missing = [
        p
        for p in paths
        if not (ROOT / p).exists() and not (p.count("/") == 1 and tree.kata(p).card.is_file())
    ]
    assert not missing, f"{row} names {missing}"
    says_open = re.search(r"\bopen\b", answer) is not None
    assert says_open != bool(answer.replace("open", "").strip()), f"{row} must name an answer, or be open"


def test_the_word_open_stands_in_no_answered_row():
    assert all(ROWS[row][1].strip() == "open" for row in ROWS if re.search(r"\bopen\b", "|".join(ROWS[row])))
