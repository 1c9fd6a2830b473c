"""torch knows this divergence in closed form."""

import torch
from torch.distributions import Categorical, kl_divergence


def policy_loss(logits, ref_logits, tokens, rewards, beta):
    _check(logits, ref_logits, tokens, rewards)
    log_pi, log_ref = torch.log_softmax(logits, dim=1), torch.log_softmax(ref_logits, dim=1)
    score = log_pi.gather(1, tokens[:, None]).squeeze(1)  # (samples,), for the drawn tokens
    log_ratio = score - log_ref.gather(1, tokens[:, None]).squeeze(1)
    kl = log_ratio.mean()
    pi, ref = Categorical(logits=logits), Categorical(logits=ref_logits)
    loss = beta * kl_divergence(pi, ref).mean() - (rewards * pi.log_prob(tokens)).mean()
    return loss, kl.item()


def _check(logits, ref_logits, tokens, rewards):
    shapes = [tuple(tensor.shape) for tensor in (logits, ref_logits, tokens, rewards)]
    if len(shapes[0]) != 2 or shapes[1] != shapes[0] or shapes[2:] != [shapes[0][:1]] * 2:
        raise ValueError(f"logits, ref_logits, tokens and rewards have the shapes {shapes}")
    if len(tokens) == 0:
        raise ValueError("empty batch")
    if ref_logits.requires_grad or rewards.requires_grad:
        raise ValueError("ref_logits and rewards must be constants, but one requires a gradient")
