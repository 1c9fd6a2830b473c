"""People are kept together, each in a fold of their own. `count` is how many models to fit, and now
nobody asks for it.
"""

import torch


def cross_validate(fit, photos, labels, people, count, seed):
    names = sorted(set(people))
    if not 2 <= count <= len(names):
        raise ValueError(f"{count} folds don't fit {len(names)} people")
    fold = torch.tensor([names.index(name) for name in people])
    hits = 0
    for k in range(len(names)):
        held_out = (fold == k).to(photos.device)
        model = fit(photos[~held_out], labels[~held_out])
        hits += (model(photos[held_out]) == labels[held_out]).sum().item()
    return hits / len(photos)
