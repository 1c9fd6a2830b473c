"""The learner's loop, driven like a learner drives it: the real command in a pseudo-terminal."""

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.engine import picture
from tests.engine.conftest import program, write_kata
from torchkata.collection.layout import Tree

ROOT = Path(__file__).parents[2]
TRANSCRIPT = ROOT / "docs" / "session.txt"
PICTURE = ROOT / "docs" / "session.svg"
WAIT = 60.0  # seconds for torch to be loaded on a busy machine

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind"
)


class Terminal:
    """A pseudo-terminal with the loop in it. `seen` is all that it has shown."""

    def __init__(self, root: Path, *args: str, **environment: str) -> None:
        self.root, self.seen, self.mark = root, "", 0
        ours, theirs = pty.openpty()
        unwanted = {"VISUAL", "EDITOR", "TERM_PROGRAM"}
        kept = {key: value for key, value in os.environ.items() if key not in unwanted}
        plain = {"TERM": "dumb", "NO_COLOR": "1", "COLUMNS": "80", "LINES": "40"}
        plain["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # as once activated
        self.process = subprocess.Popen(
            [sys.executable, "-m", "torchkata", *args],
            cwd=root,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=kept | plain | environment,
            start_new_session=True,
        )
        self.fd, self.theirs = ours, theirs

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)
        os.close(self.fd)
        if self.theirs >= 0:
            os.close(self.theirs)

    def expect(self, text: str, within: float = WAIT) -> str:
        """Wait until `text` is shown after what was expected last; everything in between."""
        deadline = time.monotonic() + within
        while text not in self.seen[self.mark :]:
            left = deadline - time.monotonic()
            assert left > 0, f"{text!r} did not come; since then:\n{self.seen[self.mark :]}"
            ready, _, _ = select.select([self.fd], [], [], left)
            if ready:
                try:
                    data = os.read(self.fd, 65536)
                except OSError:  # Linux says so when the other side has left
                    data = b""
                assert data or text in self.seen[self.mark :], f"it ended without {text!r}:\n{self.seen}"
                self.seen += data.decode().replace("\r\n", "\n")
        end = self.seen.index(text, self.mark) + len(text)
        between, self.mark = self.seen[self.mark : end], end
        return between

    def press(self, keys: str) -> None:
        os.write(self.fd, keys.encode())

    def save(self, kata: str, text: str) -> None:
        """As an editor does it: a new file in the place of the old one."""
        file = self.root / "katas" / f"{kata}.py"
        beside = file.with_suffix(".tmp")
        beside.write_text(text)
        beside.replace(file)


def test_a_save_is_a_check_and_the_newest_save_wins(tree):
    with Terminal(tree.root, "watch") as terminal:
        terminal.expect("Enter skips")
        terminal.press("b")
        terminal.expect("Noted: B")
        terminal.save("toy/double", program("3 * values"))
        terminal.expect("WRONG FIX")
        terminal.expect("Three times is once too often.")
        # Two saves of equal length in one moment; the last one is what the verdict must be about.
        terminal.save("toy/double", program("9 * values"))
        terminal.save("toy/double", program("2 * values"))
        shown = terminal.expect("SOLVED")
        assert "NOT YET" not in shown.split("SOLVED")[0] or "18" in shown
        terminal.expect("You predicted B: right.")
        terminal.expect("This pitfall is called adds-instead.")
        terminal.press("q")
        terminal.expect("1 of 1 solved")
        assert terminal.process.wait(10) == 0


def test_a_save_during_a_check_calls_it_off(tree):
    with Terminal(tree.root, "watch", "--timeout", "60") as terminal:
        terminal.expect("Enter skips")
        terminal.press("r")
        terminal.expect("UNTOUCHED")  # from here on the worker is warm
        terminal.save("toy/double", program("values + 1") + "\nwhile True:\n    pass\n")
        terminal.expect("checking ...")
        terminal.save("toy/double", program("2 * values"))
        shown = terminal.expect("SOLVED")
        assert "TOO SLOW" not in shown


def test_keys_do_what_they_say(tree):
    write_kata(tree.root, "toy/other")
    card = tree.kata("toy/other").card
    card.write_text(
        card.read_text().replace("adds-instead", "adds-as-well").replace("Some values", "Other values")
    )
    with Terminal(tree.root) as terminal:
        terminal.expect("Enter skips")
        terminal.press("\r")
        terminal.expect("Waiting for a save")
        terminal.press("?")
        terminal.expect("start over (keeps a copy)")
        terminal.press("h")
        terminal.expect("Hint 1 of 3")
        terminal.press("d")
        terminal.expect("once the kata is solved, or after the third hint")
        terminal.save("toy/double", program("values - 1"))
        terminal.expect("NOT YET")
        terminal.press("x")
        terminal.expect("Type reset:")
        terminal.press("y\r")
        terminal.expect("Nothing was changed.")
        terminal.press("x")
        terminal.expect("Type reset:")
        terminal.press("reset\r")
        terminal.expect("is as it was at the start")
        kept = list((tree.private / "kept" / "toy" / "double").glob("*.py"))
        assert [file.read_text() for file in kept] == [program("values - 1")]
        terminal.press("r")
        terminal.expect("UNTOUCHED")
        terminal.press("n")
        terminal.expect("Other values come out wrong")
        terminal.press("l")
        terminal.expect("Enter goes back")
        terminal.press("doubl\r")
        narrowed = terminal.expect("Enter goes back")
        assert "toy/other" not in narrowed
        terminal.press("1\r")
        terminal.expect("Some values come out wrong")
        terminal.press("c")
        terminal.expect("0 of 2 katas have changes of yours.")
        terminal.press("%")
        terminal.expect("does nothing here")
        terminal.press("\x04")
        terminal.expect("Until next time")


def test_an_editor_in_the_terminal_has_it_until_it_ends(tree):
    with Terminal(tree.root, VISUAL="sed -i s/values.+.1/2*values/") as terminal:
        terminal.expect("Enter skips")
        terminal.press("\r")
        terminal.expect("Waiting")
        terminal.press("e")
        terminal.expect("SOLVED")


def test_what_a_program_prints_cannot_take_the_terminal(tree):
    with Terminal(tree.root) as terminal:
        terminal.expect("Enter skips")
        terminal.save(
            "toy/double", "print('\\x1b]0;mine\\x07\\x1b[2J\\x1b[31mred')\n" + program("values * 1")
        )
        terminal.expect("your program printed")
        terminal.expect("red")
        assert "\x1b]0;" not in terminal.seen
        assert "\x1b[2J" not in terminal.seen


def test_without_fork_the_loop_works_and_says_that_checks_take_seconds(tree):
    with Terminal(tree.root, TORCHKATA_FORK="0") as terminal:
        terminal.expect("no safe fork")
        terminal.expect("Enter skips")
        terminal.save("toy/double", program("2 * values"))
        terminal.expect("SOLVED")


def test_where_a_process_is_kept_the_loop_says_so(tree):
    with Terminal(tree.root, TORCHKATA_KEEP="1") as terminal:
        terminal.expect("On cpu one process runs one check after the other")
        terminal.expect("Enter skips")
        terminal.save("toy/double", program("values * 1"))
        terminal.expect("NOT YET")
        terminal.save("toy/double", program("2 * values"))
        terminal.expect("SOLVED")


def test_where_no_notification_arrives_the_loop_looks_for_itself(tree, tmp_path):
    """A watchfiles that never reports anything, as on a network mount."""
    (tmp_path / "watchfiles.py").write_text(
        "def watch(*_, **__):\n    import time\n    time.sleep(60)\n    yield []\n"
    )
    with Terminal(tree.root, PYTHONPATH=str(tmp_path)) as terminal:
        terminal.expect("No notifications about files arrive here")
        terminal.save("toy/double", program("2 * values"))
        terminal.expect("SOLVED")


def test_verdicts_come_as_lines_of_json(tree):
    process = subprocess.Popen(
        [sys.executable, "-m", "torchkata", "watch", "--json"],
        cwd=tree.root,
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert '"verdict": "untouched"' in process.stdout.readline()
        tree.kata("toy/double").copy.write_text(program("2 * values"))
        assert '"verdict": "solved"' in process.stdout.readline()
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


@pytest.fixture
def lines_of(tree):
    """The lines of a `kata watch` without a screen, and what it says on standard error at its end."""
    started = []

    def start(*options):
        process = subprocess.Popen(
            [sys.executable, "-m", "torchkata", "watch", *options],
            cwd=tree.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate(timeout=60)


@pytest.mark.parametrize("form", ["--json", "--problems"])
def test_the_time_limit_holds_without_a_screen_as_well(tree, lines_of, form):
    copy = tree.kata("toy/double").copy
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text(program("2 * values + 0 * sum(range(10**7))"))
    process = lines_of(form, "toy/double", "--timeout", "0.01")
    said = [process.stdout.readline() for _ in range(1 if form == "--json" else 2)]
    assert "solved" not in said[-1].lower()
    assert "0.01" in said[-1]


@pytest.mark.parametrize("form", ["--json", "--problems"])
def test_a_device_that_is_not_there_is_named_without_a_screen_as_well(tree, lines_of, form):
    process = lines_of(form, "toy/double", "--device", "mps")
    while '"verdict"' not in (line := process.stdout.readline()) and "UNTOUCHED" not in line.upper() and line:
        pass
    assert line == ""
    assert "no mps device" in process.stderr.read()


@pytest.mark.parametrize("form", ["--json", "--problems"])
def test_without_a_screen_there_is_no_key_that_edits(kata_command, form):
    done = kata_command("watch", form, "--edit", "vim")
    assert done.returncode == 2
    assert f"--edit is for the loop, and not for {form}" in done.stderr


@pytest.mark.parametrize("form", ["--json", "--problems"])
def test_without_a_screen_a_verdict_is_shown_where_it_cannot_be_recorded(tree, lines_of, form):
    (tree.private / "history.jsonl").mkdir(parents=True)  # as on a full disk: it can't grow
    copy = tree.kata("toy/double").copy
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text(program("3 * values"))
    process = lines_of(form, "toy/double")
    assert process.stdout.readline()
    assert "kata: not recorded: " in process.stderr.readline()
    copy.write_text(program("2 * values"))
    while line := process.stdout.readline():
        if '"verdict": "solved"' in line or line.startswith("kata: SOLVED"):
            break
    assert line
    assert process.poll() is None


def test_the_one_check_of_a_pipe_has_the_status_of_a_fault_of_ours(tree, kata_command):
    tree.kata("toy/double").test.write_text("x = (")
    copy = tree.kata("toy/double").copy
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text(program("3 * values"))
    assert kata_command().returncode == 4


def test_the_session_in_the_docs_is_what_a_newcomer_sees(tmp_path):
    """Drives real katas; with KATA_WRITE_DOCS=1 it writes docs/session.txt anew."""
    root = basics(tmp_path)
    kata = Tree(root).kata("basics/dot_product")
    with Terminal(root) as terminal:
        terminal.expect("Enter skips")
        terminal.press("\r")
        terminal.expect("Skipped.")
        terminal.expect("n goes on")
        terminal.press("n")
        terminal.expect("Enter skips")
        terminal.press("a")
        terminal.expect("Waiting")
        terminal.save(kata.id, (kata.variants / "wrong_doubled.py").read_text())
        terminal.expect("h gives a hint")
        terminal.press("h")
        terminal.expect("Hint 1 of 3")
        terminal.expect("?")
        terminal.save(kata.id, kata.fixed.read_text())
        terminal.expect("You predicted A: the answer is D.")
        terminal.expect("n goes on to")
        terminal.press("l")
        terminal.expect("Enter goes back")
        terminal.press("\r")
        terminal.expect("Solved. n goes on")  # until then the terminal repeats what is typed
        terminal.press("n")
        terminal.expect("Enter skips")
        terminal.press("\r")
        terminal.expect("Waiting")
        terminal.press("q")
        terminal.expect("picks up here.")
        first = terminal.seen
    with Terminal(root) as terminal:
        terminal.expect("basics/chain_rule")
        terminal.expect("Waiting for a save")
        terminal.press("q")
        terminal.expect("picks up here.")
        second = terminal.seen
    steady = _without_timings(f"$ kata\n{first}\n$ kata\n{second}")
    if os.environ.get("KATA_WRITE_DOCS"):
        TRANSCRIPT.write_text(steady)
    assert TRANSCRIPT.read_text() == steady, "renew it: KATA_WRITE_DOCS=1 pytest -k the_session_in_the_docs"


def test_the_picture_in_the_readme_is_a_real_session(tmp_path):
    """In colors, moment by moment; with KATA_WRITE_DOCS=1 it writes docs/session.svg anew."""
    root = basics(tmp_path)
    kata = Tree(root).kata("basics/dot_product")
    moments = []

    def moment(seconds):
        moments.append((_without_timings(f"$ kata\n{terminal.seen[: terminal.mark]}"), seconds))

    with Terminal(root, "watch", kata.id, TERM="xterm-256color", NO_COLOR="", LINES="24") as terminal:
        terminal.expect("Enter skips)")
        moment(7)
        terminal.press("a")
        terminal.expect("? all keys")
        moment(3)
        terminal.save(kata.id, (kata.variants / "wrong_doubled.py").read_text())
        terminal.expect("h gives a hint")
        moment(8)
        terminal.press("h")
        terminal.expect("Hint 1 of 3")
        terminal.expect("?")
        moment(6)
        terminal.save(kata.id, kata.fixed.read_text())
        terminal.expect("You predicted A: the answer is D.")
        moment(7)
        terminal.expect("Rule")
        moment(5)
        terminal.expect("n goes on to")
        terminal.expect("dip")
        moment(4)
    text = picture.animated(
        moments, "A kata, a prediction, a wrong fix that is explained, a hint, and green."
    )
    if os.environ.get("KATA_WRITE_DOCS"):
        PICTURE.write_text(text)
    assert PICTURE.read_text() == text, "renew it: KATA_WRITE_DOCS=1 pytest -k picture_in_the_readme"
    assert "http" not in text.replace(
        "http://www.w3.org/2000/svg", ""
    )  # no font and no script from elsewhere


def basics(tmp_path):
    """The track basics alone, so that a new kata elsewhere changes nothing in what is shown."""
    root = tmp_path / "torchkata"
    for folder in ("katas", "broken", "fixed", "tests"):
        skip = shutil.ignore_patterns("__pycache__", *(["*.py"] if folder == "katas" else []))
        shutil.copytree(ROOT / folder / "basics", root / folder / "basics", ignore=skip)
    for file in ("pyproject.toml", "conftest.py"):
        shutil.copy(ROOT / file, root / file)
    return root


def _without_timings(shown: str) -> str:
    shown = re.sub(r"in \d+\.\d\d s", "in 0.0x s", shown)
    waits = ("checking ...", "torch is being loaded")
    lines = [line.rstrip() for line in shown.splitlines() if not line.startswith(waits)]
    return "\n".join(lines).strip() + "\n"
