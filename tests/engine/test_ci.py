"""The workflows, the scripts that they run, and the page about them: what can be known without GitHub."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from ruamel.yaml import YAML

from torchkata.system import devices

LOAD = YAML(typ="safe").load
ROOT = Path(__file__).parents[2]
WORKFLOWS = {file.stem: LOAD(file.read_text()) for file in (ROOT / ".github/workflows").glob("*.yml")}
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the scripts are for bash")


def run(*command, **environment):
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False,
        env={**os.environ, "PATH": path, "NO_COLOR": "1", "COLUMNS": "200", **environment},
    )  # fmt: skip


# Workflows


def test_one_required_check_needs_every_other_job():
    jobs = WORKFLOWS["ci"]["jobs"]
    assert set(jobs["all-green"]["needs"]) == set(jobs) - {"all-green"}
    assert jobs["all-green"]["if"] == "always()"  # one that is skipped would count as passed


@pytest.mark.parametrize("name", WORKFLOWS)
def test_every_workflow_has_the_least_permissions_and_every_job_a_limit(name):
    workflow = WORKFLOWS[name]
    assert workflow["permissions"] == {"contents": "read"}
    assert all("timeout-minutes" in job for job in workflow["jobs"].values())


@pytest.mark.parametrize("file", [*(ROOT / ".github/workflows").glob("*.yml"), ROOT / "action.yml"])
def test_every_action_is_pinned_by_its_hash_and_says_which_version_that_is(file):
    used = re.findall(r"uses: (\S+)(.*)", file.read_text())
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action) for action, _ in used), used
    assert all(re.fullmatch(r" # v[\d.]+", version) for _, version in used), used


def test_what_the_workflows_make_is_in_the_makefile():
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([\w-]+):", makefile, re.MULTILINE))
    text = "".join(file.read_text() for file in (ROOT / ".github/workflows").glob("*.yml"))
    called = {word for line in re.findall(r"run: make ([a-z -]+)", text) for word in line.split()}
    assert called
    assert called <= targets


def test_the_matrix_has_the_oldest_python_and_torch_that_are_promised():
    project = (ROOT / "pyproject.toml").read_text()
    jobs = WORKFLOWS["ci"]["jobs"]
    assert f'requires-python = ">={jobs["suite"]["strategy"]["matrix"]["python"][0]}"' in project
    oldest = jobs["torch"]["strategy"]["matrix"]["torch"][0]
    assert f'"torch>={oldest.removesuffix(".0")}"' in project


# Scripts


@pytest.mark.parametrize(("status", "ends"), [(0, 0), (1, 1), (2, 2), (3, 0), (4, 4)])
def test_what_is_unavailable_is_said_loudly_and_every_other_failure_stays_one(status, ends):
    done = run(".ci/unless-unavailable", "bash", "-c", f"exit {status}")
    assert done.returncode == ends
    assert ("SKIPPED, NOT CHECKED" in done.stdout) == (status == 3)


@pytest.mark.skipif(torch.cuda.device_count() > 0, reason="there is a GPU")
def test_without_its_device_the_script_for_a_gpu_fails_at_once():
    done = run(".ci/gpu")
    assert done.returncode == 1
    assert "no device, nothing was run: this machine has no cuda device" in done.stderr
    assert "== suite" not in done.stdout


def test_the_script_for_a_gpu_does_all_its_steps_on_the_stand_in(tmp_path):
    if trouble := devices.stand_in_trouble():
        pytest.skip(trouble)
    done = run(".ci/gpu", "autograd/fit_gain", DEVICE="lazy", WORKERS="0")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("== lazy: lazy; torch ")
    for step in ("suite", "expected", "proof", "evidence"):
        assert f"== {step}: passed" in done.stdout
    assert "1 of 1 katas proven on lazy" in done.stdout
    assert "On lazy a process is kept from one check to the next: " in done.stdout
    assert (
        "== ran on lazy: the suite (gpu.xml), the proof, the evidence (evidence/lazy.jsonl); status 0"
        in done.stdout
    )


def test_another_torch_than_the_one_that_was_asked_for_proves_nothing(tmp_path):
    commands = tmp_path / ".venv-torch-9.9.9" / "bin"
    commands.mkdir(parents=True)
    (tmp_path / "constraints.txt").write_text("torch==2.13.0\npytest==9.2.0\n")
    python, kata = commands / "python", commands / "kata"
    # An install that took what was there already.
    python.write_text(f'#!/bin/sh\n[ "$1" = -m ] || exec {sys.executable} "$@"\n')
    kata.write_text("#!/bin/sh\necho proven\n")
    for command in (python, kata):
        command.chmod(0o755)
    make = ["make", "--no-print-directory", "-C", str(tmp_path), "-f", str(ROOT / "Makefile"), "test-torch"]
    done = run(*make, "VERSION=9.9.9")
    assert done.returncode != 0
    assert "that is not 9.9.9" in done.stderr
    assert "proven" not in done.stdout
    constraints = (tmp_path / ".venv-torch-9.9.9" / "constraints.txt").read_text()
    assert constraints == "pytest==9.2.0\ntorch==9.9.9\n"


# The page


def blocks(kind):
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_hook_on_the_page_is_one_and_calls_a_command():
    from torchkata.cli.main import parser

    ((repository,),) = (LOAD(text)["repos"] for text in blocks("yaml") if text.startswith("repos:"))
    (hook,) = LOAD((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert [one["id"] for one in repository["hooks"]] == [hook["id"]]
    assert repository["repo"].endswith("/torchkata")
    assert (ROOT / "src/torchkata/__init__.py").read_text().count(f'"{repository["rev"][1:]}"') == 1
    parser().parse_args(hook["entry"].split()[1:])
    assert re.match(hook["files"], "katas/graph/second_step.md")


def test_every_workflow_on_the_page_is_valid(tmp_path):
    workflows = [text for text in blocks("yaml") if not text.startswith("repos:")]
    assert workflows
    for number, text in enumerate(workflows):
        file = tmp_path / f"{number}.yml"
        file.write_text(text)
        schema = "vendor.gitlab-ci" if "  script:" in text else "vendor.github-workflows"
        done = run("check-jsonschema", "--builtin-schema", schema, str(file))
        assert done.returncode == 0, done.stdout


def test_every_command_on_the_page_is_one():
    from torchkata.cli.main import parser

    commands = [line for text in blocks("sh") for line in text.splitlines() if line.strip()]
    assert commands
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for line in commands:
        words = line.partition("#")[0].split()
        if words[0] == "kata":
            parser().parse_args(words[1:])
        elif words[0] == "make":
            assert words[1] in targets
        else:
            assert words[0] in ("pytest", "docker", "pip")


# The package


def test_the_classifiers_name_the_pythons_of_the_matrix_and_the_package_is_typed():
    project = (ROOT / "pyproject.toml").read_text()
    named = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', project)
    assert named == WORKFLOWS["ci"]["jobs"]["suite"]["strategy"]["matrix"]["python"]
    assert (ROOT / "src/torchkata/py.typed").is_file()
