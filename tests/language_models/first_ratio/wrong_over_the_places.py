"""The logits have their temperature, but the softmax runs over the places now. It belongs over the words."""

import torch


def rollout(model, start, length, temperature):
    tokens, log_probs = start, []
    with torch.no_grad():
        for _ in range(length):
            log_p = (model(tokens)[:, -1] / temperature).log_softmax(dim=-1)  # (n, words)
            following = torch.multinomial(log_p.exp(), 1)
            log_probs.append(log_p.gather(1, following))
            tokens = torch.cat([tokens, following], dim=1)
    return {"tokens": tokens, "log_probs": torch.cat(log_probs, dim=1), "temperature": temperature}


def ppo_loss(model, samples, advantages, clip):
    tokens = samples["tokens"]
    log_p = (model(tokens[:, :-1]) / samples["temperature"]).log_softmax(dim=1)  # (n, length, words)
    log_probs = log_p.gather(2, tokens[:, 1:, None])[:, :, 0]
    ratios = (log_probs - samples["log_probs"]).exp()
    gains = torch.minimum(ratios * advantages, ratios.clamp(1 - clip, 1 + clip) * advantages)
    return -gains.mean(), ratios.detach()
