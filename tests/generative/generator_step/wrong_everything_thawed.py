"""The critic is frozen for the pass and thawed afterwards, all of it: also the layers that were
frozen before.
"""

import torch.nn.functional as F


def generator_step(generator, critic, optimizer, inputs, targets, weight):
    fakes = generator(inputs)
    error = (fakes - targets).abs().mean()
    critic.requires_grad_(False)
    doubt = F.softplus(-critic(fakes)).mean()
    critic.requires_grad_(True)
    optimizer.zero_grad()
    (error + weight * doubt).backward()
    optimizer.step()
    return error.item(), doubt.item()
