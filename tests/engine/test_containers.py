"""`kata grade --container`, through a program that stands in for podman and runs what it's given here."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from torchkata.cli import main
from torchkata.collection import content
from torchkata.collection.catalogue import Catalogue
from torchkata.grading import containers, elsewhere, grade
from torchkata.grading.keep import content_digest

ROOT = Path(__file__).parents[2]
KATA = "graph/second_step"
PODMAN = """\
#!{python}
import json, os, sys
with open({log!r}, "a") as log:
    print(json.dumps(sys.argv[1:]), file=log)
if "run" in sys.argv:
    what = sys.argv[sys.argv.index("torchkata") + 1 :]
    {before}
    os.execv({python!r}, [{python!r}, *what[1:]])
"""


@pytest.fixture
def podman(tmp_path, monkeypatch):
    """Write the program; the returned function reads what it was called with."""
    log, program = tmp_path / "log", tmp_path / "bin" / "podman"
    program.parent.mkdir()
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")

    def called(before="pass"):
        program.write_text(PODMAN.format(python=sys.executable, log=str(log), before=before))
        program.chmod(0o755)
        return lambda: [json.loads(line) for line in log.read_text().splitlines()]

    return called


@pytest.fixture
def handed_in(tmp_path):
    """ann is right, bob is wrong, and cy has not begun."""
    for learner, source in (("ann", ROOT / "fixed" / f"{KATA}.py"), ("bob", ROOT / "broken" / f"{KATA}.py")):
        file = tmp_path / "handed_in" / learner / f"{KATA}.py"
        file.parent.mkdir(parents=True)
        shutil.copy(source, file)
    (tmp_path / "handed_in" / "cy").mkdir()
    return sorted((tmp_path / "handed_in").iterdir())


@pytest.fixture
def digest():
    return content_digest(Catalogue(content.installed()))


def outcomes(report):
    return {result.learner: result.kind for result in report.results}


def test_every_learner_gets_a_container_without_network_and_with_nothing_of_this_machine(
    podman, handed_in, digest, tmp_path
):
    called = podman()
    road = containers.road("podman --runtime runc", "torchkata", digest)
    report = grade(handed_in, [KATA], keep=tmp_path / "keep", over=road)
    assert outcomes(report) == {"ann": "solved", "bob": "failing: untouched", "cy": "missing"}
    assert {r.tier for r in report.results} == {road.tier}
    assert road.tier.startswith("a container of its own for each learner (podman: no network")
    calls = called()
    runs = [call for call in calls if "run" in call]
    assert len(runs) == 2
    for call in runs:
        assert call[:3] == ["--runtime", "runc", "run"]
        assert {"--network=none", "--read-only", "--cap-drop=all", "--security-opt=no-new-privileges"} <= set(
            call
        )
        assert not [word for word in call if word.startswith(("-v", "--volume", "--mount", "--privileged"))]
    names = {word.partition("=")[2] for call in runs for word in call if word.startswith("--name=")}
    assert len(names) == 2
    assert {call[-1] for call in calls if "rm" in call} == names
    # What a container has said is kept, for that image alone.
    assert grade(handed_in, [KATA], keep=tmp_path / "keep", over=road) == report
    assert len([call for call in called() if "run" in call]) == 2
    other = containers.road("podman", "torchkata", digest)
    grade(handed_in[:1], [KATA], keep=tmp_path / "keep", over=elsewhere.Road(other.over, "another image"))
    assert len([call for call in called() if "run" in call]) == 3


def test_a_container_that_ends_or_lies_judges_nothing_and_nothing_of_it_is_kept(
    podman, handed_in, digest, tmp_path
):
    hello = json.dumps({"content": digest})
    for after, why in (
        ("os._exit(0)", "its container ended before the check did"),
        ("print('{}', flush=True)", "its container sent what is no verdict"),
        (f"print({VERDICT!r}, flush=True)", "its container sent another kata's verdict"),
        (f"print({ODD!r}, flush=True)", "its container sent what is no verdict"),
        ("print('[' * 100_000, flush=True)", "its container sent what is no verdict"),
    ):
        podman(f"print({hello!r}, flush=True); {after}; os._exit(0)")
        report = grade(
            handed_in[:1], [KATA], keep=tmp_path / "keep", over=containers.road("podman", "torchkata", digest)
        )
        assert [(r.outcome, r.why) for r in report.results] == [("internal", why)]
        assert report.status == 3
        assert not list((tmp_path / "keep").rglob("*.json"))


VERDICT = json.dumps(
    {
        "schema": "kata-verdict/1",
        "kata": "toy/other",
        "verdict": "solved",
        "device": "cpu",
        "torch": "",
        "python": "",
    }
    | {"seconds": 0.0, "tests": [], "wrong_fix": None, "message": "", "line": None, "output": ""}
)

ODD = json.dumps(json.loads(VERDICT) | {"kata": KATA, "verdict": "failing", "message": 5})


def test_a_container_may_talk_before_it_listens(podman, handed_in, digest, tmp_path):
    """More than a pipe holds, on all three of them at once."""
    hello = json.dumps({"content": digest})
    podman(f"print({hello!r}); print('x' * 300_000); print('y' * 300_000, file=sys.stderr); os._exit(0)")
    file = handed_in[0] / f"{KATA}.py"
    file.write_text(f"{file.read_text()}# {'z' * 300_000}\n")
    road = containers.road("podman", "torchkata", digest)
    report = grade(handed_in[:1], [KATA], keep=tmp_path / "keep", over=road)
    assert [(r.outcome, r.why) for r in report.results] == [
        ("internal", "its container sent what is no verdict")
    ]


@pytest.mark.parametrize(
    ("before", "arguments", "said"),
    [
        ("print('hello', flush=True); os._exit(0)", [], "holds another torchkata than this one"),
        ("sys.exit('no such image')", [], "podman could not run torchkata: no such image"),
        ("print('{}', flush=True); os._exit(0)", [], "holds another torchkata than this one; build it anew"),
        ("pass", ["--tree", "."], "leave --tree out"),
        ("pass", ["--container", "nobodys-podman"], "there is no nobodys-podman here"),
        ("pass", ["--scheduler", "tcp://127.0.0.1:1"], "one of them"),
    ],
)
def test_what_keeps_a_container_from_judging_is_said(
    podman, handed_in, tmp_path, capsys, before, arguments, said
):
    podman(before)
    command = ["grade", str(handed_in[0]), "--katas", KATA, "--keep", str(tmp_path / "keep")]
    with pytest.raises(SystemExit) as end:
        main.main([*command, "--container", "podman", *arguments])
    assert end.value.code == 2
    assert said in " ".join(capsys.readouterr().err.split())
