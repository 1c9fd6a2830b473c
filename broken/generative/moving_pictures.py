"""Make a picture move: diffusion on the latents of a pretrained autoencoder."""

import torch.nn.functional as F


def training_loss(network, encoder, videos, noise, alpha_bar, scale):
    """Return the mean squared error of the network's guesses of the noise, a scalar.

    network:   maps noisy latents, (batch, frames, channels), and the latents of the first
               frames, (batch, channels), to the noise in them; it works in units in which
               latents have variance 1
    encoder:   maps pictures, (..., pixels), to latents, (..., channels), in its own units
    videos:    (batch, frames, pixels)
    noise:     (batch, frames, channels), of variance 1
    alpha_bar: between 0 and 1: the share of the latents' variance in noisy latents
    scale:     one over the standard deviation of the encoder's latents
    """
    latents = encoder(videos) * scale
    noisy = alpha_bar**0.5 * latents + (1 - alpha_bar) ** 0.5 * noise
    return F.mse_loss(network(noisy, latents[:, 0]), noise)


def draw(network, encoder, decoder, first, noise, alpha_bar, scale):
    """Return videos, (batch, frames, pixels), that begin with the pictures `first`, (batch, pixels).

    The network is one that `training_loss` has trained, and sees what it saw there. `noise`
    is taken for noisy latents with this alpha_bar, and cleaned in one step, by the network's
    guess. `decoder` maps latents in the encoder's units to pictures, and all frames come out
    of it, the first ones too.
    """
    condition = encoder(first)
    guess = network(noise, condition)
    latents = (noise - (1 - alpha_bar) ** 0.5 * guess) / alpha_bar**0.5
    return decoder(latents / scale)
