"""Both losses go backward through the shared pass before any step, and there they're each other's
opposite: the generator gets no gradient at all, and the critic is trained on the real samples alone.
"""


def play_round(generator, critic, generator_optimizer, critic_optimizer, noise, real):
    if len(noise) == 0 or len(real) == 0:
        raise ValueError(f"a round needs samples, got {len(noise)} noise, {len(real)} real")
    opinion = critic(generator(noise)).mean()
    critic_loss = opinion - critic(real).mean()
    generator_loss = -opinion

    critic_optimizer.zero_grad()
    generator_optimizer.zero_grad()
    critic_loss.backward(retain_graph=True)
    generator_loss.backward()
    critic_optimizer.step()
    generator_optimizer.step()
    return critic_loss.item(), generator_loss.item()
