"""`kata grade`: outcomes are told apart, nothing is checked twice, nothing of a submission is believed."""

import csv
import dataclasses
import json
import multiprocessing
import os
import signal
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import pytest
import torch

from tests.engine.conftest import program, write_kata, write_tree
from torchkata import grading
from torchkata.cli import grade as command
from torchkata.cli import main
from torchkata.grading import (
    Grader,
    NothingToGrade,
    Report,
    Result,
    elsewhere,
    github,
    grade,
    merged,
    written,
)
from torchkata.grading.alike import normalised
from torchkata.grading.constructs import Finding
from torchkata.grading.hiding import hidden
from torchkata.grading.keep import Kept
from torchkata.grading.submission import LARGEST, Submission
from torchkata.judging.judge import Judge
from torchkata.judging.verdict import Verdict
from torchkata.judging.worker import Limits
from torchkata.system import fence

RIGHT, WRONG = program("2 * values"), program("3 * values")
RENAMED = program("(values  +  values)  # mine").replace("Double values.", "Mine.")
LOOKING = RIGHT.replace("import torch", "import sys\n\nimport torch")


def hand_in(folder, **files):
    """A submission: kata → text, with __ for the slash."""
    for kata, text in files.items():
        file = folder / f"{kata.replace('__', '/')}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


@pytest.fixture(scope="module")
def katas(tmp_path_factory):
    """Three katas, one of which needs what no test machine has."""
    tree = write_tree(tmp_path_factory.mktemp("katas"))
    write_kata(tree.root, "toy/other")
    card = write_kata(tree.root, "toy/cuda").card
    card.write_text(card.read_text().replace("minutes = 1", 'minutes = 1\nneeds = ["cuda"]'))
    return tree


@pytest.fixture(scope="module")
def cohort(tmp_path_factory, katas):
    root = tmp_path_factory.mktemp("cohort")
    both = {"toy__double": RIGHT, "toy__other": RIGHT}
    hand_in(root / "ann", **both)
    hand_in(root / "bob", toy__double=LOOKING, toy__other=RENAMED)
    hand_in(root / "cy", toy__double=WRONG, doubel="x = 1\n", toy__doubel="x = 1\n")
    hand_in(root / "dan", toy__double=katas.kata("toy/double").broken.read_text(), toy__cuda=RIGHT)
    (root / "eve" / "toy").mkdir(parents=True)
    (root / "eve" / "toy" / "double.py").symlink_to(katas.kata("toy/double").fixed)
    os.mkfifo(root / "eve" / "toy" / "other.py")
    return sorted(root.iterdir())


@pytest.fixture(scope="module")
def keep(tmp_path_factory):
    return tmp_path_factory.mktemp("keep")


@pytest.fixture(scope="module")
def report(katas, cohort, keep):
    return grade(cohort, tree=katas, keep=keep)


@pytest.fixture
def checks(monkeypatch):
    """The programs that the judge is asked about, in their order."""
    asked, check = [], Judge.check

    def counted(self, entry, text, *more):
        asked.append((entry.id, text.decode()))
        return check(self, entry, text, *more)

    monkeypatch.setattr(Judge, "check", counted)
    return asked


def of(report, learner):
    return {result.kata: result for result in report.results if result.learner == learner}


# What somebody has handed in


def test_outcomes_are_told_apart(report):
    kinds = {f"{r.learner} {r.kata}": r.kind for r in report.results}
    assert kinds == {
        "ann toy/cuda": "missing", "ann toy/double": "solved", "ann toy/other": "solved",
        "bob toy/cuda": "missing", "bob toy/double": "review", "bob toy/other": "solved",
        "cy toy/cuda": "missing", "cy toy/double": "failing: wrong_fix", "cy toy/other": "missing",
        "dan toy/cuda": "skipped", "dan toy/double": "failing: untouched", "dan toy/other": "missing",
        "eve toy/cuda": "missing", "eve toy/double": "failing", "eve toy/other": "failing",
    }  # fmt: skip
    order = [(result.learner, result.kata) for result in report.results]
    assert order == sorted(order)


def test_every_result_says_why_and_names_the_tier(report):
    cy = of(report, "cy")
    assert cy["toy/double"].why == "Three times is once too often."
    assert cy["toy/other"].why == "there is no toy/other.py"
    assert of(report, "bob")["toy/double"].why == "line 3: imports sys"
    assert of(report, "dan")["toy/cuda"].why
    assert all(result.tier for result in report.results)
    assert not of(report, "ann")["toy/double"].why


def test_a_link_and_a_pipe_are_refused_and_nobody_waits(report):
    eve = of(report, "eve")
    assert eve["toy/double"].why == "toy/double.py: is a link; only plain files are graded"
    assert eve["toy/other"].why == "toy/other.py is no plain file"
    assert eve["toy/double"].verdict is None


def test_a_folder_that_is_a_link_and_a_file_that_is_too_large_are_refused(tmp_path, katas):
    (tmp_path / "toy").symlink_to(katas.root / "fixed" / "toy")
    with Grader(tree=katas) as grader:
        assert "toy/ is a link" in grader.grade(Submission.of(tmp_path), "toy/double").why
        other = hand_in(tmp_path / "other", toy__double="#" * (LARGEST + 1))
        assert "at most are graded" in grader.grade(Submission.of(other), "toy/double").why
        assert grader._judge is None


def test_only_files_named_after_katas_are_read_and_the_others_are_named(report):
    assert report.strays == {"cy": {"doubel.py": "", "toy/doubel.py": "toy/double"}}


def test_the_katas_of_a_run_are_those_that_somebody_has_begun_or_those_that_are_named(
    tmp_path, katas, keep, report
):
    started = katas.kata("toy/double").broken.read_text()
    ann = hand_in(tmp_path / "ann", toy__double=started, toy__other=RIGHT)
    assert grade([ann], tree=katas, keep=keep).katas == ["toy/other"]
    named = grade([ann], ["toy/double", "toy/other"], tree=katas, keep=keep)
    assert [r.kind for r in named.results] == ["failing: untouched", "solved"]
    assert grade([ann], ["toy"], tree=katas, keep=keep).katas == ["toy/cuda", "toy/double", "toy/other"]


def test_a_whole_dojo_is_taken_for_its_katas(tmp_path, katas, keep, report):
    hand_in(tmp_path / "dojo" / "katas", toy__double=RIGHT)
    assert [r.outcome for r in grade([tmp_path / "dojo"], tree=katas, keep=keep).results] == ["solved"]


def test_nothing_to_grade_is_an_error_that_names_what_is_there(tmp_path, katas):
    folder = hand_in(tmp_path / "ann", toy__doubel=RIGHT)
    with pytest.raises(NothingToGrade, match=r"there is toy/doubel.py \(did you mean toy/double.py\?\)"):
        grade([folder], tree=katas)
    with pytest.raises(ValueError, match="two folders are called ann"):
        grade([folder, hand_in(tmp_path / "b" / "ann", toy__double=RIGHT)], tree=katas)


# Review


def test_a_program_that_was_looked_at_counts_and_a_changed_one_does_not(katas, cohort, keep, report):
    digest = of(report, "bob")["toy/double"].program
    accepted = grade(cohort, tree=katas, keep=keep, accept=[digest[:8]])
    assert of(accepted, "bob")["toy/double"].kind == "solved"
    assert of(accepted, "bob")["toy/double"].findings == (Finding(3, "imports sys"),)
    with Grader(tree=katas, keep=keep, accept=[digest]) as grader:
        assert grader.check("toy/double", (LOOKING + "\n# more\n").encode()).outcome == "review"


def test_programs_that_are_alike_are_shown_as_groups(report):
    assert report.alike() == [
        ("toy/double", ["ann", "fixed"]),
        ("toy/other", ["ann", "fixed"]),
        ("toy/other", ["bob", "right_sum"]),
    ]


def test_names_comments_docstrings_and_layout_make_no_difference():
    one = (
        b'import torch as t\n\ndef f(x, y=1):\n    """Doc."""\n    def g(z: int) -> int: return z\n'
        b"    return t.exp(g(x + y))  # c\n"
    )
    two = b"import torch\ndef f(a, b=1):\n    def h(c):\n        return c\n    return torch.exp(h(a + b))\n"
    assert normalised(one, frozenset("f")) == normalised(two, frozenset("f"))
    for other in (two.replace(b"exp", b"log"), two.replace(b"a + b", b"b + a"), two.replace(b"f(", b"e(")):
        assert normalised(other, frozenset("f")) != normalised(two, frozenset("f"))
    assert normalised(b"def", frozenset()) == ""
    assert normalised(b"x = " + b"-" * 100_000 + b"1", frozenset()) == ""


# Nothing twice, nothing missing


def test_a_second_run_checks_nothing_and_says_the_same(katas, cohort, keep, report, checks):
    assert grade(cohort, tree=katas, keep=keep) == report
    assert checks == []


def test_a_run_that_was_cut_short_goes_on_where_it_was(tmp_path, katas, cohort, report, checks):
    def interrupt(result):
        if result.learner == "cy":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grade(cohort, tree=katas, keep=tmp_path, told=interrupt, workers=1)
    begun = list(checks)
    whole = grade(cohort, tree=katas, keep=tmp_path, workers=1)
    assert without_times(whole) == without_times(report)
    assert sorted(checks) == sorted(set(checks))
    assert 0 < len(begun) < len(checks)


def test_a_run_that_was_killed_goes_on_where_it_was(tmp_path, katas, cohort, report):
    command = [sys.executable, "-m", "torchkata", "grade", "--tree", katas.root, "--keep", tmp_path, *cohort]
    with subprocess.Popen([*map(str, command)], stdout=subprocess.PIPE, text=True) as process:
        while "bob  toy/double" not in process.stdout.readline():
            pass
        process.kill()
    before = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.json")}
    whole = grade(cohort, tree=katas, keep=tmp_path)
    assert without_times(whole) == without_times(report)
    after = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.json")}
    assert len(before) >= 3
    assert before.items() <= after.items()
    assert len(after) == len({(r.kata, r.program) for r in report.results if r.program})


def test_three_shards_merged_are_one_run(tmp_path, katas, cohort, keep, report):
    shards = [grade(cohort, tree=katas, keep=keep, shard=(number, 3)) for number in (1, 2, 3)]
    assert merged(shards[::-1]).to_json() == report.to_json()
    read = [Report.from_json(shard.to_json()) for shard in shards]
    assert read == shards
    assert merged(read).to_json() == report.to_json()
    for wrong, said in (
        (shards[:2], "there are 1, 2"),
        ([*shards, shards[0]], "there are 1, 1, 2, 3"),
        ([dataclasses.replace(shards[0], device="cuda"), *shards[1:]], "of another run"),
        ([], "nothing to merge"),
    ):
        with pytest.raises(ValueError, match=said):
            merged(wrong)
    for text in ("", "{}", '{"schema": "kata-grade/1"}', "[]"):
        with pytest.raises(ValueError):
            Report.from_json(text)


def test_other_processes_come_to_the_same_and_check_nothing_twice(tmp_path, katas, cohort, report):
    sent = []
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:

        def over(function, works):
            sent.extend(works)
            return pool.map(function, works)

        whole = grade(cohort, tree=katas, keep=tmp_path, over=over)
        assert without_times(whole) == without_times(report)
        assert (
            len(sent)
            == len({(work.kata, work.program) for work in sent})
            == len(list(tmp_path.rglob("*.json")))
        )
        count = len(sent)
        assert grade(cohort, tree=katas, keep=tmp_path, over=over) == whole
        assert len(sent) == count


def test_a_dask_cluster_comes_to_the_same_though_a_worker_dies_half_way(tmp_path, katas):
    from distributed import Client, LocalCluster

    programs = [RIGHT, RENAMED, LOOKING, WRONG]
    cohort = [
        hand_in(tmp_path / f"learner{n}", toy__double=f"{programs[n % 4]}# {n}\n", toy__other=programs[n % 4])
        for n in range(8)
    ]
    killed = []
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with LocalCluster(host="127.0.0.1", **options) as cluster:

        def kill(result):
            if not killed:
                with Client(cluster.scheduler_address) as client:
                    killed.extend(client.run(os.getpid).values())
                os.kill(killed[0], signal.SIGKILL)

        over = elsewhere.over_dask(cluster.scheduler_address)
        whole = grade(cohort, tree=katas, keep=tmp_path / "there", over=over, told=kill)
    assert killed
    assert without_times(whole) == without_times(grade(cohort, tree=katas, keep=tmp_path / "here"))


def test_what_others_lose_is_our_fault_and_is_begun_again_next_time(tmp_path, katas, cohort, report):
    def lost(function, works):
        return [elsewhere.Lost("the machine is gone") for _ in works]

    found = of(grade(cohort, tree=katas, keep=tmp_path, over=lost), "ann")
    assert {result.outcome for result in found.values()} == {"internal", "missing"}
    assert found["toy/double"].why == "the machine is gone"
    assert without_times(grade(cohort, tree=katas, keep=tmp_path)) == without_times(report)


def test_a_worker_with_other_katas_judges_nothing(tmp_path, katas):
    setting = elsewhere.Setting(katas.root, "cpu", Limits())
    with pytest.raises(elsewhere.Differs, match="install the same"):
        elsewhere.judged(elsewhere.Work(setting, "toy/double", RIGHT.encode(), "another key"))


def without_times(report):
    data = json.loads(report.to_json())
    for result in data["results"]:
        (result["verdict"] or {}).pop("seconds", None)
    return data


def test_what_is_kept_depends_on_all_that_a_verdict_depends_on(tmp_path, toy):
    tree = write_tree(tmp_path / "dojo")
    kata = tree.kata("toy/double")
    verdict = Verdict("toy/double", "solved", "cpu", "2", "3", 0.1)

    def kept(device="cpu", limits=None):
        return Kept(tmp_path / "keep", tree, device, limits or Limits())

    kept().put(kata, b"program", verdict)
    assert kept().get(kata, b"program") == verdict
    assert kept().get(kata, b"another") is None
    assert kept("cuda").get(kata, b"program") is None
    assert kept(limits=Limits(seconds=1)).get(kata, b"program") is None
    for file in (kata.test, kata.card, kata.broken, *kata.wrongs, tree.root / "pyproject.toml"):
        text = file.read_text()
        file.write_text(text + "\n")
        assert kept().get(kata, b"program") is None, file
        file.write_text(text)
    assert kept().get(kata, b"program") == verdict
    kept().put(kata, b"ours", dataclasses.replace(verdict, verdict="internal"))
    assert kept().get(kata, b"ours") is None
    for file in (tmp_path / "keep").rglob("*.json"):
        file.write_text('{"kata": 1}')
    assert kept().get(kata, b"program") is None


# The status, and the forms of a report


@pytest.mark.parametrize(
    ("outcomes", "status"),
    [
        ("solved solved", 0), ("solved review", 1), ("solved failing", 1), ("missing", 1),
        ("skipped solved", 3), ("failing internal", 3),
    ],
)  # fmt: skip
def test_the_status_tells_not_solved_from_not_judged(outcomes, status):
    results = [Result("ann", "toy/double", outcome) for outcome in outcomes.split()]
    assert Report(results, ["toy/double"], ["ann"], "cpu").status == status


def test_junit_has_a_suite_for_each_learner(report):
    suites = ElementTree.fromstring(written.as_junit(report))
    numbers = ("tests", "failures", "errors", "skipped")
    counts = {suite.get("name"): [int(suite.get(name)) for name in numbers] for suite in suites}
    assert counts == {
        "ann": [3, 1, 0, 0], "bob": [3, 2, 0, 0], "cy": [3, 3, 0, 0], "dan": [3, 2, 0, 1],
        "eve": [3, 3, 0, 0],
    }  # fmt: skip
    case = suites.find("testsuite[@name='cy']/testcase[@name='toy/double']")
    assert case.find("failure").get("message") == "Three times is once too often."
    assert {p.get("name"): p.get("value") for p in case.find("properties")}["outcome"] == "failing: wrong_fix"


def nasty():
    """A report with a submission's words wherever they can stand."""
    said = "=cmd|'/c calc'!A0 ::error::x ##[error]y %0A\x00\x1b[2J<b>|`\r\n::set-env name=PATH::x"
    verdict = Verdict("toy/double", "failing", "cpu", "2", "3", 0.1, message=said, output=said)
    return Report(
        [Result("=ann|", "toy/double", "failing", verdict=verdict)], ["toy/double"], ["=ann|"], "cpu"
    )


def test_csv_has_a_row_for_each_check_and_no_formula(report):
    rows = list(csv.DictReader(written.as_csv(report).splitlines()))
    assert len(rows) == len(report.results)
    assert {"learner": "cy", "outcome": "failing", "verdict": "wrong_fix"}.items() <= next(
        row for row in rows if row["learner"] == "cy" and row["kata"] == "toy/double"
    ).items()
    (row,) = csv.DictReader(written.as_csv(nasty()).splitlines())
    assert row["learner"] == "'=ann|"
    assert row["why"].startswith("'=cmd")


def test_a_submissions_words_break_no_xml():
    (suite,) = ElementTree.fromstring(written.as_junit(nasty()))
    assert "\ufffd" in suite.find("testcase/failure").text


def test_a_submissions_words_are_no_commands_of_the_runner_and_no_markup():
    (command,) = github.commands(nasty(), {"=ann|": Path("handed in")})
    assert command.startswith("::error file=handed in/toy/double.py,title=toy/double%3A failing::=cmd")
    assert "\n" not in command
    assert "\r" not in command
    assert "%250A" in command
    for line in (github.harmless("::error::x"), github.harmless("a ##[error]y")):
        assert "::" not in line
        assert "##[" not in line
    table = github.summary(nasty()).splitlines()
    assert len(table) == 5
    assert "<b>" not in table[-1]
    assert table[-1].count("|") == 5
    assert "`" not in table[-1]


# The command


def kata_grade(*args, cwd, **environment):
    return subprocess.run(
        [sys.executable, "-m", "torchkata", "grade", *map(str, args)],
        cwd=cwd, capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "GITHUB_ACTIONS": "", **environment},
    )  # fmt: skip


def test_the_command_prints_a_line_for_each_check_and_writes_files(tmp_path, katas, cohort, keep, report):
    files = {kind: tmp_path / f"out.{kind}" for kind in ("json", "junit", "csv")}
    options = [word for kind, file in files.items() for word in (f"--{kind}", file)]
    tree = ["--tree", katas.root, "--keep", keep]
    done = kata_grade("--each", cohort[0].parent, *tree, *options, cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    lines = done.stdout.splitlines()
    assert lines[:2] == ["ann  toy/double  solved", "ann  toy/other  solved"]
    assert "cy  no file for toy/cuda, toy/other" in lines
    assert sum("toy/cuda" in line for line in lines) == 5  # each learner's, once
    assert "cy  toy/doubel.py is named after no kata and was not read; did you mean toy/double.py?" in lines
    assert "alike: toy/other: bob, right_sum" in lines
    digest = of(report, "bob")["toy/double"].program
    assert lines[-2] == f"Look at what is up for review; what is fine: --accept {digest}"
    assert lines[-1] == "15 checks: 3 solved, 1 review, 4 failing, 6 missing, 1 skipped."
    assert files["json"].read_text() == report.to_json()
    assert files["junit"].read_text() == written.as_junit(report)
    assert files["csv"].read_text() == written.as_csv(report)


def test_missing_files_are_a_line_for_each_learner():
    results = [Result("ann", f"toy/k{number}", "missing") for number in range(8)]
    results += [Result("bob", "toy/k0", "solved"), Result("cy", "toy/k7", "missing")]
    assert list(command._missing(results)) == [
        "ann  no file for toy/k0, toy/k1, toy/k2, toy/k3, toy/k4, and 3 more",
        "cy  no file for toy/k7",
    ]


def test_shards_are_merged_by_the_command(tmp_path, katas, cohort, keep, report):
    tree = ["--tree", katas.root, "--keep", keep]
    for number in (1, 2):
        part = kata_grade(*cohort, *tree, "--shard", f"{number}/2", "--json", f"{number}.json", cwd=tmp_path)
        assert f"(shard {number} of 2)" in part.stdout
    done = kata_grade("merge", "2.json", "1.json", "--json", "all.json", cwd=tmp_path)
    assert done.returncode == 3
    assert (tmp_path / "all.json").read_text() == report.to_json()
    done = kata_grade("merge", "2.json", cwd=tmp_path)
    assert done.returncode == 2
    assert "there should be shards 1 to 2" in done.stderr


def test_under_github_actions_there_are_annotations_and_a_summary(tmp_path, katas, cohort, keep, report):
    summary = tmp_path / "summary.md"
    done = kata_grade(
        *cohort, "--tree", katas.root, "--keep", keep,
        cwd=tmp_path, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary),
    )  # fmt: skip
    errors = [line for line in done.stdout.splitlines() if line.startswith("::")]
    assert len(errors) == len(report.results) - 3
    assert (
        f"::warning file={cohort[1]}/toy/double.py,line=3,title=toy/double%3A review::line 3: imports sys"
        in errors
    )
    assert summary.read_text() == github.summary(report)


def test_all_solved_is_0_and_something_unsolved_is_1(tmp_path, katas, cohort, keep, report):
    ann, cy = cohort[0], cohort[2]
    tree = ["--tree", katas.root, "--keep", keep]
    assert kata_grade(ann, *tree, cwd=tmp_path).returncode == 0
    assert kata_grade(cy, *tree, cwd=tmp_path).returncode == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "nowhere is no folder"),
        (["--each", "empty"], "holds no folders"),
        (["empty"], "is named after a kata"),
        (["empty", "--shard", "3/2"], "--shard takes"),
        (["empty", "--shard", "0/2"], "--shard takes"),
        (["empty", "--katas", "toy/doubel"], "did you mean"),
        (["empty", "--keep", "empty/kept"], "made-up verdicts"),
        (["empty", "--tree", "empty"], "no tree of katas"),
        (["empty", "--device", "tpu"], "choose cpu"),
        (["merge"], "kata grade merge takes"),
        (["merge", "nothing.json"], "cannot be merged"),
    ],
)
def test_mistakes_end_with_2_and_say_what_to_type(tmp_path, katas, monkeypatch, capsys, arguments, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    if not {"--tree", "merge"} & set(arguments):
        arguments = [*arguments, "--tree", str(katas.root)]
    with pytest.raises(SystemExit) as left:
        main.main(["grade", *arguments])
    assert left.value.code == 2
    assert said in capsys.readouterr().err


def test_katas_come_from_the_installation_and_never_from_where_one_stands(tmp_path, repository, monkeypatch):
    """A submission may be a whole dojo, with tests that somebody has made easier."""
    cheating = write_tree(tmp_path / "dojo")
    hand_in(cheating.root / "katas", toy__double=RIGHT)
    monkeypatch.chdir(cheating.root)
    with Grader() as grader:
        assert grader.catalogue.tree.root == repository.root
    done = kata_grade(".", cwd=cheating.root)
    assert done.returncode == 2
    assert "is named after a kata" in done.stderr


def test_a_name_of_a_file_makes_no_line_of_its_own(tmp_path, katas, keep, report):
    ann = hand_in(tmp_path / "ann", toy__double=RIGHT)
    (ann / "x\nann  toy\x1b[2J  solved.py").write_text("")
    done = kata_grade(ann, "--tree", katas.root, "--keep", keep, cwd=tmp_path)
    assert len(done.stdout.splitlines()) == 4
    assert "ann  x\ufffdann  toy\ufffd[2J  solved.py is named after no kata" in done.stdout


@pytest.mark.skipif(fence._version() < 1, reason="no Landlock here: docs/limits.md")
@pytest.mark.parametrize(
    ("whose", "road"),
    [
        ("another's program", "1"),
        ("a finished check", "1"),
        ("the grader's keys", "1"),
        ("the grader's keys", "0"),
    ],
)
def test_a_submission_reads_nothing_of_others(tmp_path, katas, monkeypatch, whose, road):
    monkeypatch.setenv("TORCHKATA_FORK", road)
    home = tmp_path / "homes" / "grader"
    (home / ".ssh").mkdir(parents=True)
    (home / ".ssh" / "id").write_text("secret")
    monkeypatch.setenv("HOME", str(home))
    handed_in, kept = tmp_path / "handed" / "in", tmp_path / "kept" / "here"
    bob = hand_in(handed_in / "bob", toy__other=RIGHT)
    kept.mkdir(parents=True)
    (kept / "0.json").write_text("{}")
    files = {
        "another's program": bob / "toy" / "other.py",
        "a finished check": kept / "0.json",
        "the grader's keys": home / ".ssh" / "id",
    }
    reading = f"print(open({str(files[whose])!r}).read())\n{RIGHT}"
    ann = hand_in(handed_in / "ann", toy__double=reading, toy__other=RIGHT)
    report = grade([ann, bob], ["toy/double", "toy/other"], tree=katas, keep=kept)
    found = of(report, "ann")
    assert found["toy/other"].outcome == "solved"
    assert found["toy/double"].kind == "failing: invalid"
    assert "PermissionError" in found["toy/double"].why
    assert "secret" not in report.to_json()


def test_what_python_needs_is_not_hidden_wherever_it_is_and_all_else_is(tmp_path, katas, monkeypatch):
    handed_in, keep, home = (tmp_path / name / "x" for name in ("handed_in", "keep", "home"))
    roots = [hand_in(handed_in / name, toy__double=RIGHT) for name in ("ann", "bob")]
    for folder in (keep, home / ".ssh", home / "python" / "lib", katas.root / ".git"):
        folder.mkdir(parents=True)
    monkeypatch.setattr(sys, "prefix", str(home / "python"))

    def reads(path):
        return not any(path.is_relative_to(one) for one in hidden([keep, *roots], katas))

    needed = [home / "python" / "lib", katas.root / "tests", Path(torch.__file__).parent, Path("/usr/lib")]
    assert all(map(reads, needed))
    secret = [home / ".ssh", keep, handed_in / "ann", katas.root / ".git", Path("/var/log")]
    assert not any(map(reads, [*secret, Path("/etc/shadow"), Path("/srv")]))
    monkeypatch.setattr(sys, "prefix", str(handed_in / "ann" / ".venv"))
    (handed_in / "ann" / ".venv").mkdir()
    assert reads(handed_in / "ann" / ".venv" / "lib")
    assert not reads(handed_in / "ann" / "toy")
    assert not reads(handed_in / "bob")


def test_there_may_be_more_to_hide_than_an_argument_holds(tmp_path, katas):
    for number in range(1500):  # beside what is needed, so that each has to be named
        (katas.root / f"{'x' * 100}{number}").touch()
    try:
        ann = hand_in(tmp_path / "ann", toy__double=RIGHT)
        assert [
            r.outcome for r in grade([ann], ["toy/double"], tree=katas, keep=tmp_path / "keep").results
        ] == ["solved"]
    finally:
        for file in katas.root.glob("x*"):
            file.unlink()


def test_where_finished_checks_are_kept_by_default_is_no_part_of_a_submission(monkeypatch, tmp_path):
    from torchkata.grading.keep import default_folder

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_folder() == tmp_path / "torchkata" / "graded"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/grader")
    assert default_folder() == Path("/home/grader/.cache/torchkata/graded")


def test_what_a_harness_imports_is_there():
    assert {"Grader", "grade", "merged", "Report", "Result"} <= set(grading.__all__)


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="needs /dev/stdout")
def test_results_can_go_to_a_pipe(cohort, katas, keep, tmp_path):
    tree = ["--tree", katas.root, "--keep", keep]
    done = kata_grade(*cohort, *tree, "--json", "/dev/stdout", cwd=tmp_path)
    assert '"schema": "kata-grade/1"' in done.stdout, done.stderr


def test_what_was_judged_elsewhere_is_never_run_here_though_nothing_can_be_kept(
    tmp_path, katas, cohort, checks
):
    """A full disk, say: a program that was sent into a container must not run beside the grader."""
    keep = tmp_path / "no folder"
    keep.write_text("")

    def elsewhere_solved(function, works):
        return [Verdict(work.kata, "solved", "cpu", "2", "3", 0.1) for work in works]

    found = grade(cohort, tree=katas, keep=keep, over=elsewhere_solved)
    assert of(found, "cy")["toy/double"].outcome == "solved"  # as was said there
    assert checks == []


def test_names_that_are_not_utf_8_cost_nobody_the_report(tmp_path, katas, keep):
    ann = hand_in(tmp_path / "all" / "ann", toy__double=RIGHT)
    odd = hand_in(tmp_path / "all" / os.fsdecode(b"J\xfcrgen"), toy__double=RIGHT)
    (odd / os.fsdecode(b"\xfcbung.py")).write_text("")
    files = [word for kind in ("json", "junit", "csv") for word in (f"--{kind}", f"out.{kind}")]
    done = kata_grade("--each", ann.parent, "--tree", katas.root, "--keep", keep, *files, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert r"J\xfcrgen  toy/double  solved" in done.stdout
    read = Report.from_json((tmp_path / "out.json").read_text())
    assert read.learners == [r"J\xfcrgen", "ann"]
    assert read.strays == {r"J\xfcrgen": {r"\xfcbung.py": ""}}
    assert r"J\xfcrgen" in (tmp_path / "out.csv").read_text()
    names = [suite.get("name") for suite in ElementTree.parse(tmp_path / "out.junit").iter("testsuite")]
    assert names == [r"J\xfcrgen", "ann"]
    told = kata_grade(odd, "--tree", katas.root, "--keep", keep, "--katas", "toy", cwd=tmp_path,
                      GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(tmp_path / "summary.md"))  # fmt: skip
    assert rf"::error file={odd.parent}/J\xfcrgen/toy/other.py,title=" in told.stdout, told.stderr
    assert r"J&#92;xfcrgen" in (tmp_path / "summary.md").read_text()


def test_a_merge_accepts_what_was_looked_at_as_it_advises_itself(tmp_path, cohort, report):
    (tmp_path / "all.json").write_text(report.to_json())
    digest = of(report, "bob")["toy/double"].program
    assert f"--accept {digest}" in kata_grade("merge", "all.json", cwd=tmp_path).stdout
    more = ["--accept", digest[:10], "--json", "accepted.json"]
    done = kata_grade("merge", "all.json", *more, cwd=tmp_path)
    assert "bob  toy/double  solved" in done.stdout
    assert "review" not in done.stdout
    read = Report.from_json((tmp_path / "accepted.json").read_text())
    assert of(read, "bob")["toy/double"].outcome == "solved"
    assert read.count("review") == 0


@pytest.mark.parametrize(
    "option",
    ["--each", "--katas=toy", "--tree=.", "--device=cuda", "--timeout=3", "--shard=1/2", "--keep=kept",
     "--scheduler=tcp://a:1", "--container=podman", "--image=mine"],
)  # fmt: skip
def test_a_merge_refuses_what_only_a_check_can_heed(tmp_path, monkeypatch, capsys, report, option):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "all.json").write_text(report.to_json())
    with pytest.raises(SystemExit) as left:
        main.main(["grade", "merge", "all.json", option])
    assert left.value.code == 2
    assert f"leave {option.partition('=')[0]} out" in capsys.readouterr().err
