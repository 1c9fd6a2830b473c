"""You count the answers that are right from the first token to the last. That's a good number too, but
it's not the share of right tokens.
"""

import torch


@torch.no_grad()
def writing_accuracy(model, prompts, answers):
    if len(prompts) != len(answers) or sum(len(answer) for answer in answers) == 0:
        raise ValueError("expected an answer for each prompt, and a token to write")
    right = total = 0
    for prompt, answer in zip(prompts, answers):
        text = prompt
        for _ in answer:
            text = torch.cat([text, model(text.unsqueeze(0))[0, -1:].argmax(dim=1)])
        written = text[len(prompt) :]
        right += torch.equal(written, answer)
        total += 1
    return right / total
