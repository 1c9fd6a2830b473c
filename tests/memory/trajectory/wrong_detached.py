"""The copying is gone and the graph with it: the rows are constants now, and nothing can be trained through
the trajectory."""

import torch


def simulate(step, state, steps):
    if steps < 1:
        raise ValueError(f"wanted are 1 or more steps, not {steps}")
    states = []
    for _ in range(steps):
        state = step(state)
        states.append(state.detach().clone())
    return torch.stack(states)
