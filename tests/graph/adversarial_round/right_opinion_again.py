"""The fakes keep their graph through the critic's step, and the critic runs on them again afterwards."""


def play_round(generator, critic, generator_optimizer, critic_optimizer, noise, real):
    if len(noise) == 0 or len(real) == 0:
        raise ValueError(f"a round needs samples, got {len(noise)} noise, {len(real)} real")
    fakes = generator(noise)
    critic_loss = critic(fakes).mean() - critic(real).mean()

    critic_optimizer.zero_grad()
    critic_loss.backward(retain_graph=True)
    critic_optimizer.step()

    generator_loss = -critic(fakes).mean()
    generator_optimizer.zero_grad()
    generator_loss.backward()
    generator_optimizer.step()
    return critic_loss.item(), generator_loss.item()
