"""One step of a generator that should come close to its targets and also convince a critic."""

import torch.nn.functional as F


def generator_step(generator, critic, optimizer, inputs, targets, weight):
    """Take one step on error + weight * doubt; return (error, doubt) from before it, two floats.

    generator: maps inputs, (batch, features), to fakes of the shape of `targets`
    critic:    maps fakes to scores, (batch, 1), high for what it takes for real
    optimizer: over the parameters of the generator; gradients from before aren't used
    weight:    of the doubt, 0 or more

    error: the mean of |fake - target| over all elements
    doubt: the mean of log(1 + exp(-score)), the generator's loss in Goodfellow et al. 2014
    This isn't the critic's turn: its parameters, their `.grad` and `requires_grad`, and its
    mode are the same after the call.
    """
    fakes = generator(inputs)
    error = (fakes - targets).abs().mean()
    scores = critic(fakes)
    doubt = F.softplus(-scores).mean()
    optimizer.zero_grad()
    # through the critic, and into the generator only
    (error + weight * doubt).backward(inputs=list(generator.parameters()))
    optimizer.step()
    return error.item(), doubt.item()
