"""The error is right and no statistics move, but you traded one switch for the other: every pass is
recorded now, and builds a graph that nobody uses.
"""


def validate(model, batches):
    if len(batches) == 0:
        raise ValueError("there are no batches to validate on")
    model.eval()
    total, count = 0.0, 0
    for inputs, targets in batches:
        total += (model(inputs) - targets).square().sum().item()
        count += targets.numel()
    return total / count
