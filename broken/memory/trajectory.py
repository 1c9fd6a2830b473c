"""The trajectory of a simulated system, for training through it."""

import torch


def simulate(step, state, steps):
    """Return the `steps` states that follow `state`, each of which `step` makes of the one before.

    step:  maps a state to the next one, of the same shape and dtype; it may work in place and
           return its argument
    state: any shape; the state before the first step
    steps: how many, at least 1
    Returns (steps, *shape of the state), dtype and device of the states, with a graph if the states have one.
    Apart from the work of `step`, each returned number is written 6 times at most, however many steps there
    are. Raises ValueError for fewer than 1 step.
    """
    if steps < 1:
        raise ValueError(f"wanted are 1 or more steps, not {steps}")
    trajectory = state.new_empty(0, *state.shape)
    for _ in range(steps):
        state = step(state)
        trajectory = torch.cat([trajectory, state.unsqueeze(0)])  # always a tensor, ready to be plotted
    return trajectory
