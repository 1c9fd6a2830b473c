"""The target is written out, with the roots that are there already."""


def velocity(clean, noise, t, alpha_bar):
    a = alpha_bar[t].unsqueeze(1)
    return a.sqrt() * noise - (1 - a).sqrt() * clean


def training_loss(network, clean, noise, t, alpha_bar):
    a = alpha_bar[t].unsqueeze(1)
    noisy = a.sqrt() * clean + (1 - a).sqrt() * noise
    return (network(noisy, t) - (a.sqrt() * noise - (1 - a).sqrt() * clean)).square().mean()


def restore(network, noisy, t, alpha_bar):
    answer = network(noisy, t)
    return velocity(answer, noisy, t, alpha_bar)
