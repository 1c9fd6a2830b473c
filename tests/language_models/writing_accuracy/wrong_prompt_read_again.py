"""The model reads the prompt again for each token, and none of what it has written. So it says the same
token every time.
"""

import torch


@torch.no_grad()
def writing_accuracy(model, prompts, answers):
    if len(prompts) != len(answers) or sum(len(answer) for answer in answers) == 0:
        raise ValueError("expected an answer for each prompt, and a token to write")
    right = total = 0
    for prompt, answer in zip(prompts, answers):
        text, written = prompt, []
        for _ in answer:
            written.append(model(text.unsqueeze(0))[0, -1].argmax())
        written = torch.stack(written) if written else answer
        right += (written == answer).sum().item()
        total += len(answer)
    return right / total
