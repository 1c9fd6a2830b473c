"""The loss of a critic: `critic_loss` compares the value of each state with the target of its own transition.

The corridor has four states; the last step pays 1 and ends the episode, and the environment starts over.
The critic is a table, so the gradient is known: 2/4 (V(s) - target) for each state. A step of size 2 then
puts every value on its target, and four steps find the exact values, gamma^3 to 1.
"""

import warnings

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

GAMMA, REWARDS, VALUES = 0.5, [0.0, 0.0, 0.0, 1.0], [0.5, -1.0, 2.0, 0.25]

CLAIM = {
    "claim": "each state gets the gradient 2/n (V(s) - (r + gamma V(next))) of its own transition",
    "oracle": "closed form, with the targets as constants",
    "config": {"gamma": GAMMA, "rewards": REWARDS, "values": VALUES, "dones": [False, False, False, True]},
}


def tensor(values, device, dtype=torch.float64):
    return torch.tensor(values, dtype=dtype, device=device)


def table(values, device):
    """A critic that looks the value up: linear in a state's one-hot vector."""
    critic = torch.nn.Linear(len(values), 1, bias=False, dtype=torch.float64, device=device)
    with torch.no_grad():
        critic.weight.copy_(tensor([values], device))
    return critic


def corridor(device, rewards=REWARDS):
    """One transition from each state; after the last one the environment is at the start again."""
    states = torch.eye(4, dtype=torch.float64, device=device)
    dones = tensor([False, False, False, True], device, torch.bool)
    return states, tensor(rewards, device), states.roll(-1, 0), dones


def compare_corridor(module, device):
    """The gradient for the corridor, beside the one on paper and differences with frozen targets."""
    critic = table(VALUES, device)
    module.critic_loss(critic, *corridor(device), GAMMA).backward()
    targets = tensor([GAMMA * -1.0, GAMMA * 2.0, GAMMA * 0.25, 1.0], device)
    return gradients.compare(
        critic.weight.grad,
        analytic=tensor([[0.5, -1.0, 0.9375, -0.375]], device),  # (V - target) / 2
        numeric=gradients.central_difference(
            lambda weight: ((weight[0] - targets) ** 2).mean(), critic.weight.detach()
        ),
        what="gradient of the critic's table",
    )


def fit(module, critic, batch, steps, lr):
    """Plain gradient descent; the losses before each step."""
    losses = []
    for _ in range(steps):
        loss = module.critic_loss(critic, *batch, GAMMA)
        losses.append(loss.item())
        critic.weight.grad = None
        loss.backward()
        with torch.no_grad():
            critic.weight -= lr * critic.weight.grad
    return losses


# What critic_loss promises


def test_each_state_learns_from_its_own_transition(solution, device, evidence):
    report = compare_corridor(solution, device)
    evidence(report, **CLAIM)
    report.require()


def test_the_loss_is_the_mean_of_the_squared_errors(solution, device):
    loss = solution.critic_loss(table(VALUES, device), *corridor(device), GAMMA)
    equal(tuple(loss.shape), (), "shape of the loss")
    close(loss.item(), (1.0**2 + 2.0**2 + 1.875**2 + 0.75**2) / 4, "loss of four transitions")


def test_in_a_larger_loss_the_critic_gets_its_share(solution, device):
    alone, larger = table(VALUES, device), table(VALUES, device)
    solution.critic_loss(alone, *corridor(device), GAMMA).backward()
    (3 * solution.critic_loss(larger, *corridor(device), GAMMA)).backward()
    close(larger.weight.grad, 3 * alone.weight.grad, "the gradient of three times the loss")


def test_four_sweeps_find_the_value_of_every_state(solution, device):
    critic = table([0.0] * 4, device)
    fit(solution, critic, corridor(device), steps=4, lr=2.0)
    close(critic.weight, [[0.125, 0.25, 0.5, 1.0]], "values of the corridor after 4 sweeps")


def test_a_prize_at_the_start_is_worth_nothing_later(solution, device):
    critic = table([0.5] * 4, device)
    fit(solution, critic, corridor(device, [1.0, 0.0, 0.0, 0.0]), steps=4, lr=2.0)
    close(critic.weight, [[1.0, 0.0, 0.0, 0.0]], "values after 4 sweeps, the prize at the start")


def test_an_exact_critic_has_no_loss_and_stays(solution, device):
    critic = table([0.125, 0.25, 0.5, 1.0], device)
    losses = fit(solution, critic, corridor(device), steps=2, lr=2.0)
    close(losses, [0.0, 0.0], "losses of an exact critic")
    close(critic.weight, [[0.125, 0.25, 0.5, 1.0]], "values of an exact critic after 2 steps")


@pytest.mark.parametrize("gamma", [0.9, 0.0, 1.0])
def test_a_critic_with_features_gets_the_gradient_of_its_own_errors(solution, device, gamma):
    critic = torch.nn.Linear(2, 1, dtype=torch.float64, device=device)
    with torch.no_grad():
        critic.weight.copy_(tensor([[0.5, -1.0]], device))
        critic.bias.copy_(tensor([0.25], device))
    states = tensor([[1.0, 0.0], [0.5, 2.0], [-1.0, 1.0]], device)
    after = tensor([[0.0, 1.0], [2.0, 0.0], [0.5, 0.5]], device)
    rewards, ends = tensor([1.0, -2.0, 0.5], device), tensor([False, True, False], device, torch.bool)
    # V(s) is .75, -1.5, -1.25 and V(s') is -.75, 1.25, 0
    errors = tensor([0.75 - (1.0 - 0.75 * gamma), -1.5 + 2.0, -1.25 - 0.5], device)
    loss = solution.critic_loss(critic, states, rewards, after, ends, gamma)
    close(loss.item(), (errors**2).mean().item(), f"loss of three transitions, gamma {gamma}")
    loss.backward()
    close(critic.weight.grad, (2 / 3 * errors @ states)[None], f"gradient of the weight, gamma {gamma}")
    close(critic.bias.grad, (2 * errors.mean()).reshape(1), f"gradient of the bias, gamma {gamma}")


def test_the_order_of_the_batch_plays_no_part(solution, device):
    order = [2, 0, 3, 1]
    critic = table(VALUES, device)
    solution.critic_loss(critic, *(part[order] for part in corridor(device)), GAMMA).backward()
    close(critic.weight.grad, [[0.5, -1.0, 0.9375, -0.375]], "gradient for a batch in another order")


# What already works and must stay


def test_a_batch_of_one_transition_is_right(solution, device):
    critic = table(VALUES, device)
    for index, (error, state) in enumerate([(1.0, 0), (-2.0, 1), (1.875, 2), (-0.75, 3)]):
        critic.weight.grad = None
        part = slice(index, index + 1)
        loss = solution.critic_loss(critic, *(values[part] for values in corridor(device)), GAMMA)
        equal(tuple(loss.shape), (), "shape of the loss of one transition")
        close(loss.item(), error**2, f"loss of transition {index} alone")
        loss.backward()
        wanted = torch.zeros(1, 4, dtype=torch.float64, device=device)
        wanted[0, state] = 2 * error
        close(critic.weight.grad, wanted, f"gradient of transition {index} alone")


def test_backward_is_left_to_the_caller(solution, device):
    critic = table(VALUES, device)
    critic.weight.grad = torch.full((1, 4), 0.125, dtype=torch.float64, device=device)
    loss = solution.critic_loss(critic, *corridor(device), GAMMA)
    equal(loss.requires_grad, True, "whether the loss carries a gradient")
    wanted = torch.full((1, 4), 0.125, dtype=torch.float64, device=device)
    equal(critic.weight.grad, wanted, "an earlier gradient before anybody called backward()")


def test_the_loss_has_the_dtype_of_the_states(solution, device):
    for dtype in (torch.float32, torch.float64):
        states, rewards, next_states, dones = corridor(device)
        batch = states.to(dtype), rewards.to(dtype), next_states.to(dtype), dones
        loss = solution.critic_loss(table(VALUES, device).to(dtype), *batch, GAMMA)
        equal(str(loss.dtype), str(dtype), f"dtype of the loss for {dtype} states")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({1: (3,)}, ["(4, 4)", "(3,)"]),
        ({1: (1,)}, ["(4, 4)", "(1,)"]),
        ({1: (4, 1)}, ["(4, 4)", "(4, 1)"]),
        ({3: (4, 1)}, ["(4, 4)", "(4, 1)"]),
        ({2: (3, 4)}, ["(4, 4)", "(3, 4)"]),
        ({0: (0, 4), 1: (0,), 2: (0, 4), 3: (0,)}, ["empty"]),
    ],
    ids=["reward_missing", "one_reward_for_all", "rewards_in_a_column", "dones_in_a_column", "next", "empty"],
)
def test_shapes_that_do_not_fit_are_refused(solution, device, change, message):
    critic = table(VALUES, device)
    critic.weight.grad = torch.full((1, 4), 0.125, dtype=torch.float64, device=device)
    batch = list(corridor(device))
    for place, shape in change.items():
        batch[place] = torch.zeros(shape, dtype=batch[place].dtype, device=device)
    for part in message:
        with raises(ValueError, part, "shapes that do not fit"):
            solution.critic_loss(critic, *batch, GAMMA)
    equal(critic.weight.detach(), tensor([VALUES], device), "the critic after a refusal")
    wanted = torch.full((1, 4), 0.125, dtype=torch.float64, device=device)
    equal(critic.weight.grad, wanted, "its gradient after a refusal")


# The documented failure


def test_every_state_learns_from_the_rewards_and_ends_of_all(broken, device, evidence):
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # nobody is warned
        report = compare_corridor(broken, device)
    evidence(report, **CLAIM)
    # (V(s) - 1/4 - 3/4 gamma V(s')) / 2
    close(report.autograd, [[0.3125, -1.0, 0.828125, -0.09375]], "gradient of the critic's table")


def test_every_state_of_the_corridor_is_worth_the_same(broken, device):
    critic = table([0.0] * 4, device)
    losses = fit(broken, critic, corridor(device), steps=60, lr=2.0)
    # The fixed point of V = 1/4 + 3/4 gamma V; a perfect fit to all pairs is not to be had.
    close(critic.weight, [[0.4] * 4], "values of the corridor after 60 sweeps")
    close(losses[-1], 0.12, "the loss that is left")


def test_it_makes_no_difference_to_whom_a_reward_belongs(broken, device):
    for rewards in ([1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]):
        critic = table(VALUES, device)
        broken.critic_loss(critic, *corridor(device, rewards), GAMMA).backward()
        close(
            critic.weight.grad, [[0.3125, -1.0, 0.828125, -0.09375]], f"gradient with the rewards {rewards}"
        )
