"""A diffusion model with velocities: its training loss, and one step back to the picture."""

import torch.nn.functional as F


def velocity(clean, noise, t, alpha_bar):
    """Return sqrt(alpha_bar[t]) * noise - sqrt(1 - alpha_bar[t]) * clean, (batch, pixels).

    clean, noise: (batch, pixels)
    t:            (batch,), int64, the step of each picture
    alpha_bar:    (steps,), from 1 (no noise) down to 0 (nothing else), both included
    """
    a = alpha_bar[t].unsqueeze(1)  # (batch, 1)
    return a.sqrt() * noise - (1 - a).sqrt() * clean


def training_loss(network, clean, noise, t, alpha_bar):
    """Return the mean squared error of the network's answers, a scalar.

    network: maps (noisy pictures, t) to their velocities, (batch, pixels), see `velocity`
    The other arguments are as above. A noisy picture is sqrt(alpha_bar[t]) * clean
    + sqrt(1 - alpha_bar[t]) * noise. The mean is over all pixels of all pictures.
    """
    a = alpha_bar[t].unsqueeze(1)
    noisy = a.sqrt() * clean + (1 - a).sqrt() * noise
    # `restore` reads the answers as velocities, so that's what they have to learn
    return F.mse_loss(network(noisy, t), velocity(clean, noise, t, alpha_bar))


def restore(network, noisy, t, alpha_bar):
    """Return the clean pictures that the network's answers amount to, (batch, pixels).

    A network with a training loss of 0 gives back the clean pictures, at any step.
    """
    answer = network(noisy, t)
    return velocity(answer, noisy, t, alpha_bar)
