"""The critic runs again on the fakes, but its own backward() has already gone through the generator and freed
that part of the graph. Detach the fakes for the critic, or make new ones.
"""


def play_round(generator, critic, generator_optimizer, critic_optimizer, noise, real):
    if len(noise) == 0 or len(real) == 0:
        raise ValueError(f"a round needs samples, got {len(noise)} noise, {len(real)} real")
    fakes = generator(noise)
    critic_loss = critic(fakes).mean() - critic(real).mean()

    critic_optimizer.zero_grad()
    critic_loss.backward()
    critic_optimizer.step()

    generator_loss = -critic(fakes).mean()
    generator_optimizer.zero_grad()
    generator_loss.backward()
    generator_optimizer.step()
    return critic_loss.item(), generator_loss.item()
