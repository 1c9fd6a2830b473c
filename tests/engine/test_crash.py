"""`kill -9` at any moment loses no finished kata: what was acknowledged is in the history."""

import os
import random
import signal
import sys
import time

import pytest

from torchkata.learner.progress import Progress
from torchkata.system import atomic

KILLS = 200

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system with fork")


def test_what_was_acknowledged_is_there_after_kill_9(tree):
    """A child records solved katas, says after each that it is done, writes other state, and dies."""
    dice = random.Random(7)
    acknowledged = 0
    for round_number in range(KILLS):
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            progress = Progress(tree)
            for number in range(1000):
                kata = tree.kata(f"toy/k{round_number}_{number}")
                progress.record(kata, "verdict", verdict="solved")
                os.write(writer, b".")
                atomic.write_json(tree.private / "cache" / "signatures.json", {"number": number})
            os._exit(0)
        os.close(writer)
        # Every other one has done something before it dies, however slow the disk is.
        done = len(os.read(reader, 1)) if round_number % 2 else 0
        time.sleep(dice.random() * 0.02)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        while chunk := os.read(reader, 65536):
            done += len(chunk)
        os.close(reader)
        acknowledged += done
    states = Progress(tree).states()
    finished = sum(name.startswith("toy/k") for name in states)
    # Each child may have been killed between the writing and the word of it, never the other way round.
    assert acknowledged <= finished <= acknowledged + KILLS
    assert acknowledged >= KILLS / 2, "the children were killed before they did anything"
    progress = Progress(tree)
    progress.trouble()
    assert progress.set_aside is None
    # A write across the border of two pages may be cut there: half a line, which spoils only itself.
    assert progress.damaged <= 3
    kept = atomic.read_json(tree.private / "cache" / "signatures.json")
    assert isinstance(kept["number"], int)


def test_two_loops_at_once_do_no_harm(tree):
    pids = []
    for loop in range(4):
        pid = os.fork()
        if pid == 0:
            for number in range(200):
                Progress(tree).record(tree.kata(f"toy/l{loop}_{number}"), "verdict", verdict="solved")
            os._exit(0)
        pids.append(pid)
    assert all(os.waitpid(pid, 0)[1] == 0 for pid in pids)
    progress = Progress(tree)
    assert sum(name.startswith("toy/l") for name in progress.states()) == 800
    assert progress.damaged == 0


def test_half_a_line_at_the_end_spoils_only_itself(tree):
    progress = Progress(tree)
    progress.record(tree.kata("toy/one"), "verdict", verdict="solved")
    with progress.file.open("a") as stream:
        stream.write('{"schema": "kata-hist')
    progress.record(tree.kata("toy/two"), "verdict", verdict="solved")
    assert {"toy/one", "toy/two"} <= set(progress.states())
    assert "1 line of" in (progress.trouble() or "")


def test_a_file_that_is_no_history_is_set_aside_and_kept(tree):
    progress = Progress(tree)
    progress.file.parent.mkdir(parents=True)
    progress.file.write_bytes(os.urandom(400) + b"\n")
    content = progress.file.read_bytes()
    said = progress.trouble()
    assert said is not None
    assert progress.set_aside is not None
    assert progress.set_aside.name in said
    assert progress.set_aside.read_bytes() == content
    progress.record(tree.kata("toy/one"), "start")
    assert Progress(tree).states()["toy/one"] == "started"


def test_a_renamed_kata_keeps_its_state_its_versions_and_its_file(tree, kata_command):
    old = tree.kata("toy/former")
    old.copy.write_text("mine = 1\n")
    progress = Progress(tree)
    progress.record(old, "verdict", verdict="solved")
    progress.keep(old)
    (tree.root / "katas" / "renamed.toml").write_text('"toy/former" = "toy/double"\n')
    renewed = Progress(tree)
    assert renewed.state(tree.kata("toy/double")) == "solved"
    assert len(renewed.versions(tree.kata("toy/double"))) == 1
    done = kata_command("start", "toy/double")
    assert "it was katas/toy/former.py" in done.stdout
    assert tree.kata("toy/double").copy.read_text() == "mine = 1\n"
    assert not old.copy.exists()


def test_a_renamed_katas_file_replaces_a_fresh_copy_and_no_other(tree, kata_command):
    old, kata = tree.kata("toy/former"), tree.kata("toy/double")
    (tree.root / "katas" / "renamed.toml").write_text('"toy/former" = "toy/double"\n')
    old.copy.write_text("mine = 1\n")
    kata.copy.write_text("mine = 2\n")
    kata_command("start", "toy/double")
    assert (old.copy.read_text(), kata.copy.read_text()) == ("mine = 1\n", "mine = 2\n")
    kata.copy.write_bytes(kata.broken.read_bytes())
    assert "it was katas/toy/former.py" in kata_command("start", "toy/double").stdout
    assert kata.copy.read_text() == "mine = 1\n"
    assert not old.copy.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="one clock tick is too coarse there")
def test_versions_are_numbered_and_brought_back(tree, kata_command):
    kata = tree.kata("toy/double")
    progress = Progress(tree)
    for text in ("one = 1\n", "two = 2\n"):
        kata.copy.write_text(text)
        progress.keep(kata)
        time.sleep(0.01)
    shown = kata_command("history", "toy/double").stdout
    assert "not checked" in shown
    assert "the file as it is" in shown
    assert kata_command("restore", "toy/double", "3").returncode == 2
    done = kata_command("restore", "toy/double", "1")
    assert done.returncode == 0
    assert kata.copy.read_text() == "one = 1\n"
    assert len(progress.versions(kata)) == 2
