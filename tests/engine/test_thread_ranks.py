"""`thread_ranks`: ranks that are threads, with a stand-in for torch.distributed that tells who waits."""

import pytest
import torch

from torchkata import thread_ranks


def test_a_collective_brings_together_what_all_ranks_hold():
    def rank_of(rank, dist):
        number, table = torch.tensor([1.0 + rank]), [torch.zeros(1) for _ in range(3)]
        dist.all_gather(table, number)
        dist.all_reduce(number)
        most = torch.tensor([rank])
        dist.all_reduce(most, op=dist.ReduceOp.MAX)
        objects = [None] * 3
        dist.all_gather_object(objects, {"rank": rank})
        return number.item(), most.item(), [t.item() for t in table], [o["rank"] for o in objects]

    assert thread_ranks.run(rank_of, 3) == [(6.0, 2, [1.0, 2.0, 3.0], [0, 1, 2])] * 3


def test_who_waits_for_a_rank_that_has_left_is_told_apart():
    def rank_of(rank, dist):
        if rank == 0:
            dist.all_reduce(torch.zeros(2))
        return "done"

    assert thread_ranks.run(rank_of, 2) == ["waits in all_reduce of size 2", "done"]


def test_two_different_collectives_never_meet():
    def rank_of(rank, dist):
        dist.barrier() if rank else dist.all_reduce(torch.zeros(1))

    assert thread_ranks.run(rank_of, 2) == ["waits in all_reduce of size 1", "waits in barrier"]


def test_what_is_received_has_no_graph_and_no_memory_in_common():
    def rank_of(rank, dist):
        sent = torch.tensor([2.0], requires_grad=True)
        table = [torch.zeros(1), torch.zeros(1)]
        dist.all_gather(table, sent)
        with torch.no_grad():
            sent.zero_()
        return [t.item() for t in table], [t.requires_grad for t in table]

    assert thread_ranks.run(rank_of, 2) == [([2.0, 2.0], [False, False])] * 2


def test_what_a_rank_raises_is_raised():
    def rank_of(rank, dist):
        if rank == 1:
            raise ValueError("the second rank")
        dist.barrier()

    with pytest.raises(ValueError, match="the second rank"):
        thread_ranks.run(rank_of, 2)
