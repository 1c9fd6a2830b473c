"""A replay memory: `record` remembers what was observed when it was observed, `batch` gives it back.

The environment below walks along a corridor and tells its place and its clock in one buffer, which it
writes over at every step, as real ones do. Where it has been is known without it: 0.5, 1.5, 3.5, 4.5
and, in the next episode, 0.5, 2.5, 3.5. From the remembered transitions the tests build the
temporal-difference gradient of a linear critic, which is known from these places as well.
"""

import numpy
import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

ACTIONS = [1.0, 2.0, 1.0, 2.0, 1.0]
STATES = [[0.5, 0.0], [1.5, 1.0], [3.5, 2.0], [0.5, 0.0], [2.5, 1.0]]  # place and clock
NEXT_STATES = [[1.5, 1.0], [3.5, 2.0], [4.5, 3.0], [2.5, 1.0], [3.5, 2.0]]
REWARDS = [0.25, 1.0, 0.25, 1.0, 0.25]
TERMINATED = [False, False, True, False, False]
WEIGHT, GAMMA = [0.5, -0.25], 0.5
KINDS = ["tensor", "array"]

CLAIM = {
    "claim": "a batch of all transitions gives a linear critic the gradient of temporal-difference learning",
    "oracle": "closed form mean((w s - r - gamma w s') s), the places of the walk written out",
    "config": {"states": STATES, "next_states": NEXT_STATES, "weight": WEIGHT, "gamma": GAMMA},
}


class Corridor:
    """Walks from 0.5 on, by the length of each action; beyond 4 the episode has terminated.

    kind: what it hands out: "tensor" or "array", its own buffer of float32 each time; "float64" or
    "int64", a buffer of another dtype; "fresh", a new tensor each time
    """

    def __init__(self, kind, device):
        self.kind = kind
        if kind == "array":
            self.buffer = numpy.zeros(2, dtype=numpy.float32)
        else:
            dtype = {"float64": torch.float64, "int64": torch.int64}.get(kind, torch.float32)
            self.buffer = torch.zeros(2, dtype=dtype, device=device)

    def tell(self, place, clock):
        if self.kind == "fresh":
            self.buffer = torch.zeros_like(self.buffer)
        self.buffer[0], self.buffer[1] = place, clock
        return self.buffer

    def reset(self):
        self.place, self.clock = 0.5, 0.0
        return self.tell(self.place, self.clock)

    def step(self, action):
        self.place, self.clock = self.place + action, self.clock + 1
        return self.tell(self.place, self.clock), action**2 / 4, self.place > 4


def walk(module, kind, device, actions=ACTIONS):
    memory = []
    module.record(Corridor(kind, device), memory, actions)
    return memory


def compare_gradient(module, device):
    """The gradient of 0.5 * mean((r + gamma w s' - w s)^2) with its targets frozen, from one batch."""
    got = module.batch(walk(module, "tensor", device), [0, 1, 2, 3, 4])
    weight = torch.tensor(WEIGHT, dtype=torch.float64, device=device, requires_grad=True)
    later = (got["next_states"].double() @ weight.detach()) * (~got["terminated"])
    targets = got["rewards"].double() + GAMMA * later
    (found,) = torch.autograd.grad(0.5 * (targets - got["states"].double() @ weight).pow(2).mean(), weight)

    def value(weights, state):
        return weights[0] * state[0] + weights[1] * state[1]

    wanted = [
        reward + (0.0 if over else GAMMA * value(WEIGHT, after))
        for reward, over, after in zip(REWARDS, TERMINATED, NEXT_STATES, strict=True)
    ]
    errors = [value(WEIGHT, state) - target for state, target in zip(STATES, wanted, strict=True)]
    slope = [sum(e * state[k] for e, state in zip(errors, STATES, strict=True)) / 5 for k in (0, 1)]

    def frozen(weights):
        return 0.5 * sum((value(weights, s) - y) ** 2 for s, y in zip(STATES, wanted, strict=True)) / 5

    return gradients.compare(
        found,
        analytic=torch.tensor(slope, dtype=torch.float64, device=device),
        numeric=gradients.central_difference(frozen, weight.detach()),
        what="gradient of a linear critic, from a batch of the walk",
    )


# What record and batch promise


@pytest.mark.parametrize("kind", KINDS)
def test_the_memory_knows_every_place_of_the_walk(solution, device, kind):
    got = solution.batch(walk(solution, kind, device), [0, 1, 2, 3, 4])
    close(got["states"].cpu(), torch.tensor(STATES), f"states, observed in a {kind}")
    close(got["next_states"].cpu(), torch.tensor(NEXT_STATES), f"next states, observed in a {kind}")


def test_a_critic_gets_its_gradient_from_the_memory(solution, device, evidence):
    report = compare_gradient(solution, device)
    evidence(report, **CLAIM)
    report.require()


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_environment_does_later_changes_nothing(solution, device, kind):
    env, memory = Corridor(kind, device), []
    solution.record(env, memory, ACTIONS[:1])
    env.buffer[:] = 9.0
    solution.record(env, memory, ACTIONS[:2])
    equal(len(memory), 3, "number of transitions after one and two actions")
    env.buffer[:] = 99.0
    got = solution.batch(memory, [2, 0, 1, 0])
    close(got["states"].cpu(), torch.tensor([STATES[k] for k in (1, 0, 0, 0)]), "states of two recordings")
    close(got["next_states"].cpu(), torch.tensor([NEXT_STATES[k] for k in (1, 0, 0, 0)]), "their next states")


@pytest.mark.parametrize("kind", KINDS)
def test_an_episode_keeps_its_last_observation(solution, device, kind):
    got = solution.batch(walk(solution, kind, device, [2.0, 2.0, 1.0]), [1, 2])
    close(got["next_states"].cpu(), torch.tensor([[4.5, 2.0], [1.5, 1.0]]), "next states around a reset")
    close(got["states"].cpu(), torch.tensor([[2.5, 1.0], [0.5, 0.0]]), "states around a reset")


# What already works and must stay


def test_an_environment_with_new_observations_is_remembered(solution, device):
    got = solution.batch(walk(solution, "fresh", device), [0, 1, 2, 3, 4])
    close(got["states"].cpu(), torch.tensor(STATES), "states, each in a tensor of its own")
    close(got["next_states"].cpu(), torch.tensor(NEXT_STATES), "next states, each in a tensor of its own")


@pytest.mark.parametrize("kind", ["float64", "int64"])
def test_observations_of_another_dtype_are_remembered_in_float32(solution, device, kind):
    got = solution.batch(walk(solution, kind, device), [0, 1, 2, 3, 4])
    states, next_states = torch.tensor(STATES), torch.tensor(NEXT_STATES)
    if kind == "int64":
        states, next_states = states.floor(), next_states.floor()
    close(got["states"].cpu(), states, f"states, observed in {kind}")
    close(got["next_states"].cpu(), next_states, f"next states, observed in {kind}")


def test_actions_rewards_and_ends_keep_their_order(solution, device):
    got = solution.batch(walk(solution, "fresh", device), [4, 2, 0])
    equal(got["actions"], [1.0, 1.0, 1.0], "actions")
    equal(got["terminated"].tolist(), [False, True, False], "which were the last of their episode")
    equal(got["terminated"].dtype, torch.bool, "dtype of terminated")
    got = solution.batch(walk(solution, "fresh", device), [3, 0, 1])
    equal(got["actions"], [2.0, 1.0, 2.0], "actions in another order")
    close(got["rewards"].cpu(), torch.tensor([1.0, 0.25, 1.0]), "rewards in another order")
    for name in ("states", "next_states", "rewards", "terminated"):
        equal(got[name].device.type, device.type, f"device of {name}")


def test_a_batch_owns_its_tensors(solution, device):
    memory = walk(solution, "fresh", device)
    got = solution.batch(memory, [0])
    for name in ("states", "next_states", "rewards"):
        got[name].fill_(77.0)
    again = solution.batch(memory, [0])
    close(again["states"].cpu(), torch.tensor(STATES[:1]), "states after a batch was written to")
    close(again["next_states"].cpu(), torch.tensor(NEXT_STATES[:1]), "next states after that")
    close(again["rewards"].cpu(), torch.tensor(REWARDS[:1]), "rewards after that")


def test_playing_nothing_remembers_nothing(solution, device):
    equal(len(walk(solution, "fresh", device, [])), 0, "number of transitions without an action")


def test_an_empty_batch_is_refused(solution, device):
    with raises(ValueError, "empty", "a batch without an index"):
        solution.batch(walk(solution, "fresh", device), [])


@pytest.mark.parametrize("index", [5, -1])
def test_an_index_outside_the_memory_is_refused(solution, device, index):
    memory = walk(solution, "fresh", device)
    with raises(IndexError, f"index {index}", "an index outside the memory"):
        solution.batch(memory, [0, index])


# The documented failure


@pytest.mark.parametrize("kind", KINDS)
def test_every_state_is_the_last_one(broken, device, kind):
    got = broken.batch(walk(broken, kind, device), [0, 1, 2, 3, 4])
    last = torch.tensor([NEXT_STATES[-1]] * 5)
    close(got["states"].cpu(), last, f"states, observed in a {kind}")
    close(got["next_states"].cpu(), last, f"next states, observed in a {kind}")


def test_the_critic_learns_about_one_place_alone(broken, device, evidence):
    report = compare_gradient(broken, device)
    evidence(report, **CLAIM)
    worth = WEIGHT[0] * 3.5 + WEIGHT[1] * 2.0  # of the last observation, which stands everywhere
    targets = [r + (0.0 if over else GAMMA * worth) for r, over in zip(REWARDS, TERMINATED, strict=True)]
    error = sum(worth - y for y in targets) / 5
    close(
        report.autograd,
        torch.tensor([error * 3.5, error * 2.0], dtype=torch.float64, device=device),
        "gradient of a linear critic, from a batch of the walk",
    )
