"""There's no error, because `.data` hides the step from torch. But every segment now goes back through all
segments before it, with old states and a new decay: the gradient belongs to neither.
"""

import torch


def fit(decay, signals, targets, length, lr):
    steps = len(signals)
    if signals.shape != targets.shape or steps == 0 or length < 1 or steps % length:
        raise ValueError(f"signals {tuple(signals.shape)}, targets {tuple(targets.shape)}, length {length}")
    state = torch.zeros_like(signals[0])
    errors = []
    for start in range(0, steps, length):
        states = []
        for signal in signals[start : start + length]:
            state = decay * state + signal  # carried over from segment to segment
            states.append(state)
        error = ((torch.stack(states) - targets[start : start + length]) ** 2).mean()
        decay.grad = None
        error.backward(retain_graph=True)
        decay.data -= lr * decay.grad
        errors.append(error.item())
    return errors
