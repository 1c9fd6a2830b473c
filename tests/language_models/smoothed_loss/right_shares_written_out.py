"""The shares are a tensor, with zeros where nothing is asked for."""

import torch

IGNORED = -100


def smoothed_loss(scores, labels, smoothing):
    real = labels != IGNORED
    if not real.any():
        raise ValueError("no token is labeled")
    logs = torch.log_softmax(scores, dim=2)
    index = labels.clamp(min=0)
    shares = torch.full_like(logs, smoothing / logs.shape[2])
    shares.scatter_add_(2, index.unsqueeze(2), torch.full_like(logs[:, :, :1], 1 - smoothing))
    shares[~real] = 0.0
    return -(shares * logs).sum() / real.sum()
