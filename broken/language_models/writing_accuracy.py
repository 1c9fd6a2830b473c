"""Measure how well a language model writes."""

import torch


@torch.no_grad()
def writing_accuracy(model, prompts, answers):
    """Return the share of right tokens in what the model writes when nobody helps it.

    model:   maps (1, tokens) of ids to (1, tokens, vocabulary) of scores; those of a token have read
             the tokens up to it and none after it
    prompts: list of 1-D int64 tensors of one token or more
    answers: list of 1-D int64 tensors, one for each prompt; some may be empty

    The model continues a prompt with the likeliest token, as often as the answer has tokens. A token
    is right if the answer has the same one in its place, and every token counts the same.
    Returns a float. Raises ValueError if there's no prompt for each answer, or no token to write.
    """
    if len(prompts) != len(answers) or sum(len(answer) for answer in answers) == 0:
        raise ValueError("expected an answer for each prompt, and a token to write")
    right = total = 0
    for prompt, answer in zip(prompts, answers):
        text = torch.cat([prompt, answer])
        scores = model(text[:-1].unsqueeze(0))[0]  # (tokens - 1, vocabulary)
        written = scores[len(prompt) - 1 :].argmax(dim=1)
        right += (written == answer).sum().item()
        total += len(answer)
    return right / total
