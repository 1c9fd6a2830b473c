"""The gate: a learner who saves does not wait. Counted here; benchmarks/ has the times, as ratios."""

import pytest

from tests.engine.conftest import program
from torchkata.collection.catalogue import Catalogue
from torchkata.judging.judge import Judge
from torchkata.judging.worker import can_fork

# Says what its process has imported, when it begins and again at every call of a test.
COUNTING = """
import sys, torch
torch.optim.Adam([torch.ones(1, requires_grad=True)])
print("modules", len(sys.modules))
"""


@pytest.mark.skipif(not can_fork(), reason="without fork every check imports torch anew")
def test_a_warm_check_imports_nothing_and_its_worker_forks_one_child(tree):
    entry = Catalogue(tree)["toy/double"]
    text = COUNTING + program("print('modules', len(sys.modules)) or 2 * values")
    with Judge(tree, [entry.kata]) as judge:
        worker = judge.worker.process.pid
        for number in range(3):
            found = judge.check(entry, f"{text}\n# {number}\n".encode(), entry.kata.copy)
            assert found.verdict == "solved"
            counts = {line for line in found.output.splitlines() if line.startswith("modules")}
            assert len(counts) <= 2, counts  # the program itself is a module once it is imported
        assert judge.worker.process.pid == worker
