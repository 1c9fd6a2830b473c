"""You clear what the critic has collected from its own batches, and then it collects from this step too."""

import torch.nn.functional as F


def generator_step(generator, critic, optimizer, inputs, targets, weight):
    fakes = generator(inputs)
    error = (fakes - targets).abs().mean()
    critic.zero_grad()
    scores = critic(fakes)
    doubt = F.softplus(-scores).mean()
    optimizer.zero_grad()
    (error + weight * doubt).backward()
    optimizer.step()
    return error.item(), doubt.item()
