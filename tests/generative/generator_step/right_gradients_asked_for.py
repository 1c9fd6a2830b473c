"""The gradients are asked for, for the generator, and written where the optimizer looks."""

import torch
import torch.nn.functional as F


def generator_step(generator, critic, optimizer, inputs, targets, weight):
    fakes = generator(inputs)
    error = (fakes - targets).abs().mean()
    doubt = F.softplus(-critic(fakes)).mean()
    optimizer.zero_grad()
    parameters = list(generator.parameters())
    slopes = torch.autograd.grad(error + weight * doubt, parameters)
    for p, slope in zip(parameters, slopes):
        p.grad = slope
    optimizer.step()
    return error.item(), doubt.item()
