"""`[:1]` is what the model says after the first token of the prompt. The next token is the one that it
says at the last place.
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
            text = torch.cat([text, model(text.unsqueeze(0))[0, :1].argmax(dim=1)])
        written = text[len(prompt) :]
        right += (written == answer).sum().item()
        total += len(answer)
    return right / total
