"""The factor 784 is right for pictures of 28 by 28 pixels and for no others."""

import torch


def negative_elbo(encoder, decoder, pictures, noise, beta=1.0):
    if len(pictures) == 0:
        raise ValueError("there are no pictures in the batch")
    pixels = pictures.flatten(1)
    mean, log_var = encoder(pixels).chunk(2, dim=1)
    code = mean + (0.5 * log_var).exp() * noise
    logits = decoder(code)
    error = 784 * torch.nn.functional.binary_cross_entropy_with_logits(logits, pixels)
    kl = -0.5 * (1 + log_var - mean.square() - log_var.exp()).sum(dim=1).mean()
    return error + beta * kl
