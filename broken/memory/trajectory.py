"""The trajectory of a simulated system, for training through it."""

import torch


def simulate(step, state, steps):
    """Return the `steps` states that follow `state`; `step` makes each from the one before.

    step:  maps a state to the next one, of the same shape and dtype; it may change its argument in place
           and return it, or return a buffer that it writes to again later
    state: any shape; the state before the first step, which stays as it is
    steps: how many, at least 1
    Returns (steps, *shape of the state), dtype and device of the states, with a graph if the states have one.
    Apart from the work of `step` and of a later `backward()`, each returned number is written only a few
    times, at most 6, however many steps there are. Raises ValueError for fewer than 1 step.
    """
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps}")
    state = state.clone()
    trajectory = state.new_empty(0, *state.shape)
    for _ in range(steps):
        state = step(state)
        trajectory = torch.cat([trajectory, state.unsqueeze(0)])
    return trajectory
