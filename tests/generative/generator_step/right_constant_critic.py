"""The critic is called with its parameters as constants."""

import torch
import torch.nn.functional as F


def generator_step(generator, critic, optimizer, inputs, targets, weight):
    fakes = generator(inputs)
    error = (fakes - targets).abs().mean()
    constants = {name: p.detach() for name, p in critic.named_parameters()}
    doubt = F.softplus(-torch.func.functional_call(critic, constants, fakes)).mean()
    optimizer.zero_grad()
    (error + weight * doubt).backward()
    optimizer.step()
    return error.item(), doubt.item()
