"""The errors of the first batch are put in front of the last one. What lies between them is still missing."""

import torch


def summarize(model, batches):
    total, count, worst, seen = 0.0, 0, 0.0, None
    for inputs, targets in batches:
        with torch.no_grad():
            errors = (model(inputs) - targets).abs()
        total += errors.sum().item()
        count += len(errors)
        worst = max(worst, errors.max().item())
        seen = errors if seen is None else seen
    if count == 0:
        raise ValueError("there is no batch to judge")
    return {"mean": total / count, "median": torch.cat([seen, errors]).median().item(), "worst": worst}
