"""The way in is right now. On the way out it must be divided, as it was."""

import torch.nn.functional as F


def training_loss(network, encoder, videos, noise, alpha_bar, scale):
    latents = encoder(videos) * scale
    noisy = alpha_bar**0.5 * latents + (1 - alpha_bar) ** 0.5 * noise
    return F.mse_loss(network(noisy, latents[:, 0]), noise)


def draw(network, encoder, decoder, first, noise, alpha_bar, scale):
    condition = encoder(first) * scale
    guess = network(noise, condition)
    latents = (noise - (1 - alpha_bar) ** 0.5 * guess) / alpha_bar**0.5
    return decoder(latents * scale)
