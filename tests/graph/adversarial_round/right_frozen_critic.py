"""The critic is frozen during the generator's turn, so its own `.grad` stays clean."""


def play_round(generator, critic, generator_optimizer, critic_optimizer, noise, real):
    if len(noise) == 0 or len(real) == 0:
        raise ValueError(f"a round needs samples, got {len(noise)} noise, {len(real)} real")
    fakes = generator(noise)
    critic_loss = critic(fakes.detach()).mean() - critic(real).mean()

    critic_optimizer.zero_grad()
    critic_loss.backward()
    critic_optimizer.step()

    critic.requires_grad_(False)
    generator_loss = -critic(fakes).mean()
    generator_optimizer.zero_grad()
    generator_loss.backward()
    generator_optimizer.step()
    critic.requires_grad_(True)
    return critic_loss.item(), generator_loss.item()
