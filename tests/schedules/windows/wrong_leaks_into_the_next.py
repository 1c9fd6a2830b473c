"""The gradients that are left wait for the next epoch now. But its first update doesn't know of their
samples, so it's too large, and at the end of the run they're lost all the same.
"""

from torch.nn.functional import mse_loss


def train(model, optimizer, epochs, accumulate):
    updates = 0
    optimizer.zero_grad()
    for batches in epochs:
        waiting = samples = 0
        for inputs, targets in batches:
            error = mse_loss(model(inputs), targets, reduction="sum")
            error.backward()
            waiting, samples = waiting + 1, samples + targets.numel()
            if waiting == accumulate:
                updates += update(model, optimizer, samples)
                waiting = samples = 0
    optimizer.zero_grad()
    return updates


def update(model, optimizer, samples):
    for parameter in model.parameters():
        if parameter.grad is not None:
            parameter.grad /= samples
    optimizer.step()
    optimizer.zero_grad()
    return 1
