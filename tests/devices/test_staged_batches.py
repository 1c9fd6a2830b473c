"""One pinned buffer for all batches: what `upload` promises.

The device is kept busy while the call runs, so that every copy still has to wait when the host writes on.
Whole numbers, so that what is right is right to the last bit.
"""

import torch

from torchkata.checks import equal

BUSY = 200_000_000  # cycles: a tenth of a second, and the call takes some microseconds


def batches_of(*sizes):
    """Batch k is full of k + 1."""
    return [torch.full((size, 3), float(k + 1)) for k, size in enumerate(sizes)]


def uploaded(module, batches, device, *, busy):
    torch.cuda.synchronize(device)
    if busy:
        torch.cuda._sleep(BUSY)
    got = module.upload(batches, device)
    torch.cuda.synchronize(device)
    return got


def require_right(module, sizes, device, *, busy):
    got = uploaded(module, batches_of(*sizes), device, busy=busy)
    equal(len(got), len(sizes), f"the number of results for batches of {sizes}")
    for k, (result, batch) in enumerate(zip(got, batches_of(*sizes))):
        equal(result.device, device, f"the device of batch {k} of {sizes}")
        equal(result, batch, f"batch {k} of {sizes}, on a device that is {'busy' if busy else 'idle'}")


# What upload promises


def test_batches_arrive_whole_on_a_busy_device(solution, device):
    require_right(solution, (4, 4, 4, 4), device, busy=True)


def test_a_smaller_last_batch_arrives_too(solution, device):
    require_right(solution, (4, 4, 2), device, busy=True)


def test_two_batches_arrive_as_well(solution, device):
    require_right(solution, (3, 3), device, busy=True)


# What already works and must stay


def test_one_batch_arrives(solution, device):
    require_right(solution, (4,), device, busy=True)


def test_the_batches_stay_as_they_were(solution, device):
    batches = batches_of(2, 2, 1)
    uploaded(solution, batches, device, busy=False)
    for k, (batch, before) in enumerate(zip(batches, batches_of(2, 2, 1))):
        equal(batch, before, f"batch {k} after the call")


def test_no_result_shares_memory_with_another(solution, device):
    got = uploaded(solution, batches_of(2, 2), device, busy=False)
    last = got[1].clone()
    got[0].fill_(-1.0)
    equal(got[1], last, "the second result after the first was overwritten")


# The documented failure


def test_broken_sends_the_last_batch_every_time_while_the_device_is_busy(broken, device):
    got = uploaded(broken, batches_of(4, 4, 4), device, busy=True)
    equal([float(result[0, 0]) for result in got], [3.0, 3.0, 3.0], "the first numbers of three batches")
