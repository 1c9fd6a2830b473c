"""Learning to learn: what `meta_loss` promises.

For y = w x, a step on a task is linear in w: w becomes (1 - lr h) w + lr b, with h = mean(2 x²) and b =
mean(2 x y). So after k steps its slope along the first w is (1 - lr h)^k.
"""

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

# (inputs, targets, new inputs, new targets)
TASKS = [
    ([1.0, 2.0], [3.0, -1.0], [1.5, -0.5, 1.0], [2.0, 0.5, -1.0]),
    ([0.5], [2.0], [2.0], [-3.0]),
    ([-1.0, 1.0, 0.5], [1.0, 0.0, 4.0], [1.0, 3.0], [0.0, 1.0]),
]
W, LR = 0.75, 0.125
CLAIM = "the gradient of the loss along the start goes through every step"
ORACLE = "closed form (1 - lr h)^k times the slope at the end"


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def tasks_of(device, count=3):
    return [tuple(tensor(column, device).unsqueeze(1) for column in task) for task in TASKS[:count]]


def model_of(device, w=W):
    model = torch.nn.Linear(1, 1, bias=False, dtype=torch.float64, device=device)
    torch.nn.init.constant_(model.weight, w)
    return model


def by_hand(w, steps, lr=LR, count=3):
    """The loss from w, and its slope along w."""
    loss = slope = 0.0
    for x, y, new_x, new_y in TASKS[:count]:
        h, b = (sum(2 * p * q for p, q in zip(x, other)) / len(x) for other in (x, y))
        adapted = w
        for _ in range(steps):
            adapted -= lr * (h * adapted - b)
        loss += sum((adapted * p - q) ** 2 for p, q in zip(new_x, new_y)) / len(new_x) / count
        end = sum(2 * p * (adapted * p - q) for p, q in zip(new_x, new_y)) / len(new_x)
        slope += (1 - lr * h) ** steps * end / count
    return loss, slope


def report_for(module, device, steps, factor=3.0):
    model = model_of(device)
    (factor * module.meta_loss(model, tasks_of(device), LR, steps)).backward()
    start = tensor([[W]], device)
    numeric = gradients.central_difference(lambda at: factor * by_hand(at.item(), steps)[0], start)
    analytic = factor * tensor([[by_hand(W, steps)[1]]], device)
    what = f"the slope of {factor:g} * loss along the start, through {steps} steps"
    return gradients.compare(model.weight.grad, analytic=analytic, numeric=numeric, what=what)


# What meta_loss promises


def test_the_gradient_goes_through_three_steps(solution, device, evidence):
    report = report_for(solution, device, steps=3)
    evidence(report, claim=CLAIM, oracle=ORACLE, config={"w": W, "lr": LR, "steps": 3}, checkpoint={})
    report.require()


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("steps", [2, 3, 5, 7])
def test_more_steps_have_their_own_gradient(solution, device, steps, count):
    model = model_of(device)
    solution.meta_loss(model, tasks_of(device, count), LR, steps).backward()
    wanted = by_hand(W, steps, count=count)[1]
    close(model.weight.grad, [[wanted]], f"the slope along the start through {steps} steps, {count} tasks")


def test_a_network_with_layers_has_the_right_gradient(solution, device):
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(1, 2), torch.nn.Tanh(), torch.nn.Linear(2, 1))
    model.to(device, torch.float64)
    tasks, parameters = tasks_of(device), list(model.parameters())
    solution.meta_loss(model, tasks, 0.25, 3).backward()
    got = [p.grad.clone() for p in parameters]

    def after(value, p, k):
        with torch.no_grad():
            old = p.view(-1)[k].item()
            p.view(-1)[k] = old + value
        loss = solution.meta_loss(model, tasks, 0.25, 3).item()
        with torch.no_grad():
            p.view(-1)[k] = old
        return loss

    for (name, p), grad in zip(model.named_parameters(), got):
        slopes = [(after(1e-5, p, k) - after(-1e-5, p, k)) / 2e-5 for k in range(p.numel())]
        close(grad.view(-1), slopes, f"the slope along {name} through 3 steps", rtol=1e-5, atol=1e-8)


# What already works and must stay


@pytest.mark.parametrize("steps", [0, 1])
def test_up_to_one_step_the_gradient_is_right(solution, device, steps):
    report_for(solution, device, steps).require()


@pytest.mark.parametrize("steps", [0, 1, 2, 5])
@pytest.mark.parametrize("count", [1, 3])
def test_the_loss_is_that_of_the_adapted_model(solution, device, count, steps):
    loss = solution.meta_loss(model_of(device), tasks_of(device, count), LR, steps)
    wanted = tensor(by_hand(W, steps, count=count)[0], device)
    close(loss.detach(), wanted, f"the loss after {steps} steps on each of {count} tasks")


def test_every_task_begins_at_the_start(solution, device):
    tasks = tasks_of(device)
    together = solution.meta_loss(model_of(device), tasks, LR, 2).item()
    alone = [solution.meta_loss(model_of(device), [task], LR, 2).item() for task in tasks]
    close(together, sum(alone) / 3, "the loss of three tasks, beside the mean of each alone")


def test_the_model_stays_as_it_is(solution, device):
    model = model_of(device)
    loss = solution.meta_loss(model, tasks_of(device), LR, 1)
    equal(model.weight.tolist(), [[W]], "the weight after the loss")
    equal(model.weight.grad is None, True, "whether the weight is without a gradient after the loss")
    equal(model.weight.requires_grad, True, "whether the weight still requires a gradient")
    loss.backward()
    equal(model.weight.tolist(), [[W]], "the weight after backward()")


# The documented failure


@pytest.mark.parametrize("steps", [2, 5])
def test_only_the_last_step_is_in_the_gradient(broken, device, steps):
    model = model_of(device)
    broken.meta_loss(model, tasks_of(device, 1), LR, steps).backward()
    h = 5.0  # mean(2 x²) for x = 1 and 2
    wanted = by_hand(W, steps, count=1)[1] / (1 - LR * h) ** (steps - 1)
    close(model.weight.grad, [[wanted]], f"the slope along the start through {steps} steps")


def test_the_other_steps_count_as_constants(broken, device, evidence):
    report = report_for(broken, device, steps=3)
    evidence(report, claim=CLAIM, oracle=ORACLE, config={"w": W, "lr": LR, "steps": 3}, checkpoint={})
    wanted = 0.0
    for (x, y, new_x, new_y), h in zip(TASKS, (5.0, 0.5, 1.5)):
        b, adapted = sum(2 * p * q for p, q in zip(x, y)) / len(x), W
        for _ in range(3):
            adapted -= LR * (h * adapted - b)
        end = sum(2 * p * (adapted * p - q) for p, q in zip(new_x, new_y)) / len(new_x)
        wanted += (1 - LR * h) * end
    close(report.autograd, [[wanted]], "the slope of 3 * loss along the start, through 3 steps")
