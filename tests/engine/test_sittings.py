"""What people found who sat down with the loop for half an hour: each test was something they did."""

import errno
import io
import os
import pty
import re
import signal
import subprocess
import sys
import termios
import threading
import time

import pytest
from rich.console import Console

from tests.engine.conftest import program, write_kata
from tests.engine.test_loop import Terminal
from torchkata.cli.main import parser
from torchkata.collection.catalogue import Catalogue
from torchkata.dojo import doctor_dojo
from torchkata.judging.diagnose import stopped
from torchkata.judging.verdict import TestResult as Result
from torchkata.judging.verdict import Verdict
from torchkata.judging.worker import Limits, Run, by_the_clock
from torchkata.learner import keys, menu, portable, workspace
from torchkata.learner.elsewhere import Elsewhere
from torchkata.learner.inbox import Inbox
from torchkata.learner.progress import Progress
from torchkata.learner.terminal import ENDING, Ended
from torchkata.show import cards, lists, verdicts
from torchkata.show.code import difference, markdown
from torchkata.show.styles import STYLES
from torchkata.system import atomic
from torchkata.system.trouble import told

RIGHT = program("2 * values")
LONG = "language_models/next_token_loss"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")


@pytest.fixture
def two(tree):
    """The miniature tree with a second kata."""
    card = write_kata(tree.root, "toy/other").card
    card.write_text(card.read_text().replace("adds-instead", "adds-as-well").replace("Some", "Other"))
    return tree


@pytest.fixture
def given(tree):
    """The miniature tree, whose kata works from the start."""
    card = tree.kata("toy/double").card
    card.write_text(card.read_text().replace("minutes = 1", "minutes = 1\ngiven = true"))
    return tree


def begin(terminal):
    terminal.expect("Enter skips")
    terminal.press("\r")
    terminal.expect("Waiting for a save")


def shown(what, width=80):
    page = Console(file=io.StringIO(), width=width, highlight=False, theme=STYLES)
    page.print(what, markup=False)
    return page.file.getvalue()


def found(verdict, kata="toy/double", **content):
    return Verdict(
        kata=kata, verdict=verdict, device="cpu", torch="2.13.0", python="3.11", seconds=0.02, **content
    )


def pty_output(command, cwd, environment):
    """What a command writes to a terminal."""
    ours, theirs = pty.openpty()
    subprocess.run(
        command, cwd=cwd, stdin=theirs, stdout=theirs, stderr=theirs, env=os.environ | environment, check=True
    )
    os.close(theirs)
    said = b""
    while True:
        try:
            more = os.read(ours, 65536)
        except OSError:  # Linux says so when the other side has left
            more = b""
        if not more:
            os.close(ours)
            return said.decode().replace("\r\n", "\n")
        said += more


def failed(message):
    return [Result("test_it", "it", "correction", "failed", message, 3)]


# Keys


def typed_slowly(terminal, word):
    for char in word:
        terminal.press(char)
        time.sleep(0.1)


@pytest.mark.parametrize("word", ["exit", "elp"])
def test_a_word_that_is_typed_opens_no_editor(tree, word):
    """`e` is a key: the rest of the word would go into the learner's file."""
    with Terminal(tree.root, VISUAL="sed -i s/values.+.1/2*values/") as terminal:
        begin(terminal)
        typed_slowly(terminal, word)
        terminal.expect("That was a word")
        assert tree.kata("toy/double").copy.read_text() == program("values + 1")
        terminal.press("e")  # alone it's a key still
        terminal.expect("SOLVED")


def test_the_question_of_a_kata_that_is_given_stays_open_after_its_verdict(given):
    with Terminal(given.root) as terminal:
        terminal.expect("SOLVED")
        terminal.expect(keys.STILL_OPEN)
        terminal.press("h")
        terminal.expect("Hint 1")
        terminal.press("A")
        terminal.expect("You predicted A: the answer is B.")


def test_a_second_letter_says_what_was_predicted(tree):
    with Terminal(tree.root) as terminal:
        terminal.expect("Enter skips")
        terminal.press("C")
        terminal.expect("Noted: C")
        terminal.press("a")
        terminal.expect("You predicted C; p asks again.")


def test_after_the_solution_p_does_not_ask_before_you_fix_it(tree):
    with Terminal(tree.root) as terminal:
        begin(terminal)
        terminal.save("toy/double", RIGHT)
        terminal.expect("This pitfall is called")
        terminal.press("p")
        assert "before you fix" not in terminal.expect("Enter skips")
        terminal.press("\r")
        terminal.expect(keys.SOLVED)


def test_pressing_d_twice_is_no_answer_to_the_question_whether_to_give_up(tree):
    with Terminal(tree.root) as terminal:
        begin(terminal)
        for number in (1, 2, 3):
            terminal.press("h")
            terminal.expect(f"Hint {number} of 3")
        terminal.press("d")
        terminal.expect("y/n")
        terminal.press("d")
        assert "Not shown" not in terminal.expect("y/n")
        terminal.press("y")
        terminal.expect("You haven't changed yours yet.")
        terminal.expect(keys.TYPE_IT)


def test_t_shows_the_task_again_and_so_does_ctrl_l(tree):
    with Terminal(tree.root) as terminal:
        begin(terminal)
        for key in ("t", "\x0c"):
            terminal.press(key)
            terminal.expect("Make double keep its promise.")
            terminal.expect("0/1")


@pytest.mark.parametrize("width", [40, 57, 80])
def test_the_help_fits_and_names_every_key(width):
    lines = keys.help_for(width).splitlines()
    assert max(map(len, lines)) <= width
    for key, about in keys.KEYS.items():
        assert any(f"{key}  {about}" in line for line in lines)


# What is happening


def test_a_check_that_goes_on_says_for_how_long_and_ctrl_z_in_it_too(tree):
    with Terminal(tree.root, "watch", "--timeout", "60") as terminal:
        terminal.expect("Enter skips")
        terminal.press("r")
        terminal.expect("UNTOUCHED")
        terminal.save("toy/double", program("values + 1") + "\nwhile True:\n    pass\n")
        terminal.expect("It may compute for 60 seconds.")
        subprocess.run(["stty", "sane"], stdin=terminal.theirs, check=True)  # as the shell does
        terminal.process.send_signal(signal.SIGCONT)
        assert "Waiting for a save" not in terminal.expect("It may compute for 60 seconds.")


def test_see_it_says_that_it_runs(tree):
    with Terminal(tree.root) as terminal:
        begin(terminal)
        terminal.press("s")
        terminal.expect("Running See it with katas/toy/double.py")
        terminal.expect("tensor([4.])")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_that_ends_the_loop_leaves_the_terminal_as_it_was(tree, number):
    with Terminal(tree.root) as terminal:
        before = termios.tcgetattr(terminal.theirs)
        begin(terminal)
        assert termios.tcgetattr(terminal.theirs) != before
        terminal.process.send_signal(number)
        terminal.expect("Until next time")
        assert terminal.process.wait(30) == 128 + number
        assert termios.tcgetattr(terminal.theirs) == before


def test_a_signal_ends_a_prompt_too(two):
    with Terminal(two.root) as terminal:
        begin(terminal)
        terminal.press("l")
        terminal.expect("Enter goes back")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.process.wait(30) == 128 + signal.SIGTERM


@pytest.fixture
def handlers():
    """The signals' handlers are put back: whoever ends by one ignores the others."""
    earlier = {number: signal.getsignal(number) for number in ENDING}
    yield earlier
    for number, act in earlier.items():
        signal.signal(number, act)


def test_a_signal_that_another_thread_takes_ends_a_prompt(monkeypatch, handlers):
    """As one does that comes just before the read: it's known, but nothing runs until a line is typed."""
    inbox, (ours, theirs) = Inbox(), pty.openpty()
    before = termios.tcgetattr(theirs)

    def late():
        while signal.getsignal(signal.SIGTERM) is handlers[signal.SIGTERM]:
            time.sleep(0.01)
        time.sleep(0.3)  # the prompt waits by now
        signal.pthread_kill(threading.get_ident(), signal.SIGTERM)

    sender = threading.Thread(target=late)
    with os.fdopen(theirs) as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        sender.start()
        with pytest.raises(Ended, match=str(128 + signal.SIGTERM)), inbox.keys():
            inbox.line(Console(file=io.StringIO()), "? ")
        assert termios.tcgetattr(theirs) == before
    sender.join()
    os.close(ours)


def test_arrow_keys_are_no_part_of_a_word(two):
    with Terminal(two.root) as terminal:
        begin(terminal)
        terminal.press("l")
        terminal.expect("Enter goes back")
        terminal.press("\x1b[A\x1bOBoth\x1b[1;5Cer\x1b[3~\n")
        terminal.expect("toy/other")
        terminal.expect("Enter skips")


def test_a_window_that_closes_leaves_no_folder_behind(tree, tmp_path):
    """It sends the signal more than once: the terminal does, and so does the shell in it."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with Terminal(tree.root, TMPDIR=str(scratch)) as terminal:
        begin(terminal)
        assert list(scratch.iterdir())
        while terminal.process.poll() is None:
            terminal.process.send_signal(signal.SIGHUP)
            time.sleep(0.002)
        assert terminal.process.returncode == 128 + signal.SIGHUP
    left = [folder.name for folder in scratch.iterdir()]
    assert [name for name in left if not name.startswith("torchinductor")] == []  # torch's own cache


def test_ctrl_c_while_modules_are_loaded_is_no_traceback(tmp_path):
    (tmp_path / "fsrs.py").write_text("raise KeyboardInterrupt\n")
    (tmp_path / "rich.py").write_text("raise KeyboardInterrupt\n")
    done = subprocess.run(
        [sys.executable, "-m", "torchkata", "list"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (130, "")


def test_kata_check_says_in_a_terminal_what_takes_so_long(tree):
    tree.kata("toy/double").copy.write_text(RIGHT)
    with Terminal(tree.root, "check", "toy/double") as terminal:
        (tree.root / "torch.py").write_text("import time; time.sleep(3)\n")  # as on a cold machine
        terminal.expect("Loading torch takes a few seconds")


# Where nothing can be written


@pytest.fixture
def unwritable(tree):
    """The history is a folder: whoever runs the tests, nothing can be written there."""
    (tree.private / "history.jsonl").mkdir(parents=True)
    return tree


def test_hints_predictions_and_sweeps_work_where_nothing_can_be_written(unwritable):
    with Terminal(unwritable.root) as terminal:
        terminal.expect("Enter skips")
        terminal.press("B")
        terminal.expect("Is a directory")
        terminal.expect("Noted: B")
        for number in (1, 2, 3):
            terminal.press("h")
            terminal.expect(f"Hint {number} of 3")
            terminal.expect("Not recorded: .kata/history.jsonl")
        unwritable.kata("toy/double").copy.write_text(RIGHT)
        terminal.expect("You predicted B: right.")
        terminal.expect("Every other kata is solved.")
        terminal.expect("This verdict isn't recorded. .kata/history.jsonl")
        terminal.press("c")
        terminal.expect("1/1  toy/double")
        assert "SOLVED" in terminal.expect("Not all is recorded: .kata/history.jsonl")


def test_a_file_that_a_full_disk_has_emptied_is_called_empty(tree):
    with Terminal(tree.root) as terminal:
        begin(terminal)
        tree.kata("toy/double").copy.write_text("")
        terminal.expect("katas/toy/double.py is empty. x starts over; kata history toy/double lists")


@pytest.mark.parametrize(
    ("at", "named"), [(None, "a.py"), (".a.py.x7", "a.py"), ("elsewhere", "elsewhere")], ids=str
)
def test_a_full_disk_is_named_by_the_file_and_not_by_a_temporary_one(at, named, tmp_path):
    where = [str(tmp_path / at)] if at else []
    with pytest.raises(OSError, match="No space") as caught, atomic.named(tmp_path / "a.py"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), *where)
    assert told(caught.value).startswith(f"{tmp_path / named}: No space left on device (free some space")


def test_the_doctor_does_not_chown_a_read_only_mount(tree, monkeypatch):
    def refuse(*_, **__):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(doctor_dojo.tempfile, "TemporaryDirectory", refuse)
    found = list(doctor_dojo._private(tree))
    assert found[0].status == "wrong"
    assert "kata init" in found[0].remedy
    assert "chown" not in found[0].remedy


def test_a_row_that_is_cut_stays_one_row_where_the_terminal_knows_ascii_alone(repository):
    ascii_only = {"PYTHONIOENCODING": "ascii", "COLUMNS": "60", "LINES": "24", "TERM": "dumb"}
    command = [sys.executable, "-m", "torchkata", "list", "--track", "generative"]
    said = pty_output(command, repository.root, ascii_only)
    rows = said.splitlines()
    assert len(rows) == len([e for e in Catalogue(repository).entries if e.card.track == "generative"])
    assert max(map(len, rows)) <= 60


# Where one is


def test_the_loop_picks_up_where_one_was_and_not_at_the_first_that_is_unsolved(two):
    with Terminal(two.root) as terminal:
        begin(terminal)
        terminal.press("n")
        terminal.expect("toy/other")
        terminal.expect("Enter skips")
        terminal.press("q")
        terminal.expect("picks up here")
    with Terminal(two.root) as terminal:
        assert "toy/double" not in terminal.expect("Your file: katas/toy/other.py")
    progress, entries = Progress(two), Catalogue(two).entries
    progress.record("toy/other", "verdict", verdict="solved")
    assert workspace.resuming(entries, progress, "cpu").id == "toy/double"


def test_the_way_back_is_a_command_that_the_shell_knows(tree, monkeypatch, tmp_path):
    (tree.root / "Makefile").write_text("kata:\n")
    with Terminal(tree.root, PATH="/usr/bin:/bin") as terminal:
        begin(terminal)
        terminal.press("q")
        terminal.expect("`make kata` picks up here. To type")
        terminal.expect("yourself, first: . .venv/bin/activate")


def test_a_file_under_a_wrong_name_is_said_and_a_file_of_ours_that_is_back_is_no_change(tree):
    entry = Catalogue(tree)["toy/double"]
    workspace.start(entry, Progress(tree))
    elsewhere = Elsewhere(Catalogue(tree))

    def told(file, text):
        file.write_text(text)
        return list(elsewhere.told([file], entry))

    stray = tree.root / "katas" / "toy" / "dubble.py"
    assert "no kata's file. Your file is" in told(stray, RIGHT)[0]
    assert told(stray, RIGHT + "\n") == []  # once is enough
    assert told(tree.root / "katas" / "practice.py", RIGHT) == []
    broken = entry.kata.broken.read_text()
    assert "has changed" in told(entry.kata.broken, RIGHT)[0]
    assert "is as it was again" in told(entry.kata.broken, broken)[0]


def test_a_copy_that_becomes_a_link_while_its_kata_is_open_is_watched_through_it(tree, tmp_path):
    copy = tree.kata("toy/double").copy
    with Terminal(tree.root) as terminal:
        begin(terminal)
        (tmp_path / "away").mkdir()
        away = tmp_path / "away" / "double.py"
        away.write_text(program("3 * values"))
        copy.unlink()
        copy.symlink_to(away)
        terminal.expect("WRONG FIX")
        away.write_text(RIGHT)
        terminal.expect("SOLVED")


# The list in the loop


def test_a_list_that_is_longer_than_the_screen_begins_with_the_tracks(repository):
    entries = Catalogue(repository).entries
    page = Console(file=io.StringIO(), width=80, height=24)
    typed = iter(["precison", "precision", ""])
    states = {entries[0].id: "solved", entries[1].id: "started"}
    assert menu.choose(entries, states, page, lambda prompt: page.print(prompt) or next(typed)) is None
    first, second, third = re.split(r"Enter\s+goes\s+back:", page.file.getvalue())[:3]
    assert len(first.splitlines()) <= 24
    assert "1/5  basics" in first
    assert "begun: dot_product" in first
    assert "Did you mean precision?" in second
    assert len(second.splitlines()) < 5
    titles = [entry.card.title for entry in entries if entry.card.track == "precision"]
    assert all("".join(title.split()) in "".join(third.split()) for title in titles)


def test_numbers_are_whole_in_the_narrowest_list(repository):
    entries = Catalogue(repository).entries
    numbers = {entry.id: n for n, entry in enumerate(entries, start=1)}
    said = shown(lists.katas(entries, {}, 40, pitfalls=False, numbers=numbers), 40)
    assert said.splitlines()[-1].startswith(str(len(entries)))


@pytest.mark.parametrize("width", [40, 50])
def test_in_a_narrow_window_no_symptom_is_a_column_of_syllables(width, repository):
    entries = [entry for entry in Catalogue(repository).entries if entry.card.track == "generative"]
    numbers = {entry.id: n for n, entry in enumerate(entries, start=1)}
    rows = shown(
        lists.katas(entries, {}, width, pitfalls=False, numbers=numbers, whole=True), width
    ).splitlines()
    assert len(rows) <= 3 * len(entries)
    assert all(any(row.rstrip().endswith(entry.id) for row in rows) for entry in entries)
    rows = shown(lists.tracks(Catalogue(repository).entries, {}, width), width).splitlines()
    assert all("0/" in row for row in rows)
    assert any("policy_gradients" in row for row in rows)


def test_the_piped_list_is_a_line_a_kata_with_nothing_but_its_words(repository):
    """`| less` in a narrow window wraps what is long, and `| grep` finds what is there."""
    entries = Catalogue(repository).entries
    lines = lists.lines(entries, {entries[0].id: "solved"}, pitfalls=False)
    assert len(lines) == len(entries)
    assert lines[0].endswith("(level 1, loud, 3 min)  integer-requires-grad")
    assert sum(map(len, lines)) / len(lines) < 120


def test_kata_list_in_a_pipe_says_no_blanks_at_its_ends(kata_command, tree):
    said = kata_command("list").stdout
    assert "(level 1, silent, 1 min)\n" in said


# What can be read


def test_code_in_a_card_takes_no_more_lines_than_it_has():
    said = shown(markdown("before\n\n```python\nx = 1\n```\n\nafter"))
    assert [line.rstrip() for line in said.splitlines()] == ["before", "", " x = 1", "", "after"]


@pytest.mark.parametrize(
    ("verdict", "label"), [("failing", "NOT YET"), ("solved", "SOLVED"), ("pitfall", "STILL")]
)
def test_the_verdicts_first_line_needs_no_second_one(verdict, label, repository):
    entry = Catalogue(repository)[LONG]
    said = shown(
        verdicts.verdict(found(verdict, LONG, tests=failed("no") * 14), entry, entry.kata.copy, keys=True)
    )
    assert said.startswith(label)
    first, *others = said.splitlines()
    assert first.count("(") == first.count(")") <= 1
    assert not any("cpu)" in line for line in others)


@pytest.mark.parametrize("text", ["x" * 9_000, "one\n" * 3_000, ("y" * 500 + "\n") * 20])
def test_long_texts_leave_the_verdict_on_the_screen(text, repository):
    entry = Catalogue(repository)[LONG]
    for what in (
        found("failing", LONG, tests=failed(f"ValueError: {text}")),
        found("failing", LONG, tests=failed("no"), output=text),
        found("invalid", LONG, message=text),
    ):
        assert len(shown(verdicts.verdict(what, entry, entry.kata.copy, keys=True)).splitlines()) <= 22


def test_no_color_of_ours_fades_on_white_or_on_black(repository):
    """On white, xterm's yellow and cyan are hardly there; on black, its blue. Code is never colored."""
    entry = Catalogue(repository).entries[0]
    page = Console(file=io.StringIO(), width=100, force_terminal=True, color_system="standard", theme=STYLES)
    for verdict in verdicts.LABELS:
        page.print(verdicts.verdict(found(verdict), entry, entry.kata.copy, keys=True))
    page.print(
        lists.header(entry, 3, 9, 100), lists.katas([entry], {entry.id: "solved"}, 100, pitfalls=False)
    )
    page.print(cards.answered(entry, "A"), cards.card(entry, solved=True))
    page.print(difference("a = 1\n", "a = 2\n", "broken", "fixed"))
    said = page.file.getvalue()
    assert "\x1b[1;31m" in said
    for code in ("33", "34", "36", "93", "94", "96"):
        assert f"[{code}m" not in said
        assert f";{code}m" not in said


@pytest.mark.parametrize("line", ["def f():\n  x = 1\n    y = 2\n", "def f():\n\tx = 1\n        y = 2\n"])
def test_a_syntax_error_does_not_say_its_line_twice(line):
    from torchkata.judging.inside.describe import words

    with pytest.raises(SyntaxError) as caught:
        compile(line, "double.py", "exec")
    assert "double.py" not in words(caught.value)


def test_the_history_has_the_words_of_the_screen(tree, kata_command):
    entry = Catalogue(tree)["toy/double"]
    progress = Progress(tree)
    progress.keep_text(entry.kata, b"x")
    workspace.remember(found("failing"), b"x", entry, progress)
    assert "NOT YET" in kata_command("history", "toy/double").stdout
    assert "NOT YET" in kata_command("history", "toy/double", "1").stdout


def test_a_program_at_work_that_the_clock_stops_is_not_said_to_sleep():
    assert by_the_clock(0.01, 10.0) == "waiting"
    assert by_the_clock(4.0, 10.0) == by_the_clock(None, 10.0) == "slowed"
    assert "still running after 50 seconds by the clock" in stopped(Run(ended="slowed"), Limits()).message
    assert "sleep" in stopped(Run(ended="waiting"), Limits()).message


# Commands


def test_no_word_of_a_message_is_broken_at_the_edge_of_the_terminal(repository):
    with Terminal(repository.root, "list", "--track", "graf", COLUMNS="60") as terminal:
        said = terminal.expect("value_learning")
    assert max(map(len, said.splitlines())) <= 60
    assert "language_models" in said


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("toy/double", "to open that kata: kata watch toy/double"),
        ("double", "to open that kata: kata watch toy/double"),
        ("status", "did you mean: kata list?"),
        ("solution", "did you mean: kata diff?"),
        ("chek", "did you mean: kata check?"),
        ("%%", "`kata --help` lists them all."),
    ],
)
def test_what_is_no_command_leads_to_one(typed, meant, tree, monkeypatch, capsys):
    monkeypatch.chdir(tree.root)
    with pytest.raises(SystemExit) as left:
        parser().parse_args([typed])
    assert left.value.code == 2
    assert meant in capsys.readouterr().err


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
@pytest.mark.parametrize("command", ["quiz", "list", "again"])
def test_a_closed_stream_is_no_fault_of_ours(closed, command, tree):
    line = f"{sys.executable} -m torchkata {command} {closed}"
    done = subprocess.run(line, shell=True, cwd=tree.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "itself failed" not in done.stdout + done.stderr


def test_kata_help_outside_a_room_leads_to_the_commands(kata_command):
    done = kata_command("help")
    assert done.returncode == 2
    assert "All commands: kata --help" in done.stderr


def test_an_export_overwrites_nothing_and_needs_no_right_clock(tree, kata_command):
    copy = tree.kata("toy/double").copy
    copy.parent.mkdir(exist_ok=True)
    copy.write_text(RIGHT)
    done = kata_command("export", "katas/toy/double.py")
    assert done.returncode == 2
    assert "is there already" in done.stderr
    assert copy.read_text() == RIGHT
    os.utime(copy, (0, 0))
    assert portable.write(Catalogue(tree), tree.root / "mine.zip") == 1
    assert "kata import other.zip" in kata_command("export", "other.zip").stdout
    assert "Nothing new" in kata_command("import", "other.zip").stdout


def test_practice_hides_the_katas_name_until_it_is_solved(tree):
    progress, entry = Progress(tree), Catalogue(tree)["toy/double"]
    progress.record(entry.kata, "verdict", verdict="solved")
    with Terminal(tree.root, "again", "--now") as terminal:
        terminal.expect("Enter shows the answer")
        terminal.press("\n")
        terminal.expect("4 easy")
        terminal.press("3\n")
        said = terminal.expect("press Enter to check")
        (tree.root / "katas" / "practice.py").write_text(program("values - 1"))
        terminal.press("\n")
        said += terminal.expect("NOT YET") + terminal.expect("press Enter to check")
        assert "toy/double" not in said
        assert "kata check" not in said
        (tree.root / "katas" / "practice.py").write_text(RIGHT)
        terminal.press("\n")
        terminal.expect("It was toy/double")


def test_what_a_search_found_wraps_below_itself(repository):
    from torchkata.finding.finder import Hit
    from torchkata.finding.question import question
    from torchkata.show.found import hits

    entry = Catalogue(repository).entries[0]
    hit = Hit(entry=entry, place=1, words=("gradient",) * 30, share=1.0)
    lines = shown(hits(question("gradient"), [hit])).splitlines()
    assert len(lines) > 4
    assert all(line.startswith("     ") for line in lines[1:])
