"""The two agree, because nothing is scaled any more. But the network that you were given works in units of
variance 1, and `training_loss` wasn't to be changed.
"""

import torch.nn.functional as F


def training_loss(network, encoder, videos, noise, alpha_bar, scale):
    latents = encoder(videos)
    noisy = alpha_bar**0.5 * latents + (1 - alpha_bar) ** 0.5 * noise
    return F.mse_loss(network(noisy, latents[:, 0]), noise)


def draw(network, encoder, decoder, first, noise, alpha_bar, scale):
    condition = encoder(first)
    guess = network(noise, condition)
    latents = (noise - (1 - alpha_bar) ** 0.5 * guess) / alpha_bar**0.5
    return decoder(latents)
