"""Both terms from torch.distributions, summed over what belongs to one picture."""

import torch


def negative_elbo(encoder, decoder, pictures, noise, beta=1.0):
    if len(pictures) == 0:
        raise ValueError("there are no pictures in the batch")
    pixels = pictures.flatten(1)
    mean, log_var = encoder(pixels).chunk(2, dim=1)
    code = mean + (0.5 * log_var).exp() * noise
    logits = decoder(code)
    prior = torch.distributions.Normal(torch.zeros_like(mean), torch.ones_like(mean))
    posterior = torch.distributions.Normal(mean, (0.5 * log_var).exp())
    kl = torch.distributions.kl_divergence(posterior, prior).sum(dim=1)
    of_pixels = torch.distributions.Bernoulli(logits=logits, validate_args=False)
    return (beta * kl - of_pixels.log_prob(pixels).sum(dim=1)).mean()
