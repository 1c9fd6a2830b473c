"""All segments are added up and differentiated in one piece, all the way back, with a single step at the
end: nothing is truncated, and nothing is learned along the way.
"""

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
        errors.append(error)
    optimizer.zero_grad()
    sum(errors).backward()
    optimizer.step()
    return [error.item() for error in errors]
