"""People are kept together, in the order of their names. All seeds give the same folds."""

import torch


def cross_validate(fit, photos, labels, people, count, seed):
    names = sorted(set(people))
    if not 2 <= count <= len(names):
        raise ValueError(f"{count} folds don't fit {len(names)} people")
    place = {name: i for i, name in enumerate(names)}
    who = torch.tensor([place[person] for person in people])
    fold = who % count
    hits = 0
    for k in range(count):
        held_out = (fold == k).to(photos.device)
        model = fit(photos[~held_out], labels[~held_out])
        hits += (model(photos[held_out]) == labels[held_out]).sum().item()
    return hits / len(photos)
