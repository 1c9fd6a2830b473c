"""A scorer with dropout: what the module from `make_scorer` promises.

Training leaves features out, evaluation leaves nothing out, and the mode alone decides between the two.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def scorer(module, device, weight, bias, dropout):
    """A new scorer with known weights. With dropout=1 all features are left out: training says the bias."""
    model = module.make_scorer(features=len(weight), dropout=dropout).to(device, torch.float64)
    model.load_state_dict({"head.weight": tensor([weight], device), "head.bias": tensor([bias], device)})
    return model


def ones(device, documents, features=1):
    return torch.ones(documents, features, dtype=torch.float64, device=device)


# What the module from make_scorer promises


def test_evaluation_drops_nothing(solution, device):
    model = scorer(solution, device, weight=[2.0, -1.0], bias=0.5, dropout=1.0).eval()
    scores = model(tensor([[1.0, 1.0], [3.0, 0.0]], device))
    close(scores, [1.5, 6.5], "the scores in evaluation mode, 2 x - y + 1/2")


def test_evaluation_scores_every_document_by_the_formula(solution, device):
    model = scorer(solution, device, weight=[1.0], bias=0.0, dropout=0.5).eval()
    with torch.no_grad():
        right = model(ones(device, 64)) == 1
    equal(
        int(right.sum()),
        64,
        "the number of documents, of 64, whose score in evaluation mode is the formula's",
    )


def test_evaluation_has_the_gradient_of_the_formula(solution, device):
    model = scorer(solution, device, weight=[2.0, -1.0], bias=0.5, dropout=1.0).eval()
    documents = tensor([[1.0, 1.0], [3.0, 0.0]], device).requires_grad_()
    model(documents).sum().backward()
    close(documents.grad, [[2.0, -1.0]] * 2, "the gradient of the scores with respect to the features")


def test_the_mode_can_change_again_and_again(solution, device):
    model = scorer(solution, device, weight=[2.0, -1.0], bias=0.5, dropout=1.0)
    for turn in range(1, 5):
        scores = model.train()(ones(device, 1, features=2))
        close(scores, [0.5], f"the score in training mode, all left out, turn {turn}")
        close(model.eval()(ones(device, 1, features=2)), [1.5], f"the score in evaluation mode, turn {turn}")


# What already works and must stay


def test_training_scales_what_it_keeps(solution, device):
    model = scorer(solution, device, weight=[1.0], bias=0.0, dropout=0.75).train()
    documents = ones(device, 256).requires_grad_()
    scores = model(documents)  # all alike: 0 with probability 3/4, or 1 / (1 - 3/4)
    equal(sorted(set(scores.tolist())), [0.0, 4.0], "the scores of 256 documents in training, dropout 3/4")
    scores.sum().backward()
    slopes = sorted(set(documents.grad.flatten().tolist()))
    equal(slopes, [0.0, 4.0], "the gradients of these scores with respect to their documents")


def test_training_drops_each_feature_independently(solution, device):
    model = scorer(solution, device, weight=[1.0, 10.0], bias=0.0, dropout=0.5).train()
    scores = model(ones(device, 256, features=2))
    wanted = [0.0, 2.0, 20.0, 22.0]
    equal(sorted(set(scores.tolist())), wanted, "the scores of 256 documents in training, weights 1 and 10")


def test_training_without_a_graph_is_still_training(solution, device):
    model = scorer(solution, device, weight=[2.0, -1.0], bias=0.5, dropout=1.0).train()
    with torch.no_grad():
        close(model(ones(device, 1, features=2)), [0.5], "the score in training mode under no_grad")


@pytest.mark.parametrize("training", [True, False])
def test_a_dropout_of_zero_drops_nothing(solution, device, training):
    model = scorer(solution, device, weight=[2.0, -1.0], bias=0.5, dropout=0.0).train(training)
    close(model(tensor([[1.0, 1.0], [3.0, 0.0]], device)), [1.5, 6.5], "the scores without dropout")


def test_the_documents_are_not_changed(solution, device):
    documents = ones(device, 64)
    scorer(solution, device, weight=[1.0], bias=0.0, dropout=0.5).train()(documents)
    equal(int((documents == 1).sum()), 64, "the number of documents, of 64, that training left as they were")


def test_the_state_dict_holds_weight_and_bias(solution, device):
    state = solution.make_scorer(features=3, dropout=0.5).state_dict()
    shapes = {name: tuple(value.shape) for name, value in state.items()}
    equal(shapes, {"head.weight": (1, 3), "head.bias": (1,)}, "the state dict of a new scorer")


def test_no_documents_get_no_scores(solution, device):
    scores = scorer(solution, device, weight=[2.0], bias=0.5, dropout=0.5)(ones(device, 0))
    close(scores, torch.zeros(0, dtype=torch.float64), "the scores of no documents")


@pytest.mark.parametrize("dropout", [pytest.param(-0.5, id="below 0"), pytest.param(1.5, id="above 1")])
def test_a_dropout_that_is_not_a_probability_is_refused(solution, device, dropout):
    with raises(ValueError, "probability", f"a scorer with a dropout of {dropout}"):
        solution.make_scorer(features=1, dropout=dropout)


# The documented failure


def test_evaluation_scores_no_document_by_the_formula(broken, device):
    model = scorer(broken, device, weight=[1.0], bias=0.0, dropout=0.5).eval()
    with torch.no_grad():
        scores = model(ones(device, 256))
    equal(model.training, False, "model.training")
    equal(sorted(set(scores.tolist())), [0.0, 2.0], "the scores in evaluation mode, where 1 is right")


def test_the_mode_makes_no_difference(broken, device):
    model = scorer(broken, device, weight=[2.0, -1.0], bias=0.5, dropout=1.0)
    close(model.train()(ones(device, 1, features=2)), [0.5], "the score in training mode, all left out")
    close(model.eval()(ones(device, 1, features=2)), [0.5], "the score in evaluation mode, not 1.5")


def test_evaluation_can_drop_everything(broken, device):
    model = scorer(broken, device, weight=[2.0, -1.0], bias=0.5, dropout=1.0).eval()
    documents = ones(device, 1, features=2).requires_grad_()
    scores = model(documents)
    scores.sum().backward()
    close(scores, [0.5], "the score in evaluation mode, not 1.5")
    close(documents.grad, [[0.0, 0.0]], "the gradient of this score, where (2, -1) is right")
