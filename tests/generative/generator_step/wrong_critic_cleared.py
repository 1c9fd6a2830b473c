"""The gradient that the step leaves in the critic is cleared, and with it what the critic had
collected before.
"""

import torch.nn.functional as F


def generator_step(generator, critic, optimizer, inputs, targets, weight):
    fakes = generator(inputs)
    error = (fakes - targets).abs().mean()
    doubt = F.softplus(-critic(fakes)).mean()
    optimizer.zero_grad()
    (error + weight * doubt).backward()
    critic.zero_grad()
    optimizer.step()
    return error.item(), doubt.item()
