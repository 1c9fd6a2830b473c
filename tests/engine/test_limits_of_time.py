"""A limit is a limit of the program's own time; signatures that a limit cut short are never compared."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.engine.conftest import program
from torchkata.authoring.changed import changed
from torchkata.collection.catalogue import Catalogue
from torchkata.collection.layout import Tree
from torchkata.judging.judge import Judge
from torchkata.judging.known import TRIES, KnownFixes
from torchkata.judging.worker import PATIENCE, Limits, Run, can_fork
from torchkata.system.usage import descendants, processor_seconds

linux = pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")

BURN = "import time\nuntil = time.process_time() + {}\nwhile time.process_time() < until: pass\n"


@linux
def test_the_time_of_a_process_is_its_own_and_that_of_everything_below_it():
    burn = BURN.format(0.3)
    below = subprocess.run([sys.executable, "-c", burn], check=True)
    assert below.returncode == 0
    assert processor_seconds(os.getpid()) >= 0.3  # it was waited for
    outer = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {burn!r}])\n"
    outer += "print(flush=True)\ninput()"
    process = subprocess.Popen(
        [sys.executable, "-c", outer], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    process.stdout.readline()
    assert processor_seconds(process.pid) >= 0.3
    assert process.pid in descendants(os.getpid())
    assert process.pid not in descendants(os.getpid(), frozenset({process.pid}))
    process.communicate("\n")
    assert processor_seconds(process.pid) in (0, None)  # gone


@pytest.fixture
def busy():
    """Processes that compute without end, four for every core."""
    cores = len(os.sched_getaffinity(0))
    crowd = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(4 * cores)]
    yield
    for process in crowd:
        process.kill()
        process.wait()


@pytest.mark.skipif(not can_fork(), reason="without fork the clock counts alone on some systems")
def test_a_program_within_its_limit_is_judged_however_busy_the_machine(tree, busy):
    """It needs most of its limit of time, and waits for the processor several times that."""
    entry = Catalogue(tree)["toy/double"]
    with Judge(tree, [entry.kata]) as judge:
        assert judge.worker.ready
        judge.limits = Limits(seconds=1.0)
        text = program("2 * values").replace("import torch\n", "import torch\n" + BURN.format(0.1))
        found = judge.check(entry, text.encode(), entry.kata.copy)
    assert found.verdict == "solved", found


@pytest.mark.skipif(not can_fork(), reason="the slow road has a clock alone on some systems")
def test_a_program_that_works_and_one_that_waits_are_stopped_and_told_apart(tree, monkeypatch):
    entry = Catalogue(tree)["toy/double"]

    def never_ends(what):
        return judge.check(entry, f"import time\nwhile True: {what}\n".encode(), entry.kata.copy)

    with Judge(tree, [entry.kata]) as judge:
        assert judge.worker.ready
        judge.limits = Limits(seconds=0.4)
        waits = never_ends("time.sleep(1)")
        # However busy this machine is, it computes for that long before the clock ends it.
        monkeypatch.setattr("torchkata.judging.listening.PATIENCE", 100)
        works = never_ends("pass")
    assert (works.verdict, waits.verdict) == ("timeout", "timeout")
    assert "still running after 0.4 seconds of computing" in works.message
    assert f"still waiting after {PATIENCE * 0.4:g} seconds" in waits.message


# Signatures


def failing(name):
    return Run(reports=[{"report": "test", "name": name, "outcome": "failed", "class": "Mismatch", "got": 1}])


def known(tree, tmp_path, run):
    return KnownFixes(tmp_path / "cache", run, is_current=lambda: True).of(tree.kata("toy/double"), ["here"])


def test_a_signature_that_a_limit_cut_short_is_taken_again(tree, tmp_path):
    asked = []

    def run(kata, wrong):
        asked.append(wrong.stem)
        return Run(ended="timeout") if asked.count(wrong.stem) < TRIES else failing(wrong.stem)

    found = known(tree, tmp_path, run)
    assert {name: list(signature) for name, (signature, _) in found.items()} == {
        "wrong_square": ["wrong_square"],
        "wrong_triple": ["wrong_triple"],
    }
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_one_that_cannot_be_taken_is_missing_and_neither_kept_nor_forgotten(tree, tmp_path):
    def run(kata, wrong):
        return Run(ended="timeout") if wrong.stem == "wrong_square" else failing(wrong.stem)

    assert set(known(tree, tmp_path, run)) == {"wrong_triple"}
    assert not (tmp_path / "cache").exists()
    assert set(known(tree, tmp_path, lambda kata, wrong: failing(wrong.stem))) == {
        "wrong_square",
        "wrong_triple",
    }


def test_a_verdict_says_that_it_was_not_compared_with_everything(tree, monkeypatch):
    entry = Catalogue(tree)["toy/double"]
    with Judge(tree, [entry.kata]) as judge:
        real = judge._run
        stopped = SimpleNamespace(ended="timeout", reports=[])
        monkeypatch.setattr(
            judge, "_run", lambda kata, text, shown, cancel=None: stopped if "wrong_square" in str(shown) else
            real(kata, text, shown, cancel),
        )  # fmt: skip
        found = judge.check(entry, program("9 * values").encode(), entry.kata.copy)
        assert found.verdict == "failing"
        assert "1 of 2 known wrong fixes couldn't be run for comparison" in found.message
        found = judge.check(entry, program("3 * values").encode(), entry.kata.copy)
        assert found.wrong_fix == "wrong_triple"


# What a proof is about


def git(root, *arguments):
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", "-C", str(root), *identity, *arguments], check=True, capture_output=True)


def test_only_katas_that_differ_from_a_revision_are_proven_again(tree, toy):
    other = toy.write_kata(tree.root, "toy/other")
    card = other.card
    card.write_text(card.read_text().replace("adds-instead", "adds-as-well"))
    git(tree.root, "init")
    git(tree.root, "add", "-A")
    git(tree.root, "commit", "-m", "begin")

    def ids(revision="main"):
        return [entry.id for entry in changed(Catalogue(Tree(tree.root)), revision)]

    assert ids() == []
    (other.variants / "right_new.py").write_text("")
    assert ids() == ["toy/other"]
    git(tree.root, "add", "-A")
    git(tree.root, "commit", "-m", "more")
    assert ids() == []
    assert ids("HEAD~1") == ["toy/other"]
    tree.kata("toy/double").fixed.write_text("x = 1\n")
    assert ids() == ["toy/double"]
    Path(tree.root, "conftest.py").write_text("# the engine\n")
    assert ids() == ["toy/double", "toy/other"]
    with pytest.raises(ValueError, match="git says"):
        ids("no-such-revision")


def test_the_number_of_workers_is_a_number_or_auto(kata_command):
    done = kata_command("prove", "--workers", "none")
    assert done.returncode == 2
    assert "--workers takes a number from 1 on, or auto" in done.stderr
    done = kata_command("prove", "--workers", "1")
    assert done.returncode == 0, done.stdout + done.stderr
