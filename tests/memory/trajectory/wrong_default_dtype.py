"""The space has its full size from the start, but the dtype and the device that torch takes by itself, not
those of the states."""

import torch


def simulate(step, state, steps):
    if steps < 1:
        raise ValueError(f"wanted are 1 or more steps, not {steps}")
    trajectory = torch.empty(steps, *state.shape)
    for number in range(steps):
        state = step(state)
        trajectory[number] = state
    return trajectory
