"""The numbers are right, but you traded one switch for the other. The predictions are recorded now, and
each carries a graph and the memory it costs.
"""

import torch


def evaluate(model, inputs, targets, batch_size):
    if len(inputs) == 0:
        raise ValueError("there are no samples to evaluate")
    model.eval()
    predictions = torch.cat([model(batch) for batch in inputs.split(batch_size)])
    error = (predictions - targets).square().mean()
    return predictions, error.item()
