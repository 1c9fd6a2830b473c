"""The step is right. But `train()` at the end doesn't bring the old mode back: a critic that was in eval
mode is in training now.
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
    (error + weight * doubt).backward(inputs=list(generator.parameters()))
    optimizer.step()
    return error.item(), doubt.item()
