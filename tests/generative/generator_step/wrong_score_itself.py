"""Minus the mean score is the loss of another method. The docstring says log(1 + exp(-score)), and so
should the number that you return.
"""


def generator_step(generator, critic, optimizer, inputs, targets, weight):
    fakes = generator(inputs)
    error = (fakes - targets).abs().mean()
    scores = critic(fakes)
    doubt = -scores.mean()
    optimizer.zero_grad()
    (error + weight * doubt).backward(inputs=list(generator.parameters()))
    optimizer.step()
    return error.item(), doubt.item()
