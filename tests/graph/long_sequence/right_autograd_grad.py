"""`torch.autograd.grad` and a step by hand, with a detached copy of the state at the start of every
segment.
"""

import torch


def fit(decay, signals, targets, length, lr):
    steps = len(signals)
    if signals.shape != targets.shape or steps == 0 or length < 1 or steps % length:
        raise ValueError(f"signals {tuple(signals.shape)}, targets {tuple(targets.shape)}, length {length}")
    state = torch.zeros_like(signals[0])
    errors = []
    for start in range(0, steps, length):
        state, states = state.detach().clone(), []
        for signal in signals[start : start + length]:
            state = decay * state + signal  # carried over from segment to segment
            states.append(state)
        error = ((torch.stack(states) - targets[start : start + length]) ** 2).mean()
        (slope,) = torch.autograd.grad(error, [decay])
        with torch.no_grad():
            decay -= lr * slope
        errors.append(error.item())
    return errors
