"""How good a classifier is: probabilities, a threshold from validation, and what it gives on the test."""

import torch
from torch.nn import functional

import data


@torch.no_grad()
def logits_of(model, table, batch_size=256):
    """Logits (samples, classes) in evaluation mode, in the order of the table; the mode is put back."""
    mode = model.training
    model.eval()
    found = [model(batch.inputs) for batch in data.batches(table, batch_size)]
    model.train(mode)
    return torch.cat(found)


def mean_loss(model, table, weights, batch_size=256):
    """Weighted mean cross entropy of a table, a float: what cross_entropy says of it as a single batch."""
    logits = logits_of(model, table, batch_size)
    losses = functional.cross_entropy(logits, table.labels, weight=weights, reduction="sum")
    return (losses / weights[table.labels].sum()).item()


def probabilities(logits, weights):
    """Probability of class 1 for each sample, (samples,), as it is without the class weights.

    Training with weights multiplies the odds of class 1 by weights[1] / weights[0]; this divides again.
    """
    margin = logits[:, 1] - logits[:, 0] - (weights[1] / weights[0]).log()
    return margin.sigmoid()


def f1_score(chosen, labels):
    """2 * hits / (chosen + positives) of class 1, a float; 0.0 if there is neither."""
    hits = (chosen & (labels == 1)).sum()
    total = chosen.sum() + (labels == 1).sum()
    return (2 * hits / total.clamp_min(1)).item()


def best_threshold(scores, labels):
    """The score from which on samples are called class 1, so that the F1 on these samples is best."""
    candidates = scores.unique()
    values = torch.tensor([f1_score(scores >= candidate, labels) for candidate in candidates])
    return candidates[values.argmax()].item()


def report(model, valid, test, weights):
    """A dict: threshold, f1 on `test` with it, and off, by how much the mean probability of class 1 differs
    from the share of class 1 on `test`."""
    threshold = best_threshold(probabilities(logits_of(model, valid), weights), valid.labels)
    scores = probabilities(logits_of(model, test), weights)
    return {
        "threshold": threshold,
        "f1": f1_score(scores >= threshold, test.labels),
        "off": (scores.mean() - (test.labels == 1).float().mean()).item(),
    }
