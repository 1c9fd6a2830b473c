"""Several batches for each update, from streams of unknown length: what `train` promises.

The model is one weight w that sees the input 1, so that the gradient of a mean is 2 (w - mean target).
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import weakref

import pytest
import torch

from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

LR = 0.25
# The targets of the batches, by epoch.
EPOCH = [[4.0], [-2.0, 1.0], [3.0], [0.5, -1.0, 2.0], [5.0]]


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device).unsqueeze(1)


def stream(epoch, device):
    """An iterator of (inputs, targets), with input 1 everywhere."""
    return ((torch.ones_like(tensor(t, device)), tensor(t, device)) for t in epoch)


def problem(device, **options):
    model = torch.nn.Linear(1, 1, bias=False, dtype=torch.float64, device=device)
    torch.nn.init.zeros_(model.weight)
    return model, torch.optim.SGD(model.parameters(), lr=LR, **options)


def run(module, device, epochs, accumulate, **options):
    """The number of updates it says it made, the number it made, and the weight after it."""
    model, optimizer = problem(device, **options)
    steps = []
    optimizer.register_step_post_hook(lambda *_: steps.append(1))
    updates = module.train(model, optimizer, [stream(epoch, device) for epoch in epochs], accumulate)
    return updates, len(steps), model


def windows_of(epochs, accumulate):
    """The targets of each update."""
    return [
        [target for batch in epoch[k : k + accumulate] for target in batch]
        for epoch in epochs
        for k in range(0, len(epoch), accumulate)
    ]


def by_hand(windows, momentum=0.0):
    weight, speed = 0.0, 0.0
    for window in windows:
        speed = momentum * speed + 2 * (weight - sum(window) / len(window))
        weight -= LR * speed
    return weight


def check(module, device, lengths, accumulate, **options):
    epochs = [EPOCH[:length] for length in lengths]
    windows = windows_of(epochs, accumulate)
    situation = f"epochs of {lengths} batches, {accumulate} for an update"
    updates, steps, model = run(module, device, epochs, accumulate, **options)
    equal(steps, len(windows), f"the number of steps of the optimizer ({situation})")
    equal(updates, len(windows), f"the number of updates returned ({situation})")
    wanted = by_hand(windows, options.get("momentum", 0.0))
    close(model.weight.detach(), [[wanted]], f"the weight at the end ({situation})")


# What train promises


@pytest.mark.parametrize(("lengths", "accumulate"), [([5], 2), ([5], 3), ([5], 8), ([1], 2)])
def test_the_last_batches_of_an_epoch_make_an_update(solution, device, lengths, accumulate):
    check(solution, device, lengths, accumulate)


@pytest.mark.parametrize(
    ("lengths", "accumulate"), [([3, 5, 4], 2), ([5, 5], 3), ([1, 4], 4), ([2, 2, 2], 3)]
)
def test_every_epoch_uses_all_its_batches(solution, device, lengths, accumulate):
    check(solution, device, lengths, accumulate)


def test_momentum_sees_every_update_once(solution, device):
    check(solution, device, [5, 3], 2, momentum=0.5)


def test_every_number_in_the_targets_counts(solution, device):
    model = torch.nn.Linear(1, 2, bias=False, dtype=torch.float64, device=device)
    torch.nn.init.zeros_(model.weight)
    one = torch.ones(1, 1, dtype=torch.float64, device=device)
    pairs = [
        (one, torch.tensor([row], dtype=torch.float64, device=device)) for row in ([1.0, -2.0], [3.0, 4.0])
    ]
    pairs.append((one, torch.tensor([[-1.0, 0.5]], dtype=torch.float64, device=device)))
    solution.train(model, torch.optim.SGD(model.parameters(), lr=LR), [iter(pairs)], 2)
    wanted = []
    for targets in ([1.0, 3.0, -1.0], [-2.0, 4.0, 0.5]):
        weight = LR * (targets[0] + targets[1]) / 2  # the mean is over four numbers, two for each weight
        wanted.append([weight - LR * (weight - targets[2])])
    close(model.weight.detach(), wanted, "two weights after two updates, with two numbers in each target")


# What already works and must stay


@pytest.mark.parametrize(("lengths", "accumulate"), [([4], 2), ([3, 3], 3), ([5], 1), ([4, 2], 2), ([], 2)])
def test_epochs_that_divide_evenly_make_full_updates(solution, device, lengths, accumulate):
    check(solution, device, lengths, accumulate, momentum=0.5)


def test_an_epoch_without_batches_makes_no_update(solution, device):
    check(solution, device, [0, 2, 0], 2, momentum=0.5)


def test_gradients_from_before_the_call_are_not_used(solution, device):
    model, optimizer = problem(device)
    model.weight.grad = torch.full_like(model.weight, 100.0)
    solution.train(model, optimizer, [stream(EPOCH[:2], device)], 2)
    close(model.weight.detach(), [[by_hand(windows_of([EPOCH[:2]], 2))]], "the weight after a stale gradient")


def test_no_gradient_is_left(solution, device):
    for length in (4, 5):
        _, _, model = run(solution, device, [EPOCH[:length]], 2)
        gradient = model.weight.grad
        left = gradient is not None and bool(gradient.any())
        equal(left, False, f"whether a gradient is left after an epoch of {length} batches, 2 for an update")


def test_without_epochs_no_gradient_is_left_either(solution, device):
    model, optimizer = problem(device)
    model.weight.grad = torch.full_like(model.weight, 100.0)
    equal(solution.train(model, optimizer, [], 2), 0, "the number of updates without epochs")
    left = model.weight.grad is not None and bool(model.weight.grad.any())
    equal(left, False, "whether a gradient is left from before the call")


def test_one_batch_goes_through_the_model_at_a_time(solution, device):
    layers = [torch.nn.Linear(1, 1, dtype=torch.float64, device=device) for _ in range(2)]
    model, sizes, waiting, hidden = torch.nn.Sequential(*layers), [], [], []

    def begin(_, args):
        sizes.append(len(args[0]))
        waiting.append(sum(tensor() is not None for tensor in hidden))

    model.register_forward_pre_hook(begin)
    layers[0].register_forward_hook(lambda _, args, output: hidden.append(weakref.ref(output)))
    solution.train(model, torch.optim.SGD(model.parameters(), lr=LR), [stream(EPOCH, device)], 3)
    equal(sizes, [len(batch) for batch in EPOCH], "the samples in each forward pass")
    equal(max(waiting, default=0), 0, "the most graphs still in memory when a forward pass begins")


# The documented failure


def test_the_batches_at_the_end_of_an_epoch_count_for_nothing(broken, device):
    updates, _, model = run(broken, device, [EPOCH, EPOCH], 3)
    equal(updates, 2, "the number of updates of 2 epochs of 5 batches, 3 for an update")
    wanted = by_hand(windows_of([EPOCH[:3], EPOCH[:3]], 3))
    close(model.weight.detach(), [[wanted]], "the weight, from the first three batches of each epoch alone")


def test_a_short_epoch_teaches_nothing(broken, device):
    updates, _, model = run(broken, device, [EPOCH[:2]] * 4, 3)
    equal(updates, 0, "the number of updates of 4 epochs of 2 batches, 3 for an update")
    close(model.weight.detach(), [[0.0]], "the weight after 4 epochs")
