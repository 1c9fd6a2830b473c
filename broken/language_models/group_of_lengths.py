"""Reward several answers to one prompt, and move the language model toward the better ones."""

import torch


def group_loss(log_probs, old_log_probs, mask, rewards, clip):
    """Return a loss that raises the model's expected reward for the prompt.

    log_probs:     (answers, length), at least 2 answers: log-probability of each token now, with a graph
    old_log_probs: the same when the answers were sampled, constants
    mask:          (answers, length), bool: True for the tokens of an answer, at least one each, and False
                   for the padding behind it, whose log-probabilities are finite
    rewards:       (answers,): one for each answer as a whole
    clip:          a token whose ratio to the old model is beyond 1 - clip or 1 + clip isn't pushed further

    An answer's advantage is its reward minus the mean reward of the other answers, which makes the
    estimate unbiased (Kool et al., 2019): if the model hasn't moved since, the mean gradient over all
    groups that it could sample is exactly that of minus its expected reward.
    Returns a scalar.
    """
    n = len(rewards)
    others = (rewards.sum() - rewards) / (n - 1)
    advantages = (rewards - others).unsqueeze(1)  # (answers, 1)
    ratios = (log_probs - old_log_probs).exp()  # (answers, length)
    gains = torch.minimum(ratios * advantages, ratios.clamp(1 - clip, 1 + clip) * advantages)
    of_answers = (gains * mask).sum(dim=1) / mask.sum(dim=1)  # (answers,)
    return -of_answers.mean()
