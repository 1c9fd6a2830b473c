"""Learn from preferences: of two answers to a prompt, the chosen one should become more likely."""

import torch


def preference_loss(policy, reference, chosen, rejected, beta):
    """Return the mean over pairs of -log sigmoid(beta * (gain of the chosen - gain of the rejected answer)).

    The gain of an answer is log(policy's probability / reference's probability) of the answer as a whole,
    given the prompt (Rafailov et al., 2023, equation 7).

    policy, reference: map tokens, (pairs, length), to logits, (pairs, length, words): those at one
                       position are for the next token, and depend on nothing to the right of it
    chosen, rejected:  pairs of (tokens, mask): (pairs, length), int64 and bool. The mask is True for the
                       tokens of the answer, and False for the prompt before it and the padding behind it.
                       Padding may be any token. The two lengths may differ; the first token is of the prompt
    Returns a scalar in the dtype of the logits, with a gradient for the policy. The reference is a constant.
    """

    def log_probability(model, tokens, mask):
        log_p = model(tokens)[:, :-1].log_softmax(dim=-1)  # (pairs, length - 1, words)
        of_tokens = log_p.gather(2, tokens[:, 1:, None])[:, :, 0]  # (pairs, length - 1)
        # The answer is all of its tokens: their probabilities multiply, however long the row is.
        return (of_tokens * mask[:, 1:]).sum(dim=1)

    with torch.no_grad():
        base = log_probability(reference, *chosen) - log_probability(reference, *rejected)
    gain = log_probability(policy, *chosen) - log_probability(policy, *rejected) - base
    return -torch.nn.functional.logsigmoid(beta * gain).mean()
