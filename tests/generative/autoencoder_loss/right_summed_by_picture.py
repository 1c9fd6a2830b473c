"""Every pixel by itself, then the sum over the pixels and the mean over the pictures."""

import torch


def negative_elbo(encoder, decoder, pictures, noise, beta=1.0):
    if len(pictures) == 0:
        raise ValueError("there are no pictures in the batch")
    pixels = pictures.flatten(1)
    mean, log_var = encoder(pixels).chunk(2, dim=1)
    code = mean + (0.5 * log_var).exp() * noise
    logits = decoder(code)
    error = torch.nn.functional.binary_cross_entropy_with_logits(logits, pixels, reduction="none")
    kl = -0.5 * (1 + log_var - mean.square() - log_var.exp())
    return (error.sum(dim=1) + beta * kl.sum(dim=1)).mean()
