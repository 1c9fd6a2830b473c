"""cross_entropy per token, with everything but the answer ignored, is minus the log-probability."""

import torch


def _log_probability(model, tokens, mask):
    """Return the log-probability of each row's answer, (pairs,)."""
    labels = tokens.masked_fill(~mask, -100)[:, 1:]
    logits = model(tokens)[:, :-1].transpose(1, 2)
    return -torch.nn.functional.cross_entropy(logits, labels, reduction="none", ignore_index=-100).sum(1)


def preference_loss(policy, reference, chosen, rejected, beta):
    gain_chosen = _log_probability(policy, *chosen) - _log_probability(reference, *chosen).detach()
    gain_rejected = _log_probability(policy, *rejected)
    gain_rejected = gain_rejected - _log_probability(reference, *rejected).detach()
    return torch.nn.functional.softplus(-beta * (gain_chosen - gain_rejected)).mean()
