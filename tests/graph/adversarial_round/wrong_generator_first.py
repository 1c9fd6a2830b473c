"""Nothing is out of date, because the generator learns from the critic as it was before. The step that the
critic takes in this round doesn't reach it.
"""


def play_round(generator, critic, generator_optimizer, critic_optimizer, noise, real):
    if len(noise) == 0 or len(real) == 0:
        raise ValueError(f"a round needs samples, got {len(noise)} noise, {len(real)} real")
    opinion = critic(generator(noise)).mean()
    critic_loss = opinion - critic(real).mean()
    generator_loss = -opinion

    generator_optimizer.zero_grad()
    generator_loss.backward(retain_graph=True)
    generator_optimizer.step()

    critic_optimizer.zero_grad()
    critic_loss.backward()
    critic_optimizer.step()
    return critic_loss.item(), generator_loss.item()
