"""Tests are collected when their kata is first asked for: no check depends on how many katas there are."""

from pathlib import Path

import pytest

from tests.engine.conftest import program, write_kata
from torchkata.collection.catalogue import Catalogue
from torchkata.judging.judge import Judge
from torchkata.judging.worker import can_fork

# A test with this says that it was imported.
LEAVES = "\nimport pathlib\npathlib.Path(__file__).with_suffix('.seen').write_text('')\n"


@pytest.fixture
def three(tree):
    for name in ("other", "third"):
        write_kata(tree.root, f"toy/{name}")
    for kata in tree.katas():
        kata.test.write_text(kata.test.read_text() + LEAVES)
    return Catalogue(tree)


def seen(tree):
    return {file.stem.removeprefix("test_") for file in Path(tree.root, "tests").rglob("*.seen")}


@pytest.mark.skipif(not can_fork(), reason="without fork there is no warm process")
def test_a_kata_that_nobody_asks_for_is_not_collected(three):
    with Judge(three.tree, [entry.kata for entry in three.entries]) as judge:
        assert judge.worker.ready
        assert seen(three.tree) == set()
        for count, name in enumerate(("double", "other", "double"), 1):
            entry = three[f"toy/{name}"]
            found = judge.check(entry, program("2 * values").encode(), entry.kata.copy)
            assert (found.verdict, len(found.tests)) == ("solved", 4)
            assert len(seen(three.tree)) == min(count, 2)
        assert "third" not in seen(three.tree)


def test_a_test_that_cannot_be_collected_concerns_its_kata_alone(three):
    three["toy/other"].kata.test.write_text("import nowhere\n")
    three["toy/third"].kata.test.unlink()
    with Judge(three.tree, [entry.kata for entry in three.entries]) as judge:
        found = {
            entry.kata.name: judge.check(entry, program("2 * values").encode(), entry.kata.copy)
            for entry in three.entries
        }
    assert {name: verdict.verdict for name, verdict in found.items()} == {
        "double": "solved",
        "other": "internal",
        "third": "internal",
    }
    assert "No module named 'nowhere'" in found["other"].message
    assert "no tests were collected" in found["third"].message


@pytest.mark.skipif(not can_fork(), reason="without fork there is no warm process")
def test_a_worker_that_was_started_anew_collects_again_what_it_is_asked_for(three):
    entry = three["toy/double"]
    with Judge(three.tree, [entry.kata]) as judge:
        for _ in range(2):
            assert judge.check(entry, program("2 * values").encode(), entry.kata.copy).verdict == "solved"
            judge.worker.process.kill()
            judge.worker.process.wait()


def test_a_test_that_is_edited_after_it_was_collected_is_collected_again(three):
    entry = three["toy/double"]
    with Judge(three.tree, [entry.kata]) as judge:
        assert judge.check(entry, program("2 * values").encode(), entry.kata.copy).verdict == "solved"
        assert not judge.renew()
        three["toy/other"].kata.test.write_text("# nobody has read this yet\n")
        assert not judge.renew()
        text = entry.kata.test.read_text()
        entry.kata.test.write_text(
            text + "\n\ndef test_more(solution):\n    assert False, 'more is wanted'\n"
        )
        assert judge.renew()
        found = judge.check(entry, program("2 * values").encode(), entry.kata.copy)
    assert found.verdict == "failing"
