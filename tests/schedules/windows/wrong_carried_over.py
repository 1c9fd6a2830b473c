"""An update may now hold batches of two epochs, and at the end of the run the last ones are lost. Each
epoch should end with an update of its own.
"""

from torch.nn.functional import mse_loss


def train(model, optimizer, epochs, accumulate):
    updates = 0
    optimizer.zero_grad()
    waiting = samples = 0
    for batches in epochs:
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
