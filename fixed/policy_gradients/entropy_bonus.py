"""The loss of a policy that should earn more and still keep trying all of its actions."""

import torch


def actor_loss(logits, actions, advantages, entropy_coef):
    """The loss for the objective mean(A * log pi(a|s)) + entropy_coef * mean(H); and mean(H) for the log.

    This is the objective of asynchronous actor-critic, arXiv 1602.01783, without its critic.

    logits:       (steps, actions), pi = softmax(logits) row by row, however far apart the logits are;
                  H = -sum(pi * log pi) is the entropy of one row, in nats
    actions:      (steps,) int64, the actions that were taken
    advantages:   (steps,) the A, constants in the dtype of the logits
    entropy_coef: a float, 0 or more
    Returns (loss, entropy): a scalar, minus the objective, whose gradient reaches the logits; and
    mean(H) as a float, for the log.
    Raises ValueError if there are no steps, or if the shapes do not fit, naming them.
    """
    _check(logits, actions, advantages)
    log_pi = torch.log_softmax(logits, dim=1)
    taken = log_pi.gather(1, actions[:, None]).squeeze(1)
    entropy = -(log_pi.exp() * log_pi).sum(dim=1).mean()  # one number per step, averaged
    policy_loss = -(advantages * taken).mean()
    loss = policy_loss - entropy_coef * entropy  # what is wanted is subtracted: a loss is made small
    return loss, entropy.item()


def _check(logits, actions, advantages):
    for name, values in (("actions", actions), ("advantages", advantages)):
        if logits.dim() != 2 or values.shape != logits.shape[:1]:
            raise ValueError(f"{name} {tuple(values.shape)} do not fit logits {tuple(logits.shape)}")
    if len(logits) == 0:
        raise ValueError("there are no steps: the batch is empty")
