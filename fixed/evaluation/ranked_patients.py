"""Evaluate a classifier that says who is ill: how often it's right, and how well it ranks."""

import torch


def ranking(scores, ill):
    """Return the area under the ROC curve, a float: how often an ill patient is ranked higher.

    scores: (patients,); ill: bool (patients,), with at least one of each kind
    Of all pairs of an ill and a healthy patient, it's the share in which the ill one has the
    higher score. Equal scores count half.
    """
    ahead = scores[ill].unsqueeze(1) - scores[~ill]  # (ill, healthy)
    half = torch.tensor(0.5, device=ahead.device, dtype=ahead.dtype)
    return torch.heaviside(ahead, half).mean().item()


@torch.no_grad()
def evaluate(model, batches):
    """Return (accuracy, auc) of `model` on all patients of `batches`, two floats.

    model:   maps (patients, features) to logits (patients, 1); above 0 means ill
    batches: pairs of (patients, features) and long (patients,), 1 for the ill
    accuracy: the share of patients of whom the model says what they are
    auc:      `ranking` of all patients by what the model thinks of them
    The model is evaluated in evaluation mode, and is in the mode that it was in afterwards.
    """
    mode = model.training
    model.eval()
    said, ill = [], []
    for features, labels in batches:
        said.append(model(features).squeeze(1))  # (b,)
        ill.append(labels == 1)
    model.train(mode)
    said, ill = torch.cat(said), torch.cat(ill)  # (patients,), (patients,)
    # a decision for the accuracy; the order of the patients for the ranking
    return ((said > 0) == ill).float().mean().item(), ranking(said, ill)
