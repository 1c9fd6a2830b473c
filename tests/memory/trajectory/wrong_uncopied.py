"""Each state is written once, but the list holds the states themselves. If `step` works in place, they're
all one tensor, and every row shows the last state."""

import torch


def simulate(step, state, steps):
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps}")
    state = state.clone()
    states = []
    for _ in range(steps):
        state = step(state)
        states.append(state)
    return torch.stack(states)
