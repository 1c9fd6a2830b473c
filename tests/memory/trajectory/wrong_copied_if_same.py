"""A state is copied only if `step` returned the very tensor it was given. A view of it, or a buffer that is
used again two steps later, is another object: it isn't copied, and its row changes later."""

import torch


def simulate(step, state, steps):
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps}")
    state = state.clone()
    states = []
    for _ in range(steps):
        before, state = state, step(state)
        states.append(state.clone() if state is before else state)
    return torch.stack(states)
