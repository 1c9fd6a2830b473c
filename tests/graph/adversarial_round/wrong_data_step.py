"""There's no error because `.data` hides the critic's step from torch. But the generator's gradient is a
mixture: the critic's new weights, combined with what its old weights had computed.
"""


def play_round(generator, critic, generator_optimizer, critic_optimizer, noise, real):
    if len(noise) == 0 or len(real) == 0:
        raise ValueError(f"a round needs samples, got {len(noise)} noise, {len(real)} real")
    opinion = critic(generator(noise)).mean()
    critic_loss = opinion - critic(real).mean()
    generator_loss = -opinion

    critic_optimizer.zero_grad()
    critic_loss.backward(retain_graph=True)
    for group in critic_optimizer.param_groups:
        for parameter in group["params"]:
            parameter.data -= group["lr"] * parameter.grad

    generator_optimizer.zero_grad()
    generator_loss.backward()
    generator_optimizer.step()
    return critic_loss.item(), generator_loss.item()
