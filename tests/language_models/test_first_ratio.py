"""PPO on a model that samples with a temperature: what `rollout` and `ppo_loss` promise.

The model is a bigram table, and its policy is softmax(row / temperature). Tests on `ppo_loss` list every
token that could have been sampled, with its probability; those on `rollout` hold for whatever is sampled.
"""

import math

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

TEMPERATURES = [0.5, 0.6, 1.0, 2.0]


def table_of(device):
    rows = [[0.0, 1.0, -1.0], [2.0, 0.5, 0.0], [-0.5, 0.25, 1.5]]
    return torch.tensor(rows, dtype=torch.float64, device=device)


def policy(table, temperature):
    """Probabilities of the next token, by hand: (words, words)."""
    powers = (table / temperature).exp()
    return powers / powers.sum(dim=1, keepdim=True)


def all_samples(table, temperature, device):
    """Every way to go on with one token after token 0, 1 or 2: (9, 2), as if a rollout had found it."""
    tokens = torch.tensor([[a, b] for a in range(3) for b in range(3)], device=device)
    log_probs = policy(table, temperature).log()[tokens[:, 0], tokens[:, 1]].unsqueeze(1)
    return {"tokens": tokens, "log_probs": log_probs, "temperature": temperature}


def rewards(device):
    return torch.tensor([1.0, -2.0, 4.0, 0.5, 3.0, -1.0, 2.0, 0.0, -3.0], dtype=torch.float64, device=device)


def slope_of(module, table, samples, advantages, clip=0.2, factor=1.0):
    leaf = table.clone().requires_grad_(True)
    loss, _ = module.ppo_loss(lambda tokens: leaf[tokens], samples, advantages, clip)
    return torch.autograd.grad(factor * loss, leaf)[0]


# What they promise


@pytest.mark.parametrize("temperature", TEMPERATURES)
def test_before_the_first_step_every_ratio_is_one(solution, device, temperature):
    table = table_of(device)
    start = torch.tensor([[0], [1], [2], [2]], device=device)
    samples = solution.rollout(lambda tokens: table[tokens], start, 5, temperature)
    advantages = torch.ones(4, 5, dtype=torch.float64, device=device)
    loss, ratios = solution.ppo_loss(lambda tokens: table[tokens], samples, advantages, 0.2)
    close(ratios, torch.ones_like(advantages), f"the ratios of an unchanged model, temperature {temperature}")
    close(loss.item(), -1.0, "the loss of an unchanged model with advantages of 1")


@pytest.mark.parametrize("temperature", TEMPERATURES)
def test_the_expected_gradient_is_that_of_the_expected_reward(solution, device, temperature):
    table, reward = table_of(device), rewards(device)
    samples = all_samples(table, temperature, device)
    weights = samples["log_probs"].exp()[:, 0]
    slope = slope_of(solution, table, samples, (9 * weights * reward).unsqueeze(1))
    numeric = gradients.central_difference(
        lambda at: -(policy(at, temperature).reshape(-1) * reward).sum(), table
    )
    p = policy(table, temperature)
    mean = (p * reward.view(3, 3)).sum(dim=1, keepdim=True)
    analytic = -p * (reward.view(3, 3) - mean) / temperature
    what = f"the expected gradient at temperature {temperature}"
    gradients.compare(slope, analytic=analytic, numeric=numeric, what=what).require()


@pytest.mark.parametrize("temperature", TEMPERATURES)
def test_when_the_model_has_moved_the_ratios_say_how_far(solution, device, temperature):
    table, moved = table_of(device), table_of(device)
    moved[0, 0] += 0.5
    moved[2] -= torch.tensor([0.75, 0.0, -0.25], dtype=torch.float64, device=device)
    samples = all_samples(table, temperature, device)
    advantages = rewards(device).unsqueeze(1)
    loss, ratios = solution.ppo_loss(lambda tokens: moved[tokens], samples, advantages, 0.2)
    wanted = (policy(moved, temperature) / policy(table, temperature)).reshape(9, 1)
    close(ratios, wanted, f"the ratios of a moved model, temperature {temperature}")
    pairs = zip(wanted[:, 0].tolist(), rewards(device).tolist())
    total = sum(min(r * a, min(max(r, 0.8), 1.2) * a) for r, a in pairs)
    close(loss.item(), -total / 9, f"the clipped loss, temperature {temperature}")


def test_the_gradient_inside_a_larger_loss(solution, device):
    table = table_of(device)
    samples = all_samples(table, 0.5, device)
    ones = torch.ones(9, 1, dtype=torch.float64, device=device)
    once = slope_of(solution, table, samples, ones)
    p = policy(table, 0.5)
    wanted = -(1 - 3 * p) / 0.5 / 9  # each token once after each other one
    close(once, wanted, "the gradient for advantages of 1")
    close(slope_of(solution, table, samples, ones, factor=-4.0), -4 * wanted, "-4 times it")


# What already works and must stay


@pytest.mark.parametrize("temperature", TEMPERATURES)
def test_a_rollout_tells_how_likely_its_tokens_were(solution, device, temperature):
    table = table_of(device)
    leaf = table.clone().requires_grad_(True)
    start = torch.tensor([[2], [0], [1]], device=device)
    samples = solution.rollout(lambda tokens: leaf[tokens], start, 4, temperature)
    tokens = samples["tokens"]
    equal(tuple(tokens.shape), (3, 5), "the shape of the tokens")
    equal(tokens[:, :1], start, "the start tokens")
    wanted = policy(table, temperature).log()[tokens[:, :-1], tokens[:, 1:]]
    close(samples["log_probs"], wanted, f"the log-probabilities at temperature {temperature}")
    equal(samples["log_probs"].requires_grad, False, "whether they carry a graph")
    equal(samples["temperature"], temperature, "the temperature that's returned")


def test_a_cold_policy_takes_the_likeliest_token(solution, device):
    table = 50 * table_of(device)
    start = torch.tensor([[0], [1], [2]], device=device)
    samples = solution.rollout(lambda tokens: table[tokens], start, 3, 0.1)
    wanted = torch.tensor([[0, 1, 0, 1], [1, 0, 1, 0], [2, 2, 2, 2]], device=device)
    equal(samples["tokens"], wanted, "tokens at temperature 0.1")
    table = torch.tensor([[0.0, 30.0], [0.0, 0.0]], dtype=torch.float64, device=device)
    hot = solution.rollout(
        lambda t: table[t], torch.zeros(400, 1, dtype=torch.int64, device=device), 1, 100.0
    )
    share = hot["tokens"][:, 1].double().mean().item()  # 0.574 at this temperature, 1.0 at temperature 1
    equal(0.4 < share < 0.75, True, "whether a hot policy also takes the other token")


def test_at_temperature_one_ratios_and_loss_are_right(solution, device):
    table, moved = table_of(device), table_of(device)
    moved[1, 2] += math.log(2.0)
    samples = all_samples(table, 1.0, device)
    advantages = torch.ones(9, 1, dtype=torch.float64, device=device)
    loss, ratios = solution.ppo_loss(lambda tokens: moved[tokens], samples, advantages, 0.2)
    wanted = (policy(moved, 1.0) / policy(table, 1.0)).reshape(9, 1)
    close(ratios, wanted, "the ratios at temperature 1")
    close(loss.item(), -wanted.clamp(max=1.2).mean().item(), "the loss at temperature 1")
    equal(ratios.requires_grad, False, "whether the ratios carry a graph")


def test_samples_stay_as_they_are(solution, device):
    table = table_of(device)
    samples = all_samples(table, 0.5, device)
    tokens, log_probs = samples["tokens"].clone(), samples["log_probs"].clone()
    solution.ppo_loss(lambda t: table[t], samples, rewards(device).unsqueeze(1), 0.2)
    equal(samples["tokens"], tokens, "the tokens after the loss")
    equal(samples["log_probs"], log_probs, "the log-probabilities after the loss")
    equal(samples["temperature"], 0.5, "the temperature after the loss")


# The documented failure


def test_the_ratio_is_not_one_before_the_first_step(broken, device):
    table = torch.tensor([[math.log(2.0), 0.0, 0.0]] * 3, dtype=torch.float64, device=device)
    samples = all_samples(table, 0.5, device)  # policy 2/3, 1/6, 1/6, where the model has 1/2, 1/4, 1/4
    advantages = torch.ones(9, 1, dtype=torch.float64, device=device)
    _, ratios = broken.ppo_loss(lambda tokens: table[tokens], samples, advantages, 0.2)
    close(ratios[:3, 0], [0.75, 1.5, 1.5], "the ratios of an unchanged model at temperature 0.5")
    slope = slope_of(broken, table, samples, advantages)
    close(slope[0].tolist(), [-0.75 * 0.5 / 9, 0.75 * 0.25 / 9, 0.75 * 0.25 / 9], "the gradient after 0")


def test_the_first_ratios_depend_on_how_likely_a_token_is(broken, device):
    table = torch.tensor([[math.log(2.0), 0.0, 0.0]] * 3, dtype=torch.float64, device=device)
    start = torch.zeros(8, 1, dtype=torch.int64, device=device)
    samples = broken.rollout(lambda tokens: table[tokens], start, 6, 0.5)
    advantages = torch.ones(8, 6, dtype=torch.float64, device=device)
    _, ratios = broken.ppo_loss(lambda tokens: table[tokens], samples, advantages, 0.2)
    likely = (samples["tokens"][:, 1:] == 0).double()
    close(ratios, 1.5 - 0.75 * likely, "the ratios of an unchanged model for what it has sampled")
