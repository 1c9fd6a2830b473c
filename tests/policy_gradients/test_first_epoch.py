"""One epoch of PPO: `train_epoch` moves the policy that is, and compares it with the policy that was.

On paper the slope of the clipped surrogate in log pi(a | s) is r * A, or 0 where the gain is capped. So a
step adds -slope * (e_a - pi(. | s)) / steps to the gradient in the logits of its state, with e_a = 1 at the
action taken. In the first epoch r = 1: this is the plain policy gradient, and the loss is -mean(A).
"""

import math

import pytest
import torch

from torchkata import gradients, mdp
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

PROBABILITIES, REWARDS = [0.2, 0.3, 0.5], [1.0, 2.0, 4.0]  # J = 2.8
BANDIT_GRADIENT = [0.36, 0.24, -0.6]  # -pi * (r - J)
WEIGHT = [[0.5, -0.25], [0.0, 0.75], [-1.0, 0.25]]
STATES = [[1.0, 0.0], [0.5, 2.0], [-1.0, 1.0], [0.25, -0.5]]
ACTIONS = [2, 0, 1, 2]
ADVANTAGES = [1.5, -1.0, 0.5, -2.0]

CLAIM = {
    "claim": "the expected gradient of the first epoch equals -dJ/dlogits",
    "oracle": "closed form -pi * (r - J), every action weighted with its probability",
    "config": {"probabilities": PROBABILITIES, "rewards": REWARDS, "lr": 0.125},
}


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def linear(weight, device):
    module = torch.nn.Linear(len(weight[0]), len(weight), bias=False, dtype=torch.float64, device=device)
    with torch.no_grad():
        module.weight.copy_(tensor(weight, device))
    return module


def four_steps(device, steps=4):
    """States, actions and advantages."""
    return (
        tensor(STATES[:steps], device),
        torch.tensor(ACTIONS[:steps], device=device),
        tensor(ADVANTAGES[:steps], device),
    )


def scores(weight, states, actions):
    return torch.log_softmax(states @ weight.T, dim=1)[torch.arange(len(actions)), actions]


def closed_form(weight, states, actions, advantages, old, clip):
    """Loss and gradient of a linear policy, by cases."""
    pi, loss = torch.softmax(states @ weight.T, dim=1), 0.0
    slope = torch.zeros_like(pi)
    for i, (new, then, advantage) in enumerate(
        zip(scores(weight, states, actions).tolist(), old.tolist(), advantages.tolist(), strict=True)
    ):
        gain, rise = mdp.clipped_surrogate(math.exp(new - then), advantage, clip)
        slope[i] = rise * pi[i]
        slope[i, actions[i]] -= rise
        loss -= gain / len(actions)
    return loss, slope.T @ states / len(actions)


def compare_bandit(module, device):
    """The gradient of one-step rollouts, each weighted with its probability, beside -dJ/dlogits."""
    total = torch.zeros(3, 1, dtype=torch.float64, device=device)
    for action, probability in enumerate(PROBABILITIES):
        policy = linear([[math.log(p)] for p in PROBABILITIES], device)
        optimizer = torch.optim.SGD(policy.parameters(), lr=0.125)
        states, advantages = tensor([[1.0]], device), tensor([REWARDS[action]], device)
        module.train_epoch(policy, optimizer, states, torch.tensor([action], device=device), advantages)
        grad = policy.weight.grad
        total += probability * (torch.zeros_like(total) if grad is None else grad)
    at = tensor([[math.log(p) for p in PROBABILITIES]], device)
    return gradients.compare(
        total,
        analytic=tensor(BANDIT_GRADIENT, device)[:, None],
        numeric=-gradients.central_difference(mdp.bandit(REWARDS).expected_return, at).T,
        what="expected gradient of the first epoch",
    ), {"logits": at}


# What train_epoch promises


def test_the_first_epoch_follows_the_policy_gradient(solution, device, evidence):
    report, checkpoint = compare_bandit(solution, device)
    evidence(report, **CLAIM, checkpoint=checkpoint)
    report.require()


@pytest.mark.parametrize(("steps", "clip", "lr"), [(4, 0.2, 0.125), (1, 0.1, 0.5), (3, 0.3, 1.0)])
def test_in_different_states_every_action_gets_its_own_credit(solution, device, steps, clip, lr):
    policy, rollout = linear(WEIGHT, device), four_steps(device, steps)
    optimizer = torch.optim.SGD(policy.parameters(), lr=lr)
    start = policy.weight.detach().clone()
    old = scores(start, *rollout[:2])
    loss, gradient = closed_form(start, *rollout, old, clip)
    got = solution.train_epoch(policy, optimizer, *rollout, clip=clip)
    close(policy.weight.grad, gradient, f"gradient of the first epoch on {steps} steps")
    close(policy.weight.detach(), start - lr * gradient, f"weight after the first epoch on {steps} steps")
    close(got, loss, f"loss of the first epoch on {steps} steps")


def test_four_rollouts_in_a_row_follow_the_formula(solution, device):
    policy, (states, actions, advantages) = linear(WEIGHT, device), four_steps(device)
    optimizer = torch.optim.SGD(policy.parameters(), lr=0.5, momentum=0.5)
    weight, speed = policy.weight.detach().clone(), 0.0
    for k in range(1, 5):
        rollout = (states, actions.roll(k), advantages)
        speed = 0.5 * speed + closed_form(weight, *rollout, scores(weight, *rollout[:2]), 0.2)[1]
        weight = weight - 0.5 * speed
        solution.train_epoch(policy, optimizer, *rollout)
        close(policy.weight.detach(), weight, f"weight after the first epoch on rollout {k}")


def test_later_epochs_on_the_rollout_start_where_the_first_one_ended(solution, device):
    policy, rollout = linear(WEIGHT, device), four_steps(device)
    optimizer = torch.optim.SGD(policy.parameters(), lr=0.5)
    weight = policy.weight.detach().clone()
    old, stored = scores(weight, *rollout[:2]), None
    for epoch in range(1, 5):
        loss, gradient = closed_form(weight, *rollout, old, 0.2)
        weight = weight - 0.5 * gradient
        got = solution.train_epoch(policy, optimizer, *rollout, old_log_probs=stored)
        close(got, loss, f"loss of epoch {epoch}")
        close(policy.weight.detach(), weight, f"weight after epoch {epoch}")
        stored = old.clone()


def test_a_policy_with_a_hidden_layer_and_dropout_learns_in_eval_mode(solution, device):
    body, head = (
        linear([[0.5, -1.0], [0.25, 0.5], [-0.5, 1.0]], device),
        linear(torch.eye(3).tolist(), device),
    )
    policy = torch.nn.Sequential(body, torch.nn.Tanh(), torch.nn.Dropout(0.5), head).eval()
    states, actions, advantages = four_steps(device)
    start = body.weight.detach().clone()

    def frozen(weight):
        log_pi = torch.log_softmax(torch.tanh(states @ weight.T), dim=1)
        return -(advantages * log_pi[torch.arange(4), actions]).mean()

    numeric = gradients.central_difference(frozen, start)
    optimizer = torch.optim.SGD(policy.parameters(), lr=0.25)
    solution.train_epoch(policy, optimizer, states, actions, advantages)
    close(body.weight.grad, numeric, "gradient of the hidden layer", rtol=1e-6, atol=1e-9)
    equal(policy.training, False, "mode of the policy afterwards")


# What already works and must stay


def test_the_loss_of_the_first_epoch_is_minus_the_mean_advantage(solution, device):
    policy, rollout = linear(WEIGHT, device), four_steps(device)
    optimizer = torch.optim.SGD(policy.parameters(), lr=0.5)
    got = solution.train_epoch(policy, optimizer, *rollout)
    close(got, -sum(ADVANTAGES) / 4, "loss of the first epoch, where every ratio is 1")


@pytest.mark.parametrize("ratios", [[0.5, 1.5, 0.9, 4.0], [1.5, 0.5, 4.0, 0.85], [1.1, 1.15, 0.85, 0.95]])
@pytest.mark.parametrize("clip", [0.2, 0.1])
def test_stored_scores_are_what_a_later_epoch_compares_with(solution, device, ratios, clip):
    policy, rollout = linear(WEIGHT, device), four_steps(device)
    optimizer = torch.optim.SGD(policy.parameters(), lr=0.5)
    start = policy.weight.detach().clone()
    old = scores(start, *rollout[:2]) - tensor(ratios, device).log()
    loss, gradient = closed_form(start, *rollout, old, clip)
    got = solution.train_epoch(policy, optimizer, *rollout, old_log_probs=old.clone(), clip=clip)
    close(got, loss, f"loss at the ratios {ratios}, clip {clip}")
    close(policy.weight.grad, gradient, f"gradient at the ratios {ratios}, clip {clip}")


def test_a_policy_in_training_mode_with_dropout_is_refused(solution, device):
    hidden, head = linear(WEIGHT, device), linear(torch.eye(3).tolist(), device)
    policy = torch.nn.Sequential(hidden, torch.nn.Sequential(torch.nn.Dropout(0.5), head))
    refused(solution, policy, four_steps(device), "eval()")


def test_an_empty_rollout_is_refused(solution, device):
    refused(solution, linear(WEIGHT, device), four_steps(device, 0), "empty")


def refused(solution, policy, rollout, message):
    """Neither parameters nor gradients may have changed, bit by bit."""
    optimizer = torch.optim.SGD(policy.parameters(), lr=0.5)
    for parameter in policy.parameters():
        parameter.grad = torch.full_like(parameter, 0.125).detach()
    before = [p.detach().clone() for p in policy.parameters()]
    with raises(ValueError, message, "a call that makes no sense"):
        solution.train_epoch(policy, optimizer, *rollout)
    for parameter, old in zip(policy.parameters(), before, strict=True):
        equal(parameter.detach(), old, "a parameter after a refusal")
        equal(parameter.grad, torch.full_like(old, 0.125), "its gradient after a refusal")


# The documented failure


def test_the_gradient_of_the_first_epoch_is_exactly_zero(broken, device, evidence):
    report, checkpoint = compare_bandit(broken, device)
    evidence(report, **CLAIM, checkpoint=checkpoint)
    equal(report.autograd, torch.zeros_like(report.analytic), "expected gradient of the first epoch")
    close(report.autograd_error, 1.0, "relative error of a gradient of zeros")


def test_the_loss_looks_right_and_the_policy_never_moves(broken, device):
    policy, rollout = linear(WEIGHT, device), four_steps(device)
    optimizer = torch.optim.SGD(policy.parameters(), lr=0.5)
    for _ in range(20):
        loss = broken.train_epoch(policy, optimizer, *rollout)
        close(loss, -sum(ADVANTAGES) / 4, "loss of the first epoch")
    equal(policy.weight.grad, torch.zeros_like(policy.weight), "gradient after 20 rollouts")
    equal(policy.weight.detach(), tensor(WEIGHT, device), "weight after 20 rollouts")
