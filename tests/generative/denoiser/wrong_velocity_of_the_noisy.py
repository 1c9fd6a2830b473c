"""You compute the velocity from the noisy picture. It has the noise in it already; the velocity is made of
the clean one.
"""

import torch.nn.functional as F


def velocity(clean, noise, t, alpha_bar):
    a = alpha_bar[t].unsqueeze(1)  # (batch, 1)
    return a.sqrt() * noise - (1 - a).sqrt() * clean


def training_loss(network, clean, noise, t, alpha_bar):
    a = alpha_bar[t].unsqueeze(1)
    noisy = a.sqrt() * clean + (1 - a).sqrt() * noise
    return F.mse_loss(network(noisy, t), velocity(noisy, noise, t, alpha_bar))


def restore(network, noisy, t, alpha_bar):
    answer = network(noisy, t)
    return velocity(answer, noisy, t, alpha_bar)
