"""Each batch has its own median, and the middle one of those is taken. It isn't the middle of all errors,
and other batches give another one.
"""

import torch


def summarize(model, batches):
    total, count, worst, medians = 0.0, 0, 0.0, []
    for inputs, targets in batches:
        with torch.no_grad():
            errors = (model(inputs) - targets).abs()
        total += errors.sum().item()
        count += len(errors)
        worst = max(worst, errors.max().item())
        medians.append(errors.median())
    if count == 0:
        raise ValueError("there is no batch to judge")
    return {"mean": total / count, "median": torch.stack(medians).median().item(), "worst": worst}
