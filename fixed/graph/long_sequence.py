"""Fit a recurrent smoother to signals that are too long to differentiate in one go."""

import torch


def fit(decay, signals, targets, length, lr):
    """Train `decay` with truncated backpropagation through time: a step per segment.

    decay:   (channels,) leaf that requires grad; trained in place
    signals: (steps, channels); targets: the same; dtype and device of `decay`
    length:  steps in a segment, a divisor of `steps`
    The state starts at zeros and follows state = decay * state + signal through the whole
    sequence. The error of a segment is the mean of (state - target)**2. Its gradient
    covers every step of the segment and none before it.
    Returns the error of each segment before its step `decay -= lr * gradient`, as floats.
    Raises ValueError, and changes neither decay nor its gradient, if the shapes differ,
    there is no step, or `length` doesn't divide the number of steps.
    """
    steps = len(signals)
    if signals.shape != targets.shape or steps == 0 or length < 1 or steps % length:
        raise ValueError(f"signals {tuple(signals.shape)}, targets {tuple(targets.shape)}, length {length}")
    optimizer = torch.optim.SGD([decay], lr=lr)
    state = torch.zeros_like(signals[0])
    errors = []
    for start in range(0, steps, length):
        state = state.detach()  # keeps its numbers, drops its history
        states = []
        for signal in signals[start : start + length]:
            state = decay * state + signal  # carried over from segment to segment
            states.append(state)
        error = ((torch.stack(states) - targets[start : start + length]) ** 2).mean()
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
        errors.append(error.detach())  # read at the end: .item() would make a GPU wait here
    return [error.item() for error in errors]
