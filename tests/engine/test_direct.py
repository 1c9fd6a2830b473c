"""A test that is called directly goes as pytest itself would have it: same order, same values, same state."""

import re
import subprocess
import sys

import pytest

from tests.engine.conftest import program, write_tree
from torchkata.collection.catalogue import Catalogue
from torchkata.judging.judge import Judge

# Every kind of fixture says when it begins and ends, and each test how it was run.
FIXTURES = """

import os
import random
import sys


def say(*words):
    print("said:", *words)


@pytest.fixture
def inner():
    say("inner begins")
    yield 1
    say("inner ends")


@pytest.fixture
def outer(inner):
    say("outer begins")
    yield inner + 1
    say("outer ends")


@pytest.fixture
def plain(outer, monkeypatch):
    monkeypatch.setenv("SAID", "yes")
    return [outer]


@pytest.fixture(autouse=True)
def always():
    say("always begins")
    yield
    say("always ends")


@pytest.fixture
def fails():
    raise LookupError("no such fixture")


@pytest.fixture(scope="module")
def lasting():
    say("lasting begins")
    return 3


@pytest.fixture
def asking(request):
    request.addfinalizer(lambda: say("asking ends"))
    return request.node.originalname


@pytest.fixture(params=["left", "right"])
def sided(request):
    return request.param


def direct():
    caller = sys._getframe(2).f_code.co_filename
    say("directly" if caller.endswith("direct.py") else "by pytest")


def test_a_chain(plain, solution, device):
    direct()
    say(plain, os.environ["SAID"], solution.double(tensor([1.0], device)))
    plain.append(1)


def test_a_chain_again(inner, plain, solution):
    direct()
    say(inner, plain, os.environ["SAID"], random.random() != torch.rand(1).item(), torch.rand(1).item())


@pytest.mark.parametrize("number", [1, 2])
def test_a_number(number, solution):
    direct()
    say(number, "SAID" in os.environ, torch.rand(1).item())


def test_that_fails(outer, solution):
    direct()
    assert outer == 5, "outer is another"


def test_with_a_fixture_that_fails(outer, fails, solution):
    say("never here")


def test_that_lasts(lasting, solution):
    direct()


def test_that_asks(asking, solution):
    direct()
    say(asking)


def test_with_two_sides(sided, solution):
    direct()
    say(sided)


def test_with_a_folder(tmp_path, solution):
    direct()
    say(list(tmp_path.iterdir()))


class TestInAClass:
    def test_itself(self, outer, solution):
        direct()


@pytest.mark.skipif(os.sep == "?", reason="never")
def test_with_a_mark_that_pytest_looks_at(solution):
    direct()
"""


@pytest.fixture(scope="module")
def kinds(tmp_path_factory):
    tree = write_tree(tmp_path_factory.mktemp("kinds") / "dojo")
    kata = tree.kata("toy/double")
    kata.test.write_text(kata.test.read_text() + FIXTURES)
    return tree


def said(output):
    return re.findall(r"said: (.*)", output)


@pytest.fixture(scope="module")
def checked(kinds):
    entry = Catalogue(kinds)["toy/double"]
    with Judge(kinds, [entry.kata]) as judge:
        return judge.check(entry, program("2 * values").encode(), entry.kata.copy)


def test_everything_happens_in_the_order_and_with_the_values_that_pytest_has(kinds, checked):
    command = [sys.executable, "-m", "pytest", "-s", "-q", "-p", "no:xdist", "-k", "not right_"]
    done = subprocess.run(command, cwd=kinds.root, capture_output=True, text=True, check=False)

    def told(output):  # pytest sets up once what lasts; a check does so for every test
        return [line for line in said(output) if line not in ("directly", "by pytest", "lasting begins")]

    assert len(told(done.stdout)) > 40
    assert told(checked.output) == told(done.stdout)


def test_what_only_pytest_can_do_is_left_to_pytest(checked):
    ways = [line for line in said(checked.output) if line in ("directly", "by pytest")]
    # Chains, numbers and the failing one; then what lasts, asks, has sides, a folder, a class, a mark.
    assert ways == ["directly"] * 5 + ["by pytest"] * 7


def test_failures_are_those_of_the_test_and_of_its_fixtures(checked):
    outcomes = {test.name.partition("[")[0]: test for test in checked.tests if test.outcome != "passed"}
    del outcomes["test_three_comes_out_as_four"]
    assert set(outcomes) == {"test_that_fails", "test_with_a_fixture_that_fails"}
    assert "outer is another" in outcomes["test_that_fails"].message
    assert "LookupError: no such fixture" in outcomes["test_with_a_fixture_that_fails"].message
