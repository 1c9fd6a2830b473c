"""Texts that are hardly programs: whatever is saved gets a verdict, and never shakes the judge."""

import pytest

from tests.engine.conftest import program
from tests.hostile.conftest import RIGHT

pytestmark = pytest.mark.usefixtures("afterwards")

GOOD = program(RIGHT)

INVALID = {
    "nothing": b"",
    "blanks": b" \n\t\n",
    "only comments": b"# TODO\n",
    "a null byte": GOOD.encode() + b"\0",
    "null bytes alone": bytes(1000),
    "every byte": bytes(range(256)),
    "UTF-16": GOOD.encode("utf-16"),
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "a program of another language": b"fn double(values: Tensor) -> Tensor { 2 * values }",
    "a page of the web": b"<!DOCTYPE html><script>alert(1)</script>",
    "marks of a merge": b"<<<<<<< HEAD\n" + GOOD.encode() + b"=======\n>>>>>>> main\n",
    "an encoding that there is not": b"# -*- coding: nowhere -*-\n" + GOOD.encode(),
    "an encoding that is none of text": b"# -*- coding: hex -*-\n" + GOOD.encode(),
    "the encoding undefined": b"# -*- coding: undefined -*-\n" + GOOD.encode(),
    "half an edit": GOOD.encode()[:-8] + b"(\n",
    "tabs and blanks": GOOD.replace("    return", "\treturn").encode(),
    "a bracket too many": GOOD.encode() + b")\n",
    "a thousand brackets": b"x = " + b"(" * 1000 + b")" * 1000 + b"\n",
    "thousands of signs": GOOD.encode() + b"x = " + b"-" * 3000 + b"1\n",
    "a hundred thousand blocks": GOOD.encode() + b"".join(b" " * n + b"if 1:\n" for n in range(101)),
    "a number of a million digits": GOOD.encode() + b"x = " + b"9" * 1_000_000 + b"\n",
    "a return outside": GOOD.encode() + b"return 1\n",
    "a class in the function's place": b"class double:\n    pass\n",
    "a function that waits": GOOD.replace("def double(values)", "def double()").encode(),
    "a name that looks like the right one": GOOD.replace("double(", "d\u043euble(").encode(),
    "everything deleted again": GOOD.encode() + b"\ndel double\n",
    "an import of itself": b"from submission.toy.double import double\n",
    "a relative import": b"from . import double\n",
    "a module in its place": GOOD.encode() + b"import sys; sys.modules[__name__] = None\n",
}
FAILING = {
    "a lambda that returns nothing": "double = lambda values: None\n",
    "a callable object": "class Double:\n    def __call__(self, values): return values\ndouble = Double()\n",
    "a partial": "import functools\ndouble = functools.partial(lambda values, more: values, more=1)\n",
    "a function that returns one": "import torch\ndouble = lambda values: torch.numel\n",
}
SOLVED = {
    "a form feed": "\f" + GOOD,
    "an old line end": GOOD.replace("\n", "\r"),
    "a line that goes on": GOOD.replace("return 2", "return \\\n        2"),
    "ten thousand lines": GOOD + "x = 1\n" * 10_000,
    "a line of a megabyte": GOOD + f"x = '{'y' * 1_000_000}'\n",
    "names in other letters": GOOD + "größe = π = 1\n",
    "a text that looks like a report": GOOD + """\nprint('{"report": "invalid"}')\n""",
    "no type at all": GOOD + "__annotations__ = None\n__doc__ = 3\n",
}


@pytest.mark.parametrize("what", INVALID)
def test_what_is_no_program_is_invalid(arena, what):
    found = arena.check(INVALID[what])
    assert found.verdict == "invalid", found
    assert 0 < len(found.message) < 9_000
    found.to_json().encode()


@pytest.mark.parametrize("what", FAILING)
def test_what_is_no_plain_function_is_judged_by_what_it_returns(arena, what):
    assert arena.check(FAILING[what]).verdict == "failing"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.replace("def double", "async def double"), "`double` is async, and nobody awaits it"),
        (GOOD.replace("return", "yield"), "`double` has a `yield`, so a call runs none of it"),
        (GOOD.replace("double(values)", "double(*, values)"), "now it is double(*, values)"),
    ],
)
def test_a_function_that_a_call_does_not_run_is_told_so(arena, text, said):
    found = arena.check(text)
    assert (found.verdict, said in found.message) == ("invalid", True), found


@pytest.mark.parametrize("what", SOLVED)
def test_an_odd_way_of_writing_is_no_fault(arena, what):
    found = arena.check(SOLVED[what])
    assert found.verdict == "solved", found
