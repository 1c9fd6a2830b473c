"""Windows' conventions, on Linux: line ends, paths with backslashes, an encoding of 256 characters."""

import codecs
import os
import subprocess
import sys
from pathlib import Path, PureWindowsPath
from types import SimpleNamespace

import pytest

from torchkata.collection import card
from torchkata.collection.catalogue import Catalogue
from torchkata.collection.layout import Tree
from torchkata.collection.lint import lint
from torchkata.dojo import manifest, setup
from torchkata.finding.question import question
from torchkata.judging.judge import Judge
from torchkata.learner import inbox
from torchkata.learner.terminal import Key

ROOT = Path(__file__).parents[2]
TEXTS = {".md", ".py", ".toml", ".json", ".jsonl", ""}


def as_on_windows(root):
    """Every text below `root` as git's autocrlf writes it there."""
    for file in root.rglob("*"):
        if file.is_file() and file.suffix in TEXTS:
            file.write_bytes(file.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


# Line ends


@pytest.fixture(scope="module")
def windows(tmp_path_factory, toy_tree):
    """The miniature tree with the line ends of Windows, and a judge over it."""
    tree = toy_tree(tmp_path_factory.mktemp("windows") / "dojo")
    as_on_windows(tree.root)
    with Judge(tree, tree.katas()) as judge:
        yield tree, judge


@pytest.fixture(scope="module")
def toy_tree():
    from tests.engine.conftest import write_tree

    return write_tree


@pytest.mark.parametrize(
    ("file", "verdict"),
    [("broken", "untouched"), ("fixed", "solved"), ("right", "solved"), ("wrong", "wrong_fix")],
)
@pytest.mark.parametrize("begins", [b"", codecs.BOM_UTF8], ids=["plain", "with_a_mark"])
def test_programs_with_its_line_ends_get_the_verdicts_of_all_others(windows, file, verdict, begins):
    tree, judge = windows
    entry = Catalogue(tree)["toy/double"]
    kata = entry.kata
    program = {
        "broken": kata.broken, "fixed": kata.fixed, "right": kata.rights[0], "wrong": kata.wrongs[0],
    }[file].read_bytes()  # fmt: skip
    assert b"\r\n" in program
    assert judge.check(entry, begins + program, kata.copy).verdict == verdict


def test_a_tree_with_its_line_ends_keeps_the_contract_and_reads_the_same(windows, dojo):
    tree, _ = windows
    assert lint(tree, {"toy/double"}) == []
    theirs, ours = (card.read(one.kata("toy/double").card) for one in (tree, dojo))
    assert theirs == ours


def test_a_dojo_that_git_has_given_its_line_ends_is_nobodys_work(tmp_path, dojo):
    root = setup.init(tmp_path / "mine", dojo).root
    as_on_windows(root)
    assert manifest.differing(root) == []
    changes = setup.update(root, dojo)
    assert (changes.new, changes.changed, changes.removed, changes.kept, changes.left) == ([], [], [], {}, [])
    card_there = Tree(root).kata("toy/double").card
    card_there.write_bytes(card_there.read_bytes() + b"mine\r\n")
    assert manifest.differing(root) == ["katas/toy/double.md"]
    assert list(setup.update(root, dojo).kept) == ["katas/toy/double.md"]


# Paths


@pytest.mark.parametrize(
    "typed", [r"toy\double", r"katas\toy\double.py", r".\katas\toy\double.md", "toy\\double\\"]
)
def test_a_kata_is_found_by_a_path_of_windows(dojo, typed):
    assert PureWindowsPath(typed).parts[-1].startswith("double")
    assert Catalogue(dojo)[typed].id == "toy/double"


def test_a_traceback_of_windows_is_searched_by_its_error():
    pasted = (
        "Traceback (most recent call last):\r\n"
        '  File "C:\\Users\\me\\train.py", line 3, in <module>\r\n'
        "    loss.backward()\r\n"
        "RuntimeError: element 0 of tensors does not require grad\r\n"
    )
    found = question(pasted)
    assert found.error == "RuntimeError: element 0 of tensors does not require grad"
    assert "\r" not in found.text + found.core + found.names


def test_what_is_written_down_of_a_path_has_no_backslash(dojo, tmp_path):
    root = setup.init(tmp_path / "mine", dojo).root
    assert not any("\\" in path for path in manifest.read(root))


# Encodings


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
@pytest.mark.parametrize(
    "words", [["show", "losses/padded_batch"], ["list"], ["find", "loss is nan"]], ids=str
)
def test_every_card_can_be_printed_in_its_encoding(encoding, words):
    done = subprocess.run(
        [sys.executable, "-m", "torchkata", *words], cwd=ROOT, capture_output=True, timeout=120, check=False,
        env={"PATH": "/usr/bin", "PYTHONIOENCODING": encoding, "HOME": "/nonexistent", "COLUMNS": "100"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode(encoding)
    assert len(done.stdout.decode(encoding).splitlines()) > 5


def test_no_file_is_read_or_written_in_the_encoding_of_the_machine():
    ruff = Path(sys.executable).with_name("ruff")
    options = ["check", "--isolated", "--preview", "--select", "PLW1514", "--output-format", "concise"]
    done = subprocess.run([ruff, *options, "src"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_a_fresh_process_for_each_check_imports_nothing_that_only_linux_has():
    loads = "import sys, torchkata.judging.inside.server, torchkata.judging.inside.run\n"
    looks = "print([name for name in sys.modules if name.startswith('torchkata.judging.inside.')])"
    done = subprocess.run([sys.executable, "-c", loads + looks], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "torchkata.judging.inside.run" in done.stdout
    for module in ("nursery", "child", "keeping", "kept", "modes"):
        assert f"torchkata.judging.inside.{module}'" not in done.stdout


# Keys


@pytest.fixture
def typed_on_windows(monkeypatch):
    """What an inbox gets of these characters, with no more of `os` than Windows has before Python 3.12.

    seen: whether `kbhit` knows of the second half of a key, which not every C library's does
    """

    def get(characters, *, seen=True):
        waiting = list(characters)
        half = False

        def kbhit():
            return bool(waiting) and (seen or not half)

        def getwch():
            nonlocal half
            char = waiting.pop(0)
            half = not half and char in "\0\xe0"
            return char

        def sleep(_):
            nonlocal half
            half = False  # another key is pressed

        monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(kbhit=kbhit, getwch=getwch))
        monkeypatch.setattr(inbox, "os", SimpleNamespace(name="nt", pipe=os.pipe, write=os.write))
        monkeypatch.setattr(inbox.time, "sleep", sleep)
        box, found = inbox.Inbox(), []
        box.keys.single = True
        while (event := box.get(0.05)) is not None:
            found.append(event)
        return found

    return get


@pytest.mark.parametrize("seen", [True, False])
@pytest.mark.parametrize("prefix", ["\0", "\xe0"])
def test_an_arrow_is_no_letter_on_windows(typed_on_windows, prefix, seen):
    assert typed_on_windows(f"{prefix}Hn{prefix}Qq", seen=seen) == [Key("n"), Key("q")]


def test_a_letter_with_an_accent_takes_no_other_key_with_it_on_windows(typed_on_windows):
    assert typed_on_windows("\xe0 n", seen=True) == [Key("\xe0"), Key(" "), Key("n")]
    assert typed_on_windows("\xe0n", seen=True) == [Key("\xe0"), Key("n")]


def test_news_wait_without_a_bell_on_windows(typed_on_windows):
    typed_on_windows("")
    box = inbox.Inbox()
    for _ in range(70_000):  # more than a pipe holds
        box.put(inbox.Notice("news"))
    assert box.get(0) == inbox.Notice("news")
