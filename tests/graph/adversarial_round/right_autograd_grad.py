"""Each loss is differentiated with respect to its own network's parameters, and no others."""

import torch


def _descend(loss, network, optimizer):
    parameters = list(network.parameters())
    for parameter, slope in zip(parameters, torch.autograd.grad(loss, parameters)):
        parameter.grad = slope
    optimizer.step()


def play_round(generator, critic, generator_optimizer, critic_optimizer, noise, real):
    if min(len(noise), len(real)) == 0:
        raise ValueError("a round needs noise and real samples")
    with torch.no_grad():
        fakes = generator(noise)
    critic_loss = critic(fakes).mean() - critic(real).mean()
    _descend(critic_loss, critic, critic_optimizer)
    generator_loss = -critic(generator(noise)).mean()
    _descend(generator_loss, generator, generator_optimizer)
    return critic_loss.item(), generator_loss.item()
