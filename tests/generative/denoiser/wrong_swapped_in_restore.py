"""The arguments in `restore` only look swapped: the formula that makes a velocity also leads back. What
doesn't fit is the target of the training.
"""

import torch.nn.functional as F


def velocity(clean, noise, t, alpha_bar):
    a = alpha_bar[t].unsqueeze(1)  # (batch, 1)
    return a.sqrt() * noise - (1 - a).sqrt() * clean


def training_loss(network, clean, noise, t, alpha_bar):
    a = alpha_bar[t].unsqueeze(1)
    noisy = a.sqrt() * clean + (1 - a).sqrt() * noise
    return F.mse_loss(network(noisy, t), noise)


def restore(network, noisy, t, alpha_bar):
    answer = network(noisy, t)
    return velocity(noisy, answer, t, alpha_bar)
