"""Gradient accumulation: what `train_step` promises.

However the batch is cut, the step is that of the whole batch, and only one piece is in memory at a time.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import weakref

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

LR = 0.25
INPUTS, TARGETS = [1.0, 1.0, 2.0, 2.0], [1.0, 3.0, 1.0, 3.0]
# Every way to cut a row of four samples into pieces.
PARTITIONS = [[4], [3, 1], [1, 3], [2, 2], [2, 1, 1], [1, 2, 1], [1, 1, 2], [1, 1, 1, 1]]
CONFIG = {"inputs": INPUTS, "targets": TARGETS, "weight": 0.0, "sizes": [3, 1], "lr": LR}
CLAIM = "the gradient of the step is that of the mean over all samples"
ORACLE = "closed form mean(2 x (w x - y)) = 5 w - 6"


def problem(device, decay=0.0):
    """y = w x, without bias: for the whole batch the error is 5/2 w² - 6 w + 5, and its slope 5 w - 6."""
    model = torch.nn.Linear(1, 1, bias=False, dtype=torch.float64, device=device)
    torch.nn.init.zeros_(model.weight)
    return model, torch.optim.SGD(model.parameters(), lr=LR, weight_decay=decay)


def cut(sizes, device):
    """The first `sum(sizes)` samples, in pieces of these sizes."""
    columns = [torch.tensor(v, dtype=torch.float64, device=device).unsqueeze(1) for v in (INPUTS, TARGETS)]
    return list(zip(*(column[: sum(sizes)].split(sizes) for column in columns)))


def gradients_at_steps(model, optimizer):
    """A list that receives the gradient of `model.weight` whenever the optimizer has stepped."""
    seen = []

    def look(*_):
        gradient = model.weight.grad
        seen.append(None if gradient is None else gradient.detach().clone())

    optimizer.register_step_post_hook(look)
    return seen


def one_step(module, sizes, device):
    """The loss, the gradient with which the optimizer stepped, and the weight after it."""
    model, optimizer = problem(device)
    seen = gradients_at_steps(model, optimizer)
    loss = module.train_step(model, optimizer, cut(sizes, device))
    equal(len(seen), 1, f"the number of optimizer steps for micro-batches of {sizes}")
    return loss, seen[0], model.weight.detach()


def report_for(module, sizes, device):
    """The gradient of one step next to two independent ones."""
    _, gradient, weight = one_step(module, sizes, device)
    ((inputs, targets),) = cut([4], device)
    start = torch.zeros(1, 1, dtype=torch.float64, device=device)
    numeric = gradients.central_difference(lambda at: ((inputs @ at - targets) ** 2).mean(), start)
    analytic = torch.full_like(start, -6.0)
    what = f"the gradient of the step for micro-batches of {sizes}"
    return gradients.compare(gradient, analytic=analytic, numeric=numeric, what=what), weight


# What train_step promises


def test_a_batch_cut_in_three_and_one_gives_the_gradient_of_the_whole(solution, device, evidence):
    report, weight = report_for(solution, [3, 1], device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config=CONFIG, checkpoint={"weight": weight})
    report.require()


def test_no_way_to_cut_the_batch_changes_the_step(solution, device):
    for sizes in PARTITIONS:
        report, weight = report_for(solution, sizes, device)
        report.require()
        close(weight, [[1.5]], f"the weight after the step, for micro-batches of {sizes}")


def test_a_smaller_batch_is_averaged_over_its_own_samples(solution, device):
    loss, gradient, _ = one_step(solution, [2, 1], device)  # of the first three samples
    close(loss, (1 + 9 + 1) / 3, "the loss of three samples, in micro-batches of [2, 1]")
    close(gradient, [[-2 * (1 + 3 + 2) / 3]], "the gradient of the step on three samples")


def test_four_steps_follow_the_formula_with_decay(solution, device):
    model, optimizer = problem(device, decay=1.0)
    torch.nn.init.constant_(model.weight, 2.0)
    seen, want = gradients_at_steps(model, optimizer), 2.0
    for k, sizes in enumerate([[1, 1, 1, 1], [3, 1], [2, 2], [1, 2, 1]], start=1):
        loss = solution.train_step(model, optimizer, cut(sizes, device))
        equal(len(seen), k, f"the number of optimizer steps after call {k}")
        close(loss, 2.5 * want**2 - 6 * want + 5, f"the loss of step {k}")
        want -= LR * (5 * want - 6 + want)
        close(model.weight, [[want]], f"the weight after step {k}, with decay, for micro-batches of {sizes}")


# What already works and must stay


def test_a_batch_in_one_piece_gives_its_own_gradient(solution, device):
    report, weight = report_for(solution, [4], device)
    report.require()
    close(weight, [[1.5]], "the weight after a step on one piece")


def test_the_loss_is_the_mean_over_all_samples(solution, device):
    for sizes in PARTITIONS:
        loss, _, _ = one_step(solution, sizes, device)
        close(loss, 5.0, f"the loss for micro-batches of {sizes}")


def test_gradients_from_before_the_call_are_not_used(solution, device):
    model, optimizer = problem(device)
    model.weight.grad = torch.full_like(model.weight, 100.0)
    seen = gradients_at_steps(model, optimizer)
    solution.train_step(model, optimizer, cut([4], device))
    equal(len(seen), 1, "the number of optimizer steps after a stale gradient")
    close(seen[0], [[-6.0]], "the gradient of the step after a stale one")


def test_one_micro_batch_is_in_memory_at_a_time(solution, device):
    layers = [torch.nn.Linear(1, 1, dtype=torch.float64, device=device) for _ in range(2)]
    model = torch.nn.Sequential(*layers)
    sizes, waiting, hidden = [], [], []  # `hidden`: weak references to tensors that only a graph holds

    def begin(_, args):
        sizes.append(len(args[0]))
        waiting.append(sum(tensor() is not None for tensor in hidden))

    model.register_forward_pre_hook(begin)
    layers[0].register_forward_hook(lambda _, args, output: hidden.append(weakref.ref(output)))
    solution.train_step(model, torch.optim.SGD(model.parameters(), lr=LR), cut([1, 2, 1], device))
    equal(max(sizes, default=0), 2, "the most samples in one forward pass, for micro-batches of [1, 2, 1]")
    equal(max(waiting, default=0), 0, "the most graphs still in memory when a forward pass begins")


@pytest.mark.parametrize("sizes", [[], [2, 0, 2]], ids=["none", "one_empty"])
def test_missing_samples_are_refused_and_change_nothing(solution, device, sizes):
    model, optimizer = problem(device, decay=1.0)
    torch.nn.init.ones_(model.weight)
    batches = cut(sizes, device) if sizes else []
    with raises(ValueError, "micro-batch", f"micro-batches of {sizes}"):
        solution.train_step(model, optimizer, batches)
    close(model.weight, [[1.0]], f"the weight after micro-batches of {sizes}")


# The documented failure


def test_three_and_one_give_the_sum_of_both_means(broken, device, evidence):
    report, weight = report_for(broken, [3, 1], device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config=CONFIG, checkpoint={"weight": weight})
    # the means of 2 x (w x - y) at w = 0: -2 (1 + 3 + 2) / 3 = -4 over the three, -2 · 6 = -12 for the last
    close(report.autograd, [[-16.0]], "the gradient of the step, where -6 was promised")


def test_four_pieces_make_the_step_four_times_as_large(broken, device):
    loss, gradient, weight = one_step(broken, [1, 1, 1, 1], device)
    close(loss, 5.0, "the loss, which looks right")
    close(gradient, [[-24.0]], "the gradient of the step, where -6 was promised")
    close(weight, [[6.0]], "the weight, where 1.5 was promised")
