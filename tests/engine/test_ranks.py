"""`ranks.run`: results of all ranks, a clear word about the one that failed, and no process left behind."""

import contextlib
import itertools
import multiprocessing
import os
import re
import sys
import time
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

from torchkata import ranks

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system with fork")


def _children():
    """The processes below this one, dead ones that nobody has waited for included."""
    tasks = Path("/proc/self/task").glob("*/children")
    return sorted(number for task in tasks for number in task.read_text().split())


@pytest.fixture(autouse=True)
def _nothing_left_behind(tmp_path, monkeypatch):
    """No process of ours is alive after the test, no file of meeting lies about, and no pipe is open."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    open_before = _open_files()
    children_before = _children()
    yield
    # Other tests of this worker may have a judge of theirs running.
    assert _children() == children_before
    with pytest.raises(ChildProcessError) if not children_before else contextlib.nullcontext():
        os.waitpid(-1, os.WNOHANG)
    assert list(tmp_path.iterdir()) == []
    assert _open_files() == open_before


def _open_files():
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


def _is_alive(pid):
    """As seen by someone who may not be its parent; a process that waits to be reaped is dead."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def test_each_rank_returns_plain_data_in_the_order_of_ranks():
    secret = 7  # a closure crosses the fork

    def function(rank):
        time.sleep(0.05 * (1 - rank))
        return {"rank": rank, "of": dist.get_world_size(), "secret": secret, "list": [None, 0.1, "é"]}

    assert ranks.run(function) == [
        {"rank": rank, "of": 2, "secret": 7, "list": [None, 0.1, "é"]} for rank in (0, 1)
    ]
    assert not dist.is_initialized()


def test_floats_come_back_to_the_last_bit_and_tuples_as_lists():
    values = (0.1 + 0.2, 1e-310, float("inf"))
    assert ranks.run(lambda rank: values, count=1) == [list(values)]


def test_a_long_result_comes_back_whole():
    assert ranks.run(lambda rank: "x" * 1_000_000, count=1) == ["x" * 1_000_000]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_ranks_form_a_group(count):
    def function(rank):
        total = torch.tensor(float(rank + 1))
        dist.all_reduce(total)
        return total.item()

    assert ranks.run(function, count) == [count * (count + 1) / 2] * count


def test_gradients_of_a_wrapped_module_are_averaged():
    def function(rank):
        layer = torch.nn.Linear(1, 1, bias=False)
        replica = DistributedDataParallel(layer)
        replica(torch.full((1, 1), float(rank + 1))).sum().backward()
        return layer.weight.grad.item()

    assert ranks.run(function) == [1.5, 1.5]


def test_a_group_is_as_fresh_as_the_one_before():
    for _ in range(3):
        assert ranks.run(lambda rank: dist.get_rank()) == [0, 1]


def test_what_a_rank_changes_stays_there():
    box = [0]

    def function(rank):
        box[0] = rank + 1
        os.environ["RANK_WAS_HERE"] = "yes"
        return box[0]

    assert ranks.run(function) == [1, 2]
    assert box == [0]
    assert "RANK_WAS_HERE" not in os.environ


@pytest.mark.parametrize("bad", [0, 1])
def test_a_rank_that_raises_is_named_with_its_error_and_line(bad):
    def function(rank):
        if rank == bad:
            raise KeyError("lost")
        dist.barrier()  # would wait for ever

    start = time.monotonic()
    line = function.__code__.co_firstlineno + 2
    said = f"rank {bad} failed: KeyError: 'lost' (test_ranks.py, line {line})"
    with pytest.raises(ranks.RankError, match=re.escape(said)):
        ranks.run(function)
    assert time.monotonic() - start < ranks.SECONDS


def test_an_error_inside_torch_is_placed_where_torch_was_called():
    def function(rank):
        return torch.nn.functional.linear(torch.ones(2), torch.ones(3, 3)).tolist()

    line = function.__code__.co_firstlineno + 1
    with pytest.raises(ranks.RankError, match=rf"rank \d failed: RuntimeError: .*line {line}\)"):
        ranks.run(function)


def test_a_rank_that_leaves_by_an_exception_is_one_that_failed():
    with pytest.raises(ranks.RankError, match=r"rank 0 failed: SystemExit: 3"):
        ranks.run(lambda rank: sys.exit(3), count=1)


@pytest.mark.parametrize("bad", [0, 1])
def test_a_rank_that_exits_is_blamed_and_not_the_one_that_notices(bad):
    def function(rank):
        if rank == bad:
            os._exit(0)
        dist.barrier()

    for _ in range(3):
        with pytest.raises(ranks.RankError, match=f"rank {bad} ended without a result"):
            ranks.run(function)


def test_a_rank_that_returns_a_tensor_is_told_what_to_return():
    with pytest.raises(ranks.RankError, match=r"rank 0 failed: TypeError: .*plain data.*no Tensor"):
        ranks.run(lambda rank: [torch.ones(1)], count=1)


@pytest.mark.parametrize("bad", [0, 1])
def test_a_rank_that_hangs_is_killed_at_the_deadline(bad):
    def function(rank):
        while rank == bad:
            time.sleep(1)

    start = time.monotonic()
    with pytest.raises(ranks.RankError, match=rf"rank {bad} had no result after 0\.5 s"):
        ranks.run(function, seconds=0.5)
    assert time.monotonic() - start < 20


def test_ranks_that_wait_for_one_another_are_all_named():
    def function(rank):
        dist.recv(torch.zeros(1), src=1 - rank)

    with pytest.raises(ranks.RankError, match=r"rank 0 and rank 1 had no result after 0\.5 s"):
        ranks.run(function, seconds=0.5)


def test_what_a_rank_has_started_dies_with_it(tmp_path):
    note = tmp_path / "pid"

    def function(rank):
        pid = os.fork()
        if pid == 0:
            time.sleep(60)
            os._exit(0)
        note.write_text(str(pid))

    ranks.run(function, count=1)
    pid = int(note.read_text())
    note.unlink()
    deadline = time.monotonic() + 2
    while _is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _is_alive(pid)


def test_what_was_printed_before_is_printed_once(capfd):
    print("before")  # waits in a buffer that the ranks inherit
    ranks.run(lambda rank: print(f"rank {rank}\n", end=""))  # in one piece: the ranks share the screen
    assert sorted(capfd.readouterr().out.split("\n")) == ["", "before", "rank 0", "rank 1"]


def test_two_at_a_time_do_not_meet_each_other():
    """What happens under xdist: other ranks run on this machine at the same moment."""
    with multiprocessing.get_context("fork").Pool(2) as pool:
        found = pool.map(summed, [1.0, 2.0])
        pool.close()
        pool.join()
    assert found == [[2.0, 2.0], [4.0, 4.0]]


def summed(each):
    def function(rank):
        total = torch.full((), each)
        dist.all_reduce(total)
        return total.item()

    return ranks.run(function)


def test_who_computes_on_a_busy_machine_gets_more_time(monkeypatch):
    def function(rank):
        time.sleep(2.5)
        return rank

    used = itertools.count()
    monkeypatch.setattr(ranks, "_computed", lambda pids: next(used))
    assert ranks.run(function, seconds=2) == [0, 1]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody tells the processor time")
def test_what_the_ranks_have_computed_is_known(monkeypatch):
    def function(rank):
        until = time.process_time() + 0.3
        while time.process_time() < until:
            pass

    seen = []
    end = ranks._end
    monkeypatch.setattr(ranks, "_end", lambda pids: (seen.append(ranks._computed(pids)), end(pids)))
    ranks.run(function, seconds=60)
    assert seen[0] >= 0.5  # of two, in steps of a hundredth


def test_a_process_that_has_used_cuda_is_refused(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: True)
    with pytest.raises(RuntimeError, match="used CUDA"):
        ranks.run(lambda rank: None)
