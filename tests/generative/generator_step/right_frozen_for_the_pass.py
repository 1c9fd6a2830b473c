"""The parameters of the critic need no gradient while the graph is made, and need it again
afterwards.
"""

import torch.nn.functional as F


def generator_step(generator, critic, optimizer, inputs, targets, weight):
    fakes = generator(inputs)
    error = (fakes - targets).abs().mean()
    flags = [p.requires_grad for p in critic.parameters()]
    for p in critic.parameters():
        p.requires_grad_(False)
    doubt = F.softplus(-critic(fakes)).mean()
    for p, flag in zip(critic.parameters(), flags):
        p.requires_grad_(flag)
    optimizer.zero_grad()
    (error + weight * doubt).backward()
    optimizer.step()
    return error.item(), doubt.item()
