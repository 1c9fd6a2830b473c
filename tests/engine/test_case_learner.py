"""A learner with a case: given without a trace of what was planted, diagnosed, checked, found or given up."""

import io
import json
import os
import shutil
import subprocess
import sys
import time
from importlib import metadata

import pytest
from rich.console import Console

from tests.engine.conftest import write_case_project, write_tree
from torchkata.cases import choice, derived, telling
from torchkata.cases.choice import DAY, choose
from torchkata.cases.desk import Desk, Undiagnosed
from torchkata.cases.diagnosis import is_right
from torchkata.cases.plant import CaseError
from torchkata.cases.record import families
from torchkata.cases.record import read as records_of
from torchkata.cases.shelf import Shelf
from torchkata.cases.work import Work
from torchkata.judging.judge import Judge
from torchkata.learner.progress import Progress

RED, MISTAKE = 1, 2
FIX = "    model.train(False)\n    total = 0.0"


@pytest.fixture
def kata(kata_command, case_tree):
    """Run a command that ends with this status; what it says."""

    def run(*args, status=0, stdin="", **environment):
        done = kata_command(*args, stdin=stdin, **environment)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


def edit(tree, old, new, name="train.py"):
    (folder,) = (tree.root / "cases-work").iterdir()
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))


# Given


def test_a_case_is_its_report_and_a_folder(kata, case_tree):
    said = " ".join(kata("case").split())
    (folder,) = (case_tree.root / "cases-work").iterdir()
    assert f"Case {folder.name} A line through noisy points (level 1; the project uses toy)" in said
    assert "The same model on the same points gives two different errors" in said
    assert "mean error 1.6529 again 1.6859" in said
    assert "When all was well: mean error 0.0314 again 0.0314" in said
    assert "3 of 3 checks left" in said
    assert sorted(file.name for file in folder.iterdir()) == ["model.py", "train.py"]
    done = subprocess.run(
        [sys.executable, "train.py"], cwd=folder, capture_output=True, text=True, check=True
    )
    assert "mean error 1.6529 again 1.6859" in done.stdout


def test_a_report_says_whose_numbers_it_quotes(kata, case_tree):
    about = case_tree.root / "cases/mini/project.toml"
    assert "The numbers are those" not in kata("case")
    about.write_text(about.read_text().replace(">=2.6", "<2.6"))
    said = " ".join(kata("case").split())
    assert (
        f"those of torch <2.6. Yours, {metadata.version('torch')}, prints others; the bug is the same."
        in said
    )


def test_programs_get_the_case_and_its_outcomes_as_json(kata, case_tree):
    found = json.loads(kata("case", "--json"))
    assert set(found) == {
        *("case", "folder", "title", "report", "healthy", "level", "checks_left", "diagnosis", "ended")
    }
    assert os.path.isdir(found["folder"])
    found = json.loads(kata("case", "check", "--json", status=RED))
    assert (found["schema"], found["kind"]) == ("kata-case/1", "untouched")


def test_an_open_case_is_shown_again_and_stays_as_it_is(kata, case_tree):
    first = kata("case")
    edit(case_tree, "total = 0.0", "total = 0.0 + 0.0")
    assert kata("case").splitlines()[1] == first.splitlines()[1]
    edit(case_tree, "total = 0.0 + 0.0", "total = 0.0")


def test_a_case_can_be_chosen_by_project_and_level(kata, case_tree):
    kata("case", "--project", "mini", "--level", "3")
    (folder,) = (case_tree.root / "cases-work").iterdir()
    assert Shelf(case_tree).numbered(folder.name).plant.name == "mean_of_means"
    assert "projects are mini" in kata("case", "--project", "maxi", status=MISTAKE)
    assert "no other case is left here" in kata("case", "--level", "3", status=MISTAKE)


def test_a_surprise_tells_neither_level_nor_track(kata, case_tree):
    said = kata("case", "--surprise")
    (folder,) = (case_tree.root / "cases-work").iterdir()
    assert folder.name.startswith("case-")
    for word in ("mini", "level", "toy"):
        assert word not in said
    assert "noisy points" in said  # what kind of program it is, one has to know
    assert "mini" not in kata("case", "check", status=RED)


def test_without_cases_it_says_where_they_come_from(kata_command):
    done = kata_command("case")
    assert done.returncode == MISTAKE
    assert "newer katas bring some: kata update" in done.stderr


def test_nothing_that_a_learner_gets_names_the_plant(kata, case_tree):
    """Text, names and times of the work folder; history, caches and kept copies; and all that is said."""
    desk, said = Desk(case_tree), ""
    for _ in desk.shelf.cases:
        said += kata("case", "--new")
        case = desk.current()
        said += kata("case", "diagnose", "no", "idea")
        folder = Work(case_tree, case).folder
        with (folder / "model.py").open("a") as stream:
            stream.write("\nEXTRA = 1\n")
        said += kata("case", "check", "--case", case.number, status=RED)
        said += kata("case", "reset", "--case", case.number)
    names = [
        word for case in desk.shelf.cases for word in (case.plant.name, case.plant.name.replace("_", " "))
    ]
    everywhere = [case_tree.private, case_tree.root / "cases-work"]
    files = [file for top in everywhere for file in top.rglob("*")]
    assert any("case" in file.parts for file in files)  # the private tree of cases is among them
    texts = [file.read_text(errors="replace") for file in files if file.is_file()]
    for name in names:
        assert name not in said
        assert not any(name in str(file) for file in files)
        assert not any(name in text for text in texts)
    for folder in (case_tree.root / "cases-work").iterdir():
        assert len({os.stat(file).st_mtime_ns for file in folder.iterdir()}) == 1
        assert not (folder / ".git").exists()
        assert not any(word in folder.name for word in ("dropout", "means", "gradients"))


def test_an_earlier_case_can_be_taken_up_again(kata, case_tree):
    kata("case")
    first = Desk(case_tree).current().number
    kata("case", "diagnose", "evaluation mode")
    kata("case", "--new")
    assert Desk(case_tree).current().number != first
    assert "Your diagnosis: evaluation mode" in kata("case", "--case", first)
    assert Desk(case_tree).current().number == first


# Diagnosed


def test_a_diagnosis_comes_before_the_first_check_of_a_change(kata, case_tree):
    kata("case")
    assert "UNTOUCHED" in kata("case", "check", status=RED)
    edit(case_tree, "    total = 0.0", FIX)
    assert "what is it? In a few words: kata case diagnose" in kata("case", "check", status=MISTAKE)
    kata("case", "diagnose", "dropout", "at", "evaluation")
    assert "HEALTHY AGAIN" in kata("case", "check")


def test_an_empty_diagnosis_is_asked_for_again_and_none_is_an_answer(kata, case_tree):
    kata("case")
    assert "in a few words" in kata("case", "diagnose", status=MISTAKE)
    kata("case", "diagnose", "none")
    edit(case_tree, "    total = 0.0", FIX)
    said = kata("case", "check")
    assert "HEALTHY AGAIN" in said
    assert "Your first diagnosis" not in said


def test_the_first_diagnosis_counts(kata, case_tree):
    kata("case")
    assert "The first one counts" not in kata("case", "diagnose", "learning rate")
    assert "The first one counts" in kata("case", "diagnose", "evaluation mode")
    edit(case_tree, "    total = 0.0", FIX)
    assert "Your first diagnosis: learning rate: it is something else." in " ".join(
        kata("case", "check").split()
    )


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pty")
def test_at_a_terminal_the_diagnosis_is_asked_for(kata, case_tree):
    import pty

    kata("case")
    edit(case_tree, "    total = 0.0", FIX)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "torchkata", "case", "check"],
        cwd=case_tree.root, stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, "COLUMNS": "200"},
    )  # fmt: skip
    os.close(theirs)
    said = b""
    while b"no idea)" not in said:
        said += os.read(ours, 4096)
    os.write(ours, b"evaluation mode\n")
    while b"kata watch" not in said:
        said += os.read(ours, 4096)
    assert process.wait(120) == 0
    os.close(ours)
    assert b"HEALTHY AGAIN" in said
    assert Desk(case_tree).records.of(Shelf(case_tree).cases[0]).right


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("no eval()", True),
        ("Dropout is active", True),
        ("evaluate() stays in the mode of training", True),
        ("I think the evaluation happens in the wrong mode, since it's random", True),
        ("dropout", True),
        ("zero_grad missing", False),
        ("gradients", False),
        ("learning rate", False),
        ("the schedule is not active early enough", False),
        ("is it the", False),
        ("", False),
    ],
)
def test_a_diagnosis_is_right_by_its_stems(case_tree, typed, right):
    case = Shelf(case_tree).cases[0]
    assert is_right(typed, case) is right


def test_a_word_that_fits_another_plant_as_well_is_no_diagnosis(case_tree):
    plants = case_tree.root / "cases/mini/plants"
    text = (plants / "stale_gradients.toml").read_text()
    case = Shelf(case_tree).cases[0]
    assert is_right("dropout", case)
    (plants / "stale_gradients.toml").write_text(text.replace('"old gradients"', '"dropout and gradients"'))
    case = Shelf(case_tree).cases[0]
    assert not is_right("dropout", case)


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("normalization", True),
        ("normalised wrongly", True),
        ("the norm", False),
        ("sampling", True),
        ("sam", False),
    ],
)
def test_a_beginning_is_a_stem_as_well(case_tree, typed, right):
    plant = case_tree.root / "cases/mini/plants/dropout_left_on.toml"
    plant.write_text(plant.read_text().replace('"evaluation mode"', '"normali", "sampl"'))
    assert is_right(typed, Shelf(case_tree).cases[0]) is right


# Checked


@pytest.fixture(scope="module")
def warm(tmp_path_factory):
    """A tree with the miniature project, and a judge that has loaded torch: it takes seconds to start."""
    tree = write_tree(tmp_path_factory.mktemp("desk") / "dojo")
    write_case_project(tree.root)
    entry = derived.put(tree, Shelf(tree).cases[0])
    with Judge(derived.derived(tree), [entry.kata], ahead=False, hidden=tree.hidden) as judge:
        yield tree, judge


@pytest.fixture
def at_the_desk(warm):
    """The first case of a learner who has named a cause."""
    tree, judge = warm
    shutil.rmtree(tree.root / "cases-work", ignore_errors=True)
    (tree.private / "history.jsonl").unlink(missing_ok=True)
    desk = Desk(tree, judge)
    case = desk.shelf.cases[0]
    desk.give(case)
    desk.diagnose(case, "evaluation mode")
    return desk, case


def told(desk, case, found):
    """As it's printed."""
    console = Console(width=100, file=io.StringIO())
    console.print(telling.outcome(found, case, Work(desk.tree, case), desk.records.of(case)))
    return console.file.getvalue()


def test_the_symptom_that_is_left_is_told_in_the_words_of_the_log(at_the_desk):
    desk, case = at_the_desk
    edit(desk.tree, "total = 0.0", "total = 0.0 + 0.0")
    found = desk.check(case)
    assert (found.kind, found.message) == ("symptom", case.plant.symptom)
    assert found.sentence == found.detail == ""


def test_a_known_wrong_fix_is_named(at_the_desk):
    desk, case = at_the_desk
    edit(desk.tree, "    total = 0.0", "    model.dropout.p /= 2\n    total = 0.0")
    found = desk.check(case)
    assert (found.kind, found.wrong_fix) == ("wrong_fix", "no_dropout_at_all")
    assert found.message.startswith("Nothing is dropped in training either.")


def test_what_is_broken_besides_is_told_and_whether_the_rest_is_well(at_the_desk):
    desk, case = at_the_desk
    edit(desk.tree, "    total = 0.0", FIX)
    edit(desk.tree, ".abs().sum()", ".abs().mean()")
    found = desk.check(case)
    assert found.kind == "elsewhere"
    assert found.still == (1, 1)
    assert found.sentence == "evaluation does not depend on the batch size"


def test_a_fix_that_breaks_something_else_says_that_the_symptom_is_gone(at_the_desk):
    desk, case = at_the_desk
    edit(desk.tree, "    total = 0.0", FIX)
    edit(desk.tree, "    optimizer.zero_grad()\n", "")
    found = desk.check(case)
    assert (found.kind, found.still) == ("elsewhere", (0, 1))
    assert "expected" in found.detail
    said = told(desk, case, found)
    assert "what the report is about is gone; but now:" in said
    assert "SOMETHING ELSE" in said


def test_an_error_leads_to_the_learners_own_file_and_line(at_the_desk):
    desk, case = at_the_desk
    edit(desk.tree, "    total = 0.0", "    total = missing")
    number = Work(desk.tree, case).files()["train.py"].split("\n").index("    total = missing") + 1
    found = desk.check(case)
    assert (found.file, found.line) == ("train.py", number)
    assert "name 'missing' is not defined" in found.detail
    edit(desk.tree, "class Line", "clas Line", "model.py")
    found = desk.check(case)
    assert (found.kind, found.file, found.line) == ("invalid", "model.py", 6)
    assert "SyntaxError" in found.message


def test_a_file_that_is_gone_or_no_text_is_named(at_the_desk):
    desk, case = at_the_desk
    folder = Work(desk.tree, case).folder
    (folder / "model.py").unlink()
    found = desk.check(case)
    assert (found.kind, found.message) == ("invalid", "model.py is missing; the project has it")
    (folder / "model.py").write_bytes(b"\xff\xfe")
    with pytest.raises(CaseError, match=r"model\.py isn't UTF-8"):
        desk.check(case)
    shutil.rmtree(folder)
    with pytest.raises(CaseError, match="`kata case reset` writes it anew"):
        desk.check(case)
    assert desk.reset(case) is None
    assert desk.check(case).kind == "untouched"


def test_a_module_that_the_learner_adds_is_part_of_the_project_once_it_is_used(at_the_desk):
    desk, case = at_the_desk
    folder = Work(desk.tree, case).folder
    (folder / "mine.py").write_text("def quiet(model):\n    model.eval()\n")
    (folder / "test_mine.py").write_text("import nowhere\n")
    edit(desk.tree, "    total = 0.0", "    import mine\n\n    mine.quiet(model)\n    total = 0.0")
    assert desk.check(case).kind == "healthy"


def test_windows_line_ends_and_a_byte_order_mark_are_no_change(at_the_desk):
    desk, case = at_the_desk
    file = Work(desk.tree, case).folder / "train.py"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert desk.check(case).kind == "untouched"


@pytest.mark.skipif(sys.platform != "linux", reason="the fence is Landlock's")
def test_the_project_under_check_reads_neither_plants_nor_tests(at_the_desk):
    desk, case = at_the_desk
    secrets = [
        case.plant.source,
        case.project.test,
        case.project.folder / "project" / "train.py",
        desk.tree.private / "cases" / "broken" / "case" / f"n{case.number}.py",
        desk.tree.private / "cases" / "tests" / "case" / f"n{case.number}" / "right_1.py",
    ]
    desk.check(case)  # nothing has changed, and the private tree may not be there yet
    lines = [
        f"    print('read', open({str(secret)!r}).read()[:9]) if os.access({str(secret)!r}, 0) else 0"
        for secret in secrets
    ]
    for secret, line in zip(secrets, lines):
        edit(desk.tree, "    total = 0.0", f"    import os\n{line}\n    total = 0.0")
        found = desk.check(case)
        assert secret.is_file()
        assert "PermissionError" in found.detail, (secret, found)
        desk.reset(case)


# Looks


def test_a_look_is_a_check_of_something_new(at_the_desk):
    desk, case = at_the_desk
    edit(desk.tree, "total = 0.0", "total = 0.0 + 0.0")
    for _ in range(2):
        desk.check(case)
    assert desk.records.of(case).looks == 1
    (Work(desk.tree, case).folder / "test_mine.py").write_text("assert True\n")
    desk.check(case)
    assert desk.records.of(case).looks == 1
    edit(desk.tree, "0.0 + 0.0", "(")
    assert desk.check(case).kind == "invalid"
    assert desk.records.of(case).looks == 1
    edit(desk.tree, "total = (", "total = 0.0 * 1")
    desk.check(case)
    assert desk.records.of(case).looks == 2


def test_a_case_is_not_found_within_the_budget_once_that_is_spent(at_the_desk):
    desk, case = at_the_desk
    before = "total = 0.0"
    for number in range(4):
        edit(desk.tree, before, f"total = 0.0 + 0.0 * {number}")
        before = f"total = 0.0 + 0.0 * {number}"
        found = desk.check(case)
        left = ("2 of 3 checks left", "1 of 3 checks", "0 of 3 checks", "3 were planned, 4 are used")[number]
        assert left in told(desk, case, found)
    edit(desk.tree, f"    {before}", FIX)
    found = desk.check(case)
    assert "HEALTHY AGAIN" in told(desk, case, found)
    assert "5 of 3 checks" in told(desk, case, found)
    toy = families(desk.shelf.cases, [], {}, desk.records.all())["toy"]
    assert (toy.found, toy.in_budget) == (1, 0)


# The end


def test_at_the_end_all_is_told(kata, case_tree):
    kata("case")
    kata("case", "diagnose", "dropout active")
    edit(case_tree, "    total = 0.0", FIX)
    said = " ".join(kata("case", "check").split())
    assert "Your first diagnosis: dropout active: right." in said
    assert "model.eval() was taken out of evaluate" in said
    for question in (
        "Is the loss at the first step",
        "Does training reach",
        "Do two evaluations of one model",
    ):
        assert question in said
    assert "The kata that drills it: toy/double" in said
    assert "no case is open" in kata("case", "check", status=MISTAKE)


def test_giving_up_tells_all_and_counts_as_such(kata, case_tree):
    kata("case")
    kata("case", "diagnose", "evaluation mode")
    said = kata("case", "give-up")
    assert "What it was" in said
    number = next((case_tree.root / "cases-work").iterdir()).name
    assert "What it was" in kata("case", "show", "--case", number)
    assert "is over" in kata("case", "diagnose", "dropout", "--case", number, status=MISTAKE)
    edit(case_tree, "    total = 0.0", FIX)
    kata("case", "check", "--case", number)
    toy = json.loads(kata("progress", "--json"))["families"]["toy"]
    assert (toy["found"], toy["ended"], toy["diagnosed"]) == (0, 1, 1)


def test_an_open_case_is_shown_without_what_was_planted(kata):
    kata("case")
    said = kata("case", "show")
    assert "What your colleague writes" in said
    assert "What it was" not in said


def test_a_reset_keeps_what_was_there_and_says_where(kata, case_tree):
    kata("case")
    edit(case_tree, "total = 0.0", "total = 0.0 + 0.0")
    said = " ".join(kata("case", "reset").split())
    (kept,) = (case_tree.private / "kept" / "cases-work").iterdir()
    assert kept.name in said
    assert "total = 0.0 + 0.0" in (kept / "train.py").read_text()
    (folder,) = (case_tree.root / "cases-work").iterdir()
    assert "0.0 + 0.0" not in (folder / "train.py").read_text()


def test_an_opened_case_says_where_the_copy_from_before_a_reset_is(kata, case_tree):
    assert "What you had" not in kata("case")
    edit(case_tree, "total = 0.0", "total = 0.0 + 0.0")
    kata("case", "reset")
    (kept,) = (case_tree.private / "kept" / "cases-work").iterdir()
    assert f"What you had of it before is in .kata/kept/cases-work/{kept.name}/." in kata("case")


@pytest.mark.parametrize("name", ["torch.py", "random.py"])
def test_a_file_named_like_a_module_that_others_need_is_named(kata, case_tree, name):
    kata("case")
    (folder,) = (case_tree.root / "cases-work").iterdir()
    (folder / name).write_text("x = 1\n")
    edit(case_tree, "total = 0.0", "total = 0.0 + 0.0")
    kata("case", "diagnose", "none")
    said = " ".join(kata("case", "check", status=MISTAKE).split())
    assert f"cases-work/{folder.name}/{name} has the name of a module that torch or Python needs" in said
    assert "Give your file another name; then: kata case check" in said


@pytest.mark.parametrize("at", ["yesterday", None, [1], float("nan"), float("inf"), True])
def test_a_time_that_cannot_be_read_is_long_ago(at):
    solved = {"kata": "toy/double", "event": "verdict", "verdict": "solved", "at": at}
    assert choice.solved_at([solved]) == {"toy/double": 0.0 if at is not True else 1.0}
    given = {"kata": "case/12345", "event": "case given", "at": at}
    assert records_of([given])["12345"].given in (0.0, 1.0)


def test_progress_says_for_each_family_what_was_solved_found_and_diagnosed(kata, case_tree):
    Progress(case_tree).record("toy/double", "verdict", verdict="solved")
    said = kata("progress").splitlines()
    assert said[1].split() == ["toy", "1", "of", "1", "0", "of", "3", "-"]
    kata("case")
    kata("case", "diagnose", "evaluation mode")
    edit(case_tree, "    total = 0.0", FIX)
    kata("case", "check")
    assert kata("progress").splitlines()[1].split() == ["toy", "1", "of", "1", "1", "of", "3", "1", "of", "1"]
    found = json.loads(kata("progress", "--json"))
    assert found["schema"] == "kata-progress/1"
    assert found["families"]["toy"] == {
        "katas": 1, "solved": 1, "cases": 3, "found": 1, "in_budget": 1, "ended": 1, "diagnosed": 1,
    }  # fmt: skip


def test_a_history_that_cannot_be_read_is_set_aside_and_said(kata, case_tree):
    case_tree.private.mkdir()
    (case_tree.private / "history.jsonl").write_text("nonsense\n")
    assert "It was set aside" in kata("case")
    assert list(case_tree.private.glob("history.jsonl.corrupt-*"))
    assert "Case mini-" in kata("case")


def test_what_happens_to_cases_counts_as_no_kata(kata, case_tree):
    kata("case")
    kata("case", "diagnose", "evaluation mode")
    edit(case_tree, "    total = 0.0", FIX)
    kata("case", "check")
    assert Progress(case_tree).states() == {}


def test_what_is_no_action_is_named(kata):
    assert "kata case takes diagnose, check, show, give-up, reset" in kata("case", "look", status=MISTAKE)
    assert "which case: --case NUMBER" in kata("case", "check", "this", status=MISTAKE)


# Which comes next


def solved(kata, days_ago, now):
    return {"kata": kata, "event": "verdict", "verdict": "solved", "at": now - days_ago * DAY}


def test_a_case_whose_kata_was_solved_weeks_ago_comes_first(case_tree, toy):
    for name in ("toy/halve", "toy/third"):
        card = toy.write_kata(case_tree.root, name).card
        card.write_text(card.read_text().replace("adds-instead", name.replace("/", "-")))
    plants = case_tree.root / "cases/mini/plants"
    for plant, name in (("mean_of_means", "toy/halve"), ("stale_gradients", "toy/third")):
        file = plants / f"{plant}.toml"
        file.write_text(file.read_text().replace("toy/double", name))
    cases, now = Shelf(case_tree).cases, time.time()

    def order(*events):
        at, records, names = choice.solved_at(events), {}, []
        while (case := choose(cases, records, at, now)) is not None:
            names.append(case.plant.name)
            records |= records_of([{"kata": f"case/{case.number}", "event": "case given", "at": now}])
        return names

    assert order() == ["dropout_left_on", "stale_gradients", "mean_of_means"]  # by level
    weeks, days, today = (
        solved("toy/halve", 20, now),
        solved("toy/third", 3, now),
        solved("toy/double", 0.1, now),
    )
    assert order(weeks, days, today) == ["mean_of_means", "stale_gradients", "dropout_left_on"]
    again = {"kata": "toy/halve", "event": "again", "rating": "3", "at": now - 3600}
    assert order(weeks, again) == ["dropout_left_on", "stale_gradients", "mean_of_means"]


def test_a_case_that_was_given_again_is_judged_by_its_first_time():
    events = [
        {"kata": "case/1", "event": "case given", "at": 1.0},
        {"kata": "case/1", "event": "case given up", "at": 2.0, "right": False},
        {"kata": "case/2", "event": "case given", "at": 3.0},
        {"kata": "case/1", "event": "case given", "at": 4.0},
        {"kata": "case/1", "event": "case found", "at": 5.0, "right": True},
        {"kata": "toy/double", "event": "verdict", "at": 6.0},
    ]
    found = records_of(events)
    assert list(found) == ["2", "1"]
    assert (found["1"].ended, found["1"].first.ended, found["1"].first.right) == ("found", "gave up", False)


def test_a_desk_refuses_a_check_before_any_diagnosis(case_tree):
    desk = Desk(case_tree)
    case = desk.shelf.cases[0]
    desk.give(case)
    edit(case_tree, "total = 0.0", "total = 0.0 + 0.0")
    with pytest.raises(Undiagnosed):
        desk.check(case)


def test_another_case_leaves_the_open_one_open_and_says_so(kata, case_tree):
    kata("case")
    first = Desk(case_tree).current()
    said = kata("case", "--new")
    assert f"mini-{first.number} stays open. Back to it: kata case --case {first.number}" in said
    assert "stays open" not in kata("case", "--case", Desk(case_tree).current().number)


def test_a_case_that_is_over_says_how_it_ended(kata, case_tree):
    kata("case")
    number = Desk(case_tree).current().number
    assert f"mini-{number} is over." in kata("case", "give-up")
    said = kata("case", "show", "--case", number)
    assert "This case is over. You gave it up, after 0 of 3 checks" in said
    assert "When you have fixed it" not in said
    assert json.loads(kata("case", "show", "--case", number, "--json"))["ended"] == "gave up"


def test_every_action_answers_programs_in_json(kata, case_tree):
    given = json.loads(kata("case", "--json"))
    assert json.loads(kata("case", "diagnose", "dropout", "--json")) == given | {"diagnosis": "dropout"}
    assert json.loads(kata("case", "reset", "--json"))["folder"] == given["folder"]
    assert json.loads(kata("case", "give-up", "--json"))["ended"] == "gave up"


@pytest.mark.parametrize("new", [["--new"], ["--project", "mini"], ["--level", "1"]], ids=" ".join)
def test_a_case_by_number_is_not_a_new_one(kata, case_tree, new):
    number = json.loads(kata("case", "--json"))["case"]
    said = kata("case", "--case", number, *new, status=MISTAKE)
    assert (
        f"--case opens the case of that number, and {new[0]} gives a new one: leave one of them out" in said
    )
