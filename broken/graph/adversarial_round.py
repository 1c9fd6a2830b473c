"""One round of a generator against a critic, with the Wasserstein losses."""


def play_round(generator, critic, generator_optimizer, critic_optimizer, noise, real):
    """The critic takes a step, then the generator takes one against the updated critic.

    generator: maps noise (samples, inputs) to fakes (samples, values), always the same
    critic:    maps fakes or real (samples, values) to (samples, 1), high for real ones
    Each optimizer holds the parameters of its network and takes one step. `noise` and
    `real` may have different numbers of samples.
    The critic descends on mean(critic(fakes)) - mean(critic(real)), at the weights that
    the round starts with. The generator descends on -mean(critic(fakes)): its loss and
    its gradient belong to the critic's weights after the critic's step, and to its own
    weights before its own step.
    Each network is moved by its own loss alone, whatever is in `.grad` at the start.
    Returns both losses, the critic's first, as floats, at the weights of its gradient.
    Raises ValueError, and changes no weight and no gradient, if `noise` or `real` is empty.
    """
    if len(noise) == 0 or len(real) == 0:
        raise ValueError(f"a round needs samples, got {len(noise)} noise, {len(real)} real")
    opinion = critic(generator(noise)).mean()
    critic_loss = opinion - critic(real).mean()
    generator_loss = -opinion

    critic_optimizer.zero_grad()
    critic_loss.backward(retain_graph=True)
    critic_optimizer.step()

    generator_optimizer.zero_grad()
    generator_loss.backward()
    generator_optimizer.step()
    return critic_loss.item(), generator_loss.item()  # floats, no graphs
