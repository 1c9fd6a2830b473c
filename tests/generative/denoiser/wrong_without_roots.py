"""The weights of a velocity are the roots of alpha_bar and 1 - alpha_bar."""

import torch.nn.functional as F


def velocity(clean, noise, t, alpha_bar):
    a = alpha_bar[t].unsqueeze(1)  # (batch, 1)
    return a.sqrt() * noise - (1 - a).sqrt() * clean


def training_loss(network, clean, noise, t, alpha_bar):
    a = alpha_bar[t].unsqueeze(1)
    noisy = a.sqrt() * clean + (1 - a).sqrt() * noise
    return F.mse_loss(network(noisy, t), a * noise - (1 - a) * clean)


def restore(network, noisy, t, alpha_bar):
    answer = network(noisy, t)
    return velocity(answer, noisy, t, alpha_bar)
