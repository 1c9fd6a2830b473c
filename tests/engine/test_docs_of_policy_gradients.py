"""docs/policy_gradients.md is a session that can be typed, and no number on it comes from elsewhere."""

import io
import re
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from tests.engine.test_docs_of_cards import blocks
from torchkata.testing.restore import restored

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "policy_gradients.md").read_text()


def session(page):
    """(program, what the page shows, what it prints) for each block, in one namespace."""
    names, found, waiting = {}, [], None
    with restored():
        for language, lines in blocks(page):
            if language == "python":
                out = io.StringIO()
                with redirect_stdout(out):
                    exec(compile("\n".join(lines), "policy_gradients.md", "exec"), names)
                waiting = ("\n".join(lines), out.getvalue())
            elif language == "text" and waiting is not None:
                found.append((waiting[0], "\n".join(lines), waiting[1].rstrip("\n")))
                waiting = None
    return found


@pytest.fixture(scope="module")
def ran():
    return session(PAGE)


def test_every_block_prints_what_the_page_shows(ran):
    assert len(ran) == PAGE.count("```python")
    for program, shown, printed in ran:
        assert printed == shown, program


def test_every_number_in_the_prose_was_printed_or_put_in(ran):
    prose = re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)|^\d+\. ", " ", PAGE, flags=re.DOTALL | re.MULTILINE)
    known = {float(n) for part in ran for text in part for n in re.findall(r"\d*\.?\d+", text)}
    numbers = re.findall(r"(?<![\w.])\d*\.?\d+(?![\w])", prose)
    assert len(numbers) > 5
    assert [n for n in numbers if float(n) not in known] == []


def test_the_five_lines_are_walked_one_by_one():
    first = next(lines for language, lines in blocks(PAGE) if language == "python")
    five = [line for line in first if line]
    assert len(five) == 5
    walk = PAGE.partition("```text\ntensor(4.)\n```")[2].partition("The nodes can be looked at")[0]
    walked = re.findall(r"^(\d)\. (.+)$", walk, flags=re.MULTILINE)
    assert [number for number, _ in walked] == list("12345")
    for line, (_, said) in zip(five, walked, strict=True):
        quoted = re.findall(r"`([^`]+)`", said)
        assert any(q in line for q in quoted), f"{line!r} is not what point {said!r} speaks of"


def test_contract_rule_failure_and_verification_have_their_sections():
    headings = re.findall(r"^## (.+)$", PAGE, flags=re.MULTILINE)
    assert headings[1:6] == [
        "The contract",
        "The rule",
        "The common failure",
        "The verification",
        "The evidence",
    ]


@pytest.mark.parametrize("name", ["policy_gradients.md", "laboratory.md"])
def test_every_link_leads_somewhere(name):
    text = (DOCS / name).read_text()
    missing = [to for to in re.findall(r"\]\(([^)#]+)\)", text) if not (DOCS / to).exists()]
    assert missing == []
