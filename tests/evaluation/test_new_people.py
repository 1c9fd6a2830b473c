"""Cross-validation: what `cross_validate` promises.

Each photo is judged once, by a model that has never seen the person on it.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

NEAR = {"rtol": 1e-6, "atol": 1e-6}  # counts may be divided in float32
# How many photos each person has; the names are not in the order of the photos.
SIZES = {"gus": 4, "ann": 1, "eve": 3, "bob": 2, "fay": 5, "cem": 3, "dee": 2}


class Study:
    """Photos that are numbers, a `fit` that takes down who trained and who was judged, and what it says."""

    def __init__(self, sizes, device, says=1, mixed=True):
        self.people = [name for name, size in sizes.items() for _ in range(size)]
        if mixed:  # the photos of a person don't come one after the other
            self.people = self.people[::2] + self.people[1::2]
        self.photos = torch.arange(len(self.people), dtype=torch.float64, device=device)[:, None]
        self.labels = torch.tensor([index % 3 % 2 for index in range(len(self.people))], device=device)
        self.says = says
        self.models = []  # for each model: the photos it was trained on, and those it judged

    def fit(self, photos, labels):
        known, judged = [int(x) for x in photos[:, 0]], []
        equal(labels.tolist(), self.labels[known].tolist(), "the labels that come with the training photos")
        self.models.append((known, judged))

        def model(new):
            judged.extend(int(x) for x in new[:, 0])
            return torch.full((len(new),), self.says, device=new.device)

        return model

    def names(self, photos):
        return {self.people[i] for i in photos}

    def run(self, module, count, seed):
        self.models = []
        return module.cross_validate(self.fit, self.photos, self.labels, self.people, count, seed)

    def folds(self):
        """Which photos were judged together, whatever the order."""
        return sorted(sorted(judged) for _, judged in self.models)


# What cross_validate promises


@pytest.mark.parametrize("count", [2, 3, 5, 7])
@pytest.mark.parametrize("mixed", [False, True], ids=["in_order", "mixed"])
def test_nobody_is_judged_by_a_model_that_has_seen_them(solution, device, count, mixed):
    study = Study(SIZES, device, mixed=mixed)
    for seed in range(6):
        study.run(solution, count, seed)
        for known, judged in study.models:
            both = sorted(study.names(known) & study.names(judged))
            equal(both, [], f"people in training and in judging, {count} models, seed {seed}")


def test_the_nearest_neighbor_has_to_look_at_strangers(solution, device):
    # photos of a person are 1 apart and people 10, so that the nearest stranger always has the other label
    people = ["ann"] * 3 + ["bob"] * 2 + ["cem"] * 4
    photos = torch.tensor([0, 1, 2, 10, 11, 20, 21, 22, 23], dtype=torch.float64, device=device)[:, None]
    labels = torch.tensor([1] * 3 + [0] * 2 + [1] * 4, device=device)

    def fit(known, label):
        return lambda new: label[(new - known.T).abs().argmin(dim=1)]

    for seed in range(4):
        got = solution.cross_validate(fit, photos, labels, people, 3, seed)
        close(
            got, 0.0, f"the accuracy of the nearest neighbor, whose label is never right, seed {seed}", **NEAR
        )


# What already works and must stay


@pytest.mark.parametrize("count", [2, 3, 7])
def test_each_photo_is_judged_exactly_once_and_trained_on_otherwise(solution, device, count):
    study = Study(SIZES, device)
    study.run(solution, count, seed=1)
    photos = list(range(len(study.people)))
    equal(len(study.models), count, "how many models were fitted")
    equal(sorted(i for _, judged in study.models for i in judged), photos, "the photos that were judged")
    for known, judged in study.models:
        equal(sorted(known + judged), photos, "the photos of training and judging together")
        equal(len(judged) > 0, True, "whether a model judges at least one photo")


def test_the_accuracy_is_that_over_all_photos(solution, device):
    for count in (2, 3, 5):
        study = Study(SIZES, device)
        ones = study.labels.sum().item() / len(study.people)
        close(
            study.run(solution, count, seed=0),
            ones,
            f"the accuracy of always saying 1, {count} models",
            **NEAR,
        )


def test_the_seed_decides_and_nothing_else(solution, device):
    study, seen = Study(SIZES, device), set()
    for seed in range(12):
        study.run(solution, 3, seed)
        first = study.folds()
        torch.manual_seed(99)
        study.run(solution, 3, seed)
        equal(study.folds(), first, f"the folds of a second run with seed {seed}")
        seen.add(str(first))
    equal(len(seen) > 1, True, "whether twelve seeds give more than one division")


class Name(str):
    """A name whose hash differs from run to run, as that of a str does from process to process."""

    def __new__(cls, name, run):
        made = super().__new__(cls, name)
        made.run = run
        return made

    def __hash__(self):
        return hash((str(self), self.run))


def test_the_same_seed_gives_the_same_folds_in_another_process(solution, device):
    study, found = Study(SIZES, device), []
    for run in range(4):
        study.people = [Name(name, run) for name in study.people]
        study.run(solution, 3, 5)
        found.append(study.folds())
    same = all(again == found[0] for again in found)
    equal(same, True, "whether the folds are the same with other hashes of the names")


def test_the_random_state_of_the_process_is_left_alone(solution, device):
    torch.manual_seed(5)
    before = torch.get_rng_state()
    Study(SIZES, device).run(solution, 3, seed=2)
    equal(torch.get_rng_state(), before, "the random state of torch after the call")


def test_the_inputs_are_left_as_they_were(solution, device):
    study = Study(SIZES, device)
    photos, labels, people = study.photos.clone(), study.labels.clone(), list(study.people)
    study.run(solution, 3, seed=0)
    equal(study.photos, photos, "the photos after the call")
    equal(study.labels, labels, "the labels after the call")
    equal(study.people, people, "the names after the call")


@pytest.mark.parametrize("count", [0, 1, 8])
def test_too_few_or_too_many_models_are_refused(solution, device, count):
    with raises(ValueError, "folds", f"{count} models for 7 people"):
        Study(SIZES, device).run(solution, count, seed=0)


# The documented failure


def test_most_people_are_on_both_sides(broken, device):
    study = Study(SIZES, device)
    for seed in range(4):
        study.run(broken, 2, seed)
        strangers = [
            name for known, judged in study.models for name in study.names(judged) - study.names(known)
        ]
        equal(len(strangers) < len(SIZES), True, f"whether somebody is on both sides, seed {seed}")


def test_the_nearest_neighbor_recognizes_people(broken, device):
    people = ["ann"] * 5 + ["bob"] * 5
    photos = torch.tensor([*range(5), *range(10, 15)], dtype=torch.float64, device=device)[:, None]
    labels = torch.tensor([1] * 5 + [0] * 5, device=device)

    def fit(known, label):
        return lambda new: label[(new - known.T).abs().argmin(dim=1)]

    got = broken.cross_validate(fit, photos, labels, people, 2, 0)
    close(got, 1.0, "the accuracy, where a stranger always has the other label", **NEAR)
