"""What people install: the wheel holds the katas and nothing of anybody's own, and it works alone.

Built without isolation and installed without an index: nothing here needs the network.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from concurrent.futures import ThreadPoolExecutor
from email.parser import Parser
from pathlib import Path
from types import SimpleNamespace

import pytest

from torchkata.collection import content

REPOSITORY = Path(__file__).parents[2]
CARRIED = ("src", "katas", "broken", "cases", "fixed", "tests", "pyproject.toml", "hatch_build.py")
CARRIED += ("conftest.py", "README.md", "LICENSE", ".gitignore")
KATA = "graph/second_step"

pytestmark = [
    pytest.mark.skipif(not (REPOSITORY / "hatch_build.py").is_file(), reason="needs the repository"),
    pytest.mark.skipif(
        None in map(importlib.util.find_spec, ("hatchling", "pip")), reason="needs hatchling and pip"
    ),
]


def run(*command, cwd, status=0, **settings):
    """The output of a command that ends with `status`; the learner's own settings play no part."""
    unwanted = ("PYTHONPATH", "PYTHONHOME", "PIP_", "TORCHKATA_", "GITHUB_")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(unwanted)}
    environment |= {"NO_COLOR": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INDEX": "1", **settings}
    done = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        timeout=120,
    )
    assert done.returncode == status, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def build(source, target, **settings):
    run(sys.executable, "-m", "hatchling", "build", "-t", target, cwd=source, **settings)
    (built,) = source.glob("dist/*.whl" if target == "wheel" else "dist/*.tar.gz")
    return built


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A wheel and an sdist of a tree in which somebody has been learning, and the sdist's own wheel."""
    tree, unpacked = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("unpacked")
    for name in CARRIED:
        source = REPOSITORY / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tree / name)
    shutil.copy(tree / "broken" / f"{KATA}.py", tree / "katas" / f"{KATA}.py")
    for folder in ("src/torchkata", "broken/graph"):
        (tree / folder / "__pycache__").mkdir(exist_ok=True)
        (tree / folder / "__pycache__" / "mine.cpython-311.pyc").write_bytes(b"")
    (tree / ".kata").mkdir()
    (tree / ".kata" / "history.jsonl").write_text("{}\n")
    released = {"GITHUB_REPOSITORY": "someone/torchkata", "GITHUB_REF_NAME": "v0.1.0"}
    wheel, sdist = build(tree, "wheel", **released), build(tree, "sdist", **released)
    safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # from Python 3.11.4 on
    with tarfile.open(sdist) as archive:
        archive.extractall(unpacked, **safely)
        sources = archive.getnames()
    (inside,) = unpacked.iterdir()
    return SimpleNamespace(tree=tree, wheel=wheel, sources=sources, again=build(inside, "wheel"))


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """The folder with the commands of an environment that has the wheel, and borrows everything else."""
    root = tmp_path_factory.mktemp("environment")
    venv.create(root, with_pip=False, symlinks=os.name != "nt")
    commands = root / ("Scripts" if os.name == "nt" else "bin")
    install = ["install", "--quiet", "--no-index", "--no-deps", built.wheel]
    run(sys.executable, "-m", "pip", "--python", commands / "python", *install, cwd=root)
    library = run(
        commands / "python", "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])", cwd=root
    )
    borrowed = {sysconfig.get_paths()[key] for key in ("purelib", "platlib")}
    # Behind the environment's own: a .pth file in a borrowed folder, as of an editable install, is not read.
    Path(library.strip(), "borrowed.pth").write_text("\n".join(borrowed))
    return commands


def names(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_the_katas_and_no_learners_file(built):
    found = names(built.wheel)
    ours = content.files(content.Tree(built.tree))
    assert {f"torchkata/content/{file.relative_to(built.tree).as_posix()}" for file in ours} <= found
    assert f"torchkata/content/katas/{KATA}.md" in found
    assert "torchkata/schemas/verdict.schema.json" in found
    assert f"torchkata/content/tests/{KATA}/wrong_retain_graph.py" in found
    assert "torchkata/content/cases/gridworld/project/train.py" in found
    assert "torchkata/content/tests/cases/test_gridworld.py" in found
    assert not [
        name for name in found if name.startswith("torchkata/content/katas/") and name.endswith(".py")
    ]
    assert not [name for name in found if "__pycache__" in name or ".kata/" in name]
    assert not [name for name in found if "tests/engine" in name or "tests/hostile" in name]


def test_the_sdist_builds_the_same_wheel(built):
    assert names(built.again) == names(built.wheel)
    inside = {name.partition("/")[2] for name in built.sources}
    assert {"hatch_build.py", f"katas/{KATA}.md", "tests/engine/test_wheel.py", "pyproject.toml"} <= inside
    assert f"katas/{KATA}.py" not in inside
    assert not [name for name in inside if "__pycache__" in name or name.startswith(".kata")]


CONTENT = """
from torchkata.collection import content
from torchkata.collection.catalogue import Catalogue
from torchkata.grading.keep import content_digest

print(content_digest(Catalogue(content.installed())))
"""


def test_a_grader_in_the_repository_and_an_image_with_its_wheel_hold_the_same(installed, tmp_path):
    with ThreadPoolExecutor(2) as pool:
        here, there = pool.map(
            lambda python: run(python, "-c", CONTENT, cwd=tmp_path), (sys.executable, installed / "python")
        )
    assert here == there


def metadata(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (file,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return Parser().parsestr(archive.read(file).decode())


def test_on_the_page_of_a_release_every_link_leads_to_the_repository(built):
    said = metadata(built.wheel)
    there = "https://github.com/someone/torchkata"
    assert f"Repository, {there}" in said.get_all("Project-URL")
    links = re.findall(r"\]\((\S+)\)", said.get_payload())
    assert f"{there}/raw/v0.1.0/docs/session.svg" in links
    ours = [link.removeprefix(f"{there}/blob/v0.1.0/") for link in links if link.startswith(f"{there}/blob/")]
    assert len(ours) > 20
    assert all((REPOSITORY / link.partition("#")[0]).exists() for link in ours)
    assert all(link.startswith(("https://", "#")) for link in links)
    assert metadata(built.again).as_string() == said.as_string()  # what the sdist says, wherever it is built


def test_a_build_elsewhere_names_no_address(built, monkeypatch):
    monkeypatch.syspath_prepend(str(built.tree))
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    from hatch_build import Links

    found = {}
    Links(str(built.tree), {}).update(found)
    assert found["readme"]["text"] == (built.tree / "README.md").read_text()
    assert "urls" not in found


def test_an_editable_install_copies_no_katas(built, monkeypatch):
    monkeypatch.syspath_prepend(str(built.tree))
    from hatch_build import Katas

    for version, copied in (("editable", False), ("standard", True)):
        data = {"force_include": {}}
        hook = Katas(str(built.tree), {}, None, None, str(built.tree), "wheel")
        hook.initialize(version, data)
        assert bool(data["force_include"]) is copied


def test_an_installed_torch_is_never_replaced(built):
    wanted = metadata(built.wheel).get_all("Requires-Dist")
    assert [one for one in wanted if one.startswith("torch")] == ["torch>=2.6"]


def test_a_learner_solves_a_kata_and_an_author_proves_one_from_the_wheel_alone(installed, tmp_path):
    kata = installed / "kata"
    said = run(kata, "init", "dojo", cwd=tmp_path)
    assert said.splitlines()[-2:] == ["    cd dojo", "    kata"]
    dojo = tmp_path / "dojo"
    assert not list(dojo.rglob("*.pyc"))
    where = run(installed / "python", "-c", "import torchkata; print(torchkata.__file__)", cwd=dojo)
    assert Path(where).is_relative_to(installed.parent)
    copy = dojo / "katas" / f"{KATA}.py"
    assert copy.read_bytes() == (dojo / "broken" / f"{KATA}.py").read_bytes()
    shutil.copy(dojo / "fixed" / f"{KATA}.py", copy)
    with ThreadPoolExecutor(2) as pool:  # most of either is importing torch
        checked = pool.submit(run, kata, "check", KATA, cwd=dojo)
        proven = pool.submit(run, kata, "prove", KATA, cwd=dojo)
        assert "SOLVED" in checked.result()
        assert "1 of 1 katas proven on cpu" in proven.result()
    assert "Nothing to do" in run(kata, "update", cwd=dojo)
    assert "What your colleague writes" in run(kata, "case", cwd=dojo)


def test_a_facilitator_grades_with_the_wheel_alone_and_has_no_dojo(installed, tmp_path):
    for learner, source in (("ann", "fixed"), ("bob", "broken")):
        (tmp_path / "handed_in" / learner / "graph").mkdir(parents=True)
        shutil.copy(
            REPOSITORY / source / f"{KATA}.py", tmp_path / "handed_in" / learner / "graph/second_step.py"
        )
    said = run(installed / "kata", "grade", "--each", "handed_in", cwd=tmp_path, status=1)
    assert "2 checks: 1 solved, 1 failing." in said


NOTEBOOK = """
import sys
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "torchkata")
shell.run_line_magic("kata", sys.argv[1])
shell.run_cell_magic("kata", sys.argv[1], open(f"dojo/fixed/{sys.argv[1]}.py").read())
"""


def test_a_notebook_finds_its_katas_in_the_wheel(installed, tmp_path):
    pytest.importorskip("IPython")
    said = run(installed / "python", "-c", NOTEBOOK, KATA, cwd=tmp_path)
    assert "a dojo of your own was made, in dojo/" in said
    assert "Training dies at the second epoch" in said
    assert "SOLVED  graph/second_step" in said
    history = (tmp_path / "dojo" / ".kata" / "history.jsonl").read_text()
    assert '"verdict": "solved"' in history
