"""Would a wrong gradient be noticed? One per cent too much, and some test of every kata must say so."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from torchkata.collection.layout import Tree

REPOSITORY = Tree(Path(__file__).parents[2])
KATAS = [kata for kata in REPOSITORY.katas() if kata.track in ("policy_gradients", "value_learning")]

SCALED = """
import json, sys
import pytest

class Power:
    "Scales what is compared, runs the correction tests of fixed/ alone, and keeps which of them failed."

    def __init__(self, factor):
        self.factor, self.failed = factor, {}

    def pytest_sessionstart(self):
        from torchkata import gradients

        honest = gradients.compare
        gradients.compare = lambda autograd, **more: honest(
            None if autograd is None else self.factor * autograd, **more
        )

    def pytest_collection_modifyitems(self, items):
        items[:] = [i for i in items if "solution" in i.fixturenames and "[fixed" in i.name]

    def pytest_runtest_logreport(self, report):
        names = self.failed.setdefault(report.nodeid.partition("::")[0], [])
        if report.failed:
            names.append(report.nodeid)

factor, file, *tests = sys.argv[1:]
power = Power(float(factor))
pytest.main(["-q", "-p", "no:xdist", "-p", "no:cacheprovider", *tests], plugins=[power])
with open(file, "w") as out:
    json.dump(power.failed, out)
"""


@pytest.fixture(scope="module")
def scaled(tmp_path_factory):
    """Test file -> its correction tests that fail on fixed/ when every compared gradient is scaled."""
    out = tmp_path_factory.mktemp("scaled") / "failed.json"
    tests = [str(kata.test.relative_to(REPOSITORY.root)) for kata in KATAS]
    command = [sys.executable, "-c", SCALED, "1.01", str(out), *tests]
    done = subprocess.run(command, cwd=REPOSITORY.root, capture_output=True, text=True, check=False)
    assert out.is_file(), done.stdout + done.stderr
    return json.loads(out.read_text())


@pytest.mark.parametrize("kata", KATAS, ids=lambda kata: kata.id)
def test_a_gradient_that_is_one_per_cent_too_large_is_noticed(kata, scaled):
    file = str(kata.test.relative_to(REPOSITORY.root))
    assert scaled[file], "no correction test compares a gradient; see gradients.compare"
