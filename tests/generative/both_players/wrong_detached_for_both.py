"""The fakes are detached for the critic, and for the generator as well: its loss no longer knows
where they come from, and the generator never moves.
"""

import torch.nn.functional as F


def train_round(generator, critic, generator_optimizer, critic_optimizer, real, noise):
    generator_optimizer.zero_grad()
    critic_optimizer.zero_grad()
    fakes = generator(noise).detach()
    critic_loss = F.softplus(-critic(real)).mean() + F.softplus(critic(fakes)).mean()
    critic_loss.backward(retain_graph=True)
    critic_optimizer.step()
    generator_loss = F.softplus(-critic(fakes)).mean()
    generator_loss.backward()
    generator_optimizer.step()
    return critic_loss.item(), generator_loss.item()
