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
QUERIES = [
    (query, kata.split("|"))
    for query, kata in (
        line.split("\t")
        for line in (ROOT / "benchmarks" / "find_queries.tsv").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    )
]
FIRST, AMONG_FIVE = 0.60, 0.85  # of the reports


@pytest.fixture(scope="module")
def entries():
    return Catalogue(Tree(ROOT)).entries


def test_every_report_names_katas_that_there_are(entries):
    there = {entry.id for entry in entries}
    assert len(QUERIES) >= 30
    assert {kata for _, katas in QUERIES for kata in katas} <= there


def test_the_right_kata_comes_first_or_near_it(entries):
    finder = Finder(entries)
    places = []
    for query, katas in QUERIES:
        found = [hit.entry.id for hit in finder.find(question(query), 5)]
        place = next((number for number, kata in enumerate(found, start=1) if kata in katas), None)
        places.append(place)
        if place != 1:
            where = "not found" if place is None else f"place {place}"
            print(f"{where}: {query} ({', '.join(found[:1])} comes first)")
    first, five = places.count(1), sum(place is not None for place in places)
    print(f"{len(QUERIES)} reports, {len(entries)} katas: {first} first, {five} among the first five")
    assert first >= FIRST * len(QUERIES)
    assert five >= AMONG_FIVE * len(QUERIES)


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
        seconds_of("-m", "torchkata", *command) for command in (("find", QUERIES[0][0]), ("list",))
    )
    print(f"kata find {find:.2f} s of processor time, kata list {listed:.2f} s: {find / listed:.1f} times")
