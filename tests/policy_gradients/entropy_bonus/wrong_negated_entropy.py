"""The policy learns the right thing, but the number called entropy is now negative, which misleads
everybody who reads the log.
"""

import torch


def actor_loss(logits, actions, advantages, entropy_coef):
    _check(logits, actions, advantages)
    log_pi = torch.log_softmax(logits, dim=1)
    taken = log_pi.gather(1, actions[:, None]).squeeze(1)
    entropy = (log_pi.exp() * log_pi).sum(dim=1).mean()
    policy_loss = -(advantages * taken).mean()
    loss = policy_loss + entropy_coef * entropy  # as with every regulariser: a weight, and added
    return loss, entropy.item()


def _check(logits, actions, advantages):
    for name, values in (("actions", actions), ("advantages", advantages)):
        if logits.dim() != 2 or values.shape != logits.shape[:1]:
            raise ValueError(f"{name} {tuple(values.shape)} do not fit logits {tuple(logits.shape)}")
    if len(logits) == 0:
        raise ValueError("there are no steps: the batch is empty")
