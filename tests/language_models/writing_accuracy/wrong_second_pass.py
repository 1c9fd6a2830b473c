"""You let the model read its own tokens in a second pass. But in the first pass it wrote them with the
answer in front of it, so they're not what it would write by itself.
"""

import torch


@torch.no_grad()
def writing_accuracy(model, prompts, answers):
    if len(prompts) != len(answers) or sum(len(answer) for answer in answers) == 0:
        raise ValueError("expected an answer for each prompt, and a token to write")
    right = total = 0
    for prompt, answer in zip(prompts, answers):
        text = torch.cat([prompt, answer])
        scores = model(text[:-1].unsqueeze(0))[0]  # the last token has no next one
        written = scores[len(prompt) - 1 :].argmax(dim=1)  # from the end of the prompt on
        text = torch.cat([prompt, written])
        written = model(text[:-1].unsqueeze(0))[0][len(prompt) - 1 :].argmax(dim=1)
        right += (written == answer).sum().item()
        total += len(answer)
    return right / total
