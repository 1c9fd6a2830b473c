"""A list of states with a leading axis, joined once."""

import torch


def simulate(step, state, steps):
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps}")
    state = state.clone()
    pieces = []
    for _ in range(steps):
        state = step(state)
        pieces.append(state.clone().unsqueeze(0))
    return torch.cat(pieces)
