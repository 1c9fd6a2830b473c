"""A learner's cases go along to another machine, and nothing there is lost for them."""

import shutil
import zipfile

import pytest

from torchkata.cases.desk import Desk
from torchkata.cases.work import Work
from torchkata.collection.catalogue import Catalogue
from torchkata.learner import folders, portable


@pytest.fixture
def opened(case_tree):
    """A case that is being worked on: the program changed, notes in a folder, and things nobody wants."""
    desk = Desk(case_tree)
    case = desk.next()
    desk.give(case)
    desk.diagnose(case, "dropout")
    folder = Work(case_tree, case).folder
    with (folder / "train.py").open("a") as file:
        file.write("# mine\n")
    for name, content in {"notes/one.txt": b"seen", "__pycache__/train.pyc": b"x", ".hidden": b"x"}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / "model.pt").write_bytes(b"x" * (folders.LARGEST + 1))
    return desk, case, folder


@pytest.fixture
def archive(opened, case_tree, kata_command, tmp_path):
    done = kata_command("export", str(tmp_path / "mine.zip"))
    assert "the folders of 1 case and your history" in " ".join(done.stdout.split()), done.stderr
    return tmp_path / "mine.zip"


def text(folder):
    return (folder / "train.py").read_text()


def test_an_open_case_goes_along_with_its_record(opened, archive, case_tree, kata_command):
    _, case, folder = opened
    shutil.rmtree(case_tree.root / "cases-work")
    shutil.rmtree(case_tree.private)
    said = kata_command("import", str(archive)).stdout
    assert f"cases-work/{folder.name} came in" in said
    assert text(folder).endswith("# mine\n")
    assert (folder / "notes/one.txt").read_bytes() == b"seen"
    assert {file.name for file in folder.iterdir()} == {"model.py", "train.py", "notes"}
    desk = Desk(case_tree)
    assert desk.current().number == case.number
    assert desk.records.of(case).diagnosis == "dropout"
    assert "Nothing new" in kata_command("import", str(archive)).stdout


def test_a_folder_that_differs_stays_and_the_one_brought_is_kept_and_named(
    opened, archive, case_tree, kata_command
):
    desk, case, folder = opened
    (folder / "train.py").write_text("other = 1\n")
    said = " ".join(kata_command("import", str(archive)).stdout.split())
    assert text(folder) == "other = 1\n"
    (kept,) = Work(case_tree, case).kept()
    assert text(kept).endswith("# mine\n")
    assert f"cases-work/{folder.name}: what is here differs and stays" in said
    assert kept.name in said
    assert kept.name in kata_command("case").stdout  # and later on as well
    assert "Nothing new" in kata_command("import", str(archive)).stdout
    desk.reset(case)
    assert len(Work(case_tree, case).kept()) == 2
    assert "and 1 more beside it" in " ".join(kata_command("case").stdout.split())


def test_a_case_under_another_name_is_the_same_case(opened, archive, case_tree):
    _, case, folder = opened
    surprise = folder.with_name(f"case-{case.number}")
    folder.rename(surprise)
    (surprise / "train.py").write_text("other = 1\n")
    brought = portable.read(Catalogue(case_tree), archive)
    assert (brought.cases, list(brought.cases_kept)) == ([], [surprise.name])
    assert [one.name for one in (case_tree.root / "cases-work").iterdir()] == [surprise.name]


@pytest.mark.parametrize(
    "name",
    [
        "cases-work/../evil.py",
        "cases-work/mini-12345/../../evil.py",
        "cases-work/mini-12345/.git/evil.py",
        "cases-work/mini-12345/a\\..\\evil.py",
        "cases-work/mini-12345/C:evil.py",
        "cases-work/mini/evil.py",
        "/cases-work/mini-12345/evil.py",
    ],
)
def test_no_name_in_an_archive_leads_out_of_its_folder(case_tree, tmp_path, name):
    with zipfile.ZipFile(tmp_path / "odd.zip", "w") as odd:
        odd.writestr(name, "x")
        odd.writestr("cases-work/mini-12345/train.py", "x")
    portable.read(Catalogue(case_tree), tmp_path / "odd.zip")
    assert [file.name for file in tmp_path.rglob("*evil.py")] == []
    assert (case_tree.root / "cases-work/mini-12345/train.py").is_file()
