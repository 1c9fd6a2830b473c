"""The laboratory: every oracle against another one that shares no code with it, and figures on paper."""

import math

import pytest
import torch

from torchkata import gradients, mdp
from torchkata.checks import close

pytestmark = pytest.mark.float64

LOGITS = [[0.3, -0.2], [-0.5, 0.4]]
PROBABILITIES = [0.2, 0.3, 0.5]


def leaf(values):
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def slope(problem, logits):
    """dJ/dlogits by autograd of the exact J."""
    (found,) = torch.autograd.grad(problem.expected_return(logits), logits)
    return found


def reinforce(logits, gamma, gamma_t=True, baseline=(0.0, 0.0, 0.0)):
    """The loss of one trajectory, Sutton and Barto, section 13.3."""

    def loss(steps):
        log_pi = torch.log_softmax(logits, dim=1)
        to_go = mdp.reward_to_go([step.reward for step in steps], gamma)
        return -sum(
            (gamma**t if gamma_t else 1.0) * log_pi[step.state, step.action] * (g - baseline[step.state])
            for t, (step, g) in enumerate(zip(steps, to_go, strict=True))
        )

    return loss


def expected(problem, logits, loss):
    (found,) = mdp.expected_gradient(loss, [logits], problem.trajectories(logits))
    return found


PROBLEMS = {
    "two_states": mdp.two_states(),
    "one step of it": mdp.two_states(horizon=1),
    "gamma 0": mdp.two_states(gamma=0.0),
    "gamma 1": mdp.two_states(gamma=1.0),
    "independent": mdp.independent_chain(gamma=0.5),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_four_ways_to_the_same_gradient(name):
    problem, logits = PROBLEMS[name], leaf(LOGITS)
    exact = slope(problem, logits)
    numeric = gradients.central_difference(problem.expected_return, logits.detach())
    close(numeric, exact, "central differences of J", rtol=1e-6, atol=1e-9)
    reinforced = -expected(problem, logits, reinforce(logits, problem.gamma))
    close(reinforced, exact, "expected REINFORCE gradient", rtol=1e-10, atol=1e-12)
    with_baseline = -expected(problem, logits, reinforce(logits, problem.gamma, baseline=(0.7, -0.3)))
    close(with_baseline, exact, "the same with a baseline of the state", rtol=1e-10, atol=1e-12)


def test_without_gamma_to_the_t_it_is_another_gradient():
    problem, logits = mdp.two_states(), leaf(LOGITS)
    without = -expected(problem, logits, reinforce(logits, 0.9, gamma_t=False))
    close(gradients.relative_error(without, slope(problem, logits)), 0.187, "the error", rtol=0.0, atol=5e-4)


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_trajectories_pay_what_the_induction_says(name):
    problem, logits = PROBLEMS[name], leaf(LOGITS)
    earned = sum(
        p * sum(problem.gamma**t * step.reward for t, step in enumerate(steps))
        for p, steps in problem.trajectories(logits)
    )
    close(earned, problem.expected_return(logits).item(), "J", rtol=1e-12, atol=1e-14)


def test_there_are_53_trajectories_in_the_two_states():
    assert sum(1 for _ in mdp.two_states().trajectories(leaf(LOGITS))) == 53


def test_no_steps_are_one_empty_trajectory():
    problem = mdp.two_states(horizon=0)
    assert list(problem.trajectories(leaf(LOGITS))) == [(1.0, [])]
    close(problem.expected_return(leaf(LOGITS)), torch.zeros((), dtype=torch.float64), "J of no steps")


def test_single_precision_differs_by_less_than_its_tolerance():
    problem = mdp.two_states()
    single = torch.tensor(LOGITS, requires_grad=True)
    (found,) = torch.autograd.grad(problem.expected_return(single), single)
    assert gradients.relative_error(found.double(), slope(problem, leaf(LOGITS))) < 1e-6


def test_the_bandit_on_paper():
    logits = torch.tensor([PROBABILITIES], dtype=torch.float64).log().requires_grad_()
    problem = mdp.bandit()
    close(problem.expected_return(logits).item(), 2.8, "J")
    close(slope(problem, logits), [[-0.36, -0.24, 0.6]], "dJ/dlogits", rtol=1e-12, atol=1e-14)
    on_paper = mdp.softmax_slope(
        torch.tensor(PROBABILITIES, dtype=torch.float64), torch.tensor([1.0, 2.0, 4.0], dtype=torch.float64)
    )
    close(on_paper, [-0.36, -0.24, 0.6], "pi * (r - J)", rtol=1e-12, atol=1e-14)


def test_delayed_credit_belongs_to_the_first_action():
    logits = leaf([[0.3, -0.2], [-0.5, 0.4], [0.1, 0.9]])
    p = 1 / (1 + math.exp(-0.5))
    want = [[p * (1 - p), -p * (1 - p)], [0.0, 0.0], [0.0, 0.0]]
    close(slope(mdp.delayed_credit(), logits), want, "dJ/dlogits", rtol=1e-12, atol=1e-14)
    close(p * (1 - p), 0.2350, "p0 p1", rtol=0.0, atol=5e-5)
    halved = [[0.5 * value for value in row] for row in want]
    close(slope(mdp.delayed_credit(gamma=0.5), logits), halved, "with gamma .5")


def test_immediate_rewards_miss_delayed_credit_and_pass_where_steps_are_independent():
    def immediate(logits):
        def loss(steps):
            log_pi = torch.log_softmax(logits, dim=1)
            return -sum(log_pi[s.state, s.action] * s.reward for s in steps)

        return loss

    logits = leaf([[0.3, -0.2], [-0.5, 0.4], [0.1, 0.9]])
    blind = expected(mdp.delayed_credit(), logits, immediate(logits))
    close(blind[0], [0.0, 0.0], "credit of the first action", rtol=0.0, atol=1e-12)
    logits = leaf(LOGITS)
    chain = mdp.independent_chain()
    close(-expected(chain, logits, immediate(logits)), slope(chain, logits), "the independent chain")


def test_length_normalised_losses_turn_the_sign():
    problem, logits = mdp.variable_length(), leaf([[0.0, 0.0], [0.0, 0.0]])
    close(slope(problem, logits), [[-0.125, 0.125], [0.0, 0.0]], "dJ/dlogits", rtol=1e-12, atol=1e-14)

    def mean_per_episode(steps):
        return reinforce(logits, 1.0)(steps) / len(steps)

    turned = -expected(problem, logits, mean_per_episode)
    close(turned[0], [0.0625, -0.0625], "with a mean for each episode", rtol=1e-12, atol=1e-14)


def test_values_of_the_split():
    values = mdp.a_split().values(leaf([[0.0], [0.0], [0.0]]))
    close(values[2].detach(), [0.5, 1.0, 0.0], "V of A, B and C")


def test_the_time_limit_is_a_fixed_point():
    right, wrong = mdp.time_limit()
    close([right, wrong], [10.0, 3.5714285714], "the values", rtol=0.0, atol=1e-9)
    # Sweeps over steps of which every fifth is taken for the end.
    value = 0.0
    for _ in range(2000):
        value = 1.0 + 0.9 * (1 - 1 / 5) * value
    close(value, wrong, "after many sweeps", rtol=1e-12, atol=0.0)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_batches_are_all_there(size):
    listed = list(mdp.batches(PROBABILITIES, size))
    assert len(listed) == 3**size
    close(sum(p for p, _ in listed), 1.0, "the sum of their probabilities", rtol=1e-12, atol=0.0)
    second = sum(p for p, drawn in listed if drawn[-1] == 1)
    close(second, 0.3, "how often the last draw is 1", rtol=1e-12, atol=0.0)


def test_a_batch_mean_as_baseline_shrinks_the_gradient_by_its_own_sample():
    logits = torch.tensor(PROBABILITIES, dtype=torch.float64).log().requires_grad_()
    rewards = torch.tensor([1.0, 2.0, 4.0], dtype=torch.float64)

    def loss(actions):
        paid = rewards[actions]
        return -((paid - paid.mean()) * torch.log_softmax(logits, 0)[actions]).mean()

    for size in (2, 3):
        (found,) = mdp.expected_gradient(loss, [logits], mdp.batches(PROBABILITIES, size))
        want = [-(size - 1) / size * value for value in (-0.36, -0.24, 0.6)]
        close(found, want, f"batches of {size}", rtol=1e-10, atol=1e-12)


def test_the_expected_score_is_zero_where_the_sampled_is_the_scored():
    logits = leaf([0.3, -0.2, 0.9])
    probabilities = torch.softmax(logits.detach(), 0)
    actions = list(enumerate(probabilities.tolist()))
    outcomes = [(p, a) for a, p in actions]

    (right,) = mdp.expected_score(lambda a: torch.log_softmax(logits, 0)[a], [logits], outcomes)
    close(right, [0.0, 0.0, 0.0], "the score", rtol=0.0, atol=1e-12)
    (cold,) = mdp.expected_score(lambda a: torch.log_softmax(logits / 0.5, 0)[a], [logits], outcomes)
    assert cold.abs().max() > 0.1  # scored at another temperature than sampled


def test_a_forgotten_outcome_is_noticed():
    logits = leaf([0.0, 0.0])
    with pytest.raises(ValueError, match=r"sum to 0\.5, not to 1"):
        mdp.expected_gradient(lambda a: torch.log_softmax(logits, 0)[a], [logits], [(0.5, 0)])


def test_a_parameter_that_no_loss_reaches_gets_zeros():
    used, unused = leaf([1.0]), leaf([[2.0, 3.0]])
    found = mdp.expected_gradient(lambda x: (x * used).sum(), [used, unused], [(0.5, 2.0), (0.5, 4.0)])
    close(found[0], [3.0], "of the used one")
    close(found[1], [[0.0, 0.0]], "of the unused one")


def test_reward_to_go_on_paper():
    close(mdp.reward_to_go([1.0, 0.0, 2.0], 0.5), [1.5, 1.0, 2.0], "one episode")
    two = mdp.reward_to_go([1.0] * 4, 0.9, ends=[False, True, False, True])
    close(two, [1.9, 1.0, 1.9, 1.0], "two episodes")
    close(mdp.reward_to_go([1.0, 5.0], 0.0), [1.0, 5.0], "gamma 0")
    assert mdp.reward_to_go([], 0.9) == []


def test_generalized_advantages_on_paper():
    arguments = {
        "rewards": [1.0] * 4,
        "values": [0.5, 0.4, 0.3, 0.2],
        "next_values": [0.4, 9.0, 0.2, 0.7],  # 9: whatever stands behind an end
        "terminated": [False, True, False, False],
        "ends": [False, True, False, False],
        "gamma": 0.9,
    }
    close(mdp.generalized_advantages(**arguments, lam=0.8), [1.292, 0.6, 1.9096, 1.43], "lambda .8")
    close(mdp.generalized_advantages(**arguments, lam=0.0), [0.86, 0.6, 0.88, 1.43], "lambda 0: TD errors")
    returns = mdp.reward_to_go([1.0, 1.0, 1.0, 1.0 + 0.9 * 0.7], 0.9, ends=arguments["ends"])
    monte_carlo = [g - v for g, v in zip(returns, arguments["values"], strict=True)]
    close(mdp.generalized_advantages(**arguments, lam=1.0), monte_carlo, "lambda 1: G - V")


def test_exact_values_make_every_lambda_unbiased():
    problem, logits = mdp.two_states(), leaf(LOGITS)
    values = problem.values(logits).detach()

    def actor(lam, guess):
        def loss(steps):
            log_pi, left = torch.log_softmax(logits, dim=1), problem.horizon
            here = [guess(left - t, step.state) for t, step in enumerate(steps)]
            after = [*here[1:], 0.0]  # done, or at the horizon
            over = [step.done for step in steps]
            advantages = mdp.generalized_advantages(
                [step.reward for step in steps], here, after, over, over, problem.gamma, lam
            )
            return -sum(
                problem.gamma**t * log_pi[step.state, step.action] * a
                for t, (step, a) in enumerate(zip(steps, advantages, strict=True))
            )

        return loss

    want = slope(problem, logits)
    for lam in (0.0, 0.5, 0.95, 1.0):
        found = -expected(problem, logits, actor(lam, lambda k, s: values[k, s].item()))
        close(found, want, f"exact values, lambda {lam}", rtol=1e-10, atol=1e-12)
    errors = [
        gradients.relative_error(-expected(problem, logits, actor(lam, lambda k, s: (1.5, -0.8)[s])), want)
        for lam in (0.0, 0.5, 0.95, 1.0)
    ]
    close(errors, [1.82, 0.95, 0.098, 0.0], "the bias of wrong values", rtol=0.0, atol=5e-3)


@pytest.mark.parametrize("advantage", [1.0, -1.0])
@pytest.mark.parametrize("ratio", [0.5, 1.0, 1.5, 4.0])
def test_the_clipped_surrogate_is_the_minimum(ratio, advantage):
    log_ratio = torch.tensor(math.log(ratio), dtype=torch.float64, requires_grad=True)
    r = log_ratio.exp()
    minimum = torch.min(r * advantage, r.clamp(0.8, 1.2) * advantage)
    minimum.backward()
    value, gradient = mdp.clipped_surrogate(ratio, advantage)
    close(minimum.item(), value, "the objective", rtol=1e-12, atol=0.0)
    close(log_ratio.grad.item(), gradient, "its slope in log r", rtol=1e-12, atol=0.0)


def test_the_eight_cells_of_the_clipped_surrogate():
    cells = {a: [mdp.clipped_surrogate(r, a)[1] for r in (0.5, 1.0, 1.5, 4.0)] for a in (1.0, -1.0)}
    assert cells == {1.0: [0.5, 1.0, 0.0, 0.0], -1.0: [0.0, -1.0, -1.5, -4.0]}


def test_quadrature_of_the_normal_distribution():
    weights, actions = mdp.quadrature(0.3, 0.7)
    close(weights.sum().item(), 1.0, "the density", rtol=0.0, atol=1e-12)
    close((weights * actions).sum().item(), 0.3, "the mean", rtol=0.0, atol=1e-12)
    close((weights * (actions - 0.3) ** 2).sum().item(), 0.49, "the variance", rtol=0.0, atol=1e-12)
    score = (actions - 0.3) / 0.49
    close((weights * score).sum().item(), 0.0, "the expected score", rtol=0.0, atol=1e-12)


def test_quadrature_with_kinks():
    weights, actions = mdp.quadrature(1.0, 1.0, breaks=[-1.0, 1.0])
    inside = ((actions > -1) & (actions < 1)).double()
    probability = 0.5 * math.erf(2 / math.sqrt(2))
    close((weights * inside).sum().item(), probability, "P(-1 < a < 1)", rtol=0.0, atol=1e-12)
    close(probability, 0.4772, "the same to four digits", rtol=0.0, atol=5e-5)
    clipped = actions.clamp(-1, 1)
    close((weights * (clipped - 1.0)).sum().item(), -0.3905, "clipped score", rtol=0.0, atol=5e-5)
