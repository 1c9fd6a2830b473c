"""A model whose parameters are in pieces on several ranks: what `shard` and `save` promise.

The ranks are threads, and `dist` stands in for torch.distributed: it knows when a rank waits forever.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import pytest
import torch

from torchkata import thread_ranks
from torchkata.checks import equal

pytestmark = pytest.mark.float64


def model_of(device):
    """A weight of 3 x 5, biases of 3, and a batch norm: parameters and buffers of several sizes."""
    linear = torch.nn.Linear(5, 3, dtype=torch.float64, device=device)
    model = torch.nn.Sequential(linear, torch.nn.BatchNorm1d(3, dtype=torch.float64, device=device))
    with torch.no_grad():
        for start, value in enumerate(model.state_dict().values()):
            value.copy_(torch.arange(value.numel()).reshape(value.shape) + 100 * start)
    return model


def run(module, device, size, threshold, trained=True):
    """By rank: how it ends, what it wrote, and its own state before and after saving."""
    models = [model_of(device) for _ in range(size)]
    written, before = [[] for _ in range(size)], [None] * size

    def one_rank(rank, dist):
        model = models[rank]
        module.shard(model, dist, threshold)
        if trained:  # every rank changes what it has
            for parameter in model.parameters():
                parameter.data.neg_()
        before[rank] = {name: value.clone() for name, value in model.state_dict().items()}
        module.save(model, dist, written[rank].append)
        return "done"

    return thread_ranks.run(one_rank, size), written, before, models


def whole_state(device, trained=True):
    """What one process would save."""
    model = model_of(device)
    if trained:
        for parameter in model.parameters():
            parameter.data.neg_()
    return model.state_dict()


def check_written(written, wanted, situation):
    equal(
        [len(states) for states in written],
        [1] + [0] * (len(written) - 1),
        f"calls of write, by rank ({situation})",
    )
    state = written[0][0]
    equal(sorted(state), sorted(wanted), f"the names in the state ({situation})")
    for name, value in wanted.items():
        equal(state[name], value, f"{name} in the state ({situation})")


SETTINGS = [(2, 3), (3, 3), (4, 3), (2, 0), (3, 2)]


# What save promises


@pytest.mark.parametrize(("size", "threshold"), SETTINGS)
def test_rank_0_writes_the_whole_model(solution, device, size, threshold):
    ends, written, _, _ = run(solution, device, size, threshold)
    situation = f"{size} ranks, in pieces above {threshold} elements"
    equal(ends, ["done"] * size, f"what each rank does in the end ({situation})")
    check_written(written, whole_state(device), situation)


def test_a_single_process_can_load_it(solution, device):
    _, written, _, _ = run(solution, device, 2, 0)
    model = model_of(device)
    shapes = [list(value.shape) for value in model.state_dict().values()]
    got = [list(written[0][0][name].shape) for name in model.state_dict()]
    equal(got, shapes, "the shapes in the state, of a model that's in pieces everywhere")
    model.load_state_dict(written[0][0])
    equal(model.state_dict()["0.weight"], whole_state(device)["0.weight"], "the loaded weight")


# What already works and must stay


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_model_that_is_whole_everywhere_is_written_as_it_is(solution, device, size):
    ends, written, _, _ = run(solution, device, size, 15)
    equal(ends, ["done"] * size, f"what each of {size} ranks does in the end")
    check_written(written, whole_state(device), f"{size} ranks, nothing in pieces")


@pytest.mark.parametrize("threshold", [3, 15])
def test_the_model_stays_as_it_is(solution, device, threshold):
    _, written, before, models = run(solution, device, 2, threshold)
    for rank, model in enumerate(models):
        for name, value in model.state_dict().items():
            equal(value, before[rank][name], f"{name} on rank {rank} after saving, threshold {threshold}")
    kept = {name: value.clone() for name, value in written[0][0].items()}
    for parameter in models[0].parameters():
        parameter.data.fill_(7.0)
    for name, value in written[0][0].items():
        equal(value, kept[name], f"{name} in the state, after the model has changed")


@pytest.mark.parametrize(("size", "length"), [(2, 8), (3, 5), (4, 4)])
def test_the_pieces_have_one_length_and_are_filled_with_zeros(solution, device, size, length):
    _, _, before, models = run(solution, device, size, 3, trained=False)
    flat = torch.cat([states["0.weight"] for states in before])
    equal([len(states["0.weight"]) for states in before], [length] * size, "the lengths of the pieces")
    wanted = torch.zeros(size * length, dtype=torch.float64, device=device)
    wanted[:15] = whole_state(device, trained=False)["0.weight"].flatten()
    equal(flat, wanted, "all the pieces of the weight, one after another")
    equal(
        {name: list(shape) for name, shape in models[0].shapes.items()}, {"0.weight": [3, 5]}, "model.shapes"
    )


# The documented failure


@pytest.mark.parametrize(("size", "length"), [(2, 8), (3, 5)])
def test_the_state_has_the_first_piece_alone(broken, device, size, length):
    ends, written, before, _ = run(broken, device, size, 3)
    equal(ends, ["done"] * size, f"what each of {size} ranks does in the end")
    equal(list(written[0][0]["0.weight"].shape), [length], "the shape of the weight in the state")
    equal(written[0][0]["0.weight"], before[0]["0.weight"], "the weight in the state, beside rank 0's piece")
    equal(written[0][0]["0.bias"], whole_state(device)["0.bias"], "the bias in the state, which is whole")
