"""A learner's dojo under git: the workflow of `kata init --ci` is green while what is solved still is.

And the files with which somebody else's machine gets ready: Dockerfile and dev container.
"""

import json
import re
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.engine.conftest import write_kata
from torchkata.cli.main import main, parser
from torchkata.dojo import ci, manifest
from torchkata.dojo.manifest import DojoError
from torchkata.learner import solved

ROOT = Path(__file__).parents[2]


@pytest.fixture
def here(tree, monkeypatch):
    """A dojo of two katas, and how `kata` ends in it."""
    manifest.write(tree.root, {})
    monkeypatch.chdir(tree.root)
    monkeypatch.setenv("COLUMNS", "100")

    def run(*words):
        with pytest.raises(SystemExit) as end:
            main(list(words))
        return end.value.code

    return run


@pytest.mark.parametrize("host", ["github", "gitlab"])
def test_the_workflow_is_valid_needs_no_secret_and_comments_nothing(tmp_path, host):
    path, text = ci.FILES[host]
    file = tmp_path / Path(path).name
    file.write_text(text)
    schema = {"github": "vendor.github-workflows", "gitlab": "vendor.gitlab-ci"}[host]
    tool = Path(sys.executable).with_name("check-jsonschema")
    done = subprocess.run(
        [tool, "--builtin-schema", schema, file], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout
    assert not re.search(r"secrets|token|write|comment[^s]|gh ", text, re.IGNORECASE)
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action) for action in re.findall(r"uses: (\S+)", text))
    (command,) = re.findall(r"kata .*", text[text.index("pip install torchkata") :])
    assert parser().parse_args(shlex.split(command)[1:]).solved


def test_the_page_about_ci_has_both(repository):
    page = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
    assert all(text in page for _, text in ci.FILES.values())


def test_it_is_green_while_what_is_solved_still_is(here, tree, toy, capsys):
    assert here("init", ".", "--ci", "github") == 0
    assert "For git as well: .github/workflows/katas.yml and solved.txt" in capsys.readouterr().out
    assert here("check", "--solved") == 0
    assert "nothing was checked" in capsys.readouterr().out
    kata = tree.kata("toy/double")
    kata.copy.parent.mkdir(parents=True, exist_ok=True)
    kata.copy.write_text(toy.program("2 * values"))
    assert here("check", "toy/double") == 0
    assert solved.read(tree) == ["toy/double"]
    capsys.readouterr()
    assert here("check", "--solved") == 0
    assert capsys.readouterr().out == "toy/double: solved\n1 of 1 solved katas still are.\n"
    kata.copy.write_text(toy.program("3 * values"))
    assert here("check", "--solved") == 1
    said = capsys.readouterr().out
    assert said.startswith("toy/double: ")
    assert "0 of 1 solved katas still are." in said
    kata.copy.unlink()
    assert here("check", "--solved") == 1
    assert "toy/double: missing: there is no" in capsys.readouterr().out
    assert solved.read(tree) == ["toy/double"]  # to check them is not to forget them


def test_a_reset_takes_a_kata_off_the_list_and_nothing_else_is_written(here, tree, toy):
    kata = tree.kata("toy/double")
    kata.copy.parent.mkdir(parents=True, exist_ok=True)
    kata.copy.write_text(toy.program("2 * values"))
    solved.add(tree, "toy/double")
    assert not solved.location(tree).exists()
    solved.write(tree, ["toy/double", "toy/other"])
    assert here("reset", "toy/double") == 0
    assert solved.read(tree) == ["toy/other"]


def test_katas_that_are_solved_at_once_are_all_on_the_list(tree):
    names = [f"toy/kata_{number}" for number in range(24)]
    solved.write(tree, names[:8])
    with ThreadPoolExecutor(8) as pool:
        taken_off = [pool.submit(solved.remove, tree, name) for name in names[:8]]
        put_on = [pool.submit(solved.add, tree, name) for name in names[8:]]
    assert [one.exception() for one in (*taken_off, *put_on)] == [None] * 24
    assert sorted(solved.read(tree)) == sorted(names[8:])


def test_what_somebody_wrote_into_the_list_stays(tree):
    mine = b"# Mine\n\ntoy/other  # on the train\r\ntoy/third\n# caf\xe9"
    solved.location(tree).write_bytes(mine)
    solved.add(tree, "toy/double")
    solved.add(tree, "toy/double")
    assert solved.location(tree).read_bytes() == mine + b"\ntoy/double\n"
    assert solved.read(tree) == ["toy/other", "toy/third", "toy/double"]
    solved.remove(tree, "toy/third")
    assert solved.location(tree).read_bytes() == mine.replace(b"toy/third\n", b"") + b"\ntoy/double\n"


def test_without_a_list_nothing_is_green(here, capsys):
    assert here("check", "--solved") == 2
    assert "there is no solved.txt here" in capsys.readouterr().err
    assert here("check") == 2
    assert here("check", "toy/double", "--solved") == 2


def test_a_kata_that_cannot_run_here_is_not_green(here, tree, toy, capsys):
    kata = tree.kata("toy/double")
    kata.card.write_text(kata.card.read_text().replace("level = 1", 'level = 1\nneeds = ["cuda"]'))
    kata.copy.parent.mkdir(parents=True, exist_ok=True)
    kata.copy.write_text(toy.program("2 * values"))
    solved.write(tree, ["toy/double"])
    assert here("check", "--solved") == 3


def test_a_line_that_cannot_be_checked_does_not_keep_the_others_from_it(here, tree, toy, capsys, monkeypatch):
    monkeypatch.setattr("torchkata.cli.check.LARGEST", 5000)
    for name in ("large", "other"):
        write_kata(tree.root, f"toy/{name}")
    copies = {name: tree.kata(f"toy/{name}").copy for name in ("double", "large", "other")}
    copies["double"].parent.mkdir(parents=True, exist_ok=True)
    copies["double"].write_text(toy.program("2 * values"))
    copies["large"].write_text("#" * 6000)
    copies["other"].mkdir()
    (tree.root / "solved.txt").write_text("toy/gone\ntoy/large\ntoy/other\ntoy/double\n")
    assert here("check", "--solved") == 1
    gone, large, other, double, last = capsys.readouterr().out.splitlines()
    assert gone == "toy/gone: unknown: there is no such kata any more; take its line out of solved.txt"
    assert large.startswith("toy/large: unreadable: larger than any program")
    assert other == "toy/other: missing: there is no katas/toy/other.py"
    assert double == "toy/double: solved"
    assert last == "1 of 4 solved katas still are."


@pytest.mark.parametrize("option", ["--json", "--problems"])
def test_the_list_has_no_other_form(here, tree, capsys, option):
    solved.write(tree, ["toy/double"])
    assert here("check", "--solved", option) == 2
    assert option in capsys.readouterr().err


def test_somebody_elses_workflow_stays(tree):
    theirs = tree.root / ".gitlab-ci.yml"
    theirs.write_text("test:\n  script: make\n")
    with pytest.raises(DojoError, match="is there already"):
        ci.write(tree.root, "gitlab")
    assert theirs.read_text() == "test:\n  script: make\n"


# Containers


def test_the_image_is_built_of_known_steps_and_its_user_is_nobody():
    text = (ROOT / "Dockerfile").read_text()
    steps = re.findall(r"^([A-Z]+) (.*)$", text, re.MULTILINE)
    known = {"ARG", "FROM", "RUN", "COPY", "USER", "WORKDIR", "ENV", "VOLUME", "CMD"}
    assert {name for name, _ in steps} == known
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert len(lines) == len(steps)  # no step that goes on in the next line
    names = [name for name, _ in steps]
    assert names[:2] == ["ARG", "FROM"]  # which Python
    assert names[-1] == "CMD"
    assert names.count("USER") == 1
    assert dict(steps)["USER"] != "root"
    assert dict(steps)["WORKDIR"] == dict(steps)["VOLUME"]
    assert json.loads(dict(steps)["CMD"]) == ["kata"]
    for _, step in steps[names.index("USER") :]:
        assert "pip" not in step  # what is installed is root's, so that nobody can change it
    (made,) = [step for name, step in steps if name == "RUN" and step.startswith("kata ")]
    assert str(parser().parse_args(made.split()[1:]).folder) == "dojo"


def test_the_dev_container_ends_in_kata_ready_to_type():
    said = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text())
    allowed = {
        "name", "image", "postCreateCommand", "postAttachCommand", "containerEnv", "remoteEnv",
        "customizations",
    }  # fmt: skip
    assert set(said) <= allowed
    assert said["postCreateCommand"].startswith("make environment")
    assert re.search(r"^environment:", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert said["remoteEnv"]["PATH"].split(":")[0].endswith("/.venv/bin")
    assert said["postAttachCommand"].endswith("kata")
    assert set(said["customizations"]["vscode"]) == {"extensions", "settings"}


def test_a_dojo_does_not_become_one_for_a_class_with_its_workflow(here, tree, capsys):
    assert here("init", ".", "--ci", "github", "--for-class") == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "--for-class is for a new dojo, and . is one already: kata init . --ci github" in said
    assert not (tree.root / ".github").exists()
    manifest.write(tree.root, {}, for_class=True)
    assert here("init", ".", "--ci", "github", "--for-class") == 0
