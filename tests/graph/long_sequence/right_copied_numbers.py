"""The next segment starts from a copy of the numbers, made while nothing is recorded."""

import torch


def fit(decay, signals, targets, length, lr):
    steps = len(signals)
    if signals.shape != targets.shape or steps == 0 or length < 1 or steps % length:
        raise ValueError(f"signals {tuple(signals.shape)}, targets {tuple(targets.shape)}, length {length}")
    optimizer = torch.optim.SGD([decay], lr=lr)
    state = torch.zeros_like(signals[0])
    errors = []
    for start in range(0, steps, length):
        states = []
        for signal in signals[start : start + length]:
            state = decay * state + signal  # carried over from segment to segment
            states.append(state)
        error = ((torch.stack(states) - targets[start : start + length]) ** 2).mean()
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
        with torch.no_grad():
            state = state.clone()
        errors.append(error.item())
    return errors
