"""A target network: `train` takes targets from the critic of the last renewal, and moves the critic alone.

Two games have closed forms. In the ring, state 0 leads to state 1 and pays nothing, state 1 leads back
and pays 1: while the targets y stand still, each update takes the critic lr/2 of the way to them. In the
loop a single state pays 1 for ever: a critic that is given the time to reach its targets is worth
1, 1.9 and 2.71 after three periods with gamma 0.9. Finite differences are taken with the targets frozen.
"""

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

LR, GAMMA, UPDATES = 0.5, 0.9, 4
GUESS = [0.25, -0.75]

CLAIM = {
    "claim": "the gradient of the fourth update comes from the targets of the first",
    "oracle": "closed form (V_0 - y) / 2 * (1 - lr/2)^3, with y = r + gamma * V_0(next state)",
    "config": {"problem": "ring", "values": GUESS, "gamma": GAMMA, "lr": LR, "updates": UPDATES},
}


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def table(values, device):
    """A critic with one weight per state, for states written as rows of the identity matrix."""
    critic = torch.nn.Linear(len(values), 1, bias=False, dtype=torch.float64, device=device)
    with torch.no_grad():
        critic.weight.copy_(tensor([values], device))
    return critic


def ring(device):
    rows = torch.eye(2, dtype=torch.float64, device=device)
    return rows, tensor([0.0, 1.0], device), rows.flip(0), torch.tensor([False, False], device=device)


def loop(device):
    here = torch.ones(1, 1, dtype=torch.float64, device=device)
    return here, tensor([1.0], device), here, torch.tensor([False], device=device)


def compare_fourth_gradient(module, device):
    """The gradient of the last of four updates in the ring, whose only renewal is the first."""
    critic = table(GUESS, device)
    module.train(critic, [ring(device)] * UPDATES, GAMMA, LR, renew_every=5)
    start = tensor(GUESS, device)
    targets = tensor([0.0, 1.0], device) + GAMMA * start.flip(0)
    before = targets + (start - targets) * (1 - LR / 2) ** (UPDATES - 1)

    def frozen(weight):
        return 0.5 * (targets - weight[0]).pow(2).mean()

    return gradients.compare(
        critic.weight.grad,
        analytic=((before - targets) / 2)[None],
        numeric=gradients.central_difference(frozen, before[None]),
        what="gradient of update 4, with a single renewal",
    )


def network(device):
    """A critic that shares its weights between all states; nothing in it is square."""
    critic = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh(), torch.nn.Linear(3, 1))
    critic.to(device, torch.float64)
    with torch.no_grad():
        for k, parameter in enumerate(critic.parameters()):
            numbers = torch.arange(parameter.numel(), dtype=torch.float64, device=device)
            parameter.copy_(torch.sin(1.0 + k + numbers).reshape(parameter.shape))
    return critic


def seven_batches(device):
    """Batches of one to four transitions, all different; some of them are the last of their episode."""
    batches = []
    for k, size in enumerate([3, 1, 4, 2, 3, 2, 1]):
        numbers = torch.arange(5 * size, dtype=torch.float64, device=device) + 10 * k
        numbers = torch.sin(1.7 * numbers + 0.3)
        states, next_states = (
            numbers[: 2 * size].reshape(size, 2),
            numbers[2 * size : 4 * size].reshape(size, 2),
        )
        terminated = torch.arange(size, device=device) % 3 == 1
        batches.append((states, numbers[4 * size :], next_states, terminated))
    return batches


def value(parameters, states):
    weight, bias, last_weight, last_bias = parameters
    return (torch.tanh(states @ weight.T + bias) @ last_weight.T + last_bias).squeeze(1)


def followed_by_hand(critic, batches, gamma, lr, renew_every):
    """The losses, and the parameters and their last gradients, with every target a plain number."""
    parameters = [p.detach().clone().requires_grad_() for p in critic.parameters()]
    losses = []
    for update, (states, rewards, next_states, terminated) in enumerate(batches):
        if update % renew_every == 0:
            renewed = [p.detach().clone() for p in parameters]
        targets = rewards + gamma * value(renewed, next_states) * (~terminated)
        errors = value(parameters, states) - targets
        losses.append(0.5 * errors.pow(2).mean().item())
        found = torch.autograd.grad(0.5 * errors.pow(2).mean(), parameters)
        parameters = [(p - lr * g).detach().requires_grad_() for p, g in zip(parameters, found, strict=True)]
    return losses, parameters, found


# What train promises


def test_the_targets_stand_still_until_the_next_renewal(solution, device, evidence):
    report = compare_fourth_gradient(solution, device)
    evidence(report, **CLAIM)
    report.require()


@pytest.mark.parametrize("renew_every", [2, 3, 5, 7, 9, 1000])
def test_every_update_uses_the_critic_of_the_last_renewal(solution, device, renew_every):
    critic, batches = network(device), seven_batches(device)
    losses, parameters, found = followed_by_hand(critic, batches, GAMMA, 0.25, renew_every)
    close(
        solution.train(critic, batches, GAMMA, 0.25, renew_every),
        losses,
        f"losses of seven updates, renewed every {renew_every}",
    )
    for (name, got), expected, gradient in zip(critic.named_parameters(), parameters, found, strict=True):
        close(got, expected, f"{name} after seven updates, renewed every {renew_every}")
        close(got.grad, gradient, f"gradient of {name} at the last of them, renewed every {renew_every}")


@pytest.mark.parametrize(("periods", "worth"), [(1, 1.0), (2, 1.9), (3, 2.71)])
def test_a_period_that_is_long_enough_is_one_step_into_the_future(solution, device, periods, worth):
    critic = table([0.0], device)
    solution.train(critic, [loop(device)] * (30 * periods), GAMMA, LR, renew_every=30)
    close(critic.weight.detach(), [[worth]], f"value of the loop after {periods} periods of 30 updates")


# What already works and must stay


def test_renewed_at_every_update_it_is_plain_value_learning(solution, device):
    critic, batches = network(device), seven_batches(device)
    losses, parameters, _ = followed_by_hand(critic, batches, 0.5, 0.25, 1)
    close(solution.train(critic, batches, 0.5, 0.25, 1), losses, "losses of seven updates, always renewed")
    for (name, got), expected in zip(critic.named_parameters(), parameters, strict=True):
        close(got, expected, f"{name} after seven updates, always renewed")


def test_a_single_update_uses_the_critic_as_it_came(solution, device):
    critic = table([2.0], device)
    losses = solution.train(critic, [loop(device)], GAMMA, LR, renew_every=3)
    close(losses, [0.5 * 0.8**2], "loss of one update in the loop")
    close(
        critic.weight.detach(), [[2.0 + LR * (1 + GAMMA * 2.0 - 2.0)]], "value after one update in the loop"
    )


def test_a_second_call_starts_with_a_renewal(solution, device):
    critic = table([0.0], device)
    solution.train(critic, [loop(device)], GAMMA, LR, renew_every=3)
    solution.train(critic, [loop(device)], GAMMA, LR, renew_every=3)
    close(critic.weight.detach(), [[0.5 + LR * (1 + GAMMA * 0.5 - 0.5)]], "value after two calls")


@pytest.mark.parametrize(
    ("broken_batch", "part"),
    [
        (lambda s, r, n, t: (s, r[:1], n, t), ["(1,)", "(4, 2)", "batch 2"]),
        (lambda s, r, n, t: (s, r[:, None], n, t), ["(4, 1)", "(4, 2)", "batch 2"]),
        (lambda s, r, n, t: (s[:0], r[:0], n[:0], t[:0]), ["batch 2 is empty"]),
    ],
    ids=["one_for_all", "in_a_column", "empty"],
)
def test_a_batch_that_makes_no_sense_is_refused(solution, device, broken_batch, part):
    batches = seven_batches(device)
    batches[2] = broken_batch(*batches[2])
    for words in part:
        refused(solution, batches, 2, words)


@pytest.mark.parametrize("renew_every", [0, -1])
def test_a_period_below_one_is_refused(solution, device, renew_every):
    refused(solution, seven_batches(device), renew_every, "renew_every")


def test_training_on_nothing_is_refused(solution, device):
    refused(solution, [], 2, "no batches", device)


def refused(solution, batches, renew_every, words, device=None):
    """Nothing may have changed after the refusal: neither parameters nor gradients, bit by bit."""
    critic = network(device or batches[0][0].device)
    before = [p.detach().clone() for p in critic.parameters()]
    for parameter in critic.parameters():
        parameter.grad = torch.full_like(parameter, 0.125).detach()
    with raises(ValueError, words, "training that makes no sense"):
        solution.train(critic, batches, GAMMA, LR, renew_every)
    for (name, parameter), old in zip(critic.named_parameters(), before, strict=True):
        equal(parameter.detach(), old, f"{name} after a refusal")
        equal(parameter.grad, torch.full_like(old, 0.125), f"gradient of {name} after a refusal")


# The documented failure


def test_the_targets_move_at_every_update(broken, device, evidence):
    report = compare_fourth_gradient(broken, device)
    evidence(report, **CLAIM)
    values = GUESS
    for _ in range(UPDATES):
        slope = [(values[0] - GAMMA * values[1]) / 2, (values[1] - 1 - GAMMA * values[0]) / 2]
        values = [v - LR * g for v, g in zip(values, slope, strict=True)]
    close(report.autograd, [slope], "gradient of update 4, with a single renewal")


def test_the_period_makes_no_difference(broken, device):
    for renew_every in (1, 10, 1000):
        critic = table([0.0], device)
        losses = broken.train(critic, [loop(device)] * 10, GAMMA, LR, renew_every)
        # Each update leaves 1 - lr * (1 - gamma) of the distance to 10.
        close(critic.weight.detach(), [[10 * (1 - 0.95**10)]], f"value, renewed every {renew_every} updates")
        close(losses[-1], 0.5 * 0.95**18, f"last loss, renewed every {renew_every} updates")
