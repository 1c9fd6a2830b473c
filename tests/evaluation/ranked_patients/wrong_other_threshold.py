"""Another threshold is another decision. The area is about all thresholds, so there's none to
choose.
"""

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
        said.append((model(features) > -0.375).squeeze(1).float())  # (b,)
        ill.append(labels == 1)
    model.train(mode)
    said, ill = torch.cat(said), torch.cat(ill)  # (patients,), (patients,)
    return (said == ill).float().mean().item(), ranking(said, ill)
