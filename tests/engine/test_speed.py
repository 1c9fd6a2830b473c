"""The gate: a learner who saves does not wait. The exact figures are the benchmark's business."""

import statistics
import time

import pytest

from torchkata.collection.catalogue import Catalogue
from torchkata.judging.judge import Judge
from torchkata.judging.worker import can_fork

LIMIT = 0.3  # seconds, from the text at hand to the verdict; some 50 to 100 ms is usual


@pytest.mark.skipif(not can_fork(), reason="without fork a check takes seconds")
def test_the_median_check_takes_less_than_three_tenths_of_a_second(repository):
    entry = Catalogue(repository)["optim/flat_line"]
    taken = []
    with Judge(repository, [entry.kata]) as judge:
        judge.prepare(entry.kata)
        for number in range(15):
            program = entry.kata.broken.read_bytes() + f"\n# {number}\n".encode()
            begun = time.monotonic()
            found = judge.check(entry, program, entry.kata.copy)
            taken.append(time.monotonic() - begun)
            assert found.verdict == "pitfall"
    assert statistics.median(taken) < LIMIT, f"{statistics.median(taken):.3f} s"
