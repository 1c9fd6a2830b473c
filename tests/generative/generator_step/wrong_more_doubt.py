"""The critic is heard now, but with the sign of its own loss: this generator learns to be
recognized.
"""

import torch.nn.functional as F


def generator_step(generator, critic, optimizer, inputs, targets, weight):
    fakes = generator(inputs)
    error = (fakes - targets).abs().mean()
    doubt = F.softplus(critic(fakes)).mean()
    optimizer.zero_grad()
    (error + weight * doubt).backward(inputs=list(generator.parameters()))
    optimizer.step()
    return error.item(), doubt.item()
