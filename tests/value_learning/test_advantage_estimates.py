"""Generalized advantage estimates: `advantages` sums up, within each episode, what the critic did not expect.

A_t = sum over k >= t of (gamma lam)^(k-t) delta_k up to the end of t's own episode, which the tests write
out as that sum. With an exact critic the policy gradient made from them is right on average for every lam,
and with lam 1 for any critic at all; the averages are taken over every pair of episodes there is.
"""

import itertools

import pytest
import torch

from torchkata import gradients, mdp
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

# The first action decides whether the second step pays 1; the exact values of the start and both rooms.
GAMMA, FIRST, VALUES = 0.5, [0.25, 0.75], [0.125, 1.0, 0.0]

CLAIM = {
    "claim": "with an exact critic the policy gradient of two episodes is, on average, twice that of one",
    "oracle": "closed form 2 gamma p0 p1 (-1, 1) in the first state, 0 in the others",
    "config": {"problem": "delayed_credit", "gamma": GAMMA, "lam": 0.8, "first_action": FIRST},
}

# Four steps that pay 1; the episode ends with the second one.
PAYS, GUESSES, DONES, LAST = [1.0] * 4, [0.5, 0.4, 0.3, 0.2], [False, True, False, False], 0.7


def tensor(values, device, dtype=torch.float64):
    return torch.tensor(values, dtype=dtype, device=device)


def estimate(module, device, rewards, values, dones, last, gamma, lam):
    return module.advantages(
        tensor(rewards, device), tensor(values, device), tensor(dones, device, torch.bool), last, gamma, lam
    )


def written_out(rewards, values, dones, last, gamma, lam):
    following = [*values[1:], last]
    return mdp.generalized_advantages(rewards, values, following, dones, dones, gamma, lam)


def policy_gradient(module, device, lam, values):
    """The expected gradient of -sum A_t log pi(a_t|s_t) over two episodes, beside -2 dJ/dlogits."""
    problem = mdp.delayed_credit(GAMMA)
    table = tensor([FIRST, [0.5, 0.5], [0.5, 0.5]], device).log().requires_grad_()
    episodes = list(problem.trajectories(table))
    pairs = [(p * q, one + two) for (p, one), (q, two) in itertools.product(episodes, repeat=2)]

    def loss(steps):
        weights = estimate(
            module,
            device,
            [step.reward for step in steps],
            [values[step.state] for step in steps],
            [step.done for step in steps],
            8.0,
            GAMMA,
            lam,
        )
        log_pi = torch.log_softmax(table, 1)[[s.state for s in steps], [s.action for s in steps]]
        return -(weights * log_pi).sum()

    slope = 2 * GAMMA * FIRST[0] * FIRST[1]
    return gradients.compare(
        mdp.expected_gradient(loss, [table], pairs)[0],
        analytic=tensor([[-slope, slope], [0.0, 0.0], [0.0, 0.0]], device),
        numeric=-2 * gradients.central_difference(problem.expected_return, table.detach()),
        what=f"policy gradient averaged over all pairs of episodes, lam {lam}",
    )


# What advantages promises


def test_with_an_exact_critic_the_policy_gradient_is_right_on_average(solution, device, evidence):
    report = policy_gradient(solution, device, 0.8, VALUES)
    evidence(report, **CLAIM)
    report.require()


@pytest.mark.parametrize("lam", [0.0, 1.0])
def test_so_it_is_for_one_step_and_for_whole_episodes(solution, device, lam):
    policy_gradient(solution, device, lam, VALUES).require()


def test_with_lam_1_it_is_right_for_any_critic(solution, device):
    policy_gradient(solution, device, 1.0, [3.0, -1.0, 2.0]).require()


def test_four_steps_with_an_end_in_the_middle(solution, device):
    got = estimate(solution, device, PAYS, GUESSES, DONES, LAST, 0.9, 0.8)
    close(got, [1.292, 0.6, 1.9096, 1.43], "advantages of four steps that pay 1, an end after the second")


@pytest.mark.parametrize(("gamma", "lam"), [(0.9, 0.0), (0.9, 0.8), (0.9, 1.0), (1.0, 0.5), (0.0, 0.8)])
def test_wherever_the_episodes_end_the_sum_stops_there(solution, device, gamma, lam):
    rewards, values = [1.0, 0.0, -2.0, 0.5], [0.3, -1.0, 2.0, 0.7]
    for ends in itertools.product([False, True], repeat=4):
        got = estimate(solution, device, rewards, values, list(ends), 5.0, gamma, lam)
        wanted = written_out(rewards, values, list(ends), 5.0, gamma, lam)
        close(got, tensor(wanted, device), f"advantages with dones {ends}, gamma {gamma}, lam {lam}")


def test_a_critic_that_expected_everything_leaves_no_advantage(solution, device):
    for lam in (0.0, 0.95):
        args = [1.0] * 4, [2.0, 1.0, 10.0, 9.0], [False, True, False, False], 8.0
        got = estimate(solution, device, *args, gamma=1.0, lam=lam)
        close(got, [0.0] * 4, f"advantages where nothing is a surprise, lam {lam}")


def test_two_rollouts_in_one_have_the_advantages_of_each(solution, device):
    for split in (1, 2, 3):
        ends = [t in (split - 1, 3) for t in range(4)]
        got = estimate(solution, device, PAYS, GUESSES, ends, LAST, 0.9, 0.8)
        parts = []
        for part in (slice(split), slice(split, None)):
            whole = [False] * (len(PAYS[part]) - 1) + [True]
            parts += written_out(PAYS[part], GUESSES[part], whole, 0.0, 0.9, 0.8)
        close(got, tensor(parts, device), f"advantages of episodes of {split} and {4 - split} steps")


# What already works and must stay


def test_an_episode_that_goes_on_counts_the_value_after_the_last_step(solution, device):
    for gamma, lam in ((0.9, 0.8), (1.0, 1.0), (0.9, 0.0)):
        args = PAYS, GUESSES, [False] * 4, LAST, gamma, lam
        wanted = tensor(written_out(*args), device)
        what = f"advantages without an end, gamma {gamma}, lam {lam}"
        close(estimate(solution, device, *args), wanted, what, rtol=1e-12, atol=1e-12)


def test_a_single_step_ends_or_goes_on(solution, device):
    got = estimate(solution, device, [1.0], [0.25], [True], 8.0, 0.5, 0.9)
    close(got, [0.75], "advantage of one step that ends the episode")
    got = estimate(solution, device, [1.0], [0.25], [False], 8.0, 0.5, 0.9)
    close(got, [4.75], "advantage of one step that goes on")


def test_where_the_future_is_worth_nothing_the_surprise_of_the_step_is_left(solution, device):
    got = estimate(solution, device, [1.0, 0.0, -2.0], [0.5, 0.5, 1.0], [False, True, False], 8.0, 0.0, 0.9)
    close(got, [0.5, -0.5, -3.0], "advantages with gamma 0")


def test_the_advantages_have_the_dtype_of_the_values(solution, device):
    values, dones = tensor([0.3, 0.7], device, torch.float32), tensor([False, False], device, torch.bool)
    second = 0.2 + 0.9 * 0.6 - 0.7
    wanted = tensor([0.1 + 0.9 * 0.7 - 0.3 + 0.72 * second, second], device).float()
    for dtype in (torch.float32, torch.float64):
        got = solution.advantages(tensor([0.1, 0.2], device, dtype), values, dones, 0.6, 0.9, 0.8)
        close(got, wanted, f"advantages of float32 values, rewards {dtype}")


def test_the_arguments_stay_as_they_are(solution, device):
    arguments = tensor(PAYS, device), tensor(GUESSES, device), tensor(DONES, device, torch.bool)
    before = [argument.clone() for argument in arguments]
    solution.advantages(*arguments, LAST, 0.9, 0.8)
    for name, argument, old in zip(("rewards", "values", "dones"), arguments, before, strict=True):
        equal(argument, old, f"{name} after the call")


@pytest.mark.parametrize(
    ("rewards", "values", "dones", "message"),
    [
        ((4,), (3,), (4,), ["(4,)", "(3,)"]),
        ((4,), (5,), (4,), ["(4,)", "(5,)"]),
        ((4,), (4, 1), (4,), ["(4,)", "(4, 1)"]),
        ((4,), (4,), (1,), ["(4,)", "(1,)"]),
        ((2, 2), (2, 2), (2, 2), ["(2, 2)"]),
        ((0,), (0,), (0,), ["empty"]),
    ],
    ids=[
        "value_missing",
        "value_too_many",
        "values_in_a_column",
        "one_done_for_all",
        "two_rollouts",
        "empty",
    ],
)
def test_shapes_that_do_not_fit_are_refused(solution, device, rewards, values, dones, message):
    for part in message:
        with raises(ValueError, part, "shapes that do not fit"):
            solution.advantages(
                torch.ones(rewards, dtype=torch.float64, device=device),
                torch.ones(values, dtype=torch.float64, device=device),
                torch.zeros(dones, dtype=torch.bool, device=device),
                0.5,
                0.9,
                0.8,
            )


def test_values_that_carry_a_gradient_are_refused(solution, device):
    critic = tensor(GUESSES, device).requires_grad_()
    critic.grad = torch.full_like(critic, 0.125).detach()
    with raises(ValueError, "constants", "values that require a gradient"):
        dones = tensor(DONES, device, torch.bool)
        solution.advantages(tensor(PAYS, device), critic * 1.0, dones, LAST, 0.9, 0.8)
    equal(critic.detach(), tensor(GUESSES, device), "the critic after a refusal")
    equal(critic.grad, torch.full_like(critic, 0.125).detach(), "its gradient after a refusal")


# The documented failure


def test_whoever_ends_the_episode_is_paid_with_the_next_one(broken, device):
    args = [1.0] * 4, [2.0, 1.0, 10.0, 9.0], [False, True, False, False], 8.0
    got = estimate(broken, device, *args, gamma=1.0, lam=0.95)
    close(got, [-1.0, 10.0, 0.0, 0.0], "advantages where nothing is a surprise")


def test_the_end_is_seen_one_step_early(broken, device):
    got = estimate(broken, device, PAYS, GUESSES, DONES, LAST, 0.9, 0.8)
    # delta = (1 - .5, 1 + .27 - .4, 1 + .18 - .3, 1 + .63 - .2)
    wanted = [0.5, 0.87 + 0.72 * (0.88 + 0.72 * 1.43), 0.88 + 0.72 * 1.43, 1.43]
    close(got, wanted, "advantages of four steps that pay 1, an end after the second")


def test_the_policy_gradient_vanishes(broken, device, evidence):
    report = policy_gradient(broken, device, 0.8, VALUES)
    evidence(report, **CLAIM)
    # The first step is cut off from the reward of the second: its advantage is -V, whatever was done.
    close(report.autograd, [[0.0, 0.0]] * 3, "policy gradient averaged over all pairs of episodes")
    close(report.autograd_error, 1.0, "relative error of a gradient that is zero")
