"""`play_round` lets the critic take a step and then the generator, whose loss and gradient belong to the
critic's new weights. Everything is a scalar, so both derivatives can be written out."""

from math import tanh

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

LR = 0.125
NOISE = [1.0, -0.5, 2.0]
REAL = [2.0, 1.0, 3.0, 1.5]


class Generator(torch.nn.Module):
    """gain * noise"""

    def __init__(self, device, gain=0.5):
        super().__init__()
        self.gain = torch.nn.Parameter(torch.tensor(gain, dtype=torch.float64, device=device))

    def forward(self, noise):
        return self.gain * noise


class Critic(torch.nn.Module):
    """height * tanh(slope * value), or slope * value where there is no height"""

    def __init__(self, device, slope=0.75, height=1.5):
        super().__init__()
        self.slope = torch.nn.Parameter(torch.tensor(slope, dtype=torch.float64, device=device))
        self.height = None
        if height is not None:
            self.height = torch.nn.Parameter(torch.tensor(height, dtype=torch.float64, device=device))

    def forward(self, values):
        marks = self.slope * values
        return marks if self.height is None else self.height * torch.tanh(marks)


class Game:
    """Both networks, their optimizers and the samples; `steps` is the order in which they stepped."""

    def __init__(self, device, noise=NOISE, real=REAL, momentum=0.0, **critic):
        self.generator, self.critic = Generator(device), Critic(device, **critic)
        self.optimizers = [
            torch.optim.SGD(network.parameters(), lr=LR, momentum=momentum)
            for network in (self.generator, self.critic)
        ]
        self.noise = torch.tensor(noise, dtype=torch.float64, device=device).reshape(-1, 1)
        self.real = torch.tensor(real, dtype=torch.float64, device=device).reshape(-1, 1)
        self.steps = []
        for name, optimizer in zip(("generator", "critic"), self.optimizers):
            optimizer.register_step_post_hook(lambda *_, name=name: self.steps.append(name))

    def play(self, module):
        return module.play_round(self.generator, self.critic, *self.optimizers, self.noise, self.real)

    def weights(self):
        return [self.generator.gain.item(), self.critic.slope.item(), self.critic.height.item()]


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def critic_slopes(gain, slope, height):
    """d critic loss / d slope and / d height, where tanh' = 1 - tanh^2."""
    fakes = [gain * z for z in NOISE]

    def of_slope(values):
        return mean(height * (1 - tanh(slope * x) ** 2) * x for x in values)

    def of_height(values):
        return mean(tanh(slope * x) for x in values)

    return of_slope(fakes) - of_slope(REAL), of_height(fakes) - of_height(REAL)


def generator_slope(gain, slope, height):
    """d generator loss / d gain, through the critic with these weights."""
    return -mean(height * (1 - tanh(slope * gain * z) ** 2) * slope * z for z in NOISE)


def by_hand(game, rounds, momentum=0.0):
    """The weights (gain, slope, height) after so many rounds, and both losses of each round."""
    gain, slope, height = game.weights()
    speeds, losses = [0.0, 0.0, 0.0], []
    for _ in range(rounds):
        fakes = [gain * z for z in NOISE]
        critic_loss = mean(height * tanh(slope * x) for x in fakes) - mean(
            height * tanh(slope * x) for x in REAL
        )
        for i, gradient in enumerate(critic_slopes(gain, slope, height)):
            speeds[i] = momentum * speeds[i] + gradient
        slope, height = slope - LR * speeds[0], height - LR * speeds[1]  # the critic has stepped
        generator_loss = -mean(height * tanh(slope * x) for x in fakes)
        speeds[2] = momentum * speeds[2] + generator_slope(gain, slope, height)
        gain -= LR * speeds[2]
        losses.append([critic_loss, generator_loss])
    return [gain, slope, height], losses


# What play_round promises


@pytest.mark.parametrize("rounds", [1, 4])
@pytest.mark.parametrize("momentum", [0.0, 0.5])
def test_the_generator_learns_from_the_updated_critic(solution, device, rounds, momentum):
    game = Game(device, momentum=momentum)
    wanted, wanted_losses = by_hand(game, rounds, momentum)
    losses = [game.play(solution) for _ in range(rounds)]
    close(game.weights(), wanted, f"generator's gain, critic's slope and height after round {rounds}")
    close(losses, wanted_losses, f"losses of critic and generator in {rounds} rounds")
    equal(game.steps, ["critic", "generator"] * rounds, "steps, in their order")


def test_a_round_with_a_linear_critic_matches_the_calculation_by_hand(solution, device):
    # Gain 1/2, noise 2, so the fake is 1; real 3; slope 2. Critic: loss 2 * 1 - 2 * 3 = -4,
    # gradient 1 - 3 = -2, new slope 2 + 2/8 = 9/4. Generator: loss -9/4 * 1, gradient
    # -9/4 * 2 = -9/2, new gain 1/2 + 9/16 = 17/16. (The old critic would give 1/2 + 4/8 = 1.)
    game = Game(device, noise=[2.0], real=[3.0], slope=2.0, height=None)
    losses = game.play(solution)
    close(game.critic.slope.item(), 9 / 4, "slope of the linear critic after the round")
    close(game.generator.gain.item(), 17 / 16, "gain of the generator after the round")
    close(losses, [-4.0, -9 / 4], "losses of critic and generator")


def test_the_generator_follows_the_gradient_at_the_new_critic(solution, device):
    game = Game(device)
    gain = game.generator.gain.detach().clone()
    (_, slope, height), _ = by_hand(game, 1)  # the critic after its step
    game.play(solution)
    analytic = torch.full_like(gain, generator_slope(gain.item(), slope, height))
    numeric = gradients.central_difference(
        lambda at: -(height * torch.tanh(slope * at * game.noise)).mean(), gain
    )
    got = (gain - game.generator.gain.detach()) / LR
    gradients.compare(got, analytic=analytic, numeric=numeric, what="gradient of the generator").require()


def test_gradients_from_before_the_round_do_not_count(solution, device):
    game = Game(device)
    wanted, _ = by_hand(game, 1)
    for parameter in (*game.generator.parameters(), *game.critic.parameters()):
        parameter.grad = torch.full_like(parameter, 1000.0)
    game.play(solution)
    close(game.weights(), wanted, "gain, slope and height after a round that found old gradients")


# What already works and must stay


@pytest.mark.parametrize(("noise", "real"), [([], REAL), (NOISE, []), ([], [])])
def test_a_round_without_samples_is_refused_and_nothing_changes(solution, device, noise, real):
    game = Game(device, noise=noise, real=real)
    before = game.weights()
    parameters = [*game.generator.parameters(), *game.critic.parameters()]
    for parameter in parameters:
        parameter.grad = torch.full_like(parameter, 7.0)
    with raises(ValueError, "samples", f"{len(noise)} samples of noise and {len(real)} real ones"):
        game.play(solution)
    equal(game.weights(), before, "gain, slope and height after the refusal")
    found = [None if p.grad is None else p.grad.item() for p in parameters]
    equal(found, [7.0, 7.0, 7.0], "their gradients after the refusal")


# The documented failure


@pytest.mark.parametrize("critic", [{}, {"height": None}], ids=["tanh", "linear"])
def test_the_generators_backward_finds_the_critic_modified(broken, device, critic):
    game = Game(device, **critic)
    with raises(RuntimeError, "modified by an inplace operation", "the generator's turn"):
        game.play(broken)
    equal(game.steps, ["critic"], "steps made when the generator's turn raised")
