"""The loss of a variational autoencoder for black and white pictures."""

import torch


def negative_elbo(encoder, decoder, pictures, noise, beta=1.0):
    """Return -log p(picture | code) + beta * KL(code of the picture || N(0, 1)), a scalar.

    encoder:  maps (batch, pixels) to (batch, 2 * latents): the means of the codes, then the
              logarithms of their variances
    decoder:  maps codes, (batch, latents), to (batch, pixels): logits of independent pixels
    pictures: (batch, height, width), from 0 to 1
    noise:    (batch, latents), drawn from N(0, 1) by the caller; it makes the codes
    beta:     the weight of the KL; with 1 this is the negative ELBO in nats

    Both terms belong to whole pictures and whole codes. The loss is the mean over the batch:
    pictures don't count more for having company.
    Raises ValueError if there are no pictures.
    """
    if len(pictures) == 0:
        raise ValueError("there are no pictures in the batch")
    pixels = pictures.flatten(1)  # (batch, pixels)
    mean, log_var = encoder(pixels).chunk(2, dim=1)  # (batch, latents) each
    code = mean + (0.5 * log_var).exp() * noise
    logits = decoder(code)  # (batch, pixels)
    error = torch.nn.functional.binary_cross_entropy_with_logits(logits, pixels)
    error = error * pixels.shape[1]  # a picture's log-probability is a sum over its pixels
    kl = -0.5 * (1 + log_var - mean.square() - log_var.exp()).sum(dim=1).mean()
    return error + beta * kl
