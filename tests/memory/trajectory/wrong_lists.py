"""Rows of Python numbers are cheap to collect, but the tensor made of them has lost the graph, the dtype and
the device."""

import torch


def simulate(step, state, steps):
    if steps < 1:
        raise ValueError(f"wanted are 1 or more steps, not {steps}")
    rows = []
    for _ in range(steps):
        state = step(state)
        rows.append(state.tolist())
    return torch.tensor(rows)
