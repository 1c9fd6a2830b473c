"""Fine-tune a language model with rewards, and keep it near the model it started from."""

import torch


def policy_loss(logits, ref_logits, tokens, rewards, beta):
    """Return a loss that lowers beta * KL(pi || ref) - E[reward] on average, and the KL that was measured.

    KL(pi || ref) = sum over tokens of pi * (log pi - log ref), which is 0 where the two agree.
    logits:     (samples, vocabulary), pi = softmax(logits, dim=1) with its graph
    ref_logits: (samples, vocabulary), the same for the reference model, constants; all logits are finite
    tokens:     (samples,) int64, one drawn from each row of pi
    rewards:    (samples,) constants, one per token; beta: a number, 0 or more
    Over all draws, the expected gradient of the loss is the gradient of beta * KL(pi || ref) - E[reward],
    a mean over the rows; its value is not promised. The measured KL is a float, the mean of
    log pi - log ref over the drawn tokens, and may be negative by chance.
    Raises ValueError if there are no samples, if the shapes do not fit (naming them), or if one of the
    constants requires a gradient.
    """
    _check(logits, ref_logits, tokens, rewards)
    log_pi, log_ref = torch.log_softmax(logits, dim=1), torch.log_softmax(ref_logits, dim=1)
    score = log_pi.gather(1, tokens[:, None]).squeeze(1)  # (samples,), for the drawn tokens
    log_ratio = score - log_ref.gather(1, tokens[:, None]).squeeze(1)
    kl = log_ratio.mean()  # on average this is KL(pi || ref)
    # For drawn tokens, only a weighted score has a gradient on average: treat the distance like a reward.
    loss = -((rewards - beta * log_ratio.detach()) * score).mean()
    return loss, kl.item()


def _check(logits, ref_logits, tokens, rewards):
    shapes = [tuple(tensor.shape) for tensor in (logits, ref_logits, tokens, rewards)]
    if len(shapes[0]) != 2 or shapes[1] != shapes[0] or shapes[2:] != [shapes[0][:1]] * 2:
        raise ValueError(f"logits, ref_logits, tokens and rewards have the shapes {shapes}")
    if len(tokens) == 0:
        raise ValueError("empty batch")
    if ref_logits.requires_grad or rewards.requires_grad:
        raise ValueError("ref_logits and rewards must be constants, but one requires a gradient")
