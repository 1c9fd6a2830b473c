"""The step is right, but the critic stays frozen: it never learns again, and soon it's easy to
convince.
"""

import torch.nn.functional as F


def generator_step(generator, critic, optimizer, inputs, targets, weight):
    fakes = generator(inputs)
    error = (fakes - targets).abs().mean()
    critic.requires_grad_(False)
    doubt = F.softplus(-critic(fakes)).mean()
    optimizer.zero_grad()
    (error + weight * doubt).backward()
    optimizer.step()
    return error.item(), doubt.item()
