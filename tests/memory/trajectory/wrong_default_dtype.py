"""The tensor has its full size from the start, but torch's default dtype and device, not those of the
states."""

import torch


def simulate(step, state, steps):
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps}")
    state = state.clone()
    trajectory = torch.empty(steps, *state.shape)
    for number in range(steps):
        state = step(state)
        trajectory[number] = state
    return trajectory
