"""The gradient of the critic is collected by the critic alone."""

import torch.nn.functional as F


def train_round(generator, critic, generator_optimizer, critic_optimizer, real, noise):
    generator_optimizer.zero_grad()
    critic_optimizer.zero_grad()
    fakes = generator(noise)
    critic_loss = F.softplus(-critic(real)).mean() + F.softplus(critic(fakes)).mean()
    critic_loss.backward(retain_graph=True, inputs=list(critic.parameters()))
    critic_optimizer.step()
    generator_loss = F.softplus(-critic(fakes)).mean()
    generator_loss.backward(inputs=list(generator.parameters()))
    generator_optimizer.step()
    return critic_loss.item(), generator_loss.item()
