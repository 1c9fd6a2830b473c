"""`kata prove`: a whole kata holds, and every way of not being one is named.

One tree holds a kata for each defect, and one warm judge proves them all.
"""

import json
import shutil
import subprocess

import pytest

from torchkata.authoring.changed import changed
from torchkata.authoring.proof import hollow, prove_all
from torchkata.collection.catalogue import Catalogue
from torchkata.collection.layout import Tree
from torchkata.collection.lint import lint
from torchkata.judging.judge import Judge


def replace(file, old, new):
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def healed(kata, toy):
    kata.broken.write_text(toy.program("values * 2"))


def failure_everywhere(kata, toy):
    replace(kata.test, 'tensor([3.0], device)), [4.0], "three', 'tensor([1.0], device)), [2.0], "three')


def no_guard(kata, toy):
    head, _, rest = toy.test.partition("# What already works")
    kata.test.write_text(head + "# The documented failure" + rest.partition("# The documented failure")[2])


def passing_wrong(kata, toy):
    (kata.variants / "wrong_other_order.py").write_text(toy.program("values * 2"))


def wrong_twins(kata, toy):
    (kata.variants / "wrong_three_times.py").write_text(toy.program("values + values + values"))


def wrong_as_before(kata, toy):
    (kata.variants / "wrong_turned_round.py").write_text(toy.program("1 + values"))


def failing_right(kata, toy):
    (kata.variants / "right_almost.py").write_text(toy.program("2.5 * values"))


def unreadable_test(kata, toy):
    kata.test.write_text("import nowhere\n" + toy.test)


def only_exceptions(kata, toy):
    kata.broken.write_text(toy.program("values + missing"))
    kata.test.write_text(
        '''\
"""What `double` promises."""

from torchkata.checks import raises
import torch


def test_nothing_is_raised_for_numbers(solution, device):
    solution.double(torch.ones(2, device=device))


def test_it_can_be_called(solution, device):
    assert callable(solution.double)


def test_a_name_is_missing_from_it(broken, device):
    with raises(NameError, "missing", "ones, doubled"):
        broken.double(torch.ones(2, device=device))
'''
    )


def needs_a_gpu(kata, toy):
    replace(kata.card, "level = 1", 'level = 1\nneeds = ["cuda"]')


def given(kata, toy):
    replace(kata.card, "level = 1", "level = 1\ngiven = true")


def whole(kata, toy):
    pass


DEFECTS = {
    f"toy/{spoil.__name__}": spoil
    for spoil in (
        whole,
        given,
        needs_a_gpu,
        healed,
        failure_everywhere,
        no_guard,
        passing_wrong,
        wrong_twins,
        wrong_as_before,
        failing_right,
        unreadable_test,
        only_exceptions,
    )
}


@pytest.fixture(scope="module")
def proofs(dojo, toy):
    """Every kata's proof, by id."""
    for kata_id, spoil in DEFECTS.items():
        spoil(toy.write_kata(dojo.root, kata_id), toy)
    entries = [entry for entry in Catalogue(dojo).entries if entry.id in DEFECTS]
    with Judge(dojo, [entry.kata for entry in entries]) as judge:
        return {proof.kata: proof for proof in prove_all(judge, entries, workers=2)}


@pytest.mark.parametrize("kata_id", ["toy/whole", "toy/given"])
def test_a_whole_kata_is_proven(proofs, kata_id):
    proof = proofs[kata_id]
    assert proof.problems == []
    assert (proof.rights, proof.wrongs, proof.failure_tests, proof.correction_tests) == (2, 2, 1, 3)
    assert proof.unavailable == ""
    assert len(proof.checks) >= 4
    assert all(0 < seconds < 60 for seconds in proof.checks)


def test_a_kata_that_cannot_run_here_is_neither_proven_nor_refused(proofs):
    proof = proofs["toy/needs_a_gpu"]
    assert (proof.problems, proof.unavailable) == ([], "toy/needs_a_gpu needs --device cuda")


@pytest.mark.parametrize(
    ("kata_id", "problems"),
    [
        (
            "toy/healed",
            [
                "broken is solved, not untouched",
                "the documented failure is gone: test_three_comes_out_as_four[cpu] fails on broken/",
                "broken/ passes every correction test: nothing is wrong with it",
                "broken with a comment added is solved, not pitfall",
            ],
        ),
        (
            "toy/failure_everywhere",
            [
                f"{right}: the failure test test_three_comes_out_as_four[cpu] passes, "
                "so it does not show the failure"
                for right in ("fixed", "right_stack", "right_sum")
            ],
        ),
        ("toy/no_guard", ["no correction test passes on broken/: it needs a guard"]),
        ("toy/passing_wrong", ["wrong_other_order is solved, not wrong_fix"]),
        ("toy/wrong_twins", ["wrong_triple fails just like wrong_three_times: they count as one"]),
        ("toy/wrong_as_before", ["wrong_turned_round is pitfall, not wrong_fix"]),
        (
            "toy/failing_right",
            [
                "right_almost is failing (test_every_value_comes_out_twice[cpu]: twice the values: "
                "element [1] should be 6, got 7.5"
            ],
        ),
        ("toy/unreadable_test", ["No module named 'nowhere'"]),
        (
            "toy/only_exceptions",
            [
                "wrong_square is solved, not wrong_fix",
                "wrong_triple is solved, not wrong_fix",
                "a copy whose functions return None is solved: the tests ask for too little",
                "a copy whose functions return their first argument is solved",
            ],
        ),
    ],
)
def test_each_defect_is_named_and_nothing_else_is(proofs, kata_id, problems):
    found = proofs[kata_id].problems
    assert len(found) == len(problems), found
    for said, wanted in zip(found, problems):
        assert wanted in said


def test_every_defect_has_its_proof(proofs):
    assert set(proofs) == set(DEFECTS)


def test_a_hollow_copy_keeps_what_is_private(toy):
    program = toy.program("_twice(values)") + "\n\ndef _twice(values):\n    return 2 * values\n"
    for _, text in hollow(program):
        assert "return 2 * values" in text
        assert "_twice(values)" not in text.replace("def _twice(values)", "")


# The command, and what lint alone finds


def test_the_command_says_what_is_proven_and_its_status_is_0(kata_command):
    done = kata_command("prove")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 of 1 katas proven on cpu: 1 failure tests, 3 correction tests" in done.stdout


def test_the_command_names_what_does_not_hold_and_its_status_is_1(kata_command, tree, toy):
    passing_wrong(tree.kata("toy/double"), toy)
    (tree.root / "broken" / "toy" / "notes.txt").write_text("")
    done = kata_command("prove", "--json")
    assert done.returncode == 1
    assert "broken/toy/notes.txt: belongs to no kata" in done.stderr
    (proof,) = map(json.loads, done.stdout.splitlines())
    assert (proof["kata"], proof["wrongs"]) == ("toy/double", 3)
    assert "wrong_other_order is solved, not wrong_fix" in proof["problems"]


def test_a_card_that_cannot_be_read_is_named_and_nothing_is_proven(kata_command, tree):
    replace(tree.kata("toy/double").card, "## Task", "## Tasks")
    done = kata_command("prove")
    assert done.returncode == 2
    assert "katas/toy/double.md: missing: Task; unknown: Tasks" in done.stdout
    assert "proven" not in done.stdout


@pytest.mark.parametrize(
    "stray",
    [
        "broken/toy/other.txt",
        "fixed/toy/double.pyc",
        "katas/toy/picture.png",
        "tests/toy/test_other.py",
        "tests/toy/helper.py",
        "tests/toy/double/notes.md",
        "tests/toy/double/left_over.py",
        "tests/toy/other/right_one.py",
    ],
)
def test_a_file_that_belongs_to_no_kata_is_named(tree, stray):
    assert lint(tree) == []
    file = tree.root / stray
    file.parent.mkdir(exist_ok=True)
    file.write_text("")
    assert lint(tree) == [f"{stray}: belongs to no kata"]


def test_a_program_without_a_card_is_named(tree, toy):
    kata = toy.write_kata(tree.root, "toy/other")
    kata.card.unlink()
    assert any("katas/toy/other.md: is missing" in problem for problem in lint(tree))


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_changed_knows_a_tree_below_gits_top_folder(tmp_path, toy, monkeypatch):
    """And a hook's GIT_DIR is none of its business."""
    tree = Tree(tmp_path / "course" / "dojo")
    toy.write_kata(tree.root)
    toy.write_kata(tree.root, "toy/other")

    def git(*args):
        who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        subprocess.run(["git", "-C", tmp_path, *who, *args], check=True, capture_output=True)

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "-m", "All")
    (tmp_path / "pyproject.toml").write_text("# of the course, and no part of the engine\n")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    assert changed(Catalogue(tree), "HEAD") == []
    broken = tree.kata("toy/other").broken
    broken.write_text(broken.read_text() + "\n# More.\n")
    assert [entry.id for entry in changed(Catalogue(tree), "HEAD")] == ["toy/other"]


def test_names_beside_changed_are_refused(kata_command):
    done = kata_command("prove", "toy/double", "--changed")
    assert done.returncode == 2
    assert "--changed finds the katas itself: leave out toy/double, or --changed" in done.stderr
