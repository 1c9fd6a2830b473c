"""You've cut off the critic's scores of the fakes, so the critic itself learns nothing from them. What has
to be cut are the fakes, before the critic.
"""

import torch.nn.functional as F


def train_round(generator, critic, generator_optimizer, critic_optimizer, real, noise):
    generator_optimizer.zero_grad()
    critic_optimizer.zero_grad()
    fakes = generator(noise)
    critic_loss = F.softplus(-critic(real)).mean() + F.softplus(critic(fakes).detach()).mean()
    critic_loss.backward(retain_graph=True)
    critic_optimizer.step()
    generator_loss = F.softplus(-critic(fakes)).mean()
    generator_loss.backward()
    generator_optimizer.step()
    return critic_loss.item(), generator_loss.item()
