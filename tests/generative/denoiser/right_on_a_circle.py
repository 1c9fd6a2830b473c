"""Clean and noise are two axes, the noisy picture lies between them, and the velocity is the
tangent there.
"""

import torch
import torch.nn.functional as F


def velocity(clean, noise, t, alpha_bar):
    a = alpha_bar[t].unsqueeze(1)
    return a.sqrt() * noise - (1 - a).sqrt() * clean


def training_loss(network, clean, noise, t, alpha_bar):
    a = alpha_bar[t].unsqueeze(1)
    noisy = a.sqrt() * clean + (1 - a).sqrt() * noise
    angle = torch.atan2((1 - a).sqrt(), a.sqrt())
    return F.mse_loss(network(noisy, t), angle.cos() * noise - angle.sin() * clean)


def restore(network, noisy, t, alpha_bar):
    answer = network(noisy, t)
    return velocity(answer, noisy, t, alpha_bar)
