"""Each batch has its own median, and these are averaged. It isn't the middle of all errors, and other
batches give another one.
"""

import torch


def summarize(model, batches):
    total, count, worst = 0.0, 0, 0.0
    medians = []
    for inputs, targets in batches:
        with torch.no_grad():
            errors = (model(inputs) - targets).abs()
        total += errors.sum().item()
        count += len(errors)
        medians.append(errors.median().item())
        worst = max(worst, errors.max().item())
    if count == 0:
        raise ValueError("there is no batch to judge")
    return {"mean": total / count, "median": sum(medians) / len(medians), "worst": worst}
