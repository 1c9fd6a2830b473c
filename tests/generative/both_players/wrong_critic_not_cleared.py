"""The generator is alone with its loss now, but nobody clears the critic's gradients any more. The
generator's pass of the round before has left some there.
"""

import torch.nn.functional as F


def train_round(generator, critic, generator_optimizer, critic_optimizer, real, noise):
    generator_optimizer.zero_grad()
    fakes = generator(noise)
    critic_loss = F.softplus(-critic(real)).mean() + F.softplus(critic(fakes.detach())).mean()
    critic_loss.backward(retain_graph=True)
    critic_optimizer.step()
    generator_loss = F.softplus(-critic(fakes)).mean()
    generator_loss.backward()
    generator_optimizer.step()
    return critic_loss.item(), generator_loss.item()
