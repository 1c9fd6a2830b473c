"""Several epochs on one rollout: `improve` descends -mean(ratio * advantages) from where theta is now.

The policy is a table of logits, pi(a | s) = softmax(theta[s])[a]. On paper, a sample adds to row s of the
gradient ratio * advantage * (pi(. | s) - e_a) / samples, where e_a is 1 at the action taken, else 0.

REPRESENTATIVE holds every action exactly as often as the starting policy takes it. There the importance
weights are exact: the surrogate is -J, the expected reward, at every theta, and its gradient is known a
second way, -pi (r - J) in each state, which mentions neither samples nor ratios.
"""

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

PROBABILITIES = [[0.25, 0.25, 0.5], [0.5, 0.25, 0.25]]  # pi(a | s) at the call, one row per state
PAYS = [[1.0, 2.0, 4.0], [0.0, 3.0, -1.0]]  # by state and action; both states are equally frequent
REPRESENTATIVE = {
    "states": [0, 0, 0, 0, 1, 1, 1, 1],
    "actions": [0, 1, 2, 2, 0, 0, 1, 2],
    "advantages": [1.0, 2.0, 4.0, 4.0, 0.0, 0.0, 3.0, -1.0],
}
UNEVEN = {"states": [0, 1, 0], "actions": [2, 0, 1], "advantages": [-1.0, 0.5, 2.0]}
ONE_SAMPLE = {"states": [1], "actions": [2], "advantages": [-1.0]}
LR = 0.5

CLAIM = {
    "claim": "the step of epoch 3 follows the gradient of the surrogate at theta after two epochs",
    "oracle": "closed form -pi (r - J) per state, averaged over the states",
    "config": {"probabilities": PROBABILITIES, "pays": PAYS, **REPRESENTATIVE, "lr": LR, "epochs": 3},
}


def start(device):
    return torch.tensor(PROBABILITIES, dtype=torch.float64, device=device).log().requires_grad_()


def rollout(device, states, actions, advantages):
    return {
        "states": torch.tensor(states, dtype=torch.int64, device=device),
        "actions": torch.tensor(actions, dtype=torch.int64, device=device),
        "advantages": torch.tensor(advantages, dtype=torch.float64, device=device),
    }


def run(module, device, samples, epochs, lr=LR):
    """A fresh policy after `epochs` epochs on `samples`, and the losses that were returned."""
    theta = start(device)
    losses = module.improve(theta, **rollout(device, **samples), epochs=epochs, lr=lr)
    return theta.detach(), losses


def descent(device, samples, epochs, lr=LR):
    """The same on paper: theta at the start and after every epoch, and the surrogate before each."""
    theta, old = start(device).detach(), torch.tensor(PROBABILITIES, dtype=torch.float64, device=device)
    thetas, losses = [theta], []
    for _ in range(epochs):
        pi, gradient, loss = torch.softmax(theta, -1), torch.zeros_like(theta), 0.0
        for s, a, advantage in zip(*samples.values(), strict=True):
            weight = (pi[s, a] / old[s, a]).item() * advantage / len(samples["states"])
            gradient[s] += weight * pi[s]
            gradient[s, a] -= weight
            loss -= weight
        theta = theta - lr * gradient
        thetas.append(theta)
        losses.append(loss)
    return thetas, losses


def expected_reward(theta):
    pays = torch.tensor(PAYS, dtype=theta.dtype, device=theta.device)
    return (torch.softmax(theta, -1) * pays).sum(-1).mean()


def compare_third_step(module, device):
    """The step of epoch 3 divided by lr, beside two witnesses at the theta from which it was taken."""
    (before, _), (after, _) = run(module, device, REPRESENTATIVE, 2), run(module, device, REPRESENTATIVE, 3)
    pi, pays = torch.softmax(before, -1), torch.tensor(PAYS, dtype=torch.float64, device=device)
    analytic = -pi * (pays - (pi * pays).sum(-1, keepdim=True)) / len(PAYS)
    numeric = -gradients.central_difference(expected_reward, before)
    what = "gradient applied in epoch 3"
    report = gradients.compare((before - after) / LR, analytic=analytic, numeric=numeric, what=what)
    return report, {"theta": before}


# What improve promises


def test_the_third_epoch_follows_the_gradient_at_its_own_theta(solution, device, evidence):
    report, checkpoint = compare_third_step(solution, device)
    evidence(report, **CLAIM, checkpoint=checkpoint)
    report.require()


@pytest.mark.parametrize("epochs", [2, 4, 6])
def test_every_epoch_starts_from_where_the_last_one_ended(solution, device, epochs):
    theta, _ = run(solution, device, UNEVEN, epochs)
    close(theta, descent(device, UNEVEN, epochs)[0][-1], f"theta after {epochs} epochs")


def test_every_epoch_reports_the_surrogate_before_its_step(solution, device):
    _, losses = run(solution, device, UNEVEN, 4)
    close(losses, descent(device, UNEVEN, 4)[1], "losses of 4 epochs")


def test_a_representative_rollout_reports_minus_the_expected_reward(solution, device):
    _, losses = run(solution, device, REPRESENTATIVE, 4)
    expected = [-expected_reward(theta).item() for theta in descent(device, REPRESENTATIVE, 3)[0]]
    close(losses, expected, "losses of 4 epochs on a representative rollout")


def test_one_sample_is_enough_for_many_epochs(solution, device):
    theta, losses = run(solution, device, ONE_SAMPLE, 4, lr=0.125)
    thetas, expected = descent(device, ONE_SAMPLE, 4, lr=0.125)
    close(theta, thetas[-1], "theta after 4 epochs on one sample, lr 0.125")
    close(losses, expected, "losses of 4 epochs on one sample")


def test_everything_lies_on_the_device_of_theta(solution, device):
    theta, samples = start(device), rollout(device, **UNEVEN)
    with torch.device("meta"):  # whatever names no device of its own would land there, and clash
        solution.improve(theta, **samples, epochs=2, lr=LR)
    close(theta.detach(), descent(device, UNEVEN, 2)[0][-1], "theta while another device is the default")


# What already works and must stay


@pytest.mark.parametrize("samples", [UNEVEN, ONE_SAMPLE], ids=["uneven", "one_sample"])
def test_the_first_epoch_is_a_plain_policy_gradient(solution, device, samples):
    theta, losses = run(solution, device, samples, 1)
    policy_gradient, count = torch.zeros_like(theta), len(samples["states"])  # of mean(advantage * log pi)
    for s, a, advantage in zip(*samples.values(), strict=True):
        policy_gradient[s] -= advantage / count * torch.softmax(start(device).detach()[s], -1)
        policy_gradient[s, a] += advantage / count
    close(theta, start(device) + LR * policy_gradient, "theta after one epoch")
    minus_mean = -sum(samples["advantages"]) / count
    close(losses, [minus_mean], "loss of the first epoch, where the ratio is 1", rtol=1e-12, atol=1e-12)


def test_no_epoch_changes_nothing(solution, device):
    theta, losses = run(solution, device, UNEVEN, 0)
    equal(theta, start(device), "theta after 0 epochs")
    equal(losses, [], "losses of 0 epochs")


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"states": [], "actions": [], "advantages": []}, ValueError, "empty rollout"),
        ({"advantages": [-1.0, 0.5]}, ValueError, "[(3,), (3,), (2,)]"),
        ({"advantages": [[-1.0], [0.5], [2.0]]}, ValueError, "[(3,), (3,), (3, 1)]"),
        ({"states": [0]}, ValueError, "[(1,), (3,), (3,)]"),
        ({"actions": [2, 0, 3]}, IndexError, "0 to 2"),
        ({"actions": [2, 0, -1]}, IndexError, "0 to 2"),
    ],
    ids=[
        "empty",
        "advantage_missing",
        "in_a_column",
        "one_state",
        "action_too_large",
        "action_negative",
    ],
)
def test_a_rollout_that_makes_no_sense_is_refused(solution, device, change, error, message):
    refused(solution, device, rollout(device, **{**UNEVEN, **change}), error, message)


def test_actions_that_are_not_integers_are_refused(solution, device):
    samples = rollout(device, **UNEVEN)
    refused(solution, device, {**samples, "actions": samples["actions"].double()}, TypeError, "int64")


def refused(solution, device, samples, error, message):
    theta = start(device)
    with raises(error, message, "a rollout that makes no sense"):
        solution.improve(theta, **samples, epochs=2, lr=LR)
    equal(theta.detach(), start(device), "theta after a refusal")


# The documented failure


@pytest.mark.parametrize("epochs", [3, 6])
def test_many_epochs_are_one_step_many_times(broken, device, epochs):
    theta, _ = run(broken, device, UNEVEN, epochs)
    first_step = descent(device, UNEVEN, 1)[0][-1] - start(device).detach()
    close(theta, start(device) + epochs * first_step, f"theta after {epochs} epochs")


def test_every_epoch_reports_the_same_loss(broken, device):
    _, losses = run(broken, device, UNEVEN, 4)
    close(losses, [-0.5] * 4, "losses of 4 epochs")  # -mean(advantages)
    equal(losses[1:], losses[:1] * 3, "losses of the later epochs, to the last digit")


def test_the_third_epoch_follows_the_gradient_of_the_first(broken, device, evidence):
    report, checkpoint = compare_third_step(broken, device)
    evidence(report, **CLAIM, checkpoint=checkpoint)
    # -pi (r - J) / 2 at the start, where J is 2.75 and 0.5
    stale = [[0.21875, 0.09375, -0.3125], [0.125, -0.3125, 0.1875]]
    close(report.autograd, stale, "gradient applied in epoch 3")
