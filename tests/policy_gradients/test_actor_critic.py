"""Actor-critic, whole: `loss` trains the policy by its credit and its bonus, and the critic by its error.

Everything that can happen in the first two of three steps of a small game is listed with its
probability, under a policy and a critic that know the time. A rollout of them is cut off after the
second step. Beside a critic that knows what the third is worth, the expected gradient of the policy is
still the slope of the whole game, and that of the critic is zero. For rollouts of several episodes the
gradients are written out as sums. Finite differences take the exact objective, and what the bonus
weighs, how often each state is met, as a constant.
"""

import math

import pytest
import torch

from torchkata import gradients, mdp
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

STEPS, CUT = 3, 2  # the game has three steps, a rollout shows two
LOGITS = [[0.25, -0.5], [0.0, 0.75], [-0.25, 0.5], [0.5, 0.25], [1.0, 0.0], [-0.5, 0.0]]
LAM, VALUE_WEIGHT, ENTROPY_WEIGHT = 1.0, 0.5, 0.25

CLAIM = {
    "claim": "averaged over all rollouts, the policy gets the slope of the whole game and its bonus, and a "
    "critic that is right gets zero",
    "oracle": "backward induction through the three steps, rollouts cut off after two",
    "config": {
        "problem": "two_states",
        "steps": STEPS,
        "cut": CUT,
        "logits": LOGITS,
        "gamma": 1.0,
        "lam": LAM,
        "value_weight": VALUE_WEIGHT,
        "entropy_weight": ENTROPY_WEIGHT,
    },
}


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def tables(logits, values, device):
    """An agent with a row of logits and a value for each state."""
    policy = torch.nn.Embedding(*logits.shape, dtype=torch.float64, device=device)
    critic = torch.nn.Embedding(len(values), 1, dtype=torch.float64, device=device)
    with torch.no_grad():
        policy.weight.copy_(logits)
        critic.weight.copy_(values[:, None])
    return torch.nn.ModuleDict({"policy": policy, "critic": critic})


# The game that knows the time


def game(horizon):
    """The two states, once for each of three times; looked at for `horizon` steps."""
    rows = []
    for time in range(STEPS):
        for actions in mdp.two_states().outcomes:
            later = 2 * min(time + 1, STEPS - 1)
            rows.append(
                [
                    [mdp.Outcome(o.probability, later + o.next_state, o.reward, o.done) for o in outcomes]
                    for outcomes in actions
                ]
            )
    return mdp.MDP(rows, horizon=horizon)


def rest(logits, horizon):
    """What each state is worth in a game of `horizon` steps; nothing when these are over."""
    table = game(horizon).values(logits)
    return torch.stack([table[max(horizon - row // 2, 0), row] for row in range(2 * STEPS)])


def all_rollouts(logits, device):
    """(probability, rollout) for everything that the first two steps can be."""
    seen = {}
    for probability, steps in game(STEPS).trajectories(logits):
        after = [step.state for step in steps[1:]] + [steps[-1].state]
        rows = tuple((*step, later) for step, later in zip(steps, after, strict=True))[:CUT]
        seen[rows] = seen.get(rows, 0.0) + probability
    for rows, probability in seen.items():
        states, actions, rewards, over, next_states = zip(*rows, strict=True)
        ended = [*over[:-1], True]
        yield probability, rollout(states, actions, rewards, next_states, over, ended, device)


def rollout(states, actions, rewards, next_states, terminated, ended, device):
    if not isinstance(states, torch.Tensor):
        states, next_states = torch.tensor([states, next_states], device=device)
    return {
        "states": states,
        "actions": torch.tensor(actions, device=device),
        "rewards": tensor(rewards, device),
        "next_states": next_states,
        "terminated": torch.tensor(terminated, device=device),
        "ended": torch.tensor(ended, device=device),
    }


def reached(logits, device):
    """How often the first two steps meet each state, on average."""
    often = torch.zeros(2 * STEPS, dtype=torch.float64, device=device)
    for probability, shown in all_rollouts(logits, device):
        often[shown["states"]] += probability
    return often


def entropy(logits):
    log_pi = torch.log_softmax(logits, dim=1)
    return -(log_pi.exp() * log_pi).sum(1)


def entropy_slope(logits):
    """dH/dlogits = -pi * (log pi + H), row by row."""
    log_pi = torch.log_softmax(logits, dim=1)
    return -log_pi.exp() * (log_pi + entropy(logits)[:, None])


def compare_expected(module, device):
    """The expected gradient of the loss, policy and critic in a row, beside that of the whole game."""
    logits = tensor(LOGITS, device)
    agent = tables(logits, rest(logits, STEPS), device)

    def summed(shown):
        return len(shown["states"]) * module.loss(agent, shown, 1.0, LAM, VALUE_WEIGHT, ENTROPY_WEIGHT)

    got = mdp.expected_gradient(summed, list(agent.parameters()), all_rollouts(logits, device))
    often, shown = reached(logits, device), 2 * CUT  # rows of the policy that a rollout can show
    at = logits.clone().requires_grad_()
    (slope,) = torch.autograd.grad(game(STEPS).expected_return(at), at)
    slope[shown:] = 0
    slope += ENTROPY_WEIGHT * often[:, None] * entropy_slope(logits)

    def objective(numbers):
        moved = torch.cat([numbers[: 2 * shown].reshape(shown, 2), logits[shown:]])
        return game(STEPS).expected_return(moved) + ENTROPY_WEIGHT * (often * entropy(moved)).sum()

    numeric = torch.zeros(18, dtype=torch.float64, device=device)
    numeric[: 2 * shown] = -gradients.central_difference(objective, logits[:shown].flatten())
    return gradients.compare(
        torch.cat([g.flatten() for g in got]),
        analytic=torch.cat([-slope.flatten(), torch.zeros(6, dtype=torch.float64, device=device)]),
        numeric=numeric,
        what="expected gradient, policy and critic",
    )


# Rollouts of several episodes


def ten_steps(ends, cuts, device):
    """Ten steps among three states, two actions; games over after `ends`, cut off after `cuts`."""
    states, elsewhere = [0, 1, 2, 1, 0, 2, 2, 0, 1, 0], [1, 2, 1, 0, 2, 0, 1, 1, 2, 2]
    ended = [t in ends or t in cuts for t in range(10)]
    return rollout(
        states,
        [0, 1, 1, 0, 1, 0, 1, 1, 0, 0],
        [1.0, -0.3, 2.0, 0.0, 0.7, 4.0, 0.1, -1.0, 0.5, 3.0],
        [elsewhere[t] if ended[t] or t == 9 else states[t + 1] for t in range(10)],
        [t in ends for t in range(10)],
        ended,
        device,
    )


def small_agent(device):
    return tables(
        tensor([[0.5, -0.25], [0.0, 0.75], [-1.0, 0.25]], device), tensor([2.0, -0.5, 3.0], device), device
    )


def written_out(agent, shown, gamma, lam, value_weight, entropy_weight):
    """The loss and the gradients of the two tables, every advantage its own sum."""
    logits, values = (p.detach() for p in agent.parameters())
    states, next_states = shown["states"], shown["next_states"]
    credit = mdp.generalized_advantages(
        shown["rewards"].tolist(),
        values[states, 0].tolist(),
        values[next_states, 0].tolist(),
        shown["terminated"].tolist(),
        shown["ended"].tolist(),
        gamma,
        lam,
    )
    credit, steps = tensor(credit, states.device), len(states)
    log_pi = torch.log_softmax(logits, dim=1)
    taken = torch.nn.functional.one_hot(shown["actions"], 2).to(logits)
    slope = -credit[:, None] * (taken - log_pi.exp()[states]) / steps
    slope -= entropy_weight * entropy_slope(logits)[states] / steps
    loss = (
        -(credit * log_pi[states, shown["actions"]]).mean()
        + value_weight * 0.5 * credit.pow(2).mean()
        - entropy_weight * entropy(logits)[states].mean()
    )
    policy = torch.zeros_like(logits).index_add_(0, states, slope)
    critic = torch.zeros_like(values).index_add_(0, states, -value_weight * credit[:, None] / steps)
    return loss, policy, critic


def gradient_of(module, agent, shown, which, *settings):
    """The gradient of the loss in one of the two tables; zeros where none arrives."""
    weight = agent[which].weight
    (found,) = torch.autograd.grad(
        module.loss(agent, shown, *settings), weight, allow_unused=True, materialize_grads=True
    )
    return found


# What loss promises: the policy's credit


@pytest.mark.parametrize("gamma", [0.9, 0.5])
def test_an_episode_that_is_cut_off_is_credited_with_what_was_still_to_come(solution, device, gamma):
    for cuts in ([3, 9], [0, 1, 5], list(range(10))):
        agent, shown = small_agent(device), ten_steps([], cuts, device)
        _, wanted, _ = written_out(agent, shown, gamma, 0.0, 0.5, 0.0)
        got = gradient_of(solution, agent, shown, "policy", gamma, 0.0, 0.5, 0.0)
        close(got, wanted, f"gradient of the policy, lam 0, gamma {gamma}, cut off after {cuts}")


@pytest.mark.parametrize("lam", [1.0, 0.8])
def test_an_episode_is_credited_with_its_own_steps_alone(solution, device, lam):
    for ends, cuts in ([], [3, 6]), ([6], [1, 3]), ([0, 4], [5]), ([3], [3, 9]):
        agent, shown = small_agent(device), ten_steps(ends, cuts, device)
        _, wanted, _ = written_out(agent, shown, 0.9, lam, 0.5, 0.0)
        got = gradient_of(solution, agent, shown, "policy", 0.9, lam, 0.5, 0.0)
        close(got, wanted, f"gradient of the policy, lam {lam}, over after {ends}, cut off after {cuts}")


# What loss promises: the critic's error


@pytest.mark.parametrize("value_weight", [0.5, 2.0, 0.0])
def test_the_critic_is_pulled_by_its_own_error_alone(solution, device, value_weight):
    agent, shown = small_agent(device), ten_steps([3, 6, 9], [], device)
    _, _, wanted = written_out(agent, shown, 0.9, 0.8, value_weight, 0.0)
    got = gradient_of(solution, agent, shown, "critic", 0.9, 0.8, value_weight, 0.0)
    close(got, wanted, f"gradient of the critic, value weight {value_weight}")


def test_a_critic_that_knows_what_a_coin_toss_pays_stays_where_it_is(solution, device):
    agent = tables(tensor([[0.25, -0.5]], device), tensor([1.0], device), device)
    shown = rollout([0, 0], [0, 1], [1.0, 1.0], [0, 0], [True, True], [True, True], device)
    got = gradient_of(solution, agent, shown, "critic", 0.9, 0.8, 0.5, 0.25)
    close(got, [[0.0]], "gradient of a critic that is right")


# What loss promises: the bonus


@pytest.mark.parametrize("entropy_weight", [0.25, 2.0])
def test_a_bonus_for_being_undecided_makes_the_policy_less_sure(solution, device, entropy_weight):
    agent, shown = small_agent(device), ten_steps([3, 6, 9], [], device)
    _, wanted, _ = written_out(agent, shown, 0.9, 0.8, 0.5, entropy_weight)
    got = gradient_of(solution, agent, shown, "policy", 0.9, 0.8, 0.5, entropy_weight)
    close(got, wanted, f"gradient of the policy, entropy weight {entropy_weight}")


# What loss and update promise, all together


def test_the_whole_algorithm_climbs_the_whole_game(solution, device, evidence):
    report = compare_expected(solution, device)
    evidence(report, **CLAIM)
    report.require()


def test_four_updates_in_a_row_follow_the_formula(solution, device):
    agent, twin = small_agent(device), small_agent(device)
    optimizer = torch.optim.SGD(agent.parameters(), lr=0.25)
    for k in range(1, 5):
        shown, settings = ten_steps([k], [2 * k], device), (0.9, 0.8, 0.5, 0.25 * k)
        wanted_loss, *wanted = written_out(twin, shown, *settings)
        close(solution.update(agent, optimizer, shown, *settings), wanted_loss.item(), f"loss of update {k}")
        for which, gradient in zip(("policy", "critic"), wanted, strict=True):
            close(agent[which].weight.grad, gradient, f"gradient of the {which} at update {k}")
            with torch.no_grad():
                twin[which].weight -= 0.25 * gradient
            close(agent[which].weight.detach(), twin[which].weight, f"{which} after update {k}")


@pytest.mark.parametrize(("over", "ended"), [(False, True), (False, False), (True, True)])
def test_a_rollout_of_a_single_step_is_enough(solution, device, over, ended):
    for state, later in ((0, 2), (2, 1)):
        agent = small_agent(device)
        shown = rollout([state], [1], [4.0], [later], [over], [ended], device)
        wanted_loss, *wanted = written_out(agent, shown, 0.9, 0.8, 0.5, 0.25)
        got = [gradient_of(solution, agent, shown, which, 0.9, 0.8, 0.5, 0.25) for which in agent]
        situation = f"one step from {state}, {'over' if over else 'cut off' if ended else 'and on'}"
        close(got[0], wanted[0], f"gradient of the policy, {situation}")
        close(got[1], wanted[1], f"gradient of the critic, {situation}")
        close(solution.loss(agent, shown, 0.9, 0.8, 0.5, 0.25), wanted_loss, f"loss, {situation}")


# What already works and must stay


def test_without_a_bonus_games_that_are_over_give_the_policy_its_slope(solution, device):
    for value_weight, lam in ((0.5, 0.8), (0.0, 1.0)):
        for shown in (ten_steps([3, 6, 9], [], device), ten_steps([3, 6], [], device)):
            agent = small_agent(device)
            _, wanted, _ = written_out(agent, shown, 0.9, lam, value_weight, 0.0)
            got = gradient_of(solution, agent, shown, "policy", 0.9, lam, value_weight, 0.0)
            close(got, wanted, f"gradient of the policy, lam {lam}, games that are over")


def test_without_a_bonus_the_loss_of_games_that_are_over_is_as_promised(solution, device):
    agent, shown = small_agent(device), ten_steps([3, 6, 9], [], device)
    wanted, _, _ = written_out(agent, shown, 0.9, 0.8, 0.5, 0.0)
    got = solution.loss(agent, shown, 0.9, 0.8, 0.5, 0.0)
    close(got, wanted, "loss of three games that are over")
    optimizer = torch.optim.SGD(agent.parameters(), lr=0.25)
    close(solution.update(agent, optimizer, shown, 0.9, 0.8, 0.5, 0.0), wanted.item(), "loss of an update")


def test_a_policy_and_a_critic_may_be_networks(solution, device):
    agent = torch.nn.ModuleDict({"policy": torch.nn.Linear(2, 2), "critic": torch.nn.Linear(2, 1)})
    agent.to(device, torch.float64)
    with torch.no_grad():
        for k, parameter in enumerate(agent.parameters()):
            numbers = torch.arange(parameter.numel(), dtype=torch.float64, device=device)
            parameter.copy_(torch.sin(1.0 + k + numbers).reshape(parameter.shape))
    states = tensor([[1.0, 0.5], [-0.5, 2.0], [0.25, -1.0]], device)
    shown = rollout(states, [0, 1, 0], [1.0, 2.0, -1.0], states.flip(0), [True] * 3, [True] * 3, device)
    with torch.no_grad():
        credit = shown["rewards"] - agent["critic"](states).squeeze(1)
        pi = torch.softmax(agent["policy"](states), dim=1)
    taken = torch.nn.functional.one_hot(shown["actions"], 2).to(pi)
    got = gradient_of(solution, agent, shown, "policy", 0.9, 0.8, 0.5, 0.0)
    close(got, -(credit[:, None] * (taken - pi)).T @ states / 3, "gradient of a linear policy")


def test_gradients_of_an_earlier_step_do_not_count(solution, device):
    agent, shown = small_agent(device), ten_steps([3, 6, 9], [], device)
    _, wanted, _ = written_out(agent, shown, 0.9, 0.8, 0.5, 0.0)
    for parameter in agent.parameters():
        parameter.grad = torch.full_like(parameter, 5.0).detach()
    optimizer = torch.optim.SGD(agent.parameters(), lr=0.25)
    solution.update(agent, optimizer, shown, 0.9, 0.8, 0.5, 0.0)
    close(agent["policy"].weight.grad, wanted, "gradient of the policy beside an old one of 5")


def test_an_empty_rollout_is_refused(solution, device):
    refused(solution, {name: rows[:0] for name, rows in ten_steps([], [], device).items()}, "empty")


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_reward_that_is_no_number_is_refused_by_its_index(solution, device, bad):
    shown = ten_steps([3], [6], device)
    shown["rewards"][4] = bad
    refused(solution, shown, "rewards[4]")


def refused(solution, shown, words):
    """Nothing may have changed after the refusal: neither parameters nor gradients, bit by bit."""
    agent = small_agent(shown["states"].device)
    optimizer = torch.optim.SGD(agent.parameters(), lr=0.25)
    before = [p.detach().clone() for p in agent.parameters()]
    for parameter in agent.parameters():
        parameter.grad = torch.full_like(parameter, 0.125).detach()
    for call in (
        lambda: solution.loss(agent, shown, 0.9, 0.8, 0.5, 0.25),
        lambda: solution.update(agent, optimizer, shown, 0.9, 0.8, 0.5, 0.25),
    ):
        with raises(ValueError, words, "a rollout that makes no sense"):
            call()
    for (name, parameter), old in zip(agent.named_parameters(), before, strict=True):
        equal(parameter.detach(), old, f"{name} after a refusal")
        equal(parameter.grad, torch.full_like(old, 0.125), f"gradient of {name} after a refusal")


# The documented failure


def test_the_whole_algorithm_climbs_a_shorter_game_and_shuns_its_bonus(broken, device, evidence):
    report = compare_expected(broken, device)
    evidence(report, **CLAIM)
    logits = tensor(LOGITS, device).requires_grad_()
    # The slope of a game of two steps; the critic is told what that one is worth, and pulled by -H.
    (slope,) = torch.autograd.grad(game(CUT).expected_return(logits), logits)
    at, often = logits.detach(), reached(logits, device)
    policy = -slope + ENTROPY_WEIGHT * often[:, None] * entropy_slope(at)
    critic = often * (VALUE_WEIGHT * (rest(at, STEPS) - rest(at, CUT)) - entropy(at))
    wanted = torch.cat([policy.flatten(), critic])
    close(report.autograd, wanted, "expected gradient, policy and critic")


def test_a_step_that_is_cut_off_is_credited_with_its_reward_alone(broken, device):
    agent, shown = small_agent(device), ten_steps([], list(range(10)), device)
    over = {**shown, "terminated": shown["ended"]}
    _, wanted, _ = written_out(agent, over, 0.9, 0.8, 0.5, 0.0)
    got = gradient_of(broken, agent, shown, "policy", 0.9, 0.8, 0.5, 0.0)
    close(got, wanted, "gradient of the policy, every step cut off")


def test_a_critic_that_is_right_is_pulled_up_by_the_policy(broken, device):
    agent = tables(tensor([[0.0, 0.0]], device), tensor([1.0], device), device)
    shown = rollout([0, 0], [0, 1], [1.0, 1.0], [0, 0], [True, True], [True, True], device)
    got = gradient_of(broken, agent, shown, "critic", 0.9, 0.8, 0.5, 0.25)
    close(got, [[-math.log(2)]], "gradient of a critic that is right")


def test_a_bonus_for_being_undecided_makes_the_policy_surer(broken, device):
    agent = tables(tensor([[0.25, -0.5]], device), tensor([1.0], device), device)
    shown = rollout([0], [0], [1.0], [0], [True], [True], device)
    got = gradient_of(broken, agent, shown, "policy", 0.9, 0.8, 0.5, 0.25)
    close(got, 0.25 * entropy_slope(tensor([[0.25, -0.5]], device)), "gradient of the policy, no advantage")
