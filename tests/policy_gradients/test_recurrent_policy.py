"""Rollout after rollout: `play` goes on with the memory of the last call, `learn` stays within this one.

The trader of these tests has a memory of one unit, h = tanh(w x + u h'), and the logits v h. On paper, with
h' given where a rollout begins, its slopes follow from step to step:

    dh/dw = (1 - h^2) (x + u dh'/dw)        dh/du = (1 - h^2) (h' + u dh'/du)

and d log pi(a) / dh = v_a - sum pi v.
"""

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

CELL, HEAD = [[0.75]], [[0.5], [-1.0]]  # w; v
RECURRENT = [[-0.5]]  # u
LR = 0.25
# Twelve steps in two markets; three of them make a rollout.
OBSERVATIONS = [
    [1.0, -0.5],
    [0.5, 1.5],
    [-1.0, 0.25],
    [0.75, -1.0],
    [-0.25, 0.5],
    [1.5, -0.75],
    [-0.5, 1.0],
    [0.25, -1.5],
    [1.0, 0.5],
    [-0.75, -0.25],
    [0.5, 1.25],
    [-1.25, 0.75],
]
DRAWS = [
    [0.125, 0.875],
    [0.75, 0.25],
    [0.0625, 0.9375],
    [0.9375, 0.0625],
    [0.25, 0.75],
    [0.875, 0.125],
] * 2
RETURNS = [[1.0, -1.0], [2.0, 0.5], [-0.5, 1.5], [0.25, -2.0], [-1.0, 1.0], [1.5, 0.75]] * 2

CLAIM = {
    "claim": "the gradient of rollout 4 is that of its own steps, with the memory that entered it given",
    "oracle": "closed form: the slopes of the memory carried from step to step",
    "config": {"w": CELL, "u": RECURRENT, "v": HEAD, "steps": 3, "lr": LR, "rollouts": 4},
}


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def trader(device):
    kind = {"dtype": torch.float64, "device": device}
    policy = torch.nn.ModuleDict(
        {
            "cell": torch.nn.RNNCell(1, 1, bias=False, **kind),
            "head": torch.nn.Linear(1, 2, bias=False, **kind),
        }
    )
    with torch.no_grad():
        for parameter, values in zip(policy.parameters(), (CELL, RECURRENT, HEAD), strict=True):
            parameter.copy_(tensor(values, device))
    return policy


def segment(device, start, steps):
    part = slice(start, start + steps)
    observations = tensor(OBSERVATIONS[part], device)
    return observations[:, :, None], tensor(DRAWS[part], device), tensor(RETURNS[part], device)


def by_hand(weights, memory, observations, draws, returns):
    """Loss, the gradients in w, u and v, actions, log-probabilities and memory of one rollout."""
    w, u, v = weights
    v, memory = v[:, 0], memory[:, 0]
    dw, du, loss, actions, scores = torch.zeros_like(memory), torch.zeros_like(memory), 0.0, [], []
    gradient = [torch.zeros_like(weight) for weight in weights]
    for x, draw, paid in zip(observations[:, :, 0], draws, returns, strict=True):
        before, memory = memory, torch.tanh(w[0, 0] * x + u[0, 0] * memory)
        bend = 1 - memory**2
        dw, du = bend * (x + u[0, 0] * dw), bend * (before + u[0, 0] * du)
        pi = torch.softmax(memory[:, None] * v, dim=1)
        action = (draw >= pi[:, 0]).long()
        taken = torch.nn.functional.one_hot(action, 2).to(pi)
        score = (pi * taken).sum(1).log()
        share = -paid / returns.numel()
        slope = share * ((taken - pi) * v).sum(1)
        gradient[0] += (slope * dw).sum()
        gradient[1] += (slope * du).sum()
        gradient[2] += ((share * memory) @ (taken - pi))[:, None]
        loss += (share * score).sum().item()
        actions.append(action)
        scores.append(score)
    return loss, gradient, torch.stack(actions), torch.stack(scores), memory[:, None]


def rollouts(module, device, steps, count, what):
    """Play and learn `count` times, each time beside the closed form; the last report of w, u and v."""
    policy = trader(device)
    optimizer = torch.optim.SGD(policy.parameters(), lr=LR)
    memory = wanted = torch.zeros(2, 1, dtype=torch.float64, device=device)
    weights = [parameter.detach().clone() for parameter in policy.parameters()]
    for k in range(1, count + 1):
        observations, draws, returns = segment(device, steps * (k - 1), steps)
        loss, gradient, actions, scores, wanted = by_hand(weights, wanted, observations, draws, returns)
        got_actions, log_probs, memory = module.play(policy, memory, observations, draws)
        equal(got_actions, actions, f"actions of rollout {k}, {what}")
        close(log_probs, scores, f"log_probs of rollout {k}, {what}")
        close(memory, wanted, f"memory after rollout {k}, {what}")
        close(module.learn(optimizer, log_probs, returns), loss, f"loss of rollout {k}, {what}")
        weights = [weight - LR * slope for weight, slope in zip(weights, gradient, strict=True)]
        for name, parameter, slope, weight in zip(
            ("w", "u", "v"), policy.parameters(), gradient, weights, strict=True
        ):
            close(parameter.grad, slope, f"gradient of {name} in rollout {k}, {what}")
            close(parameter.detach(), weight, f"{name} after rollout {k}, {what}")


def compare_rollout_four(play, learn, device):
    """What rollout 4 subtracts, divided by lr, in a row of w, u, v0, v1, beside two witnesses."""
    policy = trader(device)
    optimizer = torch.optim.SGD(policy.parameters(), lr=LR)
    memory = torch.zeros(2, 1, dtype=torch.float64, device=device)
    for k in range(4):
        observations, draws, returns = segment(device, 3 * k, 3)
        entered, at = memory.detach().clone(), [p.detach().clone() for p in policy.parameters()]
        _, log_probs, memory = play(policy, memory, observations, draws)
        learn(optimizer, log_probs, returns)

    _, gradient, actions, _, _ = by_hand(at, entered, observations, draws, returns)

    def frozen(row):
        """The loss of the same actions from the same memory, for other weights."""
        state, total = entered[:, 0], 0.0
        for x, action, paid in zip(observations[:, :, 0], actions, returns, strict=True):
            state = torch.tanh(row[0] * x + row[1] * state)
            log_pi = torch.log_softmax(state[:, None] * row[2:], dim=1)
            total -= (paid * log_pi[torch.arange(2), action]).sum() / returns.numel()
        return total

    row, after = (torch.cat([w.detach().flatten() for w in weights]) for weights in (at, policy.parameters()))
    return gradients.compare(
        (row - after) / LR,
        analytic=torch.cat([slope.flatten() for slope in gradient]),
        numeric=gradients.central_difference(frozen, row),
        what="gradient applied in rollout 4 to (w, u, v0, v1)",
    ), {"weights": row, "memory": entered}


# What play and learn promise


def test_the_fourth_rollout_is_learned_from_its_own_steps(solution, device, evidence):
    report, checkpoint = compare_rollout_four(solution.play, solution.learn, device)
    evidence(report, **CLAIM, checkpoint=checkpoint)
    report.require()


@pytest.mark.parametrize(("steps", "count"), [(1, 6), (2, 4), (3, 4)])
def test_rollout_after_rollout_follows_the_formula(solution, device, steps, count):
    rollouts(solution, device, steps, count, f"steps {steps}")


@pytest.mark.no_stand_in("it has no as_strided, which a GRU cell of several rows wants")
def test_a_trader_with_a_larger_memory_learns_its_second_rollout(solution, device):
    torch.manual_seed(0)
    kind = {"dtype": torch.float64, "device": device}
    policy = torch.nn.ModuleDict(
        {"cell": torch.nn.GRUCell(1, 3, **kind), "head": torch.nn.Linear(3, 4, **kind)}
    )
    optimizer = torch.optim.SGD(policy.parameters(), lr=LR)
    observations, draws, returns = segment(device, 0, 2)
    memory = torch.zeros(2, 3, dtype=torch.float64, device=device)
    _, log_probs, memory = solution.play(policy, memory, observations, draws)
    solution.learn(optimizer, log_probs, returns)

    entered, cell, head = memory.detach().clone(), policy["cell"], policy["head"]
    at = cell.weight_hh.detach().clone()
    observations, draws, returns = segment(device, 2, 2)
    actions, log_probs, _ = solution.play(policy, memory, observations, draws)

    def frozen(weight):
        state, total = entered, 0.0
        for x, action, paid in zip(observations, actions, returns, strict=True):
            state = torch.func.functional_call(cell, {"weight_hh": weight}, (x, state))
            log_pi = torch.log_softmax(head(state), dim=1)
            total -= (paid * log_pi[torch.arange(2), action]).sum() / returns.numel()
        return total

    numeric = gradients.central_difference(frozen, at)
    solution.learn(optimizer, log_probs, returns)
    close(
        cell.weight_hh.grad, numeric, "gradient of the recurrent weights in rollout 2", rtol=1e-6, atol=1e-9
    )


# What already works and must stay


@pytest.mark.parametrize("steps", [1, 2, 12])
def test_a_single_rollout_is_differentiated_whole(solution, device, steps):
    rollouts(solution, device, steps, 1, f"steps {steps}")


def test_playing_in_pieces_is_playing_in_one_piece(solution, device):
    policy, memory = trader(device), torch.zeros(2, 1, dtype=torch.float64, device=device)
    weights = [parameter.detach() for parameter in policy.parameters()]
    _, _, actions, scores, last = by_hand(weights, memory, *segment(device, 0, 12))
    got_actions, got_scores = [], []
    for start in range(0, 12, 4):
        observations, draws, _ = segment(device, start, 4)
        some, log_probs, memory = solution.play(policy, memory, observations, draws)
        got_actions.append(some)
        got_scores.append(log_probs.detach())
    equal(torch.cat(got_actions), actions, "actions of twelve steps, played in three pieces")
    close(torch.cat(got_scores), scores, "log_probs of twelve steps, played in three pieces")
    close(memory.detach(), last, "memory after twelve steps, played in three pieces")


def test_no_steps_are_refused(solution, device):
    policy, memory = trader(device), torch.zeros(2, 1, dtype=torch.float64, device=device)
    observations, draws, _ = segment(device, 0, 1)
    with raises(ValueError, "no steps", "playing no steps"):
        solution.play(policy, memory, observations[:0], draws[:0])


@pytest.mark.parametrize("shape", [(2, 2), (3, 1), (3, 2, 1), (2,)])
def test_returns_of_another_shape_are_refused(solution, device, shape):
    policy, memory = trader(device), torch.zeros(2, 1, dtype=torch.float64, device=device)
    optimizer = torch.optim.SGD(policy.parameters(), lr=LR)
    observations, draws, _ = segment(device, 0, 3)
    _, log_probs, _ = solution.play(policy, memory, observations, draws)
    for parameter in policy.parameters():
        parameter.grad = torch.full_like(parameter, 0.125).detach()
    for part in ("(3, 2)", str(shape)):
        with raises(ValueError, part, f"returns of shape {shape} for log_probs of shape (3, 2)"):
            solution.learn(optimizer, log_probs, torch.ones(shape, dtype=torch.float64, device=device))
    for parameter, values in zip(policy.parameters(), (CELL, RECURRENT, HEAD), strict=True):
        equal(parameter.detach(), tensor(values, device), "a weight after a refusal")
        equal(parameter.grad, torch.full_like(parameter, 0.125).detach(), "its gradient after a refusal")


# The documented failure


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_the_second_rollout_raises(broken, device, steps):
    policy, memory = trader(device), torch.zeros(2, 1, dtype=torch.float64, device=device)
    optimizer = torch.optim.SGD(policy.parameters(), lr=LR)
    observations, draws, returns = segment(device, 0, steps)
    start = [parameter.detach().clone() for parameter in policy.parameters()]
    _, gradient, *_ = by_hand(start, memory, observations, draws, returns)
    _, log_probs, memory = broken.play(policy, memory, observations, draws)
    broken.learn(optimizer, log_probs, returns)
    observations, draws, returns = segment(device, steps, steps)
    _, log_probs, _ = broken.play(policy, memory, observations, draws)
    with raises(RuntimeError, "backward through the graph a second time", f"rollout 2, steps {steps}"):
        broken.learn(optimizer, log_probs, returns)
    for name, parameter, weight, slope in zip("wuv", policy.parameters(), start, gradient, strict=True):
        close(parameter.detach(), weight - LR * slope, f"{name} when the second rollout raised")


def test_the_fourth_rollout_teaches_nothing(broken, device, evidence):
    played = []

    def learn(optimizer, log_probs, returns):
        played.append(log_probs)
        if len(played) == 1:
            broken.learn(optimizer, log_probs, returns)
            return
        with raises(RuntimeError, "backward through the graph a second time", f"rollout {len(played)}"):
            broken.learn(optimizer, log_probs, returns)

    report, checkpoint = compare_rollout_four(broken.play, learn, device)
    evidence(report, **CLAIM, checkpoint=checkpoint)
    equal(report.autograd, torch.zeros_like(report.analytic), "gradient applied in rollout 4")
