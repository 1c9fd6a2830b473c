"""The warm parent as a process: who may end it, and what becomes of one that couldn't start."""

import os
import signal

import pytest

from torchkata.judging.forked import ForkWorker
from torchkata.judging.worker import WorkerError, can_fork

pytestmark = pytest.mark.skipif(not can_fork(), reason="the other road has no warm parent")


@pytest.fixture
def worker(tree, tmp_path):
    worker = ForkWorker(tree, [tree.kata("toy/double")], "cpu", tmp_path)
    yield worker
    worker.close()


def test_what_a_terminal_says_to_all_does_not_reach_it_even_while_it_starts(worker):
    assert os.getpgid(worker.process.pid) == worker.process.pid != os.getpgid(0)


def test_one_that_was_ended_while_it_started_costs_one_check(worker):
    worker.process.send_signal(signal.SIGKILL)
    with pytest.raises(WorkerError):
        _ = worker.ready
    assert worker.ready.torch
    assert worker.is_ready
