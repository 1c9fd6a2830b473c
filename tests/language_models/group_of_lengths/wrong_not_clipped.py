"""The sum is right, but you've dropped the clipping. A token whose ratio is beyond the limit is pushed
further.
"""


def group_loss(log_probs, old_log_probs, mask, rewards, clip):
    n = len(rewards)
    others = (rewards.sum() - rewards) / (n - 1)
    advantages = (rewards - others).unsqueeze(1)  # (answers, 1)
    ratios = (log_probs - old_log_probs).exp()  # (answers, length)
    gains = ratios * advantages
    of_answers = (gains * mask).sum(dim=1)  # (answers,)
    return -of_answers.mean()
