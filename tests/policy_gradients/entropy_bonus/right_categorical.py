"""The library's entropy, weighted as a penalty on its negative."""

import torch


def actor_loss(logits, actions, advantages, entropy_coef):
    _check(logits, actions, advantages)
    log_pi = torch.log_softmax(logits, dim=1)
    policy = torch.distributions.Categorical(logits=log_pi)
    entropy = policy.entropy().mean()
    negative_entropy = -entropy
    loss = -(advantages * policy.log_prob(actions)).mean() + entropy_coef * negative_entropy
    return loss, entropy.item()


def _check(logits, actions, advantages):
    for name, values in (("actions", actions), ("advantages", advantages)):
        if logits.dim() != 2 or values.shape != logits.shape[:1]:
            raise ValueError(f"{name} {tuple(values.shape)} do not fit logits {tuple(logits.shape)}")
    if len(logits) == 0:
        raise ValueError("there are no steps: the batch is empty")
