"""The seed repeats the same random choice, so two calls agree. But they agree on a network with half of
its units missing, and the score belongs to that network.
"""

import torch


def evaluate(model, inputs, targets, batch_size):
    if len(inputs) == 0:
        raise ValueError("there are no samples to evaluate")
    torch.manual_seed(0)
    with torch.inference_mode():
        predictions = torch.cat([model(batch) for batch in inputs.split(batch_size)])
        error = (predictions - targets).square().mean()
    return predictions, error.item()
