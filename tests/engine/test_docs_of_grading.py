"""docs/grading.md: its programs run, its commands are commands, and its table is the engine's."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from torchkata.cli.main import parser
from torchkata.grading.result import OUTCOMES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "grading.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def block(language, beginning):
    (found,) = [text for kind, text in BLOCKS if kind == language and beginning in text]
    return found


def run(program, cwd, keep, **environment):
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=cwd, capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "XDG_CACHE_HOME": str(keep), **environment},
    )  # fmt: skip


@pytest.fixture(scope="module")
def keep(tmp_path_factory):
    """One cache for all, so that a program is checked once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def here(tmp_path):
    """A folder with handed_in/, where ann has solved two katas and bob has not begun one of them."""
    for learner, kata, source in (
        ("ann", "graph/second_step", "fixed"),
        ("ann", "optim/flat_line", "fixed"),
        ("bob", "graph/second_step", "broken"),
    ):
        file = tmp_path / "handed_in" / learner / f"{kata}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / source / f"{kata}.py", file)
    return tmp_path


def commands():
    found = re.findall(r"^[ -]*(?:run: )?(kata (?:grade|init) .*?)(?: {3,}.*| \|\|.*)?$", PAGE, re.MULTILINE)
    found += re.findall(r"command: (kata grade .*)", PAGE)
    return [re.sub(r"\$\{\{.*?\}\}|\$SLURM_ARRAY_TASK_ID", "1", line) for line in found]


def test_every_command_of_the_page_is_one():
    assert len(commands()) >= 10
    for line in commands():
        assert parser().parse_args(shlex.split(line)[1:]).run


def test_the_table_has_every_outcome_in_its_order():
    table = PAGE.partition("| outcome |")[2].partition("\n\n")[0]
    assert tuple(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == OUTCOMES


def test_the_function_grades_a_cohort(here, keep):
    done = run(block("python", 'iterdir()), ["graph"])'), here, keep)
    assert done.returncode == 0, done.stderr
    said = {tuple(line.split()[:2]): line.split()[2:] for line in done.stdout.splitlines()}
    assert said["ann", "graph/second_step"] == ["solved"]
    assert said["bob", "graph/second_step"][0] == "failing"
    assert said["bob", "graph/long_sequence"][0] == "missing"


def test_classroom_50_gets_its_result(here, keep):
    environment = {name: name.lower() for name in ("CLASSROOM", "ASSIGNMENT", "COMMIT_URL", "RELEASE_URL")}
    program = block("python", "classroom50/result/v1")
    for learner, score in (("ann", 2), ("bob", 0)):
        folder = here / "handed_in" / learner
        done = run(program, folder, keep, SUBMISSION_TAG="submit/1", **environment)
        assert done.returncode == 0, done.stderr
        said = json.loads((folder / "result.json").read_text())
        assert said["score"] == score
        assert said["max-score"] == len(said["tests"]) == 2
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", said["datetime"])
        assert {"schema", "classroom", "assignment", "submission", "commit", "release", "review"} < set(said)
        for test in said["tests"]:
            assert test["score"] == test["passed"] <= test["max-score"]


def test_the_environment_for_agents_gives_feedback_and_a_reward(keep, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(keep))
    text = block("python", "class Debugging")
    assert len(text.splitlines()) <= 50
    names = {}
    exec(compile(text, "grading.md", "exec"), names)
    world = names["Debugging"](["graph/second_step"], tries=3)
    try:
        seen = world.reset(world.katas[0])
        assert "## Task" in seen
        assert "## Why" not in seen
        assert "def fit(" in seen
        broken, fixed = (
            (ROOT / folder / "graph" / "second_step.py").read_text() for folder in ("broken", "fixed")
        )
        feedback, reward, over = world.step(broken)
        assert feedback.startswith("failing: untouched")
        assert (reward, over) == (0.0, False)
        feedback, reward, over = world.step(f"import sys\n{fixed}")
        assert feedback == "review: line 1: imports sys"
        assert (reward, over) == (0.0, False)
        assert world.step(fixed) == ("solved: ", 1.0, True)
        world.reset(world.katas[0])
        assert [world.step(broken)[2] for _ in range(3)] == [False, False, True]
    finally:
        world.close()


def test_the_script_for_cron_runs(here, keep):
    subprocess.run(["git", "init", "--quiet", here / "handed_in" / "bob"], check=True)
    done = subprocess.run(
        ["sh", "-c", block("sh", "Every night")],
        cwd=here, capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
             "XDG_CACHE_HOME": str(keep), "GITHUB_ACTIONS": ""},
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "not renewed: handed_in/bob/" in done.stdout
    assert "4 checks: 2 solved, 1 failing, 1 missing." in done.stdout
    assert (here / "grades.csv").read_text().startswith("learner,kata,outcome")


def test_a_workflow_holds_no_tab_and_starts_at_the_left():
    workflows = [text for kind, text in BLOCKS if kind == "yaml"]
    assert len(workflows) == 3
    for text in workflows:
        assert "\t" not in text
        assert all(len(re.match(" *", line)[0]) % 2 == 0 for line in text.splitlines())


RAY = """
import sys, types


class Remote:
    def __init__(self, function):
        self.function = function

    def remote(self, work):
        return lambda: self.function(work)


sys.modules["ray"] = types.SimpleNamespace(remote=Remote, get=lambda begun: begun())
"""


def test_the_recipe_for_ray_grades(here, keep):
    """With a stand-in for the two functions of Ray that it calls."""
    program = block("python", "import ray") + "print([r.outcome for r in report.results])"
    done = run(RAY + program, here, keep)
    assert done.stdout == "['solved', 'solved', 'failing', 'missing']\n", done.stderr
