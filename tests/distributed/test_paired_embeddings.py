"""A contrastive loss over the pairs of all ranks: what `contrastive_loss` promises.

The ranks are real: forked processes in a gloo group. One process with all pairs says what is right.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import pytest
import torch

from torchkata import gradients, ranks
from torchkata.checks import close

pytestmark = pytest.mark.float64

SCALE, PAIRS, WIDTH = 1.5, 2, 3


def features(count, start):
    """Inputs for the pairs of `count` ranks, rank by rank: numbers between -1 and 1."""
    numbers = 1.7 * torch.arange(start, start + count * PAIRS * WIDTH, dtype=torch.float64)
    return numbers.sin().reshape(count * PAIRS, WIDTH)


def weights():
    return (1.3 * torch.arange(1, 2 * WIDTH * WIDTH + 1, dtype=torch.float64)).cos().reshape(2, WIDTH, WIDTH)


def parts(both, count):
    """By its formula, in one process: the loss of each rank's own pictures. The loss of all is their mean."""
    scores = SCALE * (features(count, 1) @ both[0]) @ (features(count, 40) @ both[1]).T
    return (scores.exp().sum(dim=1).log() - scores.diagonal()).reshape(count, PAIRS).mean(dim=1)


def train(module, device, count):
    """By rank: its part of the loss, and the gradient of 3 times the part, for the weights of both towers."""

    def one_rank(rank):
        own = slice(rank * PAIRS, (rank + 1) * PAIRS)
        both = weights().to(device).requires_grad_()
        pictures = features(count, 1)[own].to(device) @ both[0]
        captions = features(count, 40)[own].to(device) @ both[1]
        part = module.contrastive_loss(pictures, captions, SCALE)
        (3 * part).backward()
        return [part.item(), both.grad.tolist()]

    return ranks.run(one_rank, count)


def check(module, device, count):
    results = train(module, device, count)
    close([part for part, _ in results], parts(weights(), count).tolist(), f"the parts of {count} ranks")
    wanted = gradients.central_difference(lambda at: parts(at, count).mean(), weights())
    got = torch.tensor([gradient for _, gradient in results], dtype=torch.float64).mean(dim=0)
    for tower, name in enumerate(("picture", "caption")):
        what = f"the gradient of the {name} tower, averaged over {count} ranks"
        close(got[tower], 3 * wanted[tower], what, rtol=1e-6, atol=1e-7)


# What contrastive_loss promises


def test_two_ranks_have_the_gradient_of_one_process(solution, device):
    check(solution, device, 2)


# What already works and must stay


def test_one_rank_has_the_gradient_of_its_own_pairs(solution, device):
    check(solution, device, 1)


# The documented failure


def test_a_caption_learns_from_the_pictures_of_its_own_rank_alone(broken, device):
    results = train(broken, device, 2)
    got = torch.tensor([gradient for _, gradient in results], dtype=torch.float64).mean(dim=0)

    def frozen(at):
        total = 0.0
        for rank in range(2):
            own = slice(rank * PAIRS, (rank + 1) * PAIRS)
            captions = features(2, 40) @ weights()[1]
            captions[own] = features(2, 40)[own] @ at[1]
            scores = SCALE * (features(2, 1)[own] @ at[0]) @ captions.T
            total += (scores.exp().sum(dim=1).log() - scores[:, own].diagonal()).mean() / 2
        return total

    wanted = gradients.central_difference(frozen, weights())
    close(got, 3 * wanted, "the gradients, with the other rank's captions frozen", rtol=1e-6, atol=1e-7)
