"""The returns of a rollout: `rollout_returns` keeps the episodes in it apart, in every environment.

A return is the discounted sum of the rewards up to the end of the step's own episode, or up to the end
of the rollout and then the critic's value. The tests write that sum out, and average what a critic and
a policy learn from it over every pair of episodes that a small problem allows.
"""

import itertools

import pytest
import torch

from torchkata import gradients, mdp
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

# Action 0 ends the episode at once and pays 1; action 1 pays 0.5, and 2 in a second step.
GAMMA, FIRST, LONG = 0.5, [0.25, 0.75], (0.5, 2.0)
START = FIRST[0] * 1.0 + FIRST[1] * (LONG[0] + GAMMA * LONG[1])  # the value of the start: 1.375

CLAIM = {
    "claim": "two episodes in a rollout pull a critic, on average, from 0 to the value of each state",
    "oracle": "closed form -2 P(state) V(state)",
    "config": {"problem": "variable_length", "gamma": GAMMA, "first_action": FIRST, "critic": [0.0, 0.0]},
}


def tensor(values, device, dtype=torch.float64):
    return torch.tensor(values, dtype=dtype, device=device)


def problem():
    made = mdp.variable_length(1.0, LONG)
    return mdp.MDP(made.outcomes, made.start, made.horizon, GAMMA)


def policy(device):
    return tensor([FIRST, [0.5, 0.5]], device).log().requires_grad_()


def pairs(device):
    """Every two episodes in a row, with the probability of both: nine rollouts of 2 to 4 steps."""
    episodes = list(problem().trajectories(policy(device)))
    return [(p * q, one + two) for (p, one), (q, two) in itertools.product(episodes, repeat=2)]


def returns_of(module, steps, device):
    """The returns of one environment, whose last step ends an episode."""
    rewards = tensor([[step.reward] for step in steps], device)
    dones = tensor([[step.done] for step in steps], device, torch.bool)
    return module.rollout_returns(rewards, dones, tensor([8.0], device), GAMMA)[:, 0].detach()


def critic_gradient(module, device):
    """The expected gradient of 0.5 * sum (V(s_t) - G_t)^2 at V = 0, beside the one on paper."""
    critic = torch.zeros(2, dtype=torch.float64, device=device, requires_grad=True)

    def loss(steps):
        return 0.5 * (critic[[step.state for step in steps]] - returns_of(module, steps, device)).pow(2).sum()

    def exact(values):
        total = 0.0
        for probability, steps in pairs(device):
            wanted = mdp.reward_to_go([s.reward for s in steps], GAMMA, [s.done for s in steps])
            errors = [(values[step.state] - g) ** 2 for step, g in zip(steps, wanted, strict=True)]
            total += probability * 0.5 * sum(errors)
        return total

    (got,) = mdp.expected_gradient(loss, [critic], pairs(device))
    return gradients.compare(
        got,
        analytic=tensor([-2 * START, -2 * FIRST[1] * LONG[1]], device),
        numeric=gradients.central_difference(exact, critic.detach()),
        what="gradient of the critic, averaged over all pairs of episodes",
    )


def written_out(rewards, dones, last_values, gamma):
    """The same sums for lists of columns, one per environment; the critic's value pays with the last step."""
    columns = []
    for pays, ends, after in zip(rewards, dones, last_values, strict=True):
        pays = [*pays[:-1], pays[-1] + (0.0 if ends[-1] else gamma * after)]
        columns.append(mdp.reward_to_go(pays, gamma, ends))
    return columns


# Three environments: in the first one two episodes end, in the second none, in the third all sorts.
REWARDS = [[1.0, 0.0, -2.0, 0.7, 3.0], [0.5, 0.25, 1.0, 0.0, 2.0], [4.0, -1.0, 0.0, 1.0, 0.3]]
DONES = [
    [False, True, False, False, True],
    [False, False, False, False, False],
    [True, False, True, True, False],
]
LAST = [5.0, -3.0, 7.0]


def columns(values, device, dtype=torch.float64):
    """One environment per column."""
    return tensor(values, device, dtype).T.contiguous()


# What rollout_returns promises


def test_a_critic_is_pulled_to_the_value_of_every_state(solution, device, evidence):
    report = critic_gradient(solution, device)
    evidence(report, **CLAIM)
    report.require()


def test_the_policy_gradient_of_two_episodes_is_twice_that_of_one(solution, device):
    table = policy(device)

    def loss(steps):
        log_pi = torch.log_softmax(table, 1)[[s.state for s in steps], [s.action for s in steps]]
        return -(returns_of(solution, steps, device) * log_pi).sum()

    (got,) = mdp.expected_gradient(loss, [table], pairs(device))
    # Only in the start a choice is to be made, so no power of gamma comes in: p0 p1 (1 - 1.5) per episode.
    slope = 2 * FIRST[0] * FIRST[1] * (1.0 - 1.5)
    gradients.compare(
        got,
        analytic=tensor([[-slope, slope], [0.0, 0.0]], device),
        numeric=-2 * gradients.central_difference(problem().expected_return, table.detach()),
        what="policy gradient averaged over all pairs of episodes",
    ).require()


@pytest.mark.parametrize("gamma", [0.9, 0.5, 1.0])
def test_in_every_environment_a_return_ends_with_its_own_episode(solution, device, gamma):
    got = solution.rollout_returns(
        columns(REWARDS, device), columns(DONES, device, torch.bool), tensor(LAST, device), gamma
    )
    wanted = columns(written_out(REWARDS, DONES, LAST, gamma), device)
    close(got, wanted, f"returns of three environments, gamma {gamma}")


def test_the_order_of_the_environments_plays_no_part(solution, device):
    order = [2, 0, 1]
    rewards, dones, last = ([values[i] for i in order] for values in (REWARDS, DONES, LAST))
    got = solution.rollout_returns(
        columns(rewards, device), columns(dones, device, torch.bool), tensor(last, device), 0.5
    )
    wanted = columns(written_out(rewards, dones, last, 0.5), device)
    close(got, wanted, "returns of three environments in another order")


def test_two_rollouts_in_one_are_worth_what_each_is_worth(solution, device):
    for split in (1, 2, 4):
        ends = [t in (split - 1, 4) for t in range(5)]
        rewards, dones = columns(REWARDS, device), columns([ends] * 3, device, torch.bool)
        wanted = [mdp.reward_to_go(r[:split], 0.9) + mdp.reward_to_go(r[split:], 0.9) for r in REWARDS]
        got = solution.rollout_returns(rewards, dones, tensor(LAST, device), 0.9)
        close(got, columns(wanted, device), f"returns of episodes of {split} and {5 - split} steps")


# What already works and must stay


@pytest.mark.parametrize("gamma", [0.9, 1.0])
def test_an_episode_that_is_cut_off_goes_on_with_the_value_of_the_critic(solution, device, gamma):
    going_on = [[False] * 5] * 3
    got = solution.rollout_returns(
        columns(REWARDS, device), columns(going_on, device, torch.bool), tensor(LAST, device), gamma
    )
    wanted = columns(written_out(REWARDS, going_on, LAST, gamma), device)
    close(got, wanted, f"returns of episodes that go on, gamma {gamma}")


def test_after_an_end_in_the_last_step_the_critic_is_not_asked(solution, device):
    at_the_end = [[False] * 4 + [True]] * 3
    got = solution.rollout_returns(
        columns(REWARDS, device), columns(at_the_end, device, torch.bool), tensor(LAST, device), 0.5
    )
    close(got, columns(written_out(REWARDS, at_the_end, LAST, 0.5), device), "returns of whole episodes")


def test_a_rollout_of_one_step_counts_the_critic_where_the_episode_goes_on(solution, device):
    rewards, dones = tensor([[1.0, 1.0]], device), tensor([[True, False]], device, torch.bool)
    got = solution.rollout_returns(rewards, dones, tensor([4.0, 4.0], device), 0.5)
    close(got, [[1.0, 3.0]], "returns of one step")


def test_without_a_future_the_rewards_are_left(solution, device):
    got = solution.rollout_returns(
        columns(REWARDS, device), columns(DONES, device, torch.bool), tensor(LAST, device), 0.0
    )
    close(got, columns(REWARDS, device), "returns with gamma 0")


def test_the_returns_have_the_dtype_of_the_rewards(solution, device):
    rewards = tensor([[0.1], [0.2]], device, torch.float32)
    dones = tensor([[False], [False]], device, torch.bool)
    got = solution.rollout_returns(rewards, dones, tensor([0.7], device, torch.float32), 0.9)
    wanted = tensor([[0.1 + 0.9 * (0.2 + 0.9 * 0.7)], [0.2 + 0.9 * 0.7]], device).float()
    close(got, wanted, "returns of float32 rewards")


def test_the_arguments_stay_as_they_are(solution, device):
    arguments = columns(REWARDS, device), columns(DONES, device, torch.bool), tensor(LAST, device)
    before = [argument.clone() for argument in arguments]
    solution.rollout_returns(*arguments, 0.5)
    for name, argument, old in zip(("rewards", "dones", "last_values"), arguments, before, strict=True):
        equal(argument, old, f"{name} after the call")


@pytest.mark.parametrize("dtype", [torch.float64, torch.int64, torch.uint8])
def test_dones_that_are_not_bool_are_refused(solution, device, dtype):
    rewards, dones = columns(REWARDS, device), columns(DONES, device, dtype)
    with raises(TypeError, str(dtype), f"dones of {dtype}"):
        solution.rollout_returns(rewards, dones, tensor(LAST, device), 0.5)
    equal(rewards, columns(REWARDS, device), "the rewards after a refusal")


@pytest.mark.parametrize(
    ("rewards", "dones", "last", "message"),
    [
        ((4, 3), (5, 3), (3,), ["(4, 3)", "(5, 3)"]),
        ((4, 3), (4, 1), (3,), ["(4, 3)", "(4, 1)"]),
        ((4, 3), (4, 3), (1,), ["(4, 3)", "(1,)"]),
        ((4, 3), (4, 3), (3, 1), ["(4, 3)", "(3, 1)"]),
        ((4,), (4,), (), ["(4,)"]),
        ((0, 3), (0, 3), (3,), ["empty"]),
    ],
    ids=[
        "done_missing",
        "dones_for_all",
        "one_value_for_all",
        "values_in_a_column",
        "no_environments",
        "empty",
    ],
)
def test_shapes_that_do_not_fit_are_refused(solution, device, rewards, dones, last, message):
    for part in message:
        with raises(ValueError, part, "shapes that do not fit"):
            solution.rollout_returns(
                torch.ones(rewards, dtype=torch.float64, device=device),
                torch.zeros(dones, dtype=torch.bool, device=device),
                torch.ones(last, dtype=torch.float64, device=device),
                0.5,
            )


# The documented failure


def test_an_episode_is_worth_more_when_another_follows(broken, device):
    ones, dones = torch.ones(4, 1, dtype=torch.float64, device=device), [[False], [True], [False], [True]]
    got = broken.rollout_returns(ones, tensor(dones, device, torch.bool), tensor([4.0], device), 0.5)
    close(got, [[1.875], [1.75], [1.5], [1.0]], "returns of two episodes of two steps that pay 1")


def test_a_critic_is_pulled_past_the_value_of_every_state(broken, device, evidence):
    report = critic_gradient(broken, device)
    evidence(report, **CLAIM)
    # The first episode counts the second one too: after one step or two from the start, after one from there.
    start = START * (FIRST[0] * GAMMA + FIRST[1] * GAMMA**2)
    second = START * FIRST[1] * GAMMA
    close(report.autograd, [-2.75 - start, -3.0 - second], "gradient of the critic, averaged")
    close(
        report.autograd_error,
        (start**2 + second**2) ** 0.5 / (2.75**2 + 3.0**2) ** 0.5,
        "relative error of that gradient",
    )
