"""Cross-validation on photos of people."""

import torch


def cross_validate(fit, photos, labels, people, count, seed):
    """Return the accuracy to expect on people of whom there is no photo yet.

    fit:    called as fit(photos, labels), returns a new model that maps (m, features) to m predicted labels
    photos: (n, features)
    labels: (n,), integers
    people: list of n names, who is on each photo; a person may have any number of photos
    count:  how many models to fit, at least 2 and at most as many as there are people
    seed:   decides which photos are judged together

    Each photo is judged exactly once, by a model that has never seen the person on it, and each model
    judges at least one photo. The accuracy is that over all photos. The same seed gives the same answer;
    the random state of the process stays as it is. Raises ValueError if `count` isn't in its range.
    """
    names = sorted(set(people))
    if not 2 <= count <= len(names):
        raise ValueError(f"{count} folds don't fit {len(names)} people")
    generator = torch.Generator().manual_seed(seed)
    # deal out people, not photos: two photos of one person are nearly the same photo
    of_person = dict(zip(names, torch.randperm(len(names), generator=generator).tolist()))
    fold = torch.tensor([of_person[name] for name in people]) % count
    hits = 0
    for k in range(count):
        held_out = (fold == k).to(photos.device)
        model = fit(photos[~held_out], labels[~held_out])
        hits += (model(photos[held_out]) == labels[held_out]).sum().item()
    return hits / len(photos)
