"""The gain requires a gradient and is then cast to another dtype. The cast makes a second tensor, which no
optimizer accepts. With float32 samples on the CPU there's nothing to cast, so it seems to work.
"""

import torch


def fit_gain(readings, references, steps, lr, start=1.0):
    if len(readings) == 0:
        raise ValueError("there are no samples to fit a gain to")
    gain = torch.tensor(start, requires_grad=True).to(readings)
    optimizer = torch.optim.SGD([gain], lr=lr)
    losses = []
    for _ in range(steps):
        loss = ((gain * readings - references) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return gain.item(), losses
