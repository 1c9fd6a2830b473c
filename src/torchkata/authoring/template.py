"""The files of a new kata, with comments that are the manual."""

from __future__ import annotations

from pathlib import Path

from torchkata.cases.shelf import PREFIX, SURPRISE
from torchkata.collection.layout import Tree, is_name
from torchkata.system import atomic

CARD = """\
+++
title = "TODO: the symptom, as the person who has it would say it; never the cause"
pitfall = "TODO-the-cause"  # shown once the kata is solved
kind = "silent"             # loud (raises), warns, or silent
level = 1                   # 1 spot it, 2 explain it, 3 design around it
minutes = 5                 # for the fix alone
after = []                  # ids that come first; the order of learning follows from them
sources = []                # at least one real incident: issue, forum thread, paper, documentation
# twin = "track/name"       # the same bug, loud here and silent there
# alike = ["track/name"]    # looks the same and is not: mixed in practice
# needs = ["cuda"]          # or "cpu", "fork": only where the kata cannot run elsewhere
+++

## Symptom

TODO: what one sees. Numbers and messages, in the words of somebody who has the problem.

## See it

TODO: three to six lines with data that call the broken code. A test runs them: the names of broken/
and `torch` are there, and the text block must occur in what they print, raise or warn.

```python
print({function}(torch.tensor([1.0, 2.0])))
```

```text
TODO
```

## Predict

TODO: one question. Loud katas ask about the popular fix, silent ones about a number. Every wrong
option is something that people really believe.

- A. TODO
- B. TODO
- C. TODO
- D. TODO

## Task

TODO: what to achieve, not how. Which docstring to keep, for which inputs.

## Hint 1

TODO: a question about this code, which leads to no half fix.

## Hint 2

TODO: one thing to print, and what to compare it with.

## Hint 3

TODO: a choice between two or three edits: (a) …, (b) …, (c) …

## Once it is fixed

TODO: a text block with what See it prints then; a test runs it on fixed/ and on every right_*.

```text
TODO
```

## Why

A. You may think TODO. In fact TODO, because TODO. (B: TODO. C: TODO. D: TODO.)

## Rule

TODO: one line.

## What if

TODO: one edit, and what one then sees. A test runs it with the names of fixed/.

```python
print("TODO")
```

```text
TODO
```

## In a room

TODO: one question with its answer, for the facilitator; the commonest half fix.

## Again

TODO: the same rule in other clothes, asked days later.

## Answer

TODO: the answer to Again.
"""

BROKEN = '''\
"""TODO: what this program is for, in one line. Somebody would defend every line of it in review."""

import torch


def {function}(values):
    """TODO: the contract. Shapes, dtypes, devices, units, errors; the source of a formula.

    values: (samples,) float
    Returns (samples,), the dtype and device of `values`.
    """
    return torch.zeros_like(values)  # (samples,): 10 to 40 lines in all, and no hint of the bug
'''

FIXED = '''\
"""TODO: what this program is for, in one line. Somebody would defend every line of it in review."""

import torch


def {function}(values):
    """TODO: the contract. Shapes, dtypes, devices, units, errors; the source of a formula.

    values: (samples,) float
    Returns (samples,), the dtype and device of `values`.
    """
    return torch.ones_like(values)  # TODO: one comment says why; 12 changed lines at most
'''

TEST = '''\
"""TODO: what `{function}` promises. `solution` is the file under test, `broken` the one in broken/."""

import pytest
import torch

from torchkata.checks import close, raises  # noqa: F401 - close, equal and raises are all you need

pytestmark = pytest.mark.float64  # mps has none: these tests are skipped there


# What {function} promises: compare with a closed form, central differences or an enumeration;
# never with fixed/, never with "nothing was raised". The third argument is what learners read.


def test_the_result_is_what_the_formula_says(solution, device):
    values = torch.tensor([1.0, 2.0], dtype=torch.float64, device=device)
    close(solution.{function}(values), [1.0, 1.0], "TODO: the quantity, in the reader's words")


# What already works and must stay: at least one test that passes on broken/ too.


def test_no_values_give_no_results(solution, device):
    values = torch.zeros(0, dtype=torch.float64, device=device)
    close(solution.{function}(values), [], "result for no values")


# The documented failure: the exact exception, or the exact wrong number.


def test_every_result_is_zero(broken, device):
    values = torch.tensor([1.0, 2.0], dtype=torch.float64, device=device)
    close(broken.{function}(values), [0.0, 0.0], "TODO: the wrong number, derived on paper")
'''

VARIANT = '''\
"""TODO: {about}"""

import torch


def {function}(values):
    return torch.zeros_like(values)
'''

RIGHT = "another right fix, as a learner would write it; write two at least, and name the files after them."
WRONG = (
    "a tempting wrong fix: say in one or two sentences why it is wrong, for the learner who made it. "
    "Write two at least; two that behave alike count as one."
)


def write(tree: Tree, kata_id: str) -> list[Path]:
    """Write the files of a kata that are not there yet; returns them.

    Raises ValueError, and writes nothing, for what is no id and where nothing is missing.
    """
    track, _, name = kata_id.partition("/")
    if not all(is_name(part) for part in (track, name)):
        raise ValueError(
            f"{kata_id!r} is no id; it is TRACK/NAME in lower-case identifiers, like graph/second_step"
        )
    if track == "engine":
        raise ValueError("tests/engine/ holds the engine's own tests; choose another track")
    if track in (PREFIX, SURPRISE):
        raise ValueError(f"{track}/NAME is the name of a case file; choose another track")
    kata = tree.kata(kata_id)
    texts = {
        kata.card: CARD,
        kata.broken: BROKEN,
        kata.fixed: FIXED,
        kata.test: TEST,
        **{kata.variants / f"right_{n}.py": VARIANT.replace("{about}", RIGHT) for n in ("first", "second")},
        **{kata.variants / f"wrong_{n}.py": VARIANT.replace("{about}", WRONG) for n in ("first", "second")},
    }
    begun = any(file.exists() for file in texts)
    # A kata that has begun has fixes of its own, or will have.
    missing = [file for file in texts if not file.exists() and not (begun and file.parent == kata.variants)]
    if not missing:
        raise ValueError(f"{kata_id} has all its files already; nothing was written")
    for file in missing:
        atomic.write_text(file, texts[file].replace("{function}", name))
    return missing
