"""A copy on a side stream: what `predict` promises.

The one stream or the other is kept busy, so that whoever doesn't wait reads before the copy has been made.
What then stands in that memory is known: a block of the same size, filled with -1, was freed there before.
"""

import pytest
import torch

from torchkata.checks import equal

BUSY = 200_000_000  # cycles: a tenth of a second, and the call takes some microseconds
SIZE = (1024, 1024)  # blocks of several megabytes, which the allocator doesn't share among tensors


@pytest.fixture
def stream(device):
    """A side stream whose next block of this size holds -1; afterwards the device is idle again."""
    side = torch.cuda.Stream(device)
    with torch.cuda.stream(side):
        stale = torch.full(SIZE, -1.0, device=device)
    torch.cuda.synchronize(device)
    del stale
    yield side
    torch.cuda.synchronize(device)


def batch_of(value):
    return torch.full(SIZE, value).pin_memory()


def twice(inputs):
    return 2 * inputs


def busy(stream):
    with torch.cuda.stream(stream):
        torch.cuda._sleep(BUSY)


def corner(outputs):
    """One number of them, read on the current stream: this waits for that stream alone."""
    return outputs[0, 0].item()


# What predict promises


def test_the_model_waits_for_a_copy_that_takes_long(solution, device, stream):
    busy(stream)
    batch = batch_of(3.0)
    equal(corner(solution.predict(twice, batch, stream)), 6.0, "twice 3, while the side stream is busy")


def test_a_second_copy_does_not_overwrite_what_the_model_has_still_to_read(solution, device, stream):
    first, second = batch_of(3.0), batch_of(5.0)
    busy(torch.cuda.current_stream(device))
    outputs = [solution.predict(twice, batch, stream) for batch in (first, second)]
    equal([corner(out) for out in outputs], [6.0, 10.0], "twice 3 and twice 5, on a busy current stream")


# What already works and must stay


def test_on_an_idle_device_the_outputs_are_right(solution, device, stream):
    batch = batch_of(4.0)
    with torch.cuda.stream(stream):
        torch.cuda.synchronize(device)
    outputs = solution.predict(lambda inputs: inputs.shape, batch, stream)
    equal(tuple(outputs), SIZE, "the shape that the model is given")


def test_the_call_returns_while_the_device_is_busy(solution, device, stream):
    batch = batch_of(3.0)
    torch.cuda.synchronize(device)
    busy(torch.cuda.current_stream(device))
    outputs = solution.predict(twice, batch, stream)
    idle = torch.cuda.current_stream(device).query()
    equal(idle, False, "whether the current stream was idle when the call returned")
    equal(outputs.requires_grad, False, "whether the outputs have a graph")


def test_the_model_runs_on_the_current_stream(solution, device, stream):
    seen = []
    solution.predict(lambda inputs: seen.append(torch.cuda.current_stream(device)), batch_of(3.0), stream)
    equal(
        [one == torch.cuda.current_stream(device) for one in seen], [True], "whether it was the current one"
    )


# The documented failure


def test_broken_reads_what_was_there_before_the_copy(broken, device, stream):
    busy(stream)
    batch = batch_of(3.0)
    equal(corner(broken.predict(twice, batch, stream)), -2.0, "twice the -1 that stood there before")
