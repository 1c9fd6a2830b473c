"""There's no error, because every step multiplies by its own copy of the decay. But every segment still
goes back through all segments before it: the gradient doesn't stop where the segment starts.
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
            state = decay.clone() * state + signal
            states.append(state)
        error = ((torch.stack(states) - targets[start : start + length]) ** 2).mean()
        optimizer.zero_grad()
        error.backward(retain_graph=True)
        optimizer.step()
        errors.append(error.item())
    return errors
