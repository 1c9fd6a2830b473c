"""REINFORCE: the loss of one recorded episode."""

import torch


def policy_loss(logits, actions, rewards):
    """The loss whose gradient, on average over the episodes that the policy plays, is -dJ.

    J is the expected sum of the rewards of an episode, which is not discounted. Whatever the logits
    were computed from gets the gradient; by the policy gradient theorem (Sutton and Barto, chapter 13)
    it is the gradient of log pi(a_t | s_t), summed over the steps, each with what its action earned.

    logits:  (steps, actions), row t from the state of step t; pi is their softmax
    actions: (steps,) int64, the actions taken; rewards: (steps,) of any real dtype, what step t paid
    Returns a scalar in the dtype of the logits. Backward is up to the caller.
    Raises ValueError if there are no steps, or for another number of actions or rewards than of steps,
    naming the shapes. No `.grad` has changed then.
    """
    _check(logits, actions, rewards)
    log_pi = torch.log_softmax(logits, dim=1)
    log_probs = log_pi.gather(1, actions[:, None]).squeeze(1)
    earned = rewards.to(logits.dtype)
    return -(earned * log_probs).sum()


def _check(logits, actions, rewards):
    shapes = [tuple(tensor.shape) for tensor in (actions, rewards)]
    if shapes != [tuple(logits.shape[:1])] * 2:
        raise ValueError(f"actions and rewards {shapes} for logits {tuple(logits.shape)}")
    if len(actions) == 0:
        raise ValueError("empty episode")
