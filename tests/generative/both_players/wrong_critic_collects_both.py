"""Both losses are in one backward pass, so the critic learns from the loss of the generator too:
it's pulled toward believing fakes.
"""

import torch.nn.functional as F


def train_round(generator, critic, generator_optimizer, critic_optimizer, real, noise):
    generator_optimizer.zero_grad()
    critic_optimizer.zero_grad()
    fakes = generator(noise)
    given = fakes.detach()
    critic_loss = F.softplus(-critic(real)).mean() + F.softplus(critic(given)).mean()
    generator_loss = F.softplus(-critic(fakes)).mean()
    (critic_loss + generator_loss).backward()
    critic_optimizer.step()
    generator_optimizer.step()
    return critic_loss.item(), generator_loss.item()
