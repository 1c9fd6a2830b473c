"""The critic's loss leaves a gradient in the generator too, and the generator's own is added to it. The
two pull in opposite directions, and the generator hardly moves.
"""


def play_round(generator, critic, generator_optimizer, critic_optimizer, noise, real):
    if len(noise) == 0 or len(real) == 0:
        raise ValueError(f"a round needs samples, got {len(noise)} noise, {len(real)} real")
    fakes = generator(noise)
    critic_loss = critic(fakes).mean() - critic(real).mean()

    critic_optimizer.zero_grad()
    generator_optimizer.zero_grad()
    critic_loss.backward(retain_graph=True)
    critic_optimizer.step()

    generator_loss = -critic(fakes).mean()
    generator_loss.backward()
    generator_optimizer.step()
    return critic_loss.item(), generator_loss.item()
