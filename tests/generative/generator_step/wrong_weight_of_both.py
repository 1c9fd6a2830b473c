"""The critic is heard and left alone. But the weight is that of the doubt only, and you've given it to the
error too.
"""

import torch.nn.functional as F


def generator_step(generator, critic, optimizer, inputs, targets, weight):
    fakes = generator(inputs)
    error = (fakes - targets).abs().mean()
    scores = critic(fakes)
    doubt = F.softplus(-scores).mean()
    optimizer.zero_grad()
    (weight * (error + doubt)).backward(inputs=list(generator.parameters()))
    optimizer.step()
    return error.item(), doubt.item()
