"""What a beginner reads where Python's own words don't help: each was a message that nobody understood."""

import pytest

from tests.engine.conftest import program
from tests.hostile.conftest import BROKEN, RIGHT

pytestmark = pytest.mark.usefixtures("afterwards")

GOOD = program(RIGHT)
IMPORT = "import torch\n"


def with_import(line, body=RIGHT):
    return program(body).replace(IMPORT, f"{IMPORT}{line}\n")


# text of the program → what the message must say, and on which line (None: not asked, 0: on none)
SAID = {
    "a debugger": (with_import("breakpoint()"), "no debugger in a check", None),
    "a keyboard": (with_import("input('lr? ')"), "no keyboard in a check", 4),
    "a solution read": (with_import("open('{fixed}').read()"), "reads no solutions", 4),
    "a helper beside it": (with_import("from . import helpers"), "one file is checked, alone", 4),
    "a data file beside it": (with_import("open('data.csv').read()"), "one file is checked", 4),
    "exit()": (with_import("exit()"), "the program left by exit()", 4),
    "a magic of a notebook": (f"%matplotlib inline\n{GOOD}", "works in a notebook", 1),
    "a shell command of a notebook": (f"!pip install torch\n{GOOD}", "works in a notebook", 1),
    "a question of a notebook": (f"torch.nn.Linear?\n{GOOD}", "works in a notebook", 1),
    "prompts": (">>> import torch\n>>> 1\n", "the prompt was copied", 1),
    "a fence": (f"```python\n{GOOD}```\n", "fence of a code block", 1),
    "a sentence before it": (f"Sure, here is the fixed code:\n{GOOD}", "this line is a sentence", 1),
    "line numbers": (
        "\n".join(f"{number} {line}" for number, line in enumerate(GOOD.splitlines(), 1)),
        "the line numbers were copied",
        1,
    ),
    "marks of a merge": (f"<<<<<<< HEAD\n{GOOD}", "a merge left its marks", 1),
    "a diff": (f"--- broken\n+++ fixed\n@@ -1 +1 @@\n{GOOD}", "this is a diff", None),
    "a notebook's own file": ('{"cells": [{"execution_count": null}]}', "a notebook's own", None),
    "an error in a text that it evaluates": (with_import("eval('1 +')"), "SyntaxError", 4),
    "out of memory, in its own words": (
        with_import("raise ValueError('ran out of memory slots in the buffer')"),
        "ran out of memory slots",
        4,
    ),
    "a class with line ends in its name": (
        with_import("raise type('Odd\\nSOLVED', (Exception,), {})('x')"),
        "Odd SOLVED: x",
        4,
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", SAID)
def test_the_message_says_what_a_beginner_needs(arena, what):
    text, said, line = SAID[what]
    found = arena.check(text.replace("{fixed}", str(arena.judge.tree.kata("toy/double").fixed)))
    assert found.verdict == "invalid", found
    assert said in found.message, found.message
    assert line is None or found.line == line


def test_a_function_that_returns_nothing_is_told_so_with_its_line(arena):
    text = GOOD.replace("    return 2 * values\n", "    values = 2 * values\n")
    found = arena.check(text)
    assert "`double` returned None: is a `return` missing?" in found.first_failed.message
    assert text.splitlines()[found.first_failed.line - 1].startswith("def double")


@pytest.mark.parametrize("decorator", ["torch.no_grad()", "torch.enable_grad()"])
def test_a_decorated_function_is_found_in_its_own_file(arena, decorator):
    text = program(BROKEN.replace("1", "9")).replace("def double", f"@{decorator}\ndef double")
    found = arena.check(text)
    assert found.verdict == "failing"
    assert found.first_failed.line in (None, *range(1, len(text.splitlines()) + 1))
    assert found.first_failed.line is not None


def test_the_program_as_another_editor_saves_it_is_untouched(arena):
    broken = arena.judge.tree.kata("toy/double").broken.read_bytes()
    for text in (broken.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + broken):
        assert arena.check(text).verdict == "untouched"


def test_a_long_text_that_is_returned_is_no_flood(arena):
    found = arena.check(program("'x' * 20_000_000"))
    assert found.verdict == "failing", found


def test_a_number_of_thousands_of_digits_is_a_wrong_number(arena):
    found = arena.check(program("10 ** 5000"))
    assert found.verdict == "failing"
    assert "an integer of" in found.first_failed.message


def test_the_limit_of_output_says_what_it_counts(arena):
    found = arena.check(with_import("print('x' * 600_000)"))
    assert found.verdict == "output_limit"
    assert "over all tests" in found.message
