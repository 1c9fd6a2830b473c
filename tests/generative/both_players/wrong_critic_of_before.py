"""The generator is alone with its loss now, but it plays against the critic from before its step."""

import torch.nn.functional as F


def train_round(generator, critic, generator_optimizer, critic_optimizer, real, noise):
    critic_optimizer.zero_grad()
    fakes = generator(noise)
    generator_loss = F.softplus(-critic(fakes)).mean()
    generator_optimizer.zero_grad()
    generator_loss.backward(inputs=list(generator.parameters()))
    given = fakes.detach()
    critic_loss = F.softplus(-critic(real)).mean() + F.softplus(critic(given)).mean()
    critic_loss.backward()
    critic_optimizer.step()
    generator_optimizer.step()
    return critic_loss.item(), generator_loss.item()
