"""The guess is noise in the network's units, and so is what it's subtracted from. What comes in other
units is the picture.
"""

import torch.nn.functional as F


def training_loss(network, encoder, videos, noise, alpha_bar, scale):
    latents = encoder(videos) * scale
    noisy = alpha_bar**0.5 * latents + (1 - alpha_bar) ** 0.5 * noise
    return F.mse_loss(network(noisy, latents[:, 0]), noise)


def draw(network, encoder, decoder, first, noise, alpha_bar, scale):
    condition = encoder(first)
    guess = network(noise, condition) * scale
    latents = (noise - (1 - alpha_bar) ** 0.5 * guess) / alpha_bar**0.5
    return decoder(latents / scale)
