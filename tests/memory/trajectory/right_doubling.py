"""The space doubles whenever it's full, as in Python's own lists: each number is moved about twice on
average."""

import torch


def simulate(step, state, steps):
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps}")
    state = state.clone()
    space = state.new_empty(1, *state.shape)
    for number in range(steps):
        state = step(state)
        if number == len(space):
            space = torch.cat([space, torch.empty_like(space)])
        space[number] = state
    return space[:steps]
