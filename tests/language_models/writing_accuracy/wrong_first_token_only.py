"""Only the first token is the model's own. The rest of the answer still stands in the text, so it gets
help again from the third token on.
"""

import torch


@torch.no_grad()
def writing_accuracy(model, prompts, answers):
    if len(prompts) != len(answers) or sum(len(answer) for answer in answers) == 0:
        raise ValueError("expected an answer for each prompt, and a token to write")
    right = total = 0
    for prompt, answer in zip(prompts, answers):
        text = torch.cat([prompt, answer])
        first = model(prompt.unsqueeze(0))[0, -1:].argmax(dim=1)
        text = torch.cat([prompt, first, answer[1:]])[: len(text)]
        scores = model(text[:-1].unsqueeze(0))[0]  # the last token has no next one
        written = scores[len(prompt) - 1 :].argmax(dim=1)  # from the end of the prompt on
        right += (written == answer).sum().item()
        total += len(answer)
    return right / total
