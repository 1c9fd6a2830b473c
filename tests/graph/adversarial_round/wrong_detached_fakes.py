"""The critic trains as it should, but no gradient is left for the generator, so it never moves. Either the
way back to it is cut, or two opposite losses went the same way and cancelled out.
"""


def play_round(generator, critic, generator_optimizer, critic_optimizer, noise, real):
    if len(noise) == 0 or len(real) == 0:
        raise ValueError(f"a round needs samples, got {len(noise)} noise, {len(real)} real")
    fakes = generator(noise).detach()
    critic_loss = critic(fakes).mean() - critic(real).mean()

    critic_optimizer.zero_grad()
    critic_loss.backward()
    critic_optimizer.step()

    generator_loss = -critic(fakes).mean()
    generator_optimizer.zero_grad()
    generator_loss.backward()
    generator_optimizer.step()
    return critic_loss.item(), generator_loss.item()
