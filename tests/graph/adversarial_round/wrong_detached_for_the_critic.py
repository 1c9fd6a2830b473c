"""The fakes are detached for the critic, and the generator's loss is made of the same opinion: it still leads
to the critic's old weights, and no longer to the generator.
"""


def play_round(generator, critic, generator_optimizer, critic_optimizer, noise, real):
    """The critic makes a step, then the generator makes one against the critic that has stepped.

    generator: maps noise (samples, inputs) to fakes (samples, values)
    critic:    maps fakes or real (samples, values) to (samples, 1), high for what looks real
    The optimizers hold the parameters of their network and make one step each. The numbers of
    samples in `noise` and in `real` may differ.
    The critic descends on mean(critic(fakes)) - mean(critic(real)), at the weights with which the
    round begins. The generator descends on -mean(critic(fakes)): its loss and its gradient belong to
    the critic's weights after the critic's step, and to the generator's weights from before its own.
    Each network is moved by its own loss alone, whatever is in `.grad` when the round begins.
    Returns both losses, the critic's first, as floats, each at the weights of its gradient.
    Raises ValueError, and changes nothing, when `noise` or `real` is empty.
    """
    if len(noise) == 0 or len(real) == 0:
        raise ValueError(f"a round needs samples, not {len(noise)} of noise and {len(real)} real ones")
    opinion = critic(generator(noise).detach()).mean()  # one pass through both networks serves both losses
    critic_loss = opinion - critic(real).mean()
    generator_loss = -opinion

    critic_optimizer.zero_grad()
    critic_loss.backward(retain_graph=True)
    critic_optimizer.step()

    generator_optimizer.zero_grad()
    generator_loss.backward()
    generator_optimizer.step()
    return critic_loss.item(), generator_loss.item()
