"""The first frame looks right, because you've put the picture there. The network still sees it in the
encoder's units, so the rest of the video has the wrong colors as before.
"""

import torch.nn.functional as F


def training_loss(network, encoder, videos, noise, alpha_bar, scale):
    latents = encoder(videos) * scale
    noisy = alpha_bar**0.5 * latents + (1 - alpha_bar) ** 0.5 * noise
    return F.mse_loss(network(noisy, latents[:, 0]), noise)


def draw(network, encoder, decoder, first, noise, alpha_bar, scale):
    condition = encoder(first)
    guess = network(noise, condition)
    latents = (noise - (1 - alpha_bar) ** 0.5 * guess) / alpha_bar**0.5
    video = decoder(latents / scale)
    video[:, 0] = first
    return video
