"""You compute the generator's loss before the critic's step. It should meet the critic as it is
afterwards, and its backward pass needs the weights that the step has changed.
"""

import torch.nn.functional as F


def train_round(generator, critic, generator_optimizer, critic_optimizer, real, noise):
    generator_optimizer.zero_grad()
    critic_optimizer.zero_grad()
    fakes = generator(noise)
    critic_loss = F.softplus(-critic(real)).mean() + F.softplus(critic(fakes)).mean()
    generator_loss = F.softplus(-critic(fakes)).mean()
    critic_loss.backward(retain_graph=True)
    critic_optimizer.step()
    generator_loss.backward()
    generator_optimizer.step()
    return critic_loss.item(), generator_loss.item()
