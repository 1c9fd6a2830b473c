"""Rows of Python numbers are cheap to collect, but a tensor made from them has lost the graph, the dtype
and the device."""

import torch


def simulate(step, state, steps):
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps}")
    state = state.clone()
    rows = []
    for _ in range(steps):
        state = step(state)
        rows.append(state.tolist())
    return torch.tensor(rows)
