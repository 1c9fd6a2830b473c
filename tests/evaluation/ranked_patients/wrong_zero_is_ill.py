"""The area is right now. But a logit of exactly 0 isn't above 0, and doesn't mean ill."""

import torch


def ranking(scores, ill):
    ahead = scores[ill].unsqueeze(1) - scores[~ill]  # (ill, healthy)
    half = torch.tensor(0.5, device=ahead.device, dtype=ahead.dtype)
    return torch.heaviside(ahead, half).mean().item()


@torch.no_grad()
def evaluate(model, batches):
    mode = model.training
    model.eval()
    said, ill = [], []
    for features, labels in batches:
        said.append(model(features).squeeze(1))
        ill.append(labels == 1)
    model.train(mode)
    said, ill = torch.cat(said), torch.cat(ill)  # (patients,), (patients,)
    return ((said >= 0) == ill).float().mean().item(), ranking(said, ill)
