"""You multiply the error by the number of latents. The probability of a picture has a factor for each of
its pixels.
"""

import torch


def negative_elbo(encoder, decoder, pictures, noise, beta=1.0):
    if len(pictures) == 0:
        raise ValueError("there are no pictures in the batch")
    pixels = pictures.flatten(1)  # (batch, pixels)
    mean, log_var = encoder(pixels).chunk(2, dim=1)  # (batch, latents) each
    code = mean + (0.5 * log_var).exp() * noise
    logits = decoder(code)  # (batch, pixels)
    error = torch.nn.functional.binary_cross_entropy_with_logits(logits, pixels)
    error = error * mean.shape[1]
    kl = -0.5 * (1 + log_var - mean.square() - log_var.exp()).sum(dim=1).mean()
    return error + beta * kl
