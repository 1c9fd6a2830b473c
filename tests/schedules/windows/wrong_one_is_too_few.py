"""A single batch that's left over counts as well. With `> 1` it's lost."""

from torch.nn.functional import mse_loss


def train(model, optimizer, epochs, accumulate):
    updates = 0
    for batches in epochs:
        optimizer.zero_grad()
        waiting = samples = 0
        for inputs, targets in batches:
            error = mse_loss(model(inputs), targets, reduction="sum")
            error.backward()
            waiting, samples = waiting + 1, samples + targets.numel()
            if waiting == accumulate:
                updates += update(model, optimizer, samples)
                waiting = samples = 0
        if waiting > 1:
            updates += update(model, optimizer, samples)
    optimizer.zero_grad()
    return updates


def update(model, optimizer, samples):
    for parameter in model.parameters():
        if parameter.grad is not None:
            parameter.grad /= samples
    optimizer.step()
    optimizer.zero_grad()
    return 1
