"""Eval mode doesn't keep the critic from collecting gradients. And `train()` at the end switches a critic
that was in eval mode.
"""

import torch.nn.functional as F


def generator_step(generator, critic, optimizer, inputs, targets, weight):
    fakes = generator(inputs)
    error = (fakes - targets).abs().mean()
    critic.eval()
    scores = critic(fakes)
    critic.train()
    doubt = F.softplus(-scores).mean()
    optimizer.zero_grad()
    (error + weight * doubt).backward()
    optimizer.step()
    return error.item(), doubt.item()
