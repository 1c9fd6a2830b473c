"""You take the mean of each batch and then the mean of these. If the batches differ in size, their samples
don't count the same.
"""

from torch.nn.functional import mse_loss


def train(model, optimizer, epochs, accumulate):
    updates = 0
    for batches in epochs:
        optimizer.zero_grad()
        waiting = samples = 0
        for inputs, targets in batches:
            error = mse_loss(model(inputs), targets)
            error.backward()
            waiting, samples = waiting + 1, samples + targets.numel()
            if waiting == accumulate:
                updates += update(model, optimizer, waiting)
                waiting = samples = 0
        if waiting:
            updates += update(model, optimizer, waiting)
    optimizer.zero_grad()
    return updates


def update(model, optimizer, samples):
    for parameter in model.parameters():
        if parameter.grad is not None:
            parameter.grad /= samples
    optimizer.step()
    optimizer.zero_grad()
    return 1
