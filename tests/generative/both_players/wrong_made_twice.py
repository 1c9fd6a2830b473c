"""The steps are right, but the generator runs twice. A batch norm in it counts the batch twice,
dropout makes other fakes the second time, and it takes twice as long.
"""

import torch
import torch.nn.functional as F


def train_round(generator, critic, generator_optimizer, critic_optimizer, real, noise):
    generator_optimizer.zero_grad()
    critic_optimizer.zero_grad()
    with torch.no_grad():
        fakes = generator(noise)
    critic_loss = F.softplus(-critic(real)).mean() + F.softplus(critic(fakes)).mean()
    critic_loss.backward()
    critic_optimizer.step()
    generator_loss = F.softplus(-critic(generator(noise))).mean()
    generator_loss.backward()
    generator_optimizer.step()
    return critic_loss.item(), generator_loss.item()
