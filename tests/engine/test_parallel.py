"""However a run is dealt out, to workers or to shards of a CI matrix, it is the same run."""

import json
import xml.etree.ElementTree as ElementTree

import pytest
import torch  # noqa: F401 - before any inner run

from torchkata.testing import restore  # noqa: F401 - before any inner run


@pytest.fixture
def outcomes(pytester, tree, toy, monkeypatch):
    """Run pytest over three katas with files of every kind; each test's outcome."""
    monkeypatch.chdir(tree.root)
    for name in ("second", "third"):
        toy.write_kata(tree.root, f"toy/{name}")
    healed = tree.kata("toy/third").broken
    healed.write_text(toy.program("2 * values"))
    card = tree.kata("toy/second").card
    card.write_text(card.read_text().replace("level = 1", 'level = 1\nno_stand_in = "it pins memory"'))

    def run(*options):
        pytester.runpytest_inprocess("--junitxml", "junit.xml", *options)
        found = {}
        for case in ElementTree.parse(tree.root / "junit.xml").iter("testcase"):
            name = f"{case.get('classname')}::{case.get('name')}"
            assert name not in found, "a test ran twice"
            kinds = [child.tag for child in case if child.tag in ("failure", "error", "skipped")]
            found[name] = kinds[0] if kinds else "passed"
        return found

    return run


def test_workers_come_to_the_same_outcome_however_the_tests_are_dealt_out(outcomes):
    options = ("--device", "cpu,lazy")
    alone = outcomes(*options)
    assert {"passed", "failure", "skipped"} == set(alone.values())
    assert len(alone) == 3 * 2 * 10
    for dist in ("loadfile", "load", "worksteal"):
        assert outcomes(*options, "-n", "2", "--dist", dist) == alone, dist


@pytest.mark.parametrize("shards", [2, 5])
def test_the_union_of_the_shards_is_the_whole_and_none_overlaps(outcomes, tree, shards):
    whole = outcomes()
    durations = {
        f"{name.partition('::')[0].replace('.', '/')}.py::{name.partition('::')[2]}": 1 for name in whole
    }
    slow = min(durations)
    (tree.root / ".test_durations").write_text(json.dumps({**durations, slow: len(whole)}))
    parts = [
        outcomes("--splits", str(shards), "--group", str(n + 1), "--splitting-algorithm", "least_duration")
        for n in range(shards)
    ]
    assert sum(map(len, parts)) == len(whole)
    assert {name: what for part in parts for name, what in part.items()} == whole
    # The one that takes as long as all others together is alone, or nearly.
    assert min(map(len, parts)) == 1
