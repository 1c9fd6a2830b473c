"""The minimum is right, but the error is measured in pictures, not in answers. Steps with little
noise hardly count: their weight is 1 - alpha_bar.
"""

import torch.nn.functional as F


def velocity(clean, noise, t, alpha_bar):
    a = alpha_bar[t].unsqueeze(1)
    return a.sqrt() * noise - (1 - a).sqrt() * clean


def training_loss(network, clean, noise, t, alpha_bar):
    a = alpha_bar[t].unsqueeze(1)
    noisy = a.sqrt() * clean + (1 - a).sqrt() * noise
    return F.mse_loss(velocity(network(noisy, t), noisy, t, alpha_bar), clean)


def restore(network, noisy, t, alpha_bar):
    answer = network(noisy, t)
    return velocity(answer, noisy, t, alpha_bar)
