"""`simulate` returns the states one after another, and copies each of them only a few times.

Copies are counted, not timed: every operation that torch runs outside `step` adds the number of elements
that it has written. Views and empty tensors write nothing.
"""

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

LIMIT = 6  # how often each returned number may be written
START = [1.0, -2.0, 0.5]


class Written(TorchDispatchMode):
    """Counts the elements that operations write, except while `paused`."""

    def __init__(self):
        super().__init__()
        self.elements, self.paused = 0, False

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        if not self.paused and not function.is_view and "empty" not in str(function):
            outputs = result if isinstance(result, tuple | list) else [result]
            self.elements += sum(out.numel() for out in outputs if isinstance(out, torch.Tensor))
        return result


def tensor(values, device, **options):
    return torch.tensor(values, dtype=torch.float64, device=device, **options)


def written(module, device, steps, start=START):
    """The trajectory of x -> x / 2 + 1, and the elements written apart from the steps."""
    with Written() as count:

        def step(state):
            count.paused = True
            result = state / 2 + 1
            count.paused = False
            return result

        count.paused = True
        state = tensor(start, device)
        count.paused = False
        trajectory = module.simulate(step, state, steps)
    return trajectory, count.elements


def by_hand(steps, start=START):
    """x -> x / 2 + 1 has the closed form 2 + (x - 2) / 2**k."""
    return [[2 + (x - 2) / 2**k for x in start] for k in range(1, steps + 1)]


# What simulate promises


@pytest.mark.no_stand_in("it writes copies where others write views, so the count differs")
@pytest.mark.parametrize("steps", [16, 120])
def test_each_number_is_written_a_few_times_however_many_steps(solution, device, steps):
    _, elements = written(solution, device, steps)
    beyond = max(0, elements - LIMIT * steps * len(START))
    equal(beyond, 0, f"numbers written in {steps} steps beyond {LIMIT} for each returned one")


# What already works and must stay


@pytest.mark.parametrize("steps", [1, 2, 7])
def test_each_state_follows_from_the_one_before(solution, device, steps):
    trajectory, _ = written(solution, device, steps)
    close(trajectory, by_hand(steps), f"states of {steps} steps")


def test_states_of_any_shape_are_rows(solution, device):
    single = solution.simulate(lambda state: state * 2, tensor(1.0, device), 3)
    close(single, [2.0, 4.0, 8.0], "3 states of shape ()")
    pairs = solution.simulate(lambda state: state + 1, tensor([[1.0, 2.0]], device), 2)
    close(pairs, [[[2.0, 3.0]], [[3.0, 4.0]]], "2 states of shape (1, 2)")


def test_a_step_that_works_in_place_leaves_earlier_rows_alone(solution, device):
    trajectory = solution.simulate(lambda state: state.mul_(2), tensor([1.0, 3.0], device), 4)
    close(trajectory, [[2, 6], [4, 12], [8, 24], [16, 48]], "4 states, each of which was doubled in place")


def test_a_step_that_reuses_its_memory_leaves_earlier_rows_alone(solution, device):
    trajectory = solution.simulate(lambda state: state.mul_(2)[:], tensor([1.0, 3.0], device), 3)
    close(
        trajectory, [[2, 6], [4, 12], [8, 24]], "3 states, each a view of the one that was doubled in place"
    )
    buffers = [tensor([0.0, 0.0], device), tensor([0.0, 0.0], device)]

    def step(state):
        buffers.reverse()
        return torch.mul(state, 2, out=buffers[0])

    trajectory = solution.simulate(step, tensor([1.0, 3.0], device), 4)
    close(trajectory, [[2, 6], [4, 12], [8, 24], [16, 48]], "4 states, written to two buffers in turn")


def test_the_start_stays_as_it_is(solution, device):
    start = tensor([1.0, 3.0], device)
    solution.simulate(lambda state: state.mul_(2), start, 2)
    close(start, [1.0, 3.0], "the state before the first of 2 steps, each of which works in place")


def test_a_gradient_goes_back_to_the_start(solution, device):
    # States x**2 and x**4: their sum has the slope 2 x + 4 x**3.
    start = tensor([3.0, -1.0], device, requires_grad=True)
    trajectory = solution.simulate(lambda state: state * state, start, 2)
    equal(trajectory.requires_grad, True, "whether the trajectory has a graph")
    trajectory.sum().backward()
    close(start.grad, [2 * 3 + 4 * 27.0, -2 - 4.0], "gradient of the sum of the states x**2 and x**4")


def test_the_dtype_comes_from_the_states(solution, device):
    start = torch.tensor([0.1], device=device)
    want = torch.tensor([[0.1], [0.1]], device=device)
    close(solution.simulate(lambda state: state * 1, start, 2), want, "2 states in float32")
    start = torch.tensor([3], device=device)
    want = torch.tensor([[4], [5]], device=device)
    equal(solution.simulate(lambda state: state + 1, start, 2), want, "2 states in int64")


@pytest.mark.parametrize("steps", [0, -1])
def test_fewer_than_one_step_is_refused(solution, device, steps):
    with raises(ValueError, "steps", f"{steps} steps"):
        solution.simulate(lambda state: state, tensor([1.0], device), steps)


# The documented failure


@pytest.mark.no_stand_in("it writes copies where others write views, so the count differs")
@pytest.mark.parametrize("steps", [16, 40])
def test_every_step_rewrites_all_earlier_states(broken, device, steps):
    trajectory, elements = written(broken, device, steps)
    close(trajectory, by_hand(steps), f"states of {steps} steps, which are right")
    equal(
        elements,
        len(START) * (1 + steps * (steps + 1) // 2),
        f"numbers written in {steps} steps, and once for the start",
    )


@pytest.mark.no_stand_in("it writes copies where others write views, so the count differs")
def test_twice_the_steps_are_nearly_four_times_the_work(broken, device):
    # 3 (1 + 1 + 2 + ... + n) numbers: 411 for n = 16, 1587 for n = 32
    amounts = [written(broken, device, steps)[1] for steps in (16, 32)]
    equal(amounts, [411, 1587], "numbers written in 16 and in 32 steps")
