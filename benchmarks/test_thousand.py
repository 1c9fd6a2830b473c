"""What grows with the number of katas: a tree of a thousand, made of copies, beside the one that there is.

pytest benchmarks/test_thousand.py -p no:xdist -s
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from torchkata.collection.catalogue import Catalogue
from torchkata.collection.layout import Tree
from torchkata.judging.judge import Judge

ROOT = Path(__file__).parents[1]
COPIES = 10


@pytest.fixture(scope="module")
def thousand(tmp_path_factory):
    root = tmp_path_factory.mktemp("thousand")
    for file in ("pyproject.toml", "conftest.py"):
        shutil.copy(ROOT / file, root / file)
    for kata in Tree(ROOT).katas():
        for number in range(COPIES):
            track = kata.track + (f"_{number}" if number else "")
            copy = Tree(root).kata(f"{track}/{kata.name}")
            for ours, theirs in ((kata.card, copy.card), (kata.broken, copy.broken), (kata.fixed, copy.fixed),
                                 (kata.test, copy.test)):  # fmt: skip
                theirs.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ours, theirs)
            shutil.copytree(kata.variants, copy.variants, ignore=shutil.ignore_patterns("__pycache__"))
    return Tree(root)


def seconds_of(root: Path, *command: str) -> float:
    """Processor time of a command."""
    before = os.times()
    subprocess.run([sys.executable, "-m", "torchkata", *command], cwd=root, capture_output=True, check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def first_screen(root: Path) -> float:
    from tests.engine.test_loop import Terminal

    begun = time.monotonic()
    with Terminal(root) as terminal:
        terminal.expect("Enter skips")
        return time.monotonic() - begun


def about_a_check(tree: Tree) -> tuple[float, float, float]:
    """Seconds until the judge is warm; MiB of its worker; milliseconds of a check, the median."""
    catalogue = Catalogue(tree)
    entry = catalogue["optim/flat_line"]
    begun = time.monotonic()
    with Judge(tree, [e.kata for e in catalogue.entries]) as judge:
        judge.prepare(entry.kata)
        warm = time.monotonic() - begun
        status = Path(f"/proc/{judge.worker.process.pid}/status").read_text()
        taken = []
        for _ in range(21):
            begun = time.monotonic()
            assert judge.check(entry, entry.kata.fixed.read_bytes(), entry.kata.fixed).verdict == "solved"
            taken.append(time.monotonic() - begun)
            time.sleep(0.3)  # people do not save again at once; the next child gets ready meanwhile
    return warm, int(status.split("VmRSS:")[1].split()[0]) / 1024, 1000 * sorted(taken)[10]


def test_a_thousand_katas_beside_those_there_are(thousand):
    print()
    for tree in (Tree(ROOT), thousand):
        warm, memory, check = about_a_check(tree)
        print(
            f"{len(tree.katas())} katas: list {seconds_of(tree.root, 'list'):.2f} s, "
            f"show {seconds_of(tree.root, 'show', 'optim/flat_line'):.2f} s of processor time; "
            f"first screen {first_screen(tree.root):.2f} s, warm after {warm:.1f} s, "
            f"worker {memory:.0f} MiB, a check {check:.0f} ms"
        )
