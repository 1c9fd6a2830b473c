"""Projects and plants: what can't be read or applied is named with file and field; a bundle is its files."""

import ast
import os
import re
import runpy
import sys
import traceback

import pytest

from torchkata.cases import plant, project, rules
from torchkata.cases.bundle import bundle, place
from torchkata.cases.plant import CaseError
from torchkata.cases.shelf import NoCase, Shelf
from torchkata.collection.catalogue import Catalogue
from torchkata.testing import project as loaded

PLANT = "cases/mini/plants/dropout_left_on.toml"


def rewrite(tree, old, new, name=PLANT):
    file = tree.root / name
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


@pytest.fixture
def files(case_tree):
    return project.read(case_tree, "mini").files


# Reading


def test_every_plant_of_a_project_is_a_case_of_its_own(case_tree):
    assert [case.name for case in Shelf(case_tree).cases] == [
        "cases/mini/dropout_left_on",
        "cases/mini/mean_of_means",
        "cases/mini/stale_gradients",
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('file = "train.py"\n', "", r"dropout_left_on\.toml: file is missing"),
        ("level = 1", 'level = "1"', r"dropout_left_on\.toml: level must be int, not '1'"),
        ("level = 1", "level = 4", r"dropout_left_on\.toml: level is 1, 2 or 3, not 4"),
        ("level = 1", "level = 1\nhint = 2", r"dropout_left_on\.toml: unknown field 'hint'"),
        ('"evaluation mode", ', "5, ", r"dropout_left_on\.toml: diagnosis is a list of strings"),
        ("question = ", "ask = ", r"dropout_left_on\.toml: ask: question is missing"),
        ('[[ask]]\nquestion = "Is the', '[[right]]\nquestion = "Is the', r"ask: there are 2 questions; 3"),
        ("[[right.edit]]\nold", "[[right.edit]]\nolder", r"right train_false: old is missing"),
        ("why = ", "reason = ", r"dropout_left_on\.toml: wrong: why is missing"),
        ('name = "in_the_forward"', 'name = "train_false"', "right: two have the same name"),
        ("report", "= report", r"dropout_left_on\.toml: can't be read"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_file_and_field(case_tree, old, new, said):
    rewrite(case_tree, old, new)
    with pytest.raises(CaseError, match=said):
        _ = Shelf(case_tree).cases


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    model.eval()\n", "    model.evaluate()\n", r"edit 1: old stands 0 times in train\.py"),
        ("    model.eval()\n    total", "    total", r"edit 1: old stands 2 times in train\.py"),
        (
            'file = "train.py"',
            'file = "fit.py"',
            r"edit 1: the project has no fit\.py; it has model\.py, train\.py",
        ),
        ("new = '''\n    total'''", "new = '''\n    total ='''", r"edit: train\.py doesn't parse afterwards"),
        ("new = '''\n    total'''", "new = '''\n    model.eval()\n    total'''", "edit: it changes nothing"),
    ],
)
def test_an_edit_that_does_not_fit_is_named(case_tree, old, new, said):
    rewrite(case_tree, old, new)
    case = Shelf(case_tree).cases[0]
    with pytest.raises(CaseError, match=said):
        _ = case.planted


def test_a_project_whose_file_hides_a_module_of_python_is_refused(case_tree):
    (case_tree.root / "cases/mini/project/random.py").write_text("")
    with pytest.raises(CaseError, match=r"random\.py: another module has this name"):
        project.read(case_tree, "mini")


def test_what_a_system_hides_in_a_projects_folder_is_no_part_of_it(case_tree):
    files = project.read(case_tree, "mini").files
    for name in (".DS_Store", "._train.py"):
        (case_tree.root / "cases/mini/project" / name).write_bytes(b"\xff")
    assert project.read(case_tree, "mini").files == files


def test_a_project_without_its_entry_is_refused(case_tree):
    (case_tree.root / "cases/mini/project/train.py").rename(case_tree.root / "cases/mini/project/fit.py")
    with pytest.raises(CaseError, match=r"has no train\.py"):
        project.read(case_tree, "mini")


def test_a_project_whose_releases_are_no_range_is_refused(case_tree):
    rewrite(case_tree, '">=2.6"', '"new"', "cases/mini/project.toml")
    with pytest.raises(CaseError, match=r"torch is a range of releases, '>=2\.13', not 'new'"):
        project.read(case_tree, "mini")


def test_cases_are_found_by_their_parts_by_their_paths_and_by_their_numbers(case_tree):
    shelf = Shelf(case_tree)
    one = shelf.cases[1]
    assert shelf.named("cases") == shelf.named("cases/mini") == shelf.cases
    assert shelf.named("cases/mini/mean_of_means") == [one]
    assert shelf.named("cases/mini/plants/mean_of_means.toml") == [one]
    assert shelf.numbered(one.number) == shelf.numbered(f"cases-work/mini-{one.number}/") == one
    with pytest.raises(NoCase, match="did you mean cases/mini/mean_of_means"):
        shelf.named("cases/mini/mean_of_mean")
    with pytest.raises(NoCase, match="there is no case '1'"):
        shelf.numbered("1")


def test_a_project_without_plants_says_so(case_tree):
    for file in (case_tree.cases / "mini/plants").iterdir():
        file.unlink()
    with pytest.raises(NoCase, match="nothing has been planted in cases/mini yet"):
        Shelf(case_tree).named("cases/mini")


def test_a_plant_changes_the_file_that_it_names_and_no_other(case_tree, files):
    case = Shelf(case_tree).cases[0]
    assert [name for name, text in case.planted.items() if text != files[name]] == ["train.py"]
    assert "model.eval()" not in case.planted["train.py"]


# Bundling


def load(text):
    names = {"__name__": "bundled"}
    try:
        exec(compile(text, "bundled.py", "exec"), names)
    finally:
        loaded_files = dict(loaded.OFFSETS)
    return names, loaded_files


@pytest.fixture(autouse=True)
def unloaded():
    yield
    loaded.unload()


def test_a_bundle_is_one_program_whose_modules_know_one_another(files):
    names, _ = load(bundle(files, ["model", "train"]))
    assert names["train"].Line is names["model"].Line
    assert names["model"].Line.__module__ == "model"
    assert "model" in sys.modules
    loaded.unload()
    assert "model" not in sys.modules


def test_a_bundle_that_runs_again_begins_with_fresh_modules(files):
    text = bundle({"a.py": "seen = []\n", "b.py": "import a\n\na.seen.append(1)\n"}, ["a", "b"])
    for _ in range(2):
        names, _ = load(text)
        assert names["a"].seen == [1]


@pytest.mark.parametrize("end", ["", "\n", "\n\n", "\n# \x0c ''' \\\n", "\n'''\nx\n'''"])
def test_lines_of_a_bundle_lead_to_lines_of_its_files(end):
    files = {"first.py": f"a = 1{end}", "empty.py": "", "last.py": f"b = 2{end}\nc = '\x0c'\nd = 4\n"}
    text = bundle(files, [])
    lines = text.split("\n")
    seen = {place(files, number) for number in range(1, len(lines) + 1)} - {None}
    wanted = {
        (name, n)
        for name, t in files.items()
        for n in range(1, max(1, len(re.findall("[^\n]*\n|[^\n]+$", t))) + 1)
    }
    assert seen == wanted
    d = next(number for number, line in enumerate(lines, start=1) if "d = 4" in line)
    assert place(files, d) == ("last.py", files["last.py"].split("\n").index("d = 4") + 1)


def test_a_bundle_gives_back_every_text_as_it_was(files):
    odd = {"odd.py": "x = '''\\\n\"\"\"'''\r\n\ty = 'é\x0c'\n# {braces} \\N{BULLET}\n"}
    tree = ast.parse(bundle({**files, **odd}, []))
    (texts,) = [n.value for n in tree.body if isinstance(n, ast.Assign)]
    given = {k: v[1] for k, v in ast.literal_eval(texts).items()}
    assert given == {name.removesuffix(".py"): text for name, text in {**files, **odd}.items()}


def test_a_traceback_of_a_bundle_shows_the_files_and_lines_of_the_project():
    files = {
        "deep.py": "def fall():\n    return 1 / 0\n",
        "train.py": "import deep\n\n\ndef go():\n    deep.fall()\n",
    }
    names, offsets = load(bundle(files, ["train"]))
    with pytest.raises(ZeroDivisionError) as caught:
        names["train"].go()
    shown = "".join(traceback.format_exception(caught.value))
    assert 'File "deep.py", line 2, in fall\n    return 1 / 0' in shown
    assert 'File "train.py", line 5, in go\n    deep.fall()' in shown
    assert place(files, offsets["deep.py"] + 2) == ("deep.py", 2)
    assert place(files, offsets["train.py"] + 5) == ("train.py", 5)


def test_a_traceback_shows_the_text_that_was_loaded_last():
    for line in ("return 1 / 0", "return [][1]"):
        names, _ = load(bundle({"deep.py": f"def fall():\n    {line}\n"}, ["deep"]))
        with pytest.raises((ZeroDivisionError, IndexError)) as caught:
            names["deep"].fall()
        assert line in "".join(traceback.format_exception(caught.value))


def test_a_project_of_a_bundle_can_be_run_as_its_entry_is(files, capsys):
    load(bundle(files, ["train"]))
    runpy.run_module("train", run_name="__main__")
    assert "mean error 0.0314 again 0.0314" in capsys.readouterr().out


# What can be said against a case without running it


def against(tree):
    shelf = Shelf(tree)
    return "\n".join(rules.of_all(shelf.cases, Catalogue(tree)))


def test_the_miniature_keeps_all_rules(case_tree):
    assert against(case_tree) == ""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "I tried more epochs.",
            "I suspect evaluation modes.",
            "report: says 'evaluation mode', which is the",
        ),
        (
            "I tried more epochs.",
            "It adds instead?",
            "report: says 'adds instead', which is the diagnosis",
        ),
        ("I tried more epochs.", "I read train.py twice.", r"report: names train\.py"),
        ("```text", "", "report: quotes nothing of the log"),
        ('kata = "toy/double"', 'kata = "toy/triple"', "kata: there is no kata 'toy/triple'"),
        ('kata = "toy/double"', 'kata = "double"', "kata: write the whole id, toy/double"),
        (
            "new = '''\n    total'''",
            "new = '''\n    # odd\n    total'''",
            "edit: leaves a trace: the comment '# odd'",
        ),
        (
            "new = '''\n    total'''",
            "new = '''\n    kept = 1\n    total'''",
            "leaves a trace: kept, which nothing",
        ),
        (
            '[[right]]\nname = "in_the_forward"\n[[right.edit]]',
            '[[wrong]]\nwhy = "No."\nname = "in_the"\n[[wrong.edit]]',
            "right: there are 1; 2 at least",
        ),
        (
            "old = '''\n    total = 0.0'''\nnew = '''\n    model.train(False)",
            "old = '''\n    total = 0.0'''\nnew = '''\n    model.eval()",
            "right train_false: is the healthy project",
        ),
        ('why = "Nothing is dropped', 'why = ""\n# "', "wrong no_dropout_at_all: why is empty"),
    ],
)
def test_what_is_wrong_with_a_plant_is_said(case_tree, old, new, said):
    rewrite(case_tree, old, new)
    assert re.search(said, against(case_tree)), against(case_tree)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("project.toml", "level = 1", "level = 5", "level is 1, 2 or 3, not 5"),
        ("project/model.py", "import torch", "import numpy\nimport torch", "imports numpy; torch and the"),
        ("project/train.py", 'if __name__ == "__main__":\n    main()', "main()", "runs when it is imported"),
    ],
)
def test_what_is_wrong_with_a_project_is_said(case_tree, name, old, new, said):
    rewrite(case_tree, old, new, f"cases/mini/{name}")
    assert said in against(case_tree)


def test_a_project_without_tests_is_no_project(case_tree):
    os.remove(case_tree.root / "tests/cases/test_mini.py")
    assert "is missing; it says what the project promises" in against(case_tree)


def test_an_edit_that_does_not_fit_hides_no_other_fault(case_tree):
    rewrite(case_tree, "    model.eval()\n", "    model.evaluated()\n")
    rewrite(case_tree, "```text", "", "cases/mini/plants/mean_of_means.toml")
    assert "old stands 0 times in train.py" in against(case_tree)
    assert "cases/mini/mean_of_means: report: quotes nothing of the log" in against(case_tree)


def test_a_name_that_was_unused_before_is_no_trace():
    healthy = "import torch\nimport math\n\n\ndef f(x):\n    a, b = x\n    return torch.ones(a)\n"
    planted = healthy.replace("torch.ones(a)", "a")
    assert list(rules.traces(healthy, planted)) == ["torch, which nothing uses any more"]
    assert list(rules.traces(healthy, healthy)) == []


def test_a_plant_that_is_read_says_where_it_came_from(case_tree):
    found = plant.read(case_tree.root / PLANT)
    assert (found.name, found.level, [fix.name for fix in found.rights]) == (
        "dropout_left_on",
        1,
        ["train_false", "in_the_forward"],
    )
