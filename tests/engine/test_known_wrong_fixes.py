"""A known mistake is known by what it does: the same one, written in other ways, has the same name.

The kata is graph/second_step; it runs in a tree of its own, so that nothing is written into this one.
"""

import shutil
from pathlib import Path

import pytest

from torchkata.collection import card
from torchkata.collection.catalogue import Entry
from torchkata.collection.layout import Kata, Tree
from torchkata.judging.judge import Judge

REPOSITORY = Path(__file__).parents[2]

HEAD = """\
import torch


def fit(projection, weights, documents, scores, epochs, lr):
    n = len(documents)
    if n == 0 or tuple(scores.shape) != (n,):
        raise ValueError("as many scores as documents, please")
"""

# The name of the mistake, and its body in two other ways of writing.
MISTAKES = {
    "wrong_retain_graph": [
        """
    seen, history = documents.mm(projection), []
    for epoch in range(epochs):
        loss = torch.nn.functional.mse_loss(seen.mv(weights), scores)
        loss.backward(retain_graph=epoch + 1 < epochs)
        for parameter in (projection, weights):
            parameter.data.sub_(parameter.grad, alpha=lr)
            parameter.grad = None
        history.append(float(loss.detach()))
    return history
""",
        """
    def step():
        loss = (scores - hidden @ weights).square().sum() / n
        slopes = torch.autograd.grad(loss, [projection, weights], retain_graph=True)
        with torch.no_grad():
            for parameter, slope in zip([projection, weights], slopes):
                parameter.copy_(parameter - lr * slope)
        return loss.item()

    hidden = torch.einsum("dw,wf->df", documents, projection)
    return [step() for _ in range(epochs)]
""",
    ],
    "wrong_detached_features": [
        """
    with torch.no_grad():
        seen = documents @ projection
    losses = []
    for _ in range(epochs):
        loss = ((seen @ weights - scores) ** 2).mean()
        (slope,) = torch.autograd.grad(loss, weights)
        weights.data = weights.data - lr * slope
        losses.append(loss.item())
    return losses
""",
        """
    sgd = torch.optim.SGD([weights, projection], lr)
    losses = torch.zeros(epochs, dtype=weights.dtype)
    for epoch in range(epochs):
        prediction = documents @ projection.detach() @ weights
        loss = torch.nn.functional.mse_loss(prediction, scores)
        sgd.zero_grad(set_to_none=False)
        loss.backward()
        sgd.step()
        losses[epoch] = loss.detach()
    return losses.tolist()
""",
    ],
    "wrong_dropped_clear": [
        """
    losses = []
    for _ in range(epochs):
        loss = torch.nn.functional.mse_loss(documents @ (projection @ weights), scores)
        loss.backward()
        with torch.no_grad():
            projection -= lr * projection.grad
            weights -= lr * weights.grad
        losses.append(loss.item())
    return losses
""",
        """
    total, losses = [torch.zeros_like(projection), torch.zeros_like(weights)], []
    for _ in range(epochs):
        loss = ((documents @ projection @ weights - scores) ** 2).mean()
        total = [sum(pair) for pair in zip(total, torch.autograd.grad(loss, (projection, weights)))]
        projection.data.sub_(lr * total[0])
        weights.data.sub_(lr * total[1])
        losses += [loss.item()]
    return losses
""",
    ],
    "wrong_one_backward": [
        """
    if not epochs:
        return []
    losses = [((documents @ projection @ weights - scores) ** 2).mean() for _ in range(epochs)]
    torch.stack(losses).sum().backward()
    torch.optim.SGD([projection, weights], lr=lr).step()
    return torch.stack(losses).tolist()
""",
        """
    loss = torch.nn.functional.mse_loss(documents @ projection @ weights, scores)
    slopes = torch.autograd.grad(loss, (projection, weights))
    for parameter, slope in zip((projection, weights), slopes):
        parameter.data -= epochs * lr * slope
    return [loss.item()] * epochs
""",
    ],
}


@pytest.fixture(scope="module")
def entry(tmp_path_factory):
    """The kata alone, in a tree of its own."""
    there = Tree(REPOSITORY).kata("graph/second_step")
    here = Kata(tmp_path_factory.mktemp("dojo"), there.track, there.name)
    for file in [there.card, there.broken, there.fixed, there.test, *there.rights, *there.wrongs]:
        copy = here.root / file.relative_to(there.root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy)
    shutil.copy(REPOSITORY / "pyproject.toml", here.root)
    return Entry(here, card.read(here.card))


@pytest.fixture(scope="module")
def judge(entry):
    with Judge(Tree(entry.kata.root), [entry.kata]) as warm:
        yield warm


def check(judge, entry, program):
    return judge.check(entry, program.encode(), Path("mine.py"))


def test_every_known_mistake_is_written_in_two_other_ways_here(entry):
    assert {wrong.stem for wrong in entry.kata.wrongs} == set(MISTAKES)
    assert {len(ways) for ways in MISTAKES.values()} == {2}


@pytest.mark.parametrize("way", [0, 1])
@pytest.mark.parametrize("name", MISTAKES)
def test_the_same_mistake_in_other_words_has_the_same_name(judge, entry, name, way):
    found = check(judge, entry, HEAD + MISTAKES[name][way])
    assert (found.verdict, found.wrong_fix) == ("wrong_fix", name), found.first_failed
    assert found.message


def test_a_mistake_that_nobody_knows_has_no_name(judge, entry):
    program = HEAD + MISTAKES["wrong_dropped_clear"][0].replace("lr *", "2 * lr *")
    found = check(judge, entry, program)
    assert (found.verdict, found.wrong_fix) == ("failing", None)


def test_the_same_words_without_the_mistake_are_solved(judge, entry):
    program = HEAD + MISTAKES["wrong_dropped_clear"][1].replace("sum(pair) for pair", "new for _, new")
    assert check(judge, entry, program).verdict == "solved"
