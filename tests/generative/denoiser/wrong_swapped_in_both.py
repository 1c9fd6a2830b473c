"""Two swaps don't cancel here. `velocity` was right in `restore`, and in the loss the clean picture comes
first.
"""

import torch.nn.functional as F


def velocity(clean, noise, t, alpha_bar):
    a = alpha_bar[t].unsqueeze(1)  # (batch, 1)
    return a.sqrt() * noise - (1 - a).sqrt() * clean


def training_loss(network, clean, noise, t, alpha_bar):
    a = alpha_bar[t].unsqueeze(1)
    noisy = a.sqrt() * clean + (1 - a).sqrt() * noise
    return F.mse_loss(network(noisy, t), velocity(noise, clean, t, alpha_bar))


def restore(network, noisy, t, alpha_bar):
    answer = network(noisy, t)
    return velocity(noisy, answer, t, alpha_bar)
