"""The kit: what is fetched for another system, worked out from what is installed here."""

import re
import subprocess
from pathlib import Path

import pytest

from torchkata.dojo import kit
from torchkata.dojo.kit import KitError, Target


@pytest.fixture
def fetched(tmp_path, monkeypatch):
    """Make a kit without a network; what pip would have been asked."""
    asked = []
    monkeypatch.setattr(kit, "_pip", lambda *arguments: asked.append(arguments))

    def make(systems, pythons):
        said = []
        kit.make(tmp_path / "kit", kit.targets(systems, pythons), said.append)
        return asked

    return make


def names(target):
    return {re.split(r"[=<>!~]", one)[0].lower() for one in kit.closure(target)}


def test_the_closure_is_pinned_to_what_is_tested_here_and_holds_no_part_of_the_room():
    found = kit.closure(Target("linux", 12))
    assert all("==" in one for one in found)
    assert {"torch", "pytest", "numpy", "sympy", "jinja2", "pluggy", "mdurl"} <= names(Target("linux", 12))
    assert not {"starlette", "playwright", "ruff", "torchkata"} & names(Target("linux", 12))


def test_each_system_gets_what_it_alone_needs_and_torch_for_the_cpu():
    assert "colorama" in names(Target("windows", 12))
    assert "colorama" not in names(Target("linux", 12))
    torch = {
        name: [one for one in kit.closure(Target(name, 12)) if one.startswith("torch=")]
        for name in kit.SYSTEMS
    }
    assert [one.endswith("+cpu") for (one,) in torch.values()] == [True, False, False]


def test_a_torch_for_a_gpu_brings_none_of_its_libraries(monkeypatch):
    def requires(name):
        more = ['nvidia-cublas-cu12==1; platform_system == "Linux"', "triton==3", "cuda-bindings"]
        return more if name == "torch" else ["torch"]

    monkeypatch.setattr(kit.metadata, "requires", requires)
    assert names(Target("linux", 12)) == {"torch"}


@pytest.mark.parametrize(
    ("systems", "pythons", "said"),
    [
        ("linux,amiga", "3.12", "not 'amiga'"),
        ("linux", "3.10", "3.11 to 3.14"),
        ("linux", "3.13-3.11", "not '3.13-3.11'"),
        ("linux", "3", "not '3'"),
    ],
)
def test_what_cannot_be_fetched_is_said_before_anything_is(systems, pythons, said):
    with pytest.raises(KitError, match=re.escape(said)):
        kit.targets(systems, pythons)


def test_every_system_and_python_is_fetched_once_with_its_own_tags(fetched):
    own, *others = fetched("linux,windows", "3.11-3.12")
    assert "--no-deps" in own
    tags = [
        {one for one in call if one.startswith(("--platform=win", "--python-version"))} for call in others
    ]
    assert tags == [
        {"--python-version=3.11"},
        {"--python-version=3.12"},
        {"--python-version=3.11", "--platform=win_amd64"},
        {"--python-version=3.12", "--platform=win_amd64"},
    ]


def test_the_scripts_are_for_the_systems_that_were_asked_for(fetched, tmp_path):
    fetched("linux", "3.11-3.14")
    script = tmp_path / "kit" / "install.sh"
    assert subprocess.run(["sh", "-n", str(script)], check=False).returncode == 0
    assert "3.11 to 3.14" in script.read_text()
    assert not (tmp_path / "kit" / "install.cmd").exists()
    fetched("windows", "3.12")
    assert "\r\n" in (tmp_path / "kit" / "install.cmd").read_bytes().decode()


def test_what_pip_could_not_do_is_said_in_its_words():
    with pytest.raises(KitError, match="pip could not fetch everything"):
        kit._pip("download", "--no-index", "no-such-package-of-ours")


def test_a_kit_in_the_present_folder_is_called_by_its_name(tmp_path, monkeypatch):
    monkeypatch.setattr(kit, "_pip", lambda *arguments: None)
    (tmp_path / "mykit").mkdir()
    monkeypatch.chdir(tmp_path / "mykit")
    said = []
    kit.make(Path("."), kit.targets("linux,windows", "3.12"), said.append)
    assert "sh mykit/install.sh, or mykit\\install.cmd" in said[-1]
    assert "sh mykit/install.sh" in Path("install.sh").read_text()
