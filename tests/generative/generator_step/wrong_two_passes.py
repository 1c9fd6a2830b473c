"""The first backward pass frees the generator's graph, and the second one needs it. And the critic
collects a gradient.
"""

import torch.nn.functional as F


def generator_step(generator, critic, optimizer, inputs, targets, weight):
    fakes = generator(inputs)
    error = (fakes - targets).abs().mean()
    scores = critic(fakes)
    doubt = F.softplus(-scores).mean()
    optimizer.zero_grad()
    error.backward()
    (weight * doubt).backward()
    optimizer.step()
    return error.item(), doubt.item()
