"""The space doubles whenever it is full, as Python lists do it: each number is moved twice on average."""

import torch


def simulate(step, state, steps):
    if steps < 1:
        raise ValueError(f"wanted are 1 or more steps, not {steps}")
    space = state.new_empty(1, *state.shape)
    for number in range(steps):
        state = step(state)
        if number == len(space):
            space = torch.cat([space, torch.empty_like(space)])
        space[number] = state
    return space[:steps]
