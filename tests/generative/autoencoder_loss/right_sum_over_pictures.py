"""The sum over everything, divided by the number of pictures, for both terms."""

import torch


def negative_elbo(encoder, decoder, pictures, noise, beta=1.0):
    if len(pictures) == 0:
        raise ValueError("there are no pictures in the batch")
    pixels = pictures.flatten(1)
    mean, log_var = encoder(pixels).chunk(2, dim=1)
    logits = decoder(mean + torch.exp(log_var / 2) * noise)
    error = torch.nn.functional.binary_cross_entropy_with_logits(logits, pixels, reduction="sum")
    kl = -0.5 * torch.sum(1 + log_var - mean**2 - log_var.exp())
    return (error + beta * kl) / len(pictures)
