"""One backward for all epochs: every error is taken at the starting parameters, and then a single large
step is made.
"""

import torch


def fit(projection, weights, documents, scores, epochs, lr):
    """Full-batch gradient descent on the mean squared error of the scores.

    projection: (words, features) leaf that requires grad; trained in place
    weights:    (features,) leaf that requires grad; trained in place
    documents:  (documents, words); scores: (documents,); dtype and device of the parameters
    Every epoch takes the gradient at the parameters of that moment and moves both by -lr times it.
    Returns the error before each step, a list of `epochs` floats.
    Raises ValueError, and changes nothing, unless there is a document and a score for each of them.
    """
    if len(documents) == 0 or scores.shape != (len(documents),):
        raise ValueError(f"{len(documents)} documents with scores of shape {tuple(scores.shape)}")
    optimizer = torch.optim.SGD([projection, weights], lr=lr)
    features = documents @ projection  # (documents, features), once: the documents never change
    errors = []
    for _ in range(epochs):
        errors.append(((features @ weights - scores) ** 2).mean())
    if errors:
        sum(errors).backward()
        optimizer.step()
    return [error.item() for error in errors]
