"""Person by person, the one with the most photos first, into the fold that has the fewest."""

import torch


def cross_validate(fit, photos, labels, people, count, seed):
    names = sorted(set(people))
    if not 2 <= count <= len(names):
        raise ValueError(f"{count} folds don't fit {len(names)} people")
    generator = torch.Generator().manual_seed(seed)
    shuffled = [names[i] for i in torch.randperm(len(names), generator=generator)]
    sizes, of_person = [0] * count, {}
    for name in sorted(shuffled, key=people.count, reverse=True):
        of_person[name] = sizes.index(min(sizes))
        sizes[of_person[name]] += people.count(name)
    fold = torch.tensor([of_person[name] for name in people])
    hits = 0
    for k in range(count):
        held_out = (fold == k).to(photos.device)
        model = fit(photos[~held_out], labels[~held_out])
        hits += (model(photos[held_out]) == labels[held_out]).sum().item()
    return hits / len(photos)
