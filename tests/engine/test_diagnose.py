"""Which verdict comes first, and when two programs fail in the same way. Nothing runs here."""

import math

import pytest

from torchkata.judging import diagnose
from torchkata.judging.diagnose import Diagnosis
from torchkata.judging.verdict import TestResult, sentence
from torchkata.judging.worker import Limits, Run, TestInfo

GUARD, PROMISE, FAILURE = "test_a_guard[cpu]", "test_a_promise[cpu]", "test_the_failure[cpu]"
EXPECTED = [
    TestInfo(PROMISE, "correction", None),
    TestInfo(GUARD, "correction", None),
    TestInfo(FAILURE, "failure", None),
]
END = {"report": "end", "tampered": []}


def said(name, outcome="passed", **content):
    return {"report": "test", "name": name, "outcome": outcome, **content}


def run(*failed, ended="", status=0, more=(END,)):
    """A run in which these tests failed and all others passed."""
    reports = [said(i.name, "failed" if i.name in failed else "passed") for i in EXPECTED]
    return Run([*reports, *more], ended=ended, status=status)


def verdict(ran, *, untouched=False, expected=EXPECTED):
    """As the judge asks: what stopped it first, then the tests."""
    tests = diagnose.results(ran, expected)
    return diagnose.stopped(ran, Limits(seconds=3)) or diagnose.judged(tests, untouched=untouched)


# The order of verdicts

INVALID = {"report": "invalid", "class": "SyntaxError", "message": "invalid syntax", "line": 3}
TAMPERED = {"report": "end", "tampered": ["torch.isclose"]}
MEMORY = {"report": "memory", "message": "DefaultCPUAllocator: not enough", "line": 4}


@pytest.mark.parametrize(
    ("ran", "wanted", "message"),
    [
        (run(ended="timeout", status=-9, more=[MEMORY]), "timeout", "still running after 3 seconds"),
        (run(ended="output_limit", status=-9, more=[MEMORY]), "output_limit", "more than a megabyte"),
        (run(ended="lost", status=None, more=[MEMORY]), "crashed", "the process that runs the checks"),
        (run(status=-6, more=[MEMORY, TAMPERED]), "memory", "more than 2 GiB of memory: DefaultCPU"),
        (run(status=-11), "crashed", "ended by signal 11 (SIGSEGV)"),
        (run(status=-99, more=[]), "crashed", "ended by signal 99 (unknown)"),
        (run(status=0, more=[]), "early_exit", "exit status 0 before its tests were done"),
        (run(status=7, more=[]), "early_exit", "exit status 7 before its tests were done"),
        (run(more=[TAMPERED]), "tampered", "the program replaced torch.isclose"),
        (run(more=[INVALID]), "invalid", "SyntaxError: invalid syntax"),
        (run(more=[INVALID, TAMPERED]), "tampered", "torch.isclose"),
        (run(more=[{**INVALID, "class": "Unfit", "message": "keep it"}]), "invalid", "keep it"),
        (run(FAILURE), "solved", ""),
        (run(), "solved", ""),  # what the failure tests say of a right program is for its author
        (run(PROMISE), "pitfall", ""),
        (run(PROMISE, GUARD), "pitfall", ""),
        (run(PROMISE, FAILURE), "failing", ""),
        (run(GUARD, FAILURE), "failing", ""),
    ],
)
def test_the_first_verdict_that_applies_counts(ran, wanted, message):
    found = verdict(ran)
    assert found.verdict == wanted
    assert found.message.startswith(message) or message in found.message


def test_a_copy_as_it_started_is_untouched_unless_it_is_right_or_was_stopped():
    assert verdict(run(PROMISE), untouched=True).verdict == "untouched"
    assert verdict(run(PROMISE, FAILURE), untouched=True).verdict == "untouched"
    assert verdict(run(FAILURE), untouched=True).verdict == "solved"
    assert verdict(run(ended="timeout"), untouched=True).verdict == "timeout"


def test_a_test_that_says_nothing_has_not_passed():
    silent = Run([said(PROMISE), END], status=0)
    assert [test.outcome for test in diagnose.results(silent, EXPECTED)] == ["passed", "not run", "not run"]
    assert verdict(silent).verdict == "failing"


def test_a_test_that_speaks_twice_counts_by_its_failure():
    twice = run(GUARD, more=[said(GUARD), END])
    assert verdict(twice).verdict != "solved"


def test_a_test_that_nobody_expects_counts_for_nothing():
    assert verdict(run(GUARD, more=[said("test_mine[cpu]"), END])).verdict != "solved"


def test_tests_that_this_machine_cannot_run_make_no_verdict():
    reason = "toy/double needs --device cuda"
    skipped = [TestInfo(i.name, i.group, reason) for i in EXPECTED]
    found = verdict(Run([END], status=0), expected=skipped)
    assert (found.verdict, found.message) == ("unavailable", reason)
    assert {test.outcome for test in found.tests} == {"skipped"}


def test_a_kata_of_which_some_tests_are_skipped_is_judged_by_the_others():
    some = [*EXPECTED[1:], TestInfo(PROMISE, "correction", "mps has no float64")]
    assert verdict(run(FAILURE), expected=some).verdict == "solved"
    only_failure = [TestInfo(i.name, i.group, "no" if i.group == "correction" else None) for i in EXPECTED]
    assert verdict(run(FAILURE), expected=only_failure).verdict != "solved"


@pytest.mark.parametrize(
    ("name", "people_read"),
    [
        ("test_a_promise", "a promise"),
        ("test_a_promise[cpu]", "a promise"),
        ("test_a_promise[cuda-2]", "a promise (2)"),
        ("test_a_promise[cpu-no_steps-2.5]", "a promise (no_steps, 2.5)"),
        ("test_a_promise[cpu--800.0]", "a promise (-800.0)"),
        ("test_a_promise[-800.0-cpu]", "a promise (-800.0)"),
        ("test_a_promise[cpu-3--1]", "a promise (3, -1)"),
        ("test_a_promise[cpu-1e-07--1e-07]", "a promise (1e-07, -1e-07)"),
        ("test_a_promise[cpu-[-1.0, -2.5]-3]", "a promise ([-1.0, -2.5], 3)"),
        ("test_a_promise[cpu-one-2-three]", "a promise (one, 2, three)"),
    ],
)
def test_a_name_is_read_as_a_sentence_and_its_numbers_keep_their_minus(name, people_read):
    assert sentence(name) == people_read


def test_a_message_says_what_was_raised_or_which_function_returned_it():
    raised = said(PROMISE, "failed", **{"class": "KeyError", "message": "'a'", "line": 7})
    returned = said(GUARD, "failed", message="x: expected 1, got 2", got=2, function="double")
    first, second, _ = diagnose.results(Run([raised, returned]), EXPECTED)
    assert (first.message, first.line) == ("KeyError: 'a'", 7)
    assert second.message == "x: expected 1, got 2\n  (after `double` was called)"


# Signatures: two ways of failing


def observed(got, rtol=1e-7, atol=1e-7, name=PROMISE):
    mismatch = {"class": "Mismatch", "message": f"got {got}", "got": got, "rtol": rtol, "atol": atol}
    return diagnose.signature(Run([said(name, "failed", **mismatch), said(GUARD)]))


def raised(message, kind="RuntimeError"):
    return diagnose.signature(Run([said(PROMISE, "failed", **{"class": kind, "message": message})]))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1.0, 1.0),
        (1.0, 1.0 + 5e-8),
        (1e9, 1e9 + 50.0),
        ([1.0, [2.0, 3.0]], [1.0, [2.0 + 5e-8, 3.0]]),
        (math.nan, math.nan),
        ([1.0, math.nan], [1.0, math.nan]),
        (math.inf, math.inf),
        (None, None),
        ("torch.float32", "torch.float32"),
        pytest.param(10**400, 10**400, id="huge"),
        ({"a": 1.0}, {"a": 1.0}),
        ([], []),
    ],
)
def test_the_same_value_within_tolerance_is_the_same_failure(one, other):
    assert diagnose.same(observed(one), observed(other))
    assert diagnose.same(observed(other), observed(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1.0, 1.001),
        (1.0, -1.0),
        ([1.0, 2.0], [1.0, 2.1]),
        ([1.0, 2.0], [1.0]),
        ([1.0], 1.0),
        (math.nan, 1.0),
        (math.nan, math.inf),
        (math.inf, -math.inf),
        (math.inf, 1.0),
        pytest.param(10**400, 1.0, id="huge and one"),
        pytest.param(10**400, 10**400 + 1, id="two huge"),
        (None, 0.0),
        (None, [None]),
        ("torch.float32", "torch.float64"),
        ({"a": 1.0}, {"a": 2.0}),
    ],
)
def test_another_value_is_another_failure(one, other):
    assert not diagnose.same(observed(one, rtol=1e-7), observed(other))
    assert not diagnose.same(observed(other), observed(one))


def test_the_tolerance_is_that_of_the_test_and_zero_where_there_is_none():
    assert diagnose.same(observed(1.0, rtol=0.1), observed(1.05, rtol=0.1))
    assert not diagnose.same(observed(1.0, rtol=0.0, atol=0.0), observed(1.0 + 1e-12, rtol=0.0, atol=0.0))
    assert not diagnose.same(observed(1.0, rtol=None, atol=None), observed(1.0 + 1e-12))


def test_other_tests_that_fail_are_another_failure():
    assert not diagnose.same(observed(1.0), observed(1.0, name=FAILURE))
    assert not diagnose.same(observed(1.0), observed(1.0) | observed(1.0, name=FAILURE))
    assert not diagnose.same({}, {})  # passing everything is no way of failing


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cannot open /tmp/a/b.py", "cannot open /home/me/mine.py"),
        ("<object at 0x7f00>", "<object at 0xff12ab>"),
        ("index 3 is out of bounds", "index 17 is out of bounds"),
        ("name 'loss' is not defined", "name 'total' is not defined"),
        ("the first line\nand one thing", "the first line\nand another"),
        ("`fit` wants two of them", "`train` wants two of them"),
        ("element 0 has grad_fn=<AddBackward0>", "element 0 has grad_fn=<MulBackward0>"),
    ],
)
def test_paths_addresses_numbers_and_names_are_no_difference(one, other):
    assert diagnose.same(raised(one), raised(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (raised("one thing"), raised("another thing")),
        (raised("one thing"), raised("one thing", kind="ValueError")),
        (raised("one thing"), observed(1.0)),
    ],
)
def test_other_words_or_another_class_are_another_failure(one, other):
    assert not diagnose.same(one, other)


def test_a_known_failure_is_named_and_explained_and_any_other_stays_what_it_is():
    found = Diagnosis("failing", [])
    ran = Run([said(PROMISE, "failed", **{"class": "Mismatch", "got": 3.0, "rtol": 0.1, "atol": 0.0})])
    known = {"wrong_two": (observed(2.0), "it is two"), "wrong_three": (observed(3.01), "it is three")}
    named = diagnose.recognised(found, ran, known)
    assert (named.verdict, named.wrong_fix, named.message) == ("wrong_fix", "wrong_three", "it is three")
    assert diagnose.recognised(found, ran, {"wrong_two": known["wrong_two"]}) == found


def test_a_test_that_nothing_was_heard_of_is_named():
    heard = TestResult("test_one", "one", "correction", "passed")
    silent = TestResult("test_two", "two is twice one", "correction", "not run")
    found = diagnose.judged([heard, silent], untouched=False)
    assert found.verdict == "failing"
    assert found.message.startswith("nothing was heard of the test «two is twice one»")
    failed = TestResult("test_three", "three", "correction", "failed", "expected 3")
    assert diagnose.judged([heard, silent, failed], untouched=False).message == ""
