"""`kata prove cases`: a whole case holds, and every way of not being one is named.

One tree holds a plant for each defect, and one warm judge proves them all.
"""

import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console

from tests.engine.conftest import write_case_project, write_tree
from torchkata.authoring import report, report_of_cases
from torchkata.authoring.changed import changed_cases
from torchkata.authoring.proof import Proof
from torchkata.authoring.proof_of_cases import CaseProof, Prover, occurs, said
from torchkata.cases import derived, reach
from torchkata.cases.plant import CaseError
from torchkata.cases.shelf import Shelf
from torchkata.collection.catalogue import Catalogue
from torchkata.judging.judge import Judge
from torchkata.judging.worker import Limits

WRONG = '''
[[wrong]]
name = "{name}"
why = "It doesn't help."
[[wrong.edit]]
old = """
    total = 0.0"""
new = """
    {line}
    total = 0.0"""
'''


def healed(text):
    return text.replace("new = '''\n    total'''", "new = '''\n    model.train(False)\n    total'''", 1)


def untrue_report(text):
    return text.replace("again 1.6859\n```", "again 1.9859\n```")


def healthy_report(text):
    return text.replace("...\nmean error 1.6529 again 1.6859\n", "")


def untrue_symptom(text):
    return re.sub(r'symptom = ".*"', 'symptom = "The error is 7.7 times too high."', text)


def failing_right(text):
    return text.replace("    model.train(False)\n", "    model.train()\n")


def passing_wrong(text):
    return text + WRONG.format(
        name="another_right_one", line="model.training = model.dropout.training = False"
    )


def wrong_twins(text):
    twin = WRONG.format(name="also_a_quarter", line="model.dropout.p = 1 / 4")
    return text + twin


def wrong_as_before(text):
    return text + WRONG.format(name="no_gradients", line="torch.set_grad_enabled(False)")


def endless(text):
    text = text.partition("[[right]]")[0].replace("level = 1", "level = 1\nright = []\nwrong = []")
    return text.replace(
        "new = '''\n    total'''", "new = '''\n    while True:\n        points\n    total'''", 1
    )


def unfit(text):
    return text.replace("old = '''\n    model.eval()", "old = '''\n    model.evaluated()")


def twin(text):
    return text


DEFECTS = {
    healed: "planted is solved; a test that fails is wanted",
    untrue_report: "report: `python train.py` doesn't print 'mean error 1.6529 again 1.9859'",
    healthy_report: "report: the healthy project prints the same lines",
    untrue_symptom: "symptom: no number and no message of it is in the log",
    failing_right: "right train_false is red (test_evaluation_drops_nothing[cpu]",
    passing_wrong: "wrong another_right_one is solved, not recognized",
    wrong_twins: "wrong also_a_quarter fails just like no_dropout_at_all",
    endless: "the planted project was stopped by a limit",
    unfit: "old stands 0 times in train.py",
    twin: "fails just like dropout_left_on: they count as one",
}


@pytest.fixture(scope="module")
def proven(tmp_path_factory):
    """Every proof by the plant's name, of the three good ones and of one with each defect."""
    tree = write_tree(tmp_path_factory.mktemp("proofs") / "dojo")
    plants = write_case_project(tree.root) / "plants"
    good = (plants / "dropout_left_on.toml").read_text()
    for defect in (*DEFECTS, wrong_as_before):
        text = defect(good)
        assert (text != good) == (defect is not twin), defect
        (plants / f"z_{defect.__name__}.toml").write_text(text)
    shelf, entries = Shelf(tree), {}
    for case in shelf.cases:
        try:
            entries[case.number] = derived.put(tree, case)
        except CaseError:
            continue
    katas = [entry.kata for entry in entries.values()]
    limits = Limits(seconds=1.0)  # for one that never ends
    with Judge(derived.derived(tree), katas, limits=limits, ahead=False, hidden=tree.hidden) as judge:
        prover = Prover(judge, Catalogue(tree), entries)
        proofs = {proof.case.rpartition("/")[2]: proof for proof in prover.prove_all(shelf.cases, 2)}
        runs = dict(prover._healthy)
    return SimpleNamespace(tree=tree, proofs=proofs, about=prover.about("mini"), healthy=runs)


@pytest.mark.parametrize("name", ["dropout_left_on", "mean_of_means", "stale_gradients"])
def test_a_whole_case_is_proven(proven, name):
    proof = proven.proofs[name]
    assert (proof.problems, proof.rights, proof.wrongs, proof.tests) == ([], 2, 1, 1)
    assert proven.about == []


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.__name__)
def test_every_defect_is_named(proven, defect):
    problems = proven.proofs[f"z_{defect.__name__}"].problems
    if defect is not twin:  # which all of them are
        problems = [line for line in problems if not line.startswith("fails just like")]
    assert any(DEFECTS[defect] in line for line in problems), problems


def test_a_wrong_fix_that_changes_nothing_is_red_and_said_to_be_so(proven):
    proof = proven.proofs["z_wrong_as_before"]
    assert [line for line in proof.problems if not line.startswith("fails just like")] == []
    assert proof.as_before == ["no_gradients"]


def test_the_healthy_project_is_judged_once_for_all_of_its_cases(proven):
    assert list(proven.healthy) == ["mini"]
    runs = []
    verdict = SimpleNamespace(verdict="solved", tests=[], message="", first_failed=None)
    judge = SimpleNamespace(
        trace=lambda *a: runs.append(a) or (verdict, []),
        used={"n": 0.0},
        see=lambda *a: "mean error 0.0314 again 0.0314",
        worker=SimpleNamespace(ready=SimpleNamespace(torch="2.13.0")),
    )
    judge.prepare = judge.known = lambda kata: {}
    cases = Shelf(proven.tree).cases
    entries = {case.number: SimpleNamespace(id="n", kata=SimpleNamespace(name="n", id="n")) for case in cases}
    list(Prover(judge, Catalogue(proven.tree), entries).prove_all(cases, 1))
    assert len(runs) == 1


def test_what_a_change_cannot_reach_is_taken_from_the_healthy_run_and_comes_out_the_same(proven):
    """Each program with all tests, and with those alone that call what differs."""
    case = next(case for case in Shelf(proven.tree).cases if case.plant.name == "dropout_left_on")
    entry = derived.put(proven.tree, case)
    with Judge(derived.derived(proven.tree), [entry.kata], ahead=False, hidden=proven.tree.hidden) as judge:
        prover = Prover(judge, Catalogue(proven.tree), {case.number: entry})
        prover._begin(case)
        prover._spare(case, entry)
        counts = set()
        for stem, program in derived.programs(case).items():
            spared = judge.spared(entry.kata, program)
            counts.add(len(spared))
            shared = judge.check(entry, program, Path(stem))
            judge.spared, put_back = None, judge.spared
            whole = judge.check(entry, program, Path(stem))
            judge.spared = put_back
            assert (shared.verdict, shared.tests) == (whole.verdict, whole.tests), stem
    assert 0 < max(counts) < len(whole.tests)


def test_a_program_that_breaks_off_is_run_again_with_all_tests(proven, monkeypatch):
    case = next(case for case in Shelf(proven.tree).cases if case.plant.name == "dropout_left_on")
    entry = derived.put(proven.tree, case)
    with Judge(derived.derived(proven.tree), [entry.kata], ahead=False, hidden=proven.tree.hidden) as judge:
        first = judge.worker.collected(entry.kata).tests[0].name
        judge.spared = lambda kata, program: [{"report": "test", "name": first, "outcome": "passed"}]
        verdict = judge.check(entry, b"def broken(:", Path("x.py"))
    assert verdict.verdict == "invalid"
    assert {test.outcome for test in verdict.tests} == {"not run"}


@pytest.mark.parametrize(
    ("new", "wanted"),
    [
        ("def f():\n    return 2\n", {"m.f"}),
        ("def f():\n    yield 1\n", None),  # to call it runs nothing of it
        ("def f(x=1):\n    return 1\n", None),
        ("import os\n\n\ndef f():\n    return 1\n", None),
        ("# A remark.\ndef f():\n    return 1\n", set()),
    ],
)
def test_a_change_is_the_functions_whose_bodies_differ_or_else_everything(new, wanted):
    rest = "\n\nclass C:\n    def f(self):\n        return 1\n"
    old = "def f():\n    return 1\n" + rest
    assert reach.changed({"m.py": old}, {"m.py": new + rest}) == wanted
    in_class = old.replace("        return 1", "        return 3")
    assert reach.changed({"m.py": old}, {"m.py": in_class}) == {"m.C.f"}
    assert reach.changed({"m.py": old}, {"m.py": old, "n.py": ""}) is None


def test_a_broken_healthy_project_is_named_once(tmp_path):
    tree = write_tree(tmp_path / "dojo")
    folder = write_case_project(tree.root)
    train = folder / "project" / "train.py"
    train.write_text(train.read_text().replace("2 * points", "3 * points"))
    shelf = Shelf(tree)
    entries = {case.number: derived.put(tree, case) for case in shelf.cases}
    katas = [entry.kata for entry in entries.values()]
    with Judge(derived.derived(tree), katas, ahead=False, hidden=tree.hidden) as judge:
        prover = Prover(judge, Catalogue(tree), entries)
        list(prover.prove_all(shelf.cases, 2))
    first, second = prover.about("mini")
    assert first.partition("project.toml: ")[2].startswith(
        "healthy is red (test_evaluation_drops_nothing[cpu]: mean error: expected"
    )
    assert second.partition("project.toml: ")[2] == "gives: nothing of it is in what `python train.py` prints"


def test_on_another_torch_lines_are_compared_without_their_numbers(tmp_path):
    tree = write_tree(tmp_path / "dojo")
    folder = write_case_project(tree.root)
    about, plant = folder / "project.toml", folder / "plants" / "dropout_left_on.toml"
    (folder / "plants" / "mean_of_means.toml").unlink()
    about.write_text(about.read_text().replace(">=2.6", "<2.6"))
    lines = re.search(r"```text\n(.*?)```", plant.read_text(), re.DOTALL)[1]
    other = plant.read_text().replace(lines, re.sub(r"\d\.\d+", "7.7", lines))
    assert other != plant.read_text()
    plant.write_text(other)
    stale = folder / "plants" / "stale_gradients.toml"
    stale.write_text(stale.read_text().replace("```text\n", "```text\nno such line\n"))
    cases = Shelf(tree).cases
    entries = {case.number: derived.put(tree, case) for case in cases}
    katas = [entry.kata for entry in entries.values()]
    with Judge(derived.derived(tree), katas, ahead=False, hidden=tree.hidden) as judge:
        proofs = list(Prover(judge, Catalogue(tree), entries).prove_all(cases, 2))
    assert [proof.numbers for proof in proofs] == [False, False]
    missing = "report: `python train.py` doesn't print 'no such line'"
    assert [proof.problems for proof in proofs] == [[], [missing]]
    console = Console(file=io.StringIO(), width=200)
    report_of_cases._print_sum(proofs, ["mini"], 1.0, 0.1, console)
    assert "2 reports quote the numbers of other releases of torch" in console.file.getvalue()


# The command


@pytest.fixture
def prove(kata_command, case_tree):
    def run(*args, status=0):
        done = kata_command("prove", *args)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


def test_prove_alone_proves_katas_and_cases(prove):
    said = prove()
    assert "1 of 1 katas proven on cpu" in said
    assert "3 of 3 cases proven in 1 projects: 6 right fixes besides the healthy projects, 3 wrong" in said


def test_prove_takes_all_cases_or_one_and_then_no_kata(prove):
    assert "katas proven" not in prove("cases")
    (line,) = prove("cases/mini/mean_of_means", "--json").splitlines()
    assert json.loads(line)["case"] == "cases/mini/mean_of_means"
    assert json.loads(line)["problems"] == []


@pytest.mark.parametrize(
    ("module", "print_one"),
    [
        (report_of_cases, lambda: report_of_cases._print(CaseProof("a", "1"), None, as_json=True)),
        (report, lambda: report._print_proof(Proof("a/b", 1, 1), None, as_json=True)),
    ],
)
def test_a_record_is_out_before_the_next_is_begun(module, print_one, monkeypatch):
    """Into a pipe, Python holds what it prints until there is much of it."""
    pipe = io.TextIOWrapper(io.BufferedWriter(raw := Kept()), write_through=False)
    monkeypatch.setattr(sys, "stdout", pipe)
    print_one()
    assert json.loads(raw.written)["problems"] == []


class Kept(io.RawIOBase):
    written = b""

    def writable(self):
        return True

    def write(self, data):
        self.written += bytes(data)
        return len(data)


def test_prove_of_a_kata_proves_no_case_and_a_misspelt_one_is_named(prove):
    assert "cases" not in prove("toy/double")
    assert "did you mean cases/mini?" in prove("cases/min", status=2)


def test_what_is_not_proven_ends_with_1(prove, case_tree):
    file = case_tree.root / "cases/mini/plants/mean_of_means.toml"
    file.write_text(file.read_text().replace("0.0343\n```", "0.0443\n```"))
    said = prove("cases/mini/mean_of_means", status=1)
    assert "cases/mini/mean_of_means: report: `python train.py` doesn't print" in said
    assert "0 of 1 cases proven" in said


def test_cases_are_proven_on_the_cpu_alone(prove, monkeypatch, case_tree):
    assert "The cases are proven on the CPU alone." in prove("cases", "--device", "lazy")


# What has changed


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_changed_knows_whose_a_file_of_a_project_is(case_tree):
    def git(*args):
        who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        subprocess.run(["git", "-C", case_tree.root, *who, *args], check=True, capture_output=True)

    def differing():
        return [case.plant.name for case in changed_cases(Shelf(case_tree), "HEAD")]

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "-m", "All")
    assert differing() == []
    everything = ["dropout_left_on", "mean_of_means", "stale_gradients"]
    for name, wanted in {
        "cases/mini/plants/mean_of_means.toml": ["mean_of_means"],
        "cases/mini/project/model.py": everything,
        "cases/mini/project.toml": everything,
        "tests/cases/test_mini.py": everything,
        "tests/toy/test_double.py": [],
        "conftest.py": everything,
    }.items():
        file = case_tree.root / name
        before = file.read_text() if file.exists() else None
        file.write_text((before or "") + "\n# More.\n")
        assert differing() == wanted, name
        file.unlink() if before is None else file.write_text(before)


# Lines and numbers


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("loss 0.52 step 10", True),
        ("loss  0.52  step 10", True),
        ("loss 0.53 step 10", True),
        ("loss 0.58 step 10", False),
        ("loss 0.52 step 11", False),
        ("losses 0.52 step 10", False),
        ("loss nan step 10", False),
    ],
)
def test_a_line_of_the_log_may_differ_in_the_last_digit_alone(line, wanted):
    assert occurs(line, ["begin", "loss 0.52 step 10"]) is wanted


def test_without_its_numbers_a_line_is_its_words():
    assert occurs("off +0.52", ["off -7"], numbers=False)
    assert not occurs("off 0.52", ["of 0.52"], numbers=False)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The loss stays at 0.52.", True),
        ("The loss stays at 0.9.", False),
        ("It ends with `size mismatch` and no more.", True),
        ("It ends with `shape mismatch`.", False),
        ("begin loss", False),
    ],
)
def test_a_symptom_is_a_number_or_a_message_of_the_log(text, wanted):
    assert said(text, ["loss 0.52", "RuntimeError: size mismatch"]) is wanted
