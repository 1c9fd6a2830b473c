"""Whether `kata find` leads to the right kata: reports in the words of those who made them.

pytest benchmarks/test_find.py -p no:xdist -s
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from torchkata.collection.catalogue import Catalogue
from torchkata.collection.layout import Tree
from torchkata.finding.finder import Finder
from torchkata.finding.question import question

ROOT = Path(__file__).parents[1]
FIRST, AMONG_FIVE = 0.60, 0.85  # of the reports


def rows_of(name: str) -> list[tuple[str, list[str]]]:
    """What somebody typed or wrote, and the katas of which any may come first."""
    lines = (ROOT / "benchmarks" / name).read_text(encoding="utf-8").splitlines()
    fields = [line.split("\t") for line in lines if not line.startswith("#")]
    return [(query, katas.split("|")) for query, katas, *_ in fields]


QUERIES = {"find_queries.tsv": 30, "find_reports.tsv": 50}  # how many there must be


@pytest.fixture(scope="module")
def entries():
    return Catalogue(Tree(ROOT)).entries


@pytest.mark.parametrize("name", QUERIES)
def test_every_report_names_katas_that_there_are(entries, name):
    there = {entry.id for entry in entries}
    rows = rows_of(name)
    assert len(rows) >= QUERIES[name]
    assert {kata for _, katas in rows for kata in katas} <= there


@pytest.mark.parametrize("name", QUERIES)
def test_the_right_kata_comes_first_or_near_it(entries, name):
    finder = Finder(entries)
    places = []
    rows = rows_of(name)
    for query, katas in rows:
        found = [hit.entry.id for hit in finder.find(question(query), 5)]
        place = next((number for number, kata in enumerate(found, start=1) if kata in katas), None)
        places.append(place)
        if place != 1:
            where = "not found" if place is None else f"place {place}"
            print(f"{where}: {query} ({', '.join(found[:1])} comes first)")
    first, five = places.count(1), sum(place is not None for place in places)
    print(f"{name}: {len(rows)} reports, {len(entries)} katas: {first} first, {five} among the first five")
    assert first >= FIRST * len(rows)
    assert five >= AMONG_FIVE * len(rows)


def seconds_of(*command: str) -> float:
    """Processor time, the least of five."""
    taken = []
    for _ in range(5):
        before = os.times()
        subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, check=True)
        now = os.times()
        taken.append(now.children_user + now.children_system - before.children_user - before.children_system)
    return min(taken)


def test_how_long_it_takes_beside_listing_all_katas():
    find, listed = (
        seconds_of("-m", "torchkata", *command)
        for command in (("find", rows_of("find_queries.tsv")[0][0]), ("list",))
    )
    print(f"kata find {find:.2f} s of processor time, kata list {listed:.2f} s: {find / listed:.1f} times")
