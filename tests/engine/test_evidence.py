"""Evidence: a gradient's error before and after, recorded by pytest, shown, and run again by `kata`."""

import json
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from torchkata.cli.main import main
from torchkata.collection import records as evidence
from torchkata.collection.layout import Tree

REPOSITORY = Tree(Path(__file__).parents[2])

PROGRAM = '''\
"""The slope of a cube."""


def send_back(x):
    """Give `x` the slope of the sum of its cubes; a 0-d tensor stands for one number.

    x: leaf that requires grad, any shape
    """
    (x * x * BODY).sum().backward()
'''

TEST = '''\
"""What `send_back` promises."""

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close

pytestmark = pytest.mark.float64

POINT = [2.0, -1.0]


def report(module, device):
    x = torch.tensor(POINT, dtype=torch.float64, device=device, requires_grad=True)
    module.send_back(x)
    numeric = gradients.central_difference(lambda at: (at**3).sum(), x.detach())
    return gradients.compare(x.grad, analytic=3 * x.detach() ** 2, numeric=numeric, what="slope of the cube")


def recorded(evidence, found):
    config = {"x": POINT}
    evidence(found, claim="the slope is that of the cube", oracle="3 x²", config=config,
             checkpoint={"x": torch.tensor(POINT)})


def test_the_slope_is_that_of_the_cube(solution, device, evidence):
    found = report(solution, device)
    recorded(evidence, found)
    found.require()


def test_nothing_is_steep_at_zero(solution, device):
    x = torch.zeros(1, dtype=torch.float64, device=device, requires_grad=True)
    solution.send_back(x)
    close(x.grad, [0.0], "slope at zero")


def test_the_slope_lacks_a_third(broken, device, evidence):
    found = report(broken, device)
    recorded(evidence, found)
    close(found.autograd, [8.0, 2.0], "slope of the cube")
'''


def write_slope(tree, toy):
    """The gradient kata toy/slope beside toy/double, whose tests are not run here."""
    kata = toy.write_kata(tree.root, "toy/slope")
    shutil.rmtree(kata.variants)
    kata.variants.mkdir()
    for file, body in (
        (kata.broken, "x.detach()"),
        (kata.fixed, "x"),
        (kata.variants / "right_same.py", "x.clone()"),
    ):
        file.write_text(PROGRAM.replace("BODY", body))
    kata.test.write_text(TEST)
    return kata


def pytest_in(tree, *args):
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *args, "tests/toy/test_slope.py"],
        cwd=tree.root,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTEST_ADDOPTS": ""},
        check=False,
    )


@pytest.fixture(scope="module")
def recorded(dojo, toy):
    """The text of evidence.jsonl after one run of pytest."""
    write_slope(dojo, toy)
    done = pytest_in(dojo, "--evidence", "evidence.jsonl")
    assert done.returncode == 0, done.stdout
    return dojo.evidence.read_text()


@pytest.fixture
def slope(tree, toy, recorded):
    """A tree of this test's own that holds the records."""
    tree.evidence.write_text(recorded)
    return write_slope(tree, toy)


@pytest.fixture
def records(recorded):
    return [json.loads(line) for line in recorded.splitlines()]


@pytest.fixture
def kata(tree, monkeypatch, capsys):
    """Run `kata` in the tree; returns its status and what it says, however the lines were broken."""
    monkeypatch.chdir(tree.root)

    def run(*args):
        with pytest.raises(SystemExit) as end:
            main(args)
        out, err = capsys.readouterr()
        return end.value.code, " ".join((out + err).split())

    return run


# What is recorded


def test_there_is_one_record_before_and_one_after(records):
    before, after = records
    assert (before["state"], after["state"]) == ("before", "after")
    for record in records:
        assert record["schema"] == "torchkata-evidence/1"
        assert (record["kata"], record["device"]) == ("toy/slope", "cpu")
        assert record["config"] == {"x": [2.0, -1.0]}
        assert record["checkpoint"] == {"x": [2.0, -1.0]}
        assert record["tensors"] == {"slope of the cube": {"shape": [2], "dtype": "torch.float64"}}
        assert record["result"]["analytic"] == [12.0, 3.0]
        assert record["result"]["numeric"] == pytest.approx([12.0, 3.0], rel=1e-9)
        assert record["environment"]["python"] == sys.version.split()[0]
    assert before["test"] == "test_the_slope_lacks_a_third"
    assert before["result"]["autograd"] == [8.0, 2.0]
    assert before["result"]["autograd_error"] == pytest.approx(1 / 3)
    assert (before["verdict"], after["verdict"]) == ("fail", "pass")
    assert after["test"] == "test_the_slope_is_that_of_the_cube"
    assert after["result"]["autograd_error"] < 1e-12
    assert before["data_sha256"] == after["data_sha256"]
    assert before["code_sha256"] != after["code_sha256"]


def test_a_record_holds_no_path_and_no_timing(recorded, dojo):
    assert str(dojo.root) not in recorded
    assert "seconds" not in recorded


def test_two_workers_write_the_same_file_once(slope, recorded, tree):
    tree.evidence.unlink()
    done = pytest_in(tree, "--evidence", "evidence.jsonl", "-n", "2", "--dist", "loadfile")
    assert done.returncode == 0, done.stdout
    assert tree.evidence.read_text() == recorded


# What is shown, and what is stale


def test_the_table_shows_both_errors(slope, kata):
    status, said = kata("evidence")
    assert status == 0
    assert "toy/slope cpu 0.333 0" in said
    assert "STALE" not in said


def test_the_claim_is_shown_of_what_was_asked_for(slope, kata):
    assert "toy/slope the slope is that of the cube cpu 0.333 0" in kata("evidence", "toy/slope")[1]


def test_only_the_katas_asked_for_are_shown(slope, kata):
    assert "toy/slope" in kata("evidence", "toy/slope")[1]
    assert "toy/slope" not in kata("evidence", "toy/double")[1]
    assert kata("evidence", "toy/slops")[0] == 2


@pytest.mark.parametrize("changed", ["broken", "fixed", "test"])
def test_a_record_is_stale_once_its_code_has_changed(slope, kata, tree, changed):
    file = getattr(slope, changed)
    file.write_text(file.read_text() + "# a remark\n")
    stale = {r["state"] for r in evidence.read(tree.evidence) if evidence.is_stale(tree, r)}
    assert stale == {"broken": {"before"}, "fixed": {"after"}, "test": {"before", "after"}}[changed]
    status, said = kata("evidence")
    assert status == 1
    assert "STALE" in said
    assert f"{len(stale)} records are stale: the code has changed. Renew: pytest --evidence" in said


def test_a_record_of_a_kata_that_is_gone_is_stale(slope, tree):
    slope.fixed.unlink()
    assert [evidence.is_stale(tree, record) for record in evidence.read(tree.evidence)] == [False, True]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda r: "{", "line 2: not a record"),
        (lambda r: "[]", "line 2: not a record"),
        (lambda r: json.dumps(r | {"schema": "other/2"}), "its schema is 'other/2'"),
        (lambda r: json.dumps(r | {"state": "later"}), "its state is 'later'"),
        (lambda r: json.dumps({k: v for k, v in r.items() if k != "code_sha256"}), "it lacks code_sha256"),
        (lambda r: json.dumps(r | {"result": {}}), "it lacks autograd, analytic, numeric"),
        (lambda r: json.dumps(r | {"result": None}), "line 2: not a record"),
    ],
)
def test_a_malformed_file_is_a_mistake_that_names_the_line(slope, kata, tree, records, edit, said):
    tree.evidence.write_text(json.dumps(records[0]) + "\n" + edit(records[1]) + "\n")
    status, words = kata("evidence")
    assert status == 2
    assert said in words


# What JSON has no number for


NUMBERS = [math.nan, math.inf, -math.inf, 1.5]
NAMES = ["NaN", "Infinity", "-Infinity", 1.5]


@pytest.fixture
def odd(records):
    """A record of a gradient that is no number, under a configuration that holds some of the names."""
    before = records[0]
    result = before["result"] | {"autograd": NUMBERS, "autograd_error": math.nan}
    return before | {"result": result, "checkpoint": {"x": [[math.nan]]}, "config": {"x": NAMES}}


def test_the_file_is_strict_json_and_the_numbers_are_read_back(tmp_path, odd):
    file = tmp_path / "evidence.jsonl"
    evidence.write(file, [odd])
    written = json.loads(file.read_text(), parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert written["result"]["autograd"] == NAMES
    assert written["result"]["autograd_error"] == "NaN"
    assert written["checkpoint"] == {"x": [["NaN"]]}
    (read,) = evidence.read(file)
    assert repr(read["result"]) == repr(odd["result"])
    assert repr(read["checkpoint"]) == repr(odd["checkpoint"])
    assert read["config"] == {"x": NAMES}  # what is not measured stays as it was written
    assert evidence.differences(read, odd) == []


def test_what_was_read_is_written_as_it_was(tmp_path, odd):
    file = tmp_path / "evidence.jsonl"
    evidence.write(file, [odd])
    first = file.read_text()
    evidence.write(file, [])
    assert file.read_text() == first


def test_a_gradient_that_is_no_number_is_recorded_shown_and_reproduced(slope, kata, tree):
    slope.broken.write_text(PROGRAM.replace("BODY", "x.detach() * float('nan')"))
    seen, nan = "found.autograd, [8.0, 2.0]", "found.autograd.isnan().double(), [1.0, 1.0]"
    slope.test.write_text(TEST.replace(seen, nan))
    done = pytest_in(tree, "--evidence", "evidence.jsonl")
    assert done.returncode == 0, done.stdout
    assert '"autograd": ["NaN", "NaN"]' in tree.evidence.read_text()
    assert "cpu nan 0" in kata("evidence")[1]
    status, said = kata("evidence", "--replay")
    assert (status, "toy/slope before: reproduced" in said) == (0, True), said


# Merging


def test_a_new_record_takes_the_place_of_the_old_one_and_others_stay(tmp_path, records):
    file = tmp_path / "evidence.jsonl"
    before, after = records
    other = {**before, "kata": "toy/another"}
    evidence.write(file, [after, other, before])
    assert evidence.read(file) == [other, before, after]  # sorted: the file can be compared
    new = {**after, "claim": "anew"}
    evidence.write(file, [new])
    assert evidence.read(file) == [other, before, new]


def test_a_record_about_older_code_goes_when_its_test_was_run_anew(tmp_path, records):
    file = tmp_path / "evidence.jsonl"
    before, after = records
    elsewhere = {**after, "device": "cuda"}
    evidence.write(file, [before, after, elsewhere])
    new = {**after, "data_sha256": "z", "code_sha256": "another code"}
    evidence.write(file, [new])
    assert evidence.read(file) == [before, new]
    # The same code under another configuration is another record.
    more = {**new, "data_sha256": "zz"}
    evidence.write(file, [more])
    assert evidence.read(file) == [before, new, more]


# Running it again


def test_a_replay_reproduces_the_numbers_and_notices_one_that_has_changed(slope, kata, tree, records):
    before, after = records
    before["result"]["autograd"][0] *= 1 + 1e-11
    tree.evidence.write_text("".join(json.dumps(record) + "\n" for record in (before, after)))
    status, said = kata("evidence", "--replay")
    assert status == 1
    assert "toy/slope before: NOT REPRODUCED: autograd was [8.00000000008, 2.0], is [8.0, 2.0]" in said
    assert "toy/slope after: reproduced" in said


def test_a_replay_misses_what_a_failing_test_saw_and_forgives_another_machine(slope, kata, tree, records):
    before, after = records
    before["result"]["numeric"][0] += 1e-9
    before["environment"]["torch"] = "2.6.0"
    tree.evidence.write_text("".join(json.dumps(record) + "\n" for record in (before, after)))
    slope.fixed.write_text(slope.broken.read_text())
    status, said = kata("evidence", "--replay")
    assert status == 1
    assert "toy/slope before: other numbers, in another environment" in said
    assert "toy/slope after: was not recorded again" in said


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ([1.0, 2.0], [1.0, 2.0 * (1 + 1e-13)], True),
        ([1.0, 2.0], [1.0, 2.0 * (1 + 1e-11)], False),
        ([1.0], [1.0, 1.0], False),
        ([0.0], [1e-16], True),
        ([math.nan], [math.nan], True),
        ([math.nan], [1.0], False),
        (None, None, True),
        (None, [0.0], False),
        (3.0, 3.0, True),
    ],
)
def test_numbers_are_the_same_to_a_relative_1e_12(records, old, new, same):
    one, other = records[0], json.loads(json.dumps(records[0]))
    one["result"]["autograd"], other["result"]["autograd"] = old, new
    assert (evidence.differences(one, other) == []) is same


def test_a_checkpoint_that_moved_is_a_difference(records):
    other = json.loads(json.dumps(records[0]))
    other["checkpoint"]["x"][0] = 2.5
    assert evidence.differences(records[0], other)[0].startswith("checkpoint was")


# This repository's own records


@pytest.fixture(scope="module")
def committed():
    assert REPOSITORY.evidence.is_file(), "write it with: pytest --evidence evidence.jsonl"
    return evidence.read(REPOSITORY.evidence)


def test_none_of_the_committed_records_is_stale(committed):
    stale = [(r["kata"], r["state"]) for r in committed if evidence.is_stale(REPOSITORY, r)]
    assert stale == [], "renew them with: pytest --evidence evidence.jsonl"


def test_every_kata_that_records_has_a_gradient_that_was_wrong_and_is_right(committed):
    asked = {kata.id for kata in REPOSITORY.katas() if "evidence(" in kata.test.read_text()}
    graded = {k.id for k in REPOSITORY.katas() if k.track in ("policy_gradients", "value_learning")}
    assert graded - asked == set(), "every kata of these tracks is graded by a recorded gradient"
    for state, verdict in (("before", "fail"), ("after", "pass")):
        found = {r["kata"]: r["verdict"] for r in committed if r["state"] == state}
        assert found == dict.fromkeys(sorted(asked), verdict)


def test_the_committed_file_is_strict_json(committed):
    for line in REPOSITORY.evidence.read_text().splitlines():
        json.loads(line, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))


def test_the_committed_file_holds_no_paths(committed):
    text = REPOSITORY.evidence.read_text()
    assert str(REPOSITORY.root) not in text
    assert "/tmp" not in text
