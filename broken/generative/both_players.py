"""One round of adversarial training: the critic's step, and then the generator's."""

import torch.nn.functional as F


def train_round(generator, critic, generator_optimizer, critic_optimizer, real, noise):
    """Let both take a step; return (critic_loss, generator_loss), two floats.

    generator:  maps noise, (batch, features), to fakes; called once per round
    critic:     maps real samples and fakes, (batch, outputs), to scores, (batch, 1)
    optimizers: over the parameters of one of the two each; gradients from before the round
                aren't used

    First the critic takes a step down its loss, the mean of log(1 + exp(-score of real)) plus
    the mean of log(1 + exp(score of fake)). Then the generator takes a step down its loss, the
    mean of log(1 + exp(-score of fake)), with the scores of the critic as it is now, and down
    no other. Each loss is from before its own step.
    """
    generator_optimizer.zero_grad()
    critic_optimizer.zero_grad()
    fakes = generator(noise)
    critic_loss = F.softplus(-critic(real)).mean() + F.softplus(critic(fakes)).mean()
    critic_loss.backward(retain_graph=True)
    critic_optimizer.step()
    generator_loss = F.softplus(-critic(fakes)).mean()
    generator_loss.backward()
    generator_optimizer.step()
    return critic_loss.item(), generator_loss.item()
