"""A miniature tree for the engine's own tests: one whole kata, small enough to be bent at will."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from torchkata.collection.layout import Kata, Tree
from torchkata.judging.judge import Judge
from torchkata.room.journal import Journal
from torchkata.room.state import State

ROOM_PATIENCE = 120.0  # seconds after which something hangs

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


def two_free_ports() -> int:
    """The first of two, below those that clients get: none of them can take one during a restart."""
    while True:
        port = random.randrange(20_000, 32_000)
        with contextlib.suppress(OSError), socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", port))
            other.bind(("0.0.0.0", port + 1))
            return port


class RoomServer:
    """The real `kata room --lan`, which can be killed and started again at the same address."""

    def __init__(self, root: Path, *katas: str) -> None:
        self.root, self.katas, self.port = root, katas, two_free_ports()
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "torchkata", "room", *self.katas]
        command += ["--lan", "--port", str(self.port)]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            command, cwd=self.root, stdout=subprocess.PIPE, text=True, env=environment
        )
        said = ""
        while "Ctrl-C" not in said:
            line = self.process.stdout.readline()
            assert line, said
            said += line
        self.said = said
        self.port = int(re.search(r"127\.0\.0\.1:(\d+)/stage", said)[1])
        door, self.code = re.search(r"kata join \S+:(\d+) (\w+)", said).groups()
        self.address = f"127.0.0.1:{door}"
        self.stage, self.desk = re.findall(r"http://127\S+token=\S+", said)

    def do(self, what: str, **more: object) -> None:
        """A command of the desk's."""
        host, token = re.findall(r"http://(\S+)/stage\?token=(\S+)", self.stage)[0]
        headers = {"origin": f"http://{host}", "cookie": f"kata-{self.port}={token}"}
        said = json.dumps({"do": what, **more}).encode()
        request = urllib.request.Request(f"http://{host}/do", data=said, headers=headers)
        urllib.request.urlopen(request, timeout=ROOM_PATIENCE).close()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            assert self.process.wait(ROOM_PATIENCE) == 0
            self.process.stdout.close()

    @property
    def events(self) -> list[dict[str, object]]:
        (file,) = (self.root / ".kata" / "room").glob("*/events.jsonl")
        return Journal(file).events()

    @property
    def state(self) -> State:
        return State.of(self.events)


@pytest.fixture
def room_server(tree: Tree) -> Iterator[Callable[..., RoomServer]]:
    """Start a room with these katas, in the miniature tree or in another one."""
    running = []

    def start(*katas: str, root: Path = tree.root) -> RoomServer:
        running.append(RoomServer(root, *katas))
        return running[-1]

    yield start
    for server in running:
        server.end()


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


@pytest.fixture(autouse=True)
def no_status_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A red run of pytester in this process would decide how ours ends."""
    monkeypatch.setattr("torchkata.testing.session.keep_status", lambda status: None)


@pytest.fixture(scope="session")
def repository() -> Tree:
    """The tree of this repository, with all its katas."""
    return Tree(Path(__file__).parents[2])


MINI = Path(__file__).parent / "mini_case"


def write_case_project(root: Path, name: str = "mini") -> Path:
    """A whole project with three plants, which the kata toy/double is said to drill; its folder."""
    folder = root / "cases" / name
    shutil.copytree(MINI, folder, ignore=shutil.ignore_patterns("__pycache__", "tests_of_mini.py"))
    test = root / "tests" / "cases" / f"test_{name}.py"
    test.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(MINI / "tests_of_mini.py", test)
    return folder


@pytest.fixture
def case_tree(tree: Tree) -> Tree:
    """The miniature tree, with the miniature project of the case files in it."""
    write_case_project(tree.root)
    return tree
