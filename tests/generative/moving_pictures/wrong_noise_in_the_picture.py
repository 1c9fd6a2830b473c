"""The scale is right, but you add noise to the first frame. In training the network sees it without."""

import torch.nn.functional as F


def training_loss(network, encoder, videos, noise, alpha_bar, scale):
    latents = encoder(videos) * scale
    noisy = alpha_bar**0.5 * latents + (1 - alpha_bar) ** 0.5 * noise
    return F.mse_loss(network(noisy, latents[:, 0]), noise)


def draw(network, encoder, decoder, first, noise, alpha_bar, scale):
    condition = encoder(first) * scale
    condition = alpha_bar**0.5 * condition + (1 - alpha_bar) ** 0.5 * noise[:, 0]
    guess = network(noise, condition)
    latents = (noise - (1 - alpha_bar) ** 0.5 * guess) / alpha_bar**0.5
    return decoder(latents / scale)
