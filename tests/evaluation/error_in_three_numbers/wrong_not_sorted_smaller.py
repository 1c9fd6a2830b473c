"""All errors are there, and the position is the right one. But they're in the order of reading: sort them
first.
"""

import torch


def summarize(model, batches):
    total, count, worst, seen = 0.0, 0, 0.0, []
    for inputs, targets in batches:
        with torch.no_grad():
            errors = (model(inputs) - targets).abs()
        total += errors.sum().item()
        count += len(errors)
        worst = max(worst, errors.max().item())
        seen.append(errors)
    if count == 0:
        raise ValueError("there is no batch to judge")
    return {"mean": total / count, "median": torch.cat(seen)[(count - 1) // 2].item(), "worst": worst}
