"""The state is reset to zeros at every segment: each one is trained as if it were the start of the
sequence.
"""

import torch


def fit(decay, signals, targets, length, lr):
    steps = len(signals)
    if signals.shape != targets.shape or steps == 0 or length < 1 or steps % length:
        raise ValueError(f"signals {tuple(signals.shape)}, targets {tuple(targets.shape)}, length {length}")
    optimizer = torch.optim.SGD([decay], lr=lr)
    errors = []
    for start in range(0, steps, length):
        state = torch.zeros_like(signals[0])
        states = []
        for signal in signals[start : start + length]:
            state = decay * state + signal  # carried over from segment to segment
            states.append(state)
        error = ((torch.stack(states) - targets[start : start + length]) ** 2).mean()
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
        errors.append(error.item())
    return errors
