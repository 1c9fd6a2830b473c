"""You look at the inputs. The targets can be spoiled too, and so can what the model makes of good ones."""

import torch


def train(model, optimizer, batches, max_norm):
    errors = []
    optimizer.zero_grad()
    for inputs, targets in batches:
        if not inputs.isfinite().all():
            errors.append(None)
            continue
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        error.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        if not torch.isfinite(norm):
            errors.append(None)
            continue
        optimizer.step()
        optimizer.zero_grad()
        errors.append(error.item())
    return errors
