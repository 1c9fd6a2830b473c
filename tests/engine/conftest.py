"""A miniature tree for the engine's own tests: one whole kata, small enough to be bent at will."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from torchkata.collection.layout import Kata, Tree
from torchkata.judging.judge import Judge

CARD = """\
+++
title = "Some values come out wrong"
pitfall = "adds-instead"
kind = "silent"
level = 1
minutes = 1
sources = ["https://example.org/incident"]
+++

## Symptom

Three comes out as four.

## See it

```python
print(double(torch.tensor([3.0])))
```

```text
tensor([4.])
```

## Predict

What is `double(1)`?

- A. one
- B. two
- C. ten
- D. six

## Task

Make `double` keep its promise.

## Hint 1

What is three plus one?

## Hint 2

Print `values + 1` beside `2 * values`.

## Hint 3

(a) add more, or (b) multiply?

## Once it is fixed

```text
tensor([6.])
```

## Why

B. You may think that one more is twice as much. In fact it is so for one alone. (A: no. C: no. D: no.)

## Rule

Doubling multiplies.

## What if

- the value is one?

```python
print(double(torch.tensor([1.0])))
```

```text
tensor([2.])
```

## In a room

Ask: for which value is nothing wrong? (One.)

## Again

And what halves?

## Answer

Dividing by two.
"""

PROGRAM = '''\
"""Double values."""

import torch


def double(values):
    """Twice the values.

    values: any shape, float64
    Returns the same shape; raises TypeError for an integer tensor.
    """
    if not torch.is_floating_point(values):
        raise TypeError("values must be floating point")
    return {body}
'''

TEST = '''\
"""What `double` promises."""

import pytest
import torch

from torchkata.checks import close, raises

pytestmark = pytest.mark.float64


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


# What double promises


def test_every_value_comes_out_twice(solution, device):
    close(solution.double(tensor([1.0, 3.0], device)), [2.0, 6.0], "twice the values")


# What already works and must stay


def test_one_comes_out_as_two(solution, device):
    close(solution.double(tensor([1.0], device)), [2.0], "twice one")


def test_integers_are_refused(solution, device):
    with raises(TypeError, "floating point", "an integer tensor"):
        solution.double(torch.tensor([1], device=device))


# The documented failure


def test_three_comes_out_as_four(broken, device):
    close(broken.double(tensor([3.0], device)), [4.0], "three, doubled")
'''


def program(body: str) -> str:
    """The miniature kata's program with `body` as what `double` returns."""
    return PROGRAM.replace("{body}", body)


def write_kata(root: Path, kata_id: str = "toy/double") -> Kata:
    """A whole, proven kata under `root`."""
    kata = Kata(root, *kata_id.split("/"))
    texts = {
        kata.card: CARD,
        kata.broken: program("values + 1"),
        kata.fixed: program("2 * values  # twice, not one more"),
        kata.test: TEST,
        kata.variants / "right_sum.py": program("values + values"),
        kata.variants / "right_stack.py": program("torch.stack([values, values]).sum(0)"),
        kata.variants / "wrong_triple.py": program("3 * values").replace(
            '"""Double values."""', '"""Three times is once too often."""'
        ),
        kata.variants / "wrong_square.py": program("values**2").replace(
            '"""Double values."""', '"""Squaring doubles two alone."""'
        ),
    }
    for file, text in texts.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return kata


PYPROJECT = """\
[tool.pytest]
addopts = ["--import-mode=importlib"]
testpaths = ["tests"]
pythonpath = ["."]
filterwarnings = ["error"]
"""


def write_tree(root: Path) -> Tree:
    """A tree with the kata toy/double, its own pyproject.toml and nothing else."""
    write_kata(root)
    (root / "pyproject.toml").write_text(PYPROJECT)
    found = Tree.find(root)
    assert found is not None
    return found


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A miniature tree of this test's own."""
    return write_tree(tmp_path / "dojo")


@pytest.fixture(scope="module")
def dojo(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """A miniature tree that the tests of one module share, and leave as it is."""
    return write_tree(tmp_path_factory.mktemp("shared") / "dojo")


@pytest.fixture(scope="module")
def judge(dojo: Tree) -> Iterator[Judge]:
    """A warm judge over `dojo`: it takes seconds to start, so that a module shares one."""
    with Judge(dojo, dojo.katas()) as warm:
        yield warm


@pytest.fixture(scope="session")
def toy() -> SimpleNamespace:
    """What miniature katas are written with; a fixture, because no test imports from here."""
    return SimpleNamespace(program=program, write_kata=write_kata, card=CARD, test=TEST, pyproject=PYPROJECT)


@pytest.fixture
def kata_command(tree: Tree):
    """Run the real `kata` command in the miniature tree; returns the finished process."""

    def run(*args: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "torchkata", *args],
            cwd=tree.root,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1", **environment},
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def repository() -> Tree:
    """The tree of this repository, with all its katas."""
    return Tree(Path(__file__).parents[2])
