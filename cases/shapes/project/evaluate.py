"""What a classifier says about pictures, and how often it's right."""

import torch
import torch.nn.functional as F

import data


@torch.no_grad()
def predict(model, scaling, images, batch_size=64):
    """Logits (samples, classes) of unscaled images, each as if it were alone. The model stays as it was."""
    mode = model.training
    model.eval()
    found = [model(scaling(part)) for part in images.split(batch_size)]
    model.train(mode)
    return torch.cat(found)


def score(model, scaling, pictures, batch_size=64):
    """Mean cross entropy per sample and share of right answers, floats."""
    loss, right = 0.0, 0
    for batch in data.batches(pictures, batch_size):
        logits = predict(model, scaling, batch.images, batch_size)
        loss += F.cross_entropy(logits, batch.labels, reduction="sum").item()
        right += (logits.argmax(-1) == batch.labels).sum().item()
    return loss / len(pictures.labels), right / len(pictures.labels)
