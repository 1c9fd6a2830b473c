"""The katas that only a GPU shows, as far as they can be tested without one: on a CUDA that is pretended."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# About memory that is reused before it was read, which nobody pretends; and the fix that is wrong in nothing
# else.
UNSEEN = "test_side_copy.py::test_a_second_copy_does_not_overwrite_what_the_model_has_still_to_read"
ONLY_ON_A_GPU = {"wrong_no_record"}


def outcomes(tmp_path, **environment):
    """(kata's test, its parameters) → whether it passed."""
    junit = tmp_path / "junit.xml"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "pretend_cuda", "-p", "no:cacheprovider",
         "--junitxml", str(junit), "tests/devices", "--deselect", f"tests/devices/{UNSEEN}"],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent), **environment},
    )  # fmt: skip
    assert junit.is_file(), done.stdout + done.stderr
    cases = list(ElementTree.parse(junit).iter("testcase"))
    assert not [case for case in cases if case.find("error") is not None], done.stdout
    assert not [case for case in cases if case.find("skipped") is not None], done.stdout
    return {(c.get("classname"), c.get("name")): c.find("failure") is None for c in cases}


@pytest.fixture(scope="module")
def on_right(tmp_path_factory):
    return outcomes(tmp_path_factory.mktemp("right"))


def test_every_right_fix_and_the_documented_failure_pass_there(on_right):
    assert len({where for where, _ in on_right}) == 4
    assert [name for name, passed in on_right.items() if not passed] == []


def test_every_wrong_fix_fails_there(tmp_path):
    found = {}
    for (where, name), passed in outcomes(tmp_path, PRETEND_ON="wrong").items():
        test, _, parameters = name.partition("[")
        parts = parameters.rstrip("]").split("-")
        wrong = next((part for part in parts if part.startswith("wrong_")), None)
        if wrong is not None:
            failed = found.setdefault((where, wrong), set())
            failed |= set() if passed else {(test, *(part for part in parts if part != wrong))}
    assert len(found) == len(list(ROOT.glob("tests/devices/*/wrong_*.py")))
    assert {wrong for (_, wrong), failed in found.items() if not failed} == ONLY_ON_A_GPU
