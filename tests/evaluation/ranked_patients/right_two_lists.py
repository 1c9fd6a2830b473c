"""Scores and decisions, kept apart from the start."""

import torch


def ranking(scores, ill):
    ahead = scores[ill].unsqueeze(1) - scores[~ill]  # (ill, healthy)
    half = torch.tensor(0.5, device=ahead.device, dtype=ahead.dtype)
    return torch.heaviside(ahead, half).mean().item()


@torch.no_grad()
def evaluate(model, batches):
    mode = model.training
    model.eval()
    said, ill, scores = [], [], []
    for features, labels in batches:
        scores.append(model(features)[:, 0])
        said.append(scores[-1] > 0)
        ill.append(labels == 1)
    model.train(mode)
    said, ill = torch.cat(said), torch.cat(ill)  # (patients,), (patients,)
    return (said == ill).float().mean().item(), ranking(torch.cat(scores), ill)
