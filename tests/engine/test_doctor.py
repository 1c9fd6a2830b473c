"""`kata doctor`: every finding is one line, a fault names its remedy, and nothing stops the doctor."""

import json
import os
import shutil
import sys

import pytest

from torchkata.collection import content
from torchkata.dojo import doctor, doctor_dojo, findings, manifest, probe, setup
from torchkata.dojo.findings import Finding
from torchkata.dojo.probe import Answer
from torchkata.judging import judge, worker
from torchkata.system import devices

GOOD = Answer("2.13.0+cpu", "/env/site-packages/torch/__init__.py", "CPU", ["cpu"])


@pytest.fixture
def one():
    """The single finding of one look."""

    def look(found):
        (finding,) = found
        return finding

    return look


def test_all_is_well_in_a_good_dojo_and_the_status_says_so(kata_command):
    done = kata_command("doctor")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "Nothing is wrong."
    words = [line.split()[0] for line in done.stdout.splitlines()[:-1]]
    assert set(words) <= {"ok", "note"}  # a GPU without a torch for it is a note
    assert "fixed/toy/double.py: solved" in done.stdout
    assert "a save is noticed at once" in done.stdout


def test_a_file_that_hides_torch_is_named_and_survived(kata_command, tree):
    (tree.root / "torch.py").write_text("import os; os._exit(3)\n")
    done = kata_command("doctor", "--json")
    assert done.returncode == 1
    said = json.loads(done.stdout)
    assert said["schema"] == "kata-doctor/1"
    assert not said["well"]
    (wrong,) = [finding for finding in said["findings"] if finding["status"] == "wrong"]
    assert wrong["name"] == "torch"
    assert wrong["text"] == f"{tree.root / 'torch.py'} hides the real one"
    assert wrong["remedy"] == f"rename {tree.root / 'torch.py'}"


def test_the_command_imports_no_torch(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)  # importing it would raise
    monkeypatch.setattr(probe, "ask", lambda folder: GOOD)
    assert not findings.ails(list(doctor.examine(tmp_path)))


def test_outside_a_dojo_nothing_is_wrong_and_the_next_command_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(probe, "ask", lambda folder: GOOD)
    (found,) = [finding for finding in doctor.examine(tmp_path) if finding.name == "dojo"]
    assert (found.status, found.remedy) == ("note", "kata init dojo")


def test_a_look_that_fails_is_a_finding_and_the_others_go_on(tmp_path, monkeypatch):
    monkeypatch.setattr(probe, "ask", lambda folder: GOOD)
    monkeypatch.setattr(doctor, "isolation", lambda: 1 / 0)
    found = list(doctor.examine(tmp_path))
    assert [finding.text for finding in found if finding.status == "wrong"] == [
        "could not be looked at: ZeroDivisionError: division by zero"
    ]
    assert found[-1].name == "disk"


# torch and the other packages


@pytest.mark.parametrize(
    ("answer", "status", "text", "remedy"),
    [
        (GOOD, "ok", "2.13.0+cpu, built for CPU", ""),
        (Answer(problem="No module named 'torch'"), "wrong", "is not installed", "pip install 'torch>=2.6'"),
        (
            Answer(origin="/env/torch/__init__.py", problem="ImportError: libcudnn.so.9"),
            "wrong",
            "/env/torch cannot be used: ImportError: libcudnn.so.9",
            "pip install --force-reinstall 'torch>=2.6'",
        ),
        (
            Answer("2.1.0", "/env/torch/__init__.py", "CPU", ["cpu"]),
            "wrong",
            "2.1.0; wanted is >=2.6",
            "pip install 'torch>=2.6'",
        ),
        (Answer("2.14.0.dev20261101", "/env/t.py", "CPU"), "ok", "2.14.0.dev20261101, built for CPU", ""),
    ],
)
def test_torch_is_judged_by_what_it_answers(one, tmp_path, answer, status, text, remedy):
    found = one(doctor._torch(answer, tmp_path))
    assert (found.status, found.text, found.remedy) == (status, text, remedy)


@pytest.mark.parametrize(
    ("program", "problem"),
    [
        ("raise ImportError('libcudnn.so.9: cannot open')", "ImportError: libcudnn.so.9: cannot open"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGILL)", "the process ended with status -4"),
        ("print('{}')", "AttributeError: module 'torch' has no attribute 'ones'"),
    ],
)
def test_a_torch_that_breaks_on_import_is_an_answer(tmp_path, program, problem):
    if os.name == "nt" and "SIGILL" in program:
        pytest.skip("signals are another thing there")
    (tmp_path / "torch.py").write_text(program)
    answer = probe.ask(tmp_path)
    assert answer.version == ""
    assert answer.origin == str(tmp_path / "torch.py")
    assert problem in answer.problem


def test_a_gpu_that_this_torch_cannot_use_is_named(one, monkeypatch):
    monkeypatch.setattr(doctor, "_has_nvidia", lambda: True)
    assert one(doctor._devices(GOOD)).status == "note"
    cuda = Answer("2.13.0+cu128", GOOD.origin, "CUDA 12.8", ["cpu"])
    assert one(doctor._devices(cuda)).remedy.endswith("nvidia-smi")
    good = Answer("2.13.0+cu128", GOOD.origin, "CUDA 12.8", ["cpu", "cuda:0 NVIDIA H100"])
    assert one(doctor._devices(good)) == Finding("devices", "ok", "cpu, cuda:0 NVIDIA H100")


def test_a_package_of_another_version_is_named_with_the_wanted_one(monkeypatch):
    versions = {"pytest": "8.4.2"}
    monkeypatch.setattr(doctor.importlib.metadata, "version", lambda name: versions.get(name, "99"))
    found = {finding.name: finding for finding in doctor._packages()}
    assert found["pytest"].status == "wrong"
    assert found["pytest"].text.startswith("8.4.2; wanted is ")
    assert found["pytest"].remedy.startswith("pip install 'pytest")


def test_an_installation_without_katas_is_named(monkeypatch):
    def none():
        raise content.NoContent("carries no katas; pip install it anew")

    monkeypatch.setattr(content, "installed", none)
    assert next(doctor._packages()) == Finding("torchkata", "wrong", "carries no katas; pip install it anew")


# The road, the terminal, the tier


def test_the_slower_road_is_said_with_its_reason(monkeypatch):
    monkeypatch.setenv("TORCHKATA_FORK", "0")
    road, isolation = doctor._roads()
    assert (road.status, road.remedy) == ("note", "unset TORCHKATA_FORK")
    assert "TORCHKATA_FORK is 0" in road.text
    assert isolation.text.startswith("plain process")
    monkeypatch.setenv("TORCHKATA_FORK", "1")
    monkeypatch.setattr(worker, "can_fork", lambda: False)
    monkeypatch.setattr(doctor.platform, "system", lambda: "Darwin")
    assert "Darwin" in next(doctor._roads()).text


@pytest.mark.skipif(sys.platform != "linux", reason="forks on Linux alone")
def test_the_tier_of_isolation_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(devices, "DRIVERS", ())
    assert doctor.isolation().startswith("forked child, own process group, limits of time, memory, output")
    monkeypatch.setattr(devices, "DRIVERS", (str(tmp_path),))
    assert doctor.isolation().startswith("forked child, own process group, limits of time, output")


def test_an_encoding_without_the_signs_of_the_cards_is_noted(one, monkeypatch, tmp_path):
    with (tmp_path / "out").open("w", encoding="ascii") as old:
        monkeypatch.setattr(sys, "stdout", old)
        found = one(doctor._terminal())
    assert found.status == "note"
    assert found.remedy.endswith(" PYTHONUTF8=1")


# The dojo


def test_a_full_disk_is_wrong(one, tmp_path, monkeypatch):
    monkeypatch.setattr(doctor_dojo.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(doctor_dojo, "ROOM", 1 << 80)
    assert one(doctor_dojo._disk(tmp_path)).status == "wrong"


def test_a_private_folder_that_cannot_be_written_is_wrong_and_nothing_is_left_behind(one, tree):
    tree.private.write_text("a file in its place")
    found = one(doctor_dojo._private(tree))
    assert found.status == "wrong"
    assert "chown" in found.remedy
    tree.private.unlink()
    assert one(doctor_dojo._private(tree)).status == "ok"
    assert not tree.private.exists()


def test_a_silent_watcher_is_a_note_and_a_missing_one_is_wrong(one, tree, monkeypatch):
    watchfiles = pytest.importorskip("watchfiles")
    monkeypatch.setattr(watchfiles, "watch", lambda *_, **__: iter([set()]))
    assert one(doctor_dojo._watcher(tree)).status == "note"
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    assert one(doctor_dojo._watcher(tree)).remedy == "pip install watchfiles"
    assert [path.name for path in (tree.root / "katas").iterdir()] == ["toy"]


def test_a_dojo_that_was_changed_or_is_older_is_named(one, tree, tmp_path):
    root = setup.init(tmp_path / "mine", tree).root
    mine = type(tree)(root)
    assert one(doctor_dojo._dojo(mine)).status == "ok"
    manifest.location(root).write_text(manifest.location(root).read_text().replace('"0.', '"0.0.'))
    assert one(doctor_dojo._dojo(mine)).remedy == "kata update"
    (root / "broken" / "toy" / "double.py").write_text("edited here\n")
    found = one(doctor_dojo._dojo(mine))
    assert found.status == "note"
    assert "broken/toy/double.py" in found.text
    (root / "katas" / "toy" / "double.md").write_text("no card\n")
    found = one(doctor_dojo._dojo(mine))
    assert (found.status, found.remedy) == ("wrong", "kata update")
    shutil.rmtree(root / "fixed")
    found = one(doctor_dojo._no_dojo(root))
    assert (found.status, found.remedy) == ("wrong", "kata update")


def test_a_check_that_cannot_be_made_is_wrong_and_names_the_slower_road(one, tree, monkeypatch):
    def refused(*_, **__):
        raise worker.WorkerError("the checking process did not start")

    monkeypatch.setattr(judge, "ForkWorker", refused)
    for module in (judge, worker):
        monkeypatch.setattr(module, "can_fork", lambda: True)
    found = one(doctor_dojo._check(tree))
    assert (found.status, found.text) == ("wrong", "could not be made: the checking process did not start")
    assert "TORCHKATA_FORK=0" in found.remedy


def test_a_finding_is_one_line_whatever_it_says():
    shown = findings.line(Finding("torch", "wrong", "two\nlines", "pip install torch"))
    assert shown.plain == "WRONG  torch      two lines -> pip install torch"
