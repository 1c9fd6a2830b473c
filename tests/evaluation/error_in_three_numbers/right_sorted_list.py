"""A Python list, sorted at the end."""

import torch


def summarize(model, batches):
    total, count, worst, seen = 0.0, 0, 0.0, []
    for inputs, targets in batches:
        with torch.no_grad():
            errors = (model(inputs) - targets).abs()
        total += errors.sum().item()
        count += len(errors)
        worst = max(worst, errors.max().item())
        seen += errors.tolist()
    if count == 0:
        raise ValueError("there is no batch to judge")
    return {"mean": total / count, "median": sorted(seen)[(count - 1) // 2], "worst": worst}
