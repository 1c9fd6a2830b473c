"""`inputs=[fakes]` collects the gradient at the fakes and goes no further. The generator's parameters get
none, so the optimizer passes over them.
"""

import torch.nn.functional as F


def generator_step(generator, critic, optimizer, inputs, targets, weight):
    fakes = generator(inputs)
    error = (fakes - targets).abs().mean()
    scores = critic(fakes)
    doubt = F.softplus(-scores).mean()
    optimizer.zero_grad()
    (error + weight * doubt).backward(inputs=[fakes])
    optimizer.step()
    return error.item(), doubt.item()
