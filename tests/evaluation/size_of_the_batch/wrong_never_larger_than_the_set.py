"""The batch is never larger than the set now. For any smaller batch size, the rest is still dropped."""

import torch
from torch.utils.data import DataLoader


def loaders(train_set, test_set, batch_size, seed):
    options = {"batch_size": batch_size, "drop_last": True}
    generator = torch.Generator().manual_seed(seed)
    training = DataLoader(train_set, shuffle=True, generator=generator, **options)
    return training, DataLoader(
        test_set, shuffle=False, batch_size=min(batch_size, len(test_set)), drop_last=True
    )


def error_on(model, loader):
    was_training, total, count = model.training, 0.0, 0
    model.eval()
    with torch.no_grad():
        for inputs, targets in loader:
            total += (model(inputs) - targets).abs().sum().item()
            count += targets.numel()
    model.train(was_training)
    if count == 0:
        raise ValueError("there is no sample to test on")
    return total / count
