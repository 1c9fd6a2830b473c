"""Loaders for training and testing, and the error on a test set."""

import torch
from torch.utils.data import DataLoader


def loaders(train_set, test_set, batch_size, seed):
    """Return (loader for training, loader for testing) of two data sets of (input, target) pairs.

    Training: batches of exactly `batch_size` samples, since the model has batch norms; the order is
    another one in every epoch, and the same in every run with that seed.
    Testing: every sample, at most `batch_size` at a time, in the order of the set.
    """
    generator = torch.Generator().manual_seed(seed)
    training = DataLoader(train_set, batch_size, shuffle=True, generator=generator, drop_last=True)
    # drop_last is for training: whatever it drops here is never tested
    return training, DataLoader(test_set, batch_size, shuffle=False)


def error_on(model, loader):
    """Return the mean absolute error of `model` on the set of `loader`, over all of its samples and outputs.

    model:  maps (n, features) to (n, outputs); judged in evaluation mode and put back into its mode
    loader: one of those above; (n, outputs) targets
    Returns a float that doesn't depend on the batch size. Raises ValueError if the set is empty.
    """
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
