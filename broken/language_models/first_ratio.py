"""Sample continuations from a language model, and improve it with PPO on what it has sampled."""

import torch


def rollout(model, start, length, temperature):
    """Sample `length` tokens after each of the `start` tokens, without a graph.

    model:       maps tokens, (n, t), to logits, (n, t, words): at each position those for the next token
    start:       (n, 1), int64
    temperature: above 0. The policy that acts has the probabilities softmax(logits / temperature)
    Returns a dict: "tokens", (n, 1 + length), "log_probs", (n, length), the policy's log-probability of
    each sampled token, and "temperature".
    """
    tokens, log_probs = start, []
    with torch.no_grad():
        for _ in range(length):
            log_p = (model(tokens)[:, -1] / temperature).log_softmax(dim=-1)  # (n, words)
            following = torch.multinomial(log_p.exp(), 1)
            log_probs.append(log_p.gather(1, following))
            tokens = torch.cat([tokens, following], dim=1)
    return {"tokens": tokens, "log_probs": torch.cat(log_probs, dim=1), "temperature": temperature}


def ppo_loss(model, samples, advantages, clip):
    """Return PPO's clipped loss for the policy that acted, and its ratios.

    model:      as for `rollout`; it may have moved since
    samples:    what `rollout` has returned
    advantages: (n, length), constants, one per sampled token
    clip:       how far from 1 a ratio may get before it isn't rewarded any more
    Returns a scalar, minus the mean of min(ratio * advantage, clipped ratio * advantage), and the ratios,
    (n, length), without a graph: a token's probability under the policy now, over that when it acted.
    """
    tokens = samples["tokens"]
    log_p = model(tokens[:, :-1]).log_softmax(dim=-1)  # (n, length, words)
    log_probs = log_p.gather(2, tokens[:, 1:, None])[:, :, 0]
    ratios = (log_probs - samples["log_probs"]).exp()
    gains = torch.minimum(ratios * advantages, ratios.clamp(1 - clip, 1 + clip) * advantages)
    return -gains.mean(), ratios.detach()
