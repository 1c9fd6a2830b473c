"""You ask for one token at a time, but what you add to the text is the right one. So the model still reads
the answer.
"""

import torch


@torch.no_grad()
def writing_accuracy(model, prompts, answers):
    if len(prompts) != len(answers) or sum(len(answer) for answer in answers) == 0:
        raise ValueError("expected an answer for each prompt, and a token to write")
    right = total = 0
    for prompt, answer in zip(prompts, answers):
        text, written = prompt, []
        for token in answer:
            written.append(model(text.unsqueeze(0))[0, -1].argmax())
            text = torch.cat([text, token.view(1)])
        written = torch.stack(written) if written else answer
        right += (written == answer).sum().item()
        total += len(answer)
    return right / total
