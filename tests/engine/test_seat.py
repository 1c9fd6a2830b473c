"""The learner's seat on a bad day: full disks, wrong folders, pasted text, stopped processes.

Each test was a report: from people who use this kind of program, or from those who attacked this one.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.engine.conftest import program, write_kata
from tests.engine.test_loop import Terminal
from torchkata.collection.catalogue import Catalogue
from torchkata.learner import editor, keys, portable, workspace
from torchkata.learner.progress import Progress
from torchkata.learner.terminal import Key, Pasted, typed
from torchkata.practice.again import schedule

RIGHT = program("2 * values")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")


@pytest.fixture
def two(tree):
    """The miniature tree with a second kata."""
    card = write_kata(tree.root, "toy/other").card
    card.write_text(card.read_text().replace("adds-instead", "adds-as-well").replace("Some", "Other"))
    return tree


def begin(terminal):
    terminal.expect("Enter skips")
    terminal.press("\r")
    terminal.expect("Waiting for a save")


# No exception ends the loop


def test_a_verdict_is_shown_where_it_cannot_be_recorded_and_the_loop_goes_on(tree):
    """As on a full disk: the history can't grow, the kept versions neither."""
    with Terminal(tree.root) as terminal:
        begin(terminal)
        (tree.private / "history.jsonl").unlink()
        (tree.private / "history.jsonl").mkdir()
        terminal.save("toy/double", program("3 * values"))
        terminal.expect("WRONG FIX")
        terminal.expect("Is a directory")
        (tree.private / "history.jsonl").rmdir()
        terminal.save("toy/double", RIGHT)
        terminal.expect("SOLVED")


def test_a_full_disk_is_said_by_every_command_with_what_to_do(tree, tmp_path):
    """No file may grow past a few bytes: the errno differs from that of a full disk, the road is the same."""
    tree.kata("toy/double").copy.parent.mkdir(parents=True, exist_ok=True)
    tree.kata("toy/double").copy.write_text(program("3 * values"))

    def full():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (16, 16))

    def called(*command):
        return subprocess.run(
            [sys.executable, "-m", "torchkata", *command],
            cwd=tree.root, capture_output=True, text=True, preexec_fn=full, check=False,
        )  # fmt: skip

    for command in (["reset", "toy/double"], ["export", str(tmp_path / "mine.zip")]):
        done = called(*command)
        assert done.returncode == 2, done.stderr
        assert done.stderr.startswith("kata: ")
        assert "File too large" in done.stderr
        assert "Traceback" not in done.stderr
    assert tree.kata("toy/double").copy.read_text() == program("3 * values")
    assert not list(tmp_path.glob("*.zip*"))
    done = called("hint", "toy/double")  # it can be read, if not counted
    assert done.returncode == 0
    assert "What is three plus one?" in done.stdout
    assert "File too large" in done.stdout


def test_a_folder_in_the_place_of_the_file_and_a_missing_file_are_called_by_their_names(tree):
    copy = tree.kata("toy/double").copy
    with Terminal(tree.root) as terminal:
        begin(terminal)
        copy.unlink()
        terminal.expect("katas/toy/double.py is gone. x starts over")
        copy.mkdir()
        (copy / "inner.py").write_text("")
        terminal.press("r")
        terminal.expect("is a folder now")
        terminal.press("x")
        terminal.expect("Type reset:")
        terminal.press("reset\r")
        terminal.expect("a folder has a name that a file needs")
        (copy / "inner.py").unlink()
        copy.rmdir()
        terminal.save("toy/double", RIGHT)
        terminal.expect("SOLVED")


def test_a_syntax_error_saved_into_broken_ends_no_check_in_silence(tree):
    with Terminal(tree.root) as terminal:
        begin(terminal)
        terminal.save("toy/double", program("3 * values"))
        terminal.expect("WRONG FIX")
        tree.kata("toy/double").broken.write_text("x = (")
        terminal.expect("broken/toy/double.py has changed, and it is what your file is compared with")
        terminal.save("toy/double", RIGHT)
        terminal.expect("OUR FAULT")
        terminal.expect("double.py")
        terminal.press("q")
        terminal.expect("picks up here")


def test_a_device_that_is_not_there_is_no_endless_check(tree):
    with Terminal(tree.root, "watch", "--device", "cuda") as terminal:
        terminal.expect("Enter skips")
        terminal.press("\r")
        terminal.save("toy/double", RIGHT)
        terminal.expect("No verdict.")
        terminal.expect("no cuda device")
        terminal.press("q")
        terminal.expect("picks up here")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_said(tree):
    os.chmod(tree.root / "katas" / "toy", 0o500)
    with Terminal(tree.root) as terminal:
        terminal.expect("Permission denied")
        terminal.press("q")
        terminal.expect("picks up here")


def test_our_own_fault_is_said_as_such_without_a_traceback(kata_command, tree):
    (tree.root / "katas" / "toy" / "double.md").chmod(0o644)
    (tree.root / "torch.py").write_text("raise ZeroDivisionError('shadow')")
    done = kata_command("check", "toy/double", "--solution", "fixed/toy/double.py")
    assert done.returncode in (0, 4)  # 4 where the shadow is found first
    assert "Traceback" not in done.stderr


# Keys that hurt


@pytest.mark.parametrize(
    ("data", "events"),
    [
        (b"x", [Key("x")]),
        (b"nn", [Key("n"), Key("n")]),
        (b"proxy = galaxy", [Pasted("proxy = galaxy")]),
        (b"\x1b[200~x\x1b[201~", [Pasted("x")]),
        (b"\x1b[A", [Key("\x1b[A")]),
        (b"\x1b", [Key("\x1b")]),
        ("é".encode(), [Key("é")]),
    ],
)
def test_pasted_text_is_no_command(data, events):
    assert typed(data) == events


def test_pasting_a_line_with_an_x_and_a_y_resets_nothing(tree):
    with Terminal(tree.root) as terminal:
        begin(terminal)
        terminal.save("toy/double", program("3 * values"))
        terminal.expect("h gives a hint")
        terminal.press("proxy = galaxy  # the proxy")
        terminal.expect("That was pasted")
        terminal.press("r")
        terminal.expect("WRONG FIX")
        assert tree.kata("toy/double").copy.read_text() == program("3 * values")


def test_c_checks_what_was_changed_alone_and_leaves_the_predictions_open(two):
    (two.root / "katas" / "toy").mkdir(exist_ok=True)
    for name in ("double", "other"):
        two.kata(f"toy/{name}").copy.write_bytes(two.kata(f"toy/{name}").broken.read_bytes())
    with Terminal(two.root) as terminal:
        begin(terminal)
        terminal.press("c")
        terminal.expect("0 of 2 katas have changes of yours.")
        two.kata("toy/other").copy.write_text(RIGHT)
        terminal.expect("You saved katas/toy/other.py; this is toy/double")
        terminal.press("c")
        terminal.expect("1/1  toy/other")
        terminal.expect("1 of 2 katas have changes of yours.")
    events = [(e["kata"], e["event"]) for e in Progress(two).events()]
    assert ("toy/double", "verdict") not in events


def test_a_file_saved_beside_the_katas_is_told_where_it_belongs(two):
    (two.root / "there_before.py").write_text("x = 1\n")
    with Terminal(two.root) as terminal:
        begin(terminal)
        (two.root / "there_before.py").write_text("x = 2\n")
        (two.root / "double.py").write_text(RIGHT)
        terminal.expect("You saved double.py, where nobody looks at it. It belongs in katas/toy/double.py")
        (two.root / "other.py").write_text(RIGHT)
        said = terminal.expect(
            "You saved other.py, where nobody looks at it. It belongs in katas/toy/other.py"
        )
        assert "there_before" not in said


def test_a_hint_in_between_leaves_the_prediction_open(tree):
    with Terminal(tree.root, "watch") as terminal:
        terminal.expect("Enter skips")
        terminal.press("h")
        terminal.expect("Hint 1")
        terminal.press("d")  # the key of the difference, not the answer D
        terminal.expect("after the third hint")
        terminal.press("B")
        terminal.expect("Noted: B")
        terminal.press("B")
        terminal.expect("You predicted B; p asks again.")


def test_untouched_copies_that_were_checked_are_still_asked_for_a_prediction(tree):
    progress, kata = Progress(tree), tree.kata("toy/double")
    progress.record(kata, "verdict", verdict="untouched")
    assert not progress.predicted(kata)
    progress.record(kata, "verdict", verdict="failing")
    assert progress.predicted(kata)


def test_after_ctrl_z_and_fg_single_keys_work_and_the_screen_says_where_one_is(tree):
    with Terminal(tree.root) as terminal:
        begin(terminal)
        subprocess.run(["stty", "sane"], stdin=terminal.theirs, check=True)  # as the shell does
        terminal.process.send_signal(signal.SIGCONT)
        terminal.expect("toy/double")
        terminal.expect("Waiting for a save")
        terminal.press("?")
        terminal.expect("start over")


def test_ctrl_s_is_answered(tree):
    with Terminal(tree.root) as terminal:
        begin(terminal)
        terminal.press("\x13")
        terminal.expect(keys.FROZEN[:30])


# Silence


def test_a_save_through_a_link_is_a_check_and_the_link_stays(tree, tmp_path):
    real = tmp_path / "elsewhere.py"
    real.write_bytes(tree.kata("toy/double").broken.read_bytes())
    copy = tree.kata("toy/double").copy
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.symlink_to(real)
    with Terminal(tree.root) as terminal:
        begin(terminal)
        real.write_text(program("3 * values"))
        terminal.expect("WRONG FIX")
        terminal.press("x")
        terminal.expect("Type reset:")
        terminal.press("reset\r")
        terminal.expect("is as it was at the start")
    assert copy.is_symlink()
    assert real.read_bytes() == tree.kata("toy/double").broken.read_bytes()


def test_a_history_that_was_set_aside_is_said_by_every_command(tree, kata_command):
    tree.private.mkdir(exist_ok=True)
    for command in (["list"], ["history", "toy/double"], ["hint", "toy/double"]):
        (tree.private / "history.jsonl").write_text("garbage\n")
        done = kata_command(*command)
        assert done.returncode == 0
        assert "It was set aside as" in done.stderr, command


def test_an_editor_that_is_installed_is_found(monkeypatch, tmp_path):
    for name in ("VISUAL", "EDITOR", "TERM_PROGRAM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert editor.command(None) is None
    (tmp_path / "vim").write_text("#!/bin/sh\n")
    (tmp_path / "vim").chmod(0o755)
    assert editor.command(None) == ["vim"]
    monkeypatch.setenv("EDITOR", "ed -s")
    assert editor.command(None) == ["ed", "-s"]


# Hints, giving up, versions


def test_s_runs_see_it_on_the_learners_own_file(tree):
    with Terminal(tree.root) as terminal:
        begin(terminal)
        terminal.press("s")
        terminal.expect("See it, with katas/toy/double.py:")
        terminal.expect("tensor([4.])")
        terminal.save("toy/double", RIGHT)
        terminal.expect("SOLVED")
        terminal.press("s")
        terminal.expect("tensor([6.])")
        terminal.save("toy/double", "x = (\n")
        terminal.expect("CANNOT RUN")
        terminal.press("s")
        terminal.expect("SyntaxError")


def test_after_the_third_hint_d_offers_the_answer_and_the_kata_comes_back_soon(tree):
    with Terminal(tree.root) as terminal:
        begin(terminal)
        terminal.press("d")
        terminal.expect("after the third hint")
        for number in (1, 2, 3):
            terminal.press("h")
            terminal.expect(f"Hint {number} of 3")
        terminal.press("d")
        terminal.expect("counts as given up")
        terminal.press("n")
        terminal.expect("Not shown.")
        terminal.press("d")
        terminal.expect("counts as given up")
        terminal.press("y")
        terminal.expect("return 2 * values")
        terminal.expect("Doubling multiplies.")
    assert list(schedule(list(Progress(tree).events()))) == ["toy/double"]
    solved = {"kata": "a/b", "event": "verdict", "verdict": "solved", "at": 0.0}
    gave_up = {"kata": "a/b", "event": "gave up", "at": 0.0}
    assert schedule([gave_up])["a/b"].due < schedule([solved])["a/b"].due


def test_the_prediction_of_a_kata_that_is_given_is_answered_at_once(tree):
    card = tree.kata("toy/double").card
    card.write_text(card.read_text().replace("minutes = 1", "minutes = 1\ngiven = true"))
    with Terminal(tree.root) as terminal:
        terminal.expect("SOLVED")
        terminal.press("a")
        terminal.expect("You predicted A: the answer is B.")
        terminal.expect("one more is twice as much")


def test_forty_unchecked_saves_are_one_line_and_each_can_be_looked_at(tree, kata_command):
    progress, kata = Progress(tree), tree.kata("toy/double")
    for number in range(40):
        progress.keep_text(kata, program(f"{number} * values").encode())
    said = kata_command("history", "toy/double").stdout
    assert "1-40" in said
    assert "not checked (40 saves)" in said
    assert len(said.splitlines()) < 6
    said = kata_command("history", "toy/double", "3").stdout
    assert "return 1 * values" in said
    assert "return 2 * values" in said


# To another machine


def test_an_export_brings_everything_and_an_import_overwrites_nothing(two, tmp_path):
    progress = Progress(two)
    catalogue = Catalogue(two)
    for name, body in (("double", "2 * values"), ("other", "4 * values")):
        workspace.start(catalogue[f"toy/{name}"], progress)
        two.kata(f"toy/{name}").copy.write_text(program(body))
        progress.keep(two.kata(f"toy/{name}"))
    progress.record(two.kata("toy/double"), "verdict", verdict="solved")
    file = tmp_path / "mine.zip"
    assert portable.write(catalogue, file) == 2
    for name in ("double", "other"):
        two.kata(f"toy/{name}").copy.unlink()
    two.kata("toy/other").copy.write_text(program("7 * values"))
    two.private.rename(tmp_path / "gone")
    brought = portable.read(catalogue, file)
    assert (brought.copies, brought.kept) == (["toy/double"], ["toy/other"])
    assert brought.events == 3
    assert two.kata("toy/double").copy.read_text() == RIGHT
    assert two.kata("toy/other").copy.read_text() == program("7 * values")
    assert Progress(two).states()["toy/double"] == "solved"
    kept = [v.file.read_text() for v in Progress(two).versions(two.kata("toy/other"))]
    assert program("4 * values") in kept
    assert portable.read(catalogue, file).events == 0  # a second time brings nothing new


def test_an_archive_of_somebody_elses_writes_nothing_outside(tree, tmp_path):
    file = tmp_path / "odd.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("katas/../../../evil.py", "x")
        archive.writestr(".kata/kept/../../../evil.py", "x")
        archive.writestr("katas/toy/unknown.py", "x")
        archive.writestr("fixed/toy/double.py", "x")
    before = tree.kata("toy/double").fixed.read_text()
    portable.read(Catalogue(tree), file)
    assert not list(tmp_path.rglob("evil.py"))
    assert not tree.kata("toy/unknown").copy.exists()
    assert tree.kata("toy/double").fixed.read_text() == before
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("holiday.jpg", "x")
    with pytest.raises(portable.NoArchive, match="no copies and no history"):
        portable.read(Catalogue(tree), file)


@pytest.mark.parametrize("harm", ["damaged", "encrypted", "unknown way of packing"])
def test_an_archive_that_is_damaged_inside_says_so_and_nothing_is_written(tree, tmp_path, harm, kata_command):
    file = tmp_path / "mine.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(".kata/kept/toy/double/20261121-140509-123-0123456789ab.py", "x")
        archive.writestr("katas/toy/double.py", RIGHT)
    content = bytearray(file.read_bytes())
    if harm == "damaged":
        content[content.index(b"return")] ^= 1
    else:  # in the directory at the end: the flags of a file are at 8, its method at 10
        entry = content.rindex(b"PK\x01\x02")
        content[entry + 8] |= harm == "encrypted"
        content[entry + 10] = 0 if harm == "encrypted" else 99
    file.write_bytes(content)
    done = kata_command("import", str(file))
    assert done.returncode == 2
    said = " ".join(done.stderr.split())
    assert "mine.zip can't be read" in said
    assert "kata export" in said
    assert not (tree.private / "kept").exists()
    assert not tree.kata("toy/double").copy.exists()


def test_large_copies_and_all_kept_versions_come_in_again(tree, tmp_path):
    catalogue, copy = Catalogue(tree), tree.kata("toy/double").copy
    large = (RIGHT + "#" * (3 << 20)).encode()
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_bytes(large)
    names = ["practice/0123456789ab.py", "update-20261121-140509/broken/toy/double.py"]
    for name in names:
        file = tree.private / "kept" / name
        file.parent.mkdir(parents=True)
        file.write_text("mine")
    portable.write(catalogue, tmp_path / "mine.zip")
    copy.unlink()
    tree.private.rename(tmp_path / "gone")
    brought = portable.read(catalogue, tmp_path / "mine.zip")
    assert (brought.copies, brought.left_out) == (["toy/double"], {})
    assert copy.read_bytes() == large
    assert [(tree.private / "kept" / name).read_text() for name in names] == ["mine", "mine"]


def test_what_an_import_leaves_out_is_named(tree, tmp_path, monkeypatch):
    monkeypatch.setattr(portable, "LARGEST", 1000)
    with zipfile.ZipFile(tmp_path / "mine.zip", "w") as archive:
        archive.writestr("katas/toy/double.py", "#" * 2000)
        archive.writestr("katas/toy/unknown.py", "x")
    brought = portable.read(Catalogue(tree), tmp_path / "mine.zip")
    assert brought.left_out == {
        "katas/toy/double.py": "it's larger than any program",
        "katas/toy/unknown.py": "there is no such kata here",
    }


def test_the_command_names_what_an_import_leaves_out(kata_command, tmp_path):
    with zipfile.ZipFile(tmp_path / "mine.zip", "w") as archive:
        archive.writestr("katas/toy/unknown.py", "x")
    said = kata_command("import", str(tmp_path / "mine.zip")).stdout
    assert "Left out: katas/toy/unknown.py: there is no such kata here" in said


def test_an_event_with_an_odd_line_end_in_it_comes_in_whole(tree, tmp_path):
    event = {"schema": "kata-history/1", "at": 1.0, "kata": "toy/double", "event": "note", "said": "a\u2028b"}
    with zipfile.ZipFile(tmp_path / "mine.zip", "w") as archive:
        archive.writestr(".kata/history.jsonl", json.dumps(event, ensure_ascii=False) + "\n")
    assert portable.read(Catalogue(tree), tmp_path / "mine.zip").events == 1
    assert [one["said"] for one in Progress(tree).events()] == ["a\u2028b"]


# What can be read


@pytest.mark.parametrize("width", [40, 80, 100, 150])
def test_nothing_is_cut_and_nothing_is_wider_than_the_screen(width, repository):
    """Every difference and the whole list, at widths that people have."""
    import io

    from rich.console import Console

    from torchkata.show import cards, lists

    entries = Catalogue(repository).entries
    for entry in entries[:: 1 if width == 80 else 9]:
        page = Console(file=io.StringIO(), width=width, force_terminal=False)
        page.print(cards.solution(entry, width), markup=False)
        shown = page.file.getvalue()
        assert all(len(line) <= width for line in shown.splitlines()), entry.id
        words = "".join(shown.split())
        fixed = entry.kata.fixed.read_text().splitlines()
        broken = entry.kata.broken.read_text().splitlines()
        for line in set(fixed) - set(broken):
            if width < 150:
                assert "".join(line.split()) in words, f"{entry.id} at {width}: {line}"
    page = Console(file=io.StringIO(), width=width)
    page.print(lists.katas(entries, {entries[0].id: "solved"}, width, pitfalls=False))
    assert len(page.file.getvalue().splitlines()) == len(entries)


def test_no_color_of_ours_needs_a_dark_or_a_light_background(repository):
    """Only the terminal's own palette, never on a background of ours, never white or black letters."""
    import io
    import re

    from rich.console import Console

    from torchkata.show import cards
    from torchkata.show.styles import STYLES

    page = Console(file=io.StringIO(), width=100, force_terminal=True, color_system="truecolor", theme=STYLES)
    for entry in Catalogue(repository).entries[:5]:
        page.print(cards.green(entry, "A", None, 100))
        page.print(cards.card(entry, solved=True))
    codes = {code for found in re.findall(r"\x1b\[([\d;]*)m", page.file.getvalue()) for code in [found]}
    assert codes
    fixed = [code for code in codes if re.search(r"(^|;)(38;[25]|48;|4[0-7]|30|37|97|90)", code)]
    assert not fixed


def test_progress_shows_from_the_first_kata_on(repository):
    from torchkata.show import lists

    entry = Catalogue(repository).entries[0]
    assert "#" in lists.header(entry, 1, 170, 80).plain
    assert "#" not in lists.header(entry, 0, 170, 80).plain
    assert "-" not in lists.header(entry, 170, 170, 80).plain.split("[")[1]


def test_verdicts_have_their_documented_statuses(kata_command, tree):
    tree.kata("toy/double").test.write_text("x = (")
    done = kata_command("check", "toy/double", "--solution", "fixed/toy/double.py", "--json")
    assert json.loads(done.stdout)["verdict"] == "internal"
    assert done.returncode == 4


def test_a_path_with_brackets_is_shown_as_it_is(tmp_path, toy, kata_command):
    root = tmp_path / "tag[bold]close[_b]"
    toy.write_kata(root)
    copy = root / "katas" / "toy" / "double.py"
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text(program("3 * values"))
    environment = {**os.environ, "COLUMNS": "200"}

    def run(*args):
        return subprocess.run(
            [sys.executable, "-m", "torchkata", *args],
            cwd=root / "katas" / "toy", capture_output=True, text=True, env=environment, check=False,
        )  # fmt: skip

    assert run("reset", "toy/double").returncode == 0
    done = run("restore", "toy/double", "1")
    assert done.returncode == 0, done.stderr
    assert "double.py is version 1 again" in done.stdout
    assert Path(copy).read_text() == program("3 * values")
