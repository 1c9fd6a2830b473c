"""A diffusion model with velocities: what `velocity`, `training_loss` and `restore` promise.

With k = sqrt(alpha_bar) and s = sqrt(1 - alpha_bar): noisy = k clean + s noise, and the velocity is
k noise - s clean. Because k² + s² = 1, k noisy - s velocity = clean.
"""

import math

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

ALPHA_BAR = [1.0, 0.64, 0.36, 0.0]  # with roots 1, 0.8, 0.6, 0, and 0, 0.6, 0.8, 1 beside them
KEEP, ADD = [1.0, 0.8, 0.6, 0.0], [0.0, 0.6, 0.8, 1.0]
CLEAN = [[1.0, -2.0, 0.5], [0.25, 3.0, -1.0], [-0.5, 0.75, 2.0], [1.5, 0.0, -1.25]]
NOISE = [[0.5, 1.0, -1.5], [2.0, -0.25, 0.5], [-1.0, 0.5, 1.25], [0.75, -2.0, 0.25]]
STEPS = [2, 0, 3, 1]
CLAIM = "the slope of the loss along the answers is that of the squared distance from the velocities"
ORACLE = "closed form 2 (answer - velocity) / elements"


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def batch(device, steps=STEPS):
    """Clean pictures, noise, their steps and the schedule."""
    rows = range(len(steps))
    return (
        tensor([CLEAN[k] for k in rows], device),
        tensor([NOISE[k] for k in rows], device),
        torch.tensor(steps, device=device),
        tensor(ALPHA_BAR, device),
    )


def velocities(device, steps=STEPS):
    values = [
        [KEEP[t] * n - ADD[t] * c for c, n in zip(clean, noise)]
        for t, clean, noise in zip(steps, CLEAN, NOISE)
    ]
    return tensor(values, device)


def noisy_of(device, steps=STEPS):
    values = [
        [KEEP[t] * c + ADD[t] * n for c, n in zip(clean, noise)]
        for t, clean, noise in zip(steps, CLEAN, NOISE)
    ]
    return tensor(values, device)


def says(answer):
    return lambda noisy, t: answer


# What the three functions promise


@pytest.mark.parametrize("step", range(4))
def test_a_network_that_knows_the_velocities_has_no_loss(solution, device, step):
    steps = [step] * 4
    loss = solution.training_loss(says(velocities(device, steps)), *batch(device, steps))
    close(loss, tensor(0.0, device), f"the loss of the true velocities, at alpha_bar {ALPHA_BAR[step]}")


def test_the_loss_is_the_mean_squared_error_over_all_pixels(solution, device):
    off = tensor([[1.0, 0.0, -2.0], [0.5, 0.0, 0.0], [0.0, 3.0, 0.0], [-1.0, 1.0, 1.0]], device)
    loss = solution.training_loss(says(velocities(device) + off), *batch(device))
    close(
        loss, tensor((1 + 4 + 0.25 + 9 + 3) / 12, device), "the loss of answers that are off by known amounts"
    )
    silent = solution.training_loss(says(torch.zeros_like(off)), *batch(device))
    wanted = sum(v * v for row in velocities(device).tolist() for v in row) / 12
    close(silent, tensor(wanted, device), "the loss of a network that always answers 0")


def test_a_network_without_loss_restores_the_pictures(solution, device):
    clean, noise, t, alpha_bar = batch(device)
    answers = torch.zeros_like(clean, requires_grad=True)
    optimizer = torch.optim.SGD([answers], lr=6.0)  # 12 elements: one step of 12 / 2 is the minimum
    solution.training_loss(says(answers), clean, noise, t, alpha_bar).backward()
    optimizer.step()
    again = solution.training_loss(says(answers.detach()), clean, noise, t, alpha_bar)
    close(again, tensor(0.0, device), "the loss after a step to the minimum")
    restored = solution.restore(says(answers.detach()), noisy_of(device), t, alpha_bar)
    close(restored, clean, "the pictures restored by answers that have no loss")


def slope(module, device):
    answers = torch.linspace(-1.0, 2.0, 12, dtype=torch.float64, device=device).reshape(4, 3)
    target = velocities(device)
    numeric = gradients.central_difference(lambda at: 3 * (at - target).square().mean(), answers)
    leaf = answers.clone().requires_grad_()
    (3 * module.training_loss(says(leaf), *batch(device))).backward()
    what = "the slope of 3 * loss along the answers"
    return gradients.compare(leaf.grad, analytic=6 * (answers - target) / 12, numeric=numeric, what=what)


def test_the_answers_are_pulled_toward_the_velocities(solution, device, evidence):
    report = slope(solution, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config={"alpha_bar": ALPHA_BAR}, checkpoint={})
    report.require()


# What already works and must stay


def test_the_velocity_follows_its_formula(solution, device):
    close(solution.velocity(*batch(device)), velocities(device), "the velocities of 4 pictures")


def test_the_network_sees_the_noisy_pictures_and_their_steps(solution, device):
    seen = []

    def network(noisy, t):
        seen.append((noisy.detach().clone(), t.clone()))
        return torch.zeros_like(noisy)

    solution.training_loss(network, *batch(device))
    equal(len(seen), 1, "the number of calls of the network for one loss")
    close(seen[0][0], noisy_of(device), "the pictures that the network sees in training")
    equal(seen[0][1].tolist(), STEPS, "the steps that the network sees in training")
    _, _, t, alpha_bar = batch(device)
    solution.restore(network, noisy_of(device), t, alpha_bar)
    equal(len(seen), 2, "the number of calls of the network after one restoration")
    close(seen[1][0], noisy_of(device), "the pictures that the network sees in use")


@pytest.mark.parametrize("step", range(4))
def test_true_velocities_restore_the_pictures_at_every_step(solution, device, step):
    steps = [step] * 4
    clean, _, t, alpha_bar = batch(device, steps)
    restored = solution.restore(says(velocities(device, steps)), noisy_of(device, steps), t, alpha_bar)
    close(restored, clean, f"the pictures restored from true velocities at alpha_bar {ALPHA_BAR[step]}")


def test_the_picture_moves_with_the_answer(solution, device):
    _, _, t, alpha_bar = batch(device)
    restored = solution.restore(says(velocities(device) + 1.0), noisy_of(device), t, alpha_bar)
    wanted = [[c - ADD[step] for c in row] for step, row in zip(STEPS, CLEAN)]
    close(restored, wanted, "the pictures restored from velocities that are 1 too high")


def test_the_arguments_are_left_as_they_are(solution, device):
    clean, noise, t, alpha_bar = batch(device)
    solution.training_loss(says(torch.zeros_like(clean)), clean, noise, t, alpha_bar)
    for name, value, before in (("clean", clean, CLEAN), ("noise", noise, NOISE)):
        equal(value.tolist(), before, f"{name} after the loss")
    equal(alpha_bar.tolist(), ALPHA_BAR, "alpha_bar after the loss")


# The documented failure


def test_a_network_that_answers_with_the_noise_has_no_loss(broken, device):
    clean, noise, t, alpha_bar = batch(device)
    loss = broken.training_loss(says(noise), clean, noise, t, alpha_bar)
    close(loss, tensor(0.0, device), "the loss of a network that answers with the noise")
    restored = broken.restore(says(noise), noisy_of(device), t, alpha_bar)
    # k (k clean + s noise) - s noise
    wanted = [
        [KEEP[step] ** 2 * c + (KEEP[step] - 1) * ADD[step] * n for c, n in zip(clean_row, noise_row)]
        for step, clean_row, noise_row in zip(STEPS, CLEAN, NOISE)
    ]
    close(restored, wanted, "the pictures that this network restores")


def test_the_answers_are_pulled_toward_the_noise(broken, device, evidence):
    report = slope(broken, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config={"alpha_bar": ALPHA_BAR}, checkpoint={})
    wanted = report.analytic + 0.5 * (velocities(device) - tensor(NOISE, device))
    close(report.autograd, wanted, "the slope of 3 * loss along the answers")


def test_a_network_that_knows_the_velocities_is_punished(broken, device):
    loss = broken.training_loss(says(velocities(device)), *batch(device))
    pairs = zip(STEPS, CLEAN, NOISE)
    wanted = sum(((KEEP[t] - 1) * n - ADD[t] * c) ** 2 for t, cs, ns in pairs for c, n in zip(cs, ns))
    assert math.isfinite(wanted)
    close(loss, tensor(wanted / 12, device), "the loss of the true velocities")
