"""The free weights come back after `backward()` and before the step, which an optimizer takes."""

import torch


def train_step(encoder, head, inputs, targets, limit, lr):
    if len(inputs) == 0:
        raise ValueError("there are no samples to train on")
    optimizer = torch.optim.SGD([encoder, head], lr=lr)
    optimizer.zero_grad()
    free_encoder, free_head = encoder.detach().clone(), head.detach().clone()
    encoder.data.clamp_(-limit, limit)
    head.data.clamp_(-limit, limit)
    loss = torch.nn.functional.mse_loss(inputs @ encoder @ head, targets)
    loss.backward()
    encoder.data.copy_(free_encoder)
    head.data.copy_(free_head)
    optimizer.step()
    optimizer.zero_grad()
    return loss.item()
