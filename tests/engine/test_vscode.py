"""VS Code in a dojo: its tasks are commands that exist, and what they print becomes marks at the right lines.

The collector below does with a matcher what VS Code does: line by line, in the order of its documentation.
"""

import json
import os
import re
import subprocess
import sys

import pytest

from torchkata.cli.main import parser
from torchkata.dojo import vscode
from torchkata.dojo.settings import SETTINGS

KATA = "toy/double"
FILE = f"katas/{KATA}.py"
TASKS = {task["label"]: task for task in json.loads(SETTINGS[".vscode/tasks.json"])["tasks"]}
WATCH, CHECK = TASKS["kata: watch (every save is a check)"], TASKS["kata: check this file"]


class Collector:
    """Marks of one task. A line that begins or ends a check is no problem; a new check voids all marks."""

    def __init__(self, matcher, root):
        self.matcher, self.root = matcher, root
        self.marks, self.active = [], matcher.get("background", {}).get("activeOnStart", True)

    def read(self, line):
        line = line.rstrip("\r\n")
        background = self.matcher.get("background", {})
        if background and re.search(background["beginsPattern"], line):
            self.marks, self.active = [], True
        elif background and re.search(background["endsPattern"], line):
            self.active = False
        elif found := re.search(self.matcher["pattern"]["regexp"], line):
            self.marks.append(self._mark(found))

    def _mark(self, found):
        file, line, severity, message = (
            found[self.matcher["pattern"][name]] for name in ("file", "line", "severity", "message")
        )
        kind, base = self.matcher["fileLocation"]
        assert (kind, base) == ("autoDetect", "${workspaceFolder}")
        there = self.root / file  # an absolute path stays one
        assert there.is_file(), there
        return there.relative_to(self.root).as_posix(), int(line), severity, message


@pytest.fixture
def checked(dojo, toy):
    """The marks that the task for one file makes of a program."""

    def run(program, *more):
        copy = dojo.kata(KATA).copy
        copy.write_text(program)
        args = [arg.replace("${relativeFile}", FILE) for arg in CHECK["args"]]
        done = subprocess.run(
            [sys.executable, *args, *more], cwd=dojo.root, capture_output=True, text=True, timeout=120
        )
        collector = Collector(CHECK["problemMatcher"], dojo.root)
        for line in done.stdout.splitlines():
            collector.read(line)
        return collector.marks, copy.read_text().splitlines()

    return run


def test_a_red_test_is_marked_at_the_learners_line(checked, toy):
    (mark,), lines = checked(toy.program("values * 5"))
    file, line, severity, message = mark
    assert (file, severity) == (FILE, "error")
    assert lines[line - 1] == "def double(values):"  # what returned the value
    assert message.startswith("NOT YET. every value comes out twice: twice the values")


def test_an_exception_is_marked_where_it_was_raised(checked, toy):
    (mark,), lines = checked(toy.program("values.nope"))
    assert lines[mark[1] - 1] == "    return values.nope"
    assert "AttributeError" in mark[3]


def test_a_known_wrong_fix_a_syntax_error_and_a_limit_are_marked(checked, toy):
    (mark,), _ = checked(toy.program("3 * values"))
    assert mark[3].startswith("WRONG FIX. Three times is once too often. every value")
    (mark,), lines = checked(toy.program("values * (2"))
    assert lines[mark[1] - 1] == "    return values * (2"
    assert mark[3].startswith("CANNOT RUN. ")
    endless = toy.program("values").replace("    return", "    while True:\n        pass\n    return")
    (mark,), _ = checked(endless, "--timeout", "1")
    assert mark[1:3] == (1, "error")
    assert mark[3].startswith("TOO SLOW. ")


def test_nothing_is_marked_where_nothing_is_wrong(checked, toy):
    assert checked(toy.program("2 * values"))[0] == []
    assert checked(toy.program("values + 1"))[0] == []


def test_while_watching_each_save_of_any_kata_replaces_the_marks(tree, toy):
    other = toy.write_kata(tree.root, "toy/other")
    other.copy.write_text(toy.program("values + 1"))
    process = subprocess.Popen(
        [sys.executable, *WATCH["args"]],
        cwd=tree.root,
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    collector = Collector(WATCH["problemMatcher"], tree.root)

    def one_check():
        collector.active = True
        while collector.active:
            line = process.stdout.readline()
            assert line, "it has ended"
            collector.read(line)
        return [(file, message.partition(".")[0]) for file, _, _, message in collector.marks]

    try:
        assert one_check() == []  # the first kata, untouched
        tree.kata(KATA).copy.write_text(toy.program("5 * values"))
        assert one_check() == [(FILE, "NOT YET")]
        other.copy.write_text(toy.program("3 * values"))
        assert one_check() == [("katas/toy/other.py", "WRONG FIX")]
        tree.kata(KATA).copy.write_text(toy.program("2 * values"))
        assert one_check() == []
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_every_task_is_a_command_that_exists(task):
    assert task["command"] == "${command:python.interpreterPath}"
    assert task["args"][:2] == ["-m", "torchkata"]
    args = parser().parse_args([arg.replace("${relativeFile}", FILE) for arg in task["args"][2:]])
    assert callable(args.run)


def test_the_list_of_tests_has_what_is_started_and_nothing_else(tree, toy):
    for name in ("toy/started", "toy/there"):
        kata = toy.write_kata(tree.root, name)
        kata.copy.write_text(kata.broken.read_text())
    args = vscode.TESTING["python.testing.pytestArgs"]

    def listed():
        command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *args]
        done = subprocess.run(
            command, cwd=tree.root, capture_output=True, text=True, timeout=120, env={**os.environ, "CI": ""}
        )
        assert "error" not in (done.stdout + done.stderr).lower()
        return {line.partition("::")[0] for line in done.stdout.splitlines() if "::" in line}, done.stdout

    assert listed()[0] == set()
    tree.kata("toy/started").copy.write_text(toy.program("2 * values"))
    found, said = listed()
    assert found == {"tests/toy/test_started.py"}
    assert "2 katas without a changed file" in said


def test_the_repository_has_the_tasks_of_a_dojo(repository):
    for name in ("tasks", "extensions"):
        file = repository.root / ".vscode" / f"{name}.json"
        assert file.read_text() == SETTINGS[f".vscode/{name}.json"]
    ours = json.loads((repository.root / ".vscode" / "settings.json").read_text())
    assert ours == vscode.QUIET | vscode.TESTING
