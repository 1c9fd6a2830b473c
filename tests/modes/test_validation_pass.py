"""Validation on held-out batches: what `validate` promises.

It only looks: the model keeps its numbers, and each sample is judged by itself.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

# In batches of two, so that training mode can run them too.
PAIRS = [([48.0, 52.0], [48.0, 50.0]), ([46.0, 54.0], [46.0, 50.0])]
ERROR = (0 + 4 + 0 + 16) / 4  # of a model that passes its inputs on


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def norm(device, **options):
    """Batch norm that has learned mean 0 and variance 1, so that it passes its inputs on; each batch seen in
    training takes its statistics half of the way."""
    options = {"momentum": 0.5, "eps": 1e-30, "affine": False} | options
    return torch.nn.BatchNorm1d(1, dtype=torch.float64, device=device, **options)


def network(device):
    """x -> x, with a batch norm two levels down."""
    layer = torch.nn.Linear(1, 1, bias=False, dtype=torch.float64, device=device)
    torch.nn.init.ones_(layer.weight)
    return torch.nn.Sequential(torch.nn.Sequential(norm(device)), layer).train()


def columns(pairs, device):
    return [tuple(tensor(values, device).unsqueeze(1) for values in pair) for pair in pairs]


# What validate promises


def test_no_parameter_and_no_buffer_changes(solution, device):
    model = network(device)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    solution.validate(model, columns(PAIRS, device))
    for name, value in model.state_dict().items():
        equal(value, before[name], f"{name} after the validation")


def test_the_error_uses_the_statistics_the_model_has_learned(solution, device):
    error = solution.validate(network(device), columns(PAIRS, device))
    close(error, ERROR, "the error on four samples, two of them missed, by 2 and by 4")


def test_a_second_validation_says_the_same(solution, device):
    model = network(device)
    errors = [solution.validate(model, columns(PAIRS, device)) for _ in range(3)]
    close(errors, [ERROR] * 3, "the errors of three validations in a row")


@pytest.mark.parametrize("sizes", [(4,), (3, 1), (1, 1, 1, 1)])
def test_the_batches_do_not_matter(solution, device, sizes):
    inputs = tensor([48.0, 52.0, 46.0, 54.0], device).unsqueeze(1).split(sizes)
    targets = tensor([48.0, 50.0, 46.0, 50.0], device).unsqueeze(1).split(sizes)
    error = solution.validate(network(device), list(zip(inputs, targets)))
    close(error, ERROR, f"the error of the same four samples in batches of {sizes}")


def test_training_continues_where_it_was(solution, device):
    model = network(device)
    for epoch in range(1, 5):
        model.train()
        outputs = model(tensor([[6.0], [10.0]], device))  # mean 8, and ±1 once normalized
        close(outputs, [[-1.0], [1.0]], f"the outputs in training in epoch {epoch}")
        close(model[0][0].running_mean, [8 - 8 * 0.5**epoch], f"the running mean after epoch {epoch}")
        solution.validate(model, columns(PAIRS, device))


def test_a_norm_that_counts_its_batches_is_left_alone_too(solution, device):
    model = norm(device, momentum=None)  # its running mean is the plain average of all batches of training
    for mean in (2.0, 4.0, 9.0):
        model.train()
        model(tensor([[mean - 1], [mean + 1]], device))
        solution.validate(model, columns(PAIRS, device))
    close(model.running_mean, [5.0], "the average of the batch means 2, 4 and 9")


def test_dropout_is_off_in_validation(solution, device):
    model = torch.nn.Sequential(torch.nn.Dropout(1.0), network(device)).train()  # awake, it loses everything
    close(solution.validate(model, columns(PAIRS, device)), ERROR, "the error of a model with dropout in it")


# What already works and must stay


def test_a_model_without_statistics_is_validated_by_the_formula(solution, device):
    layer = torch.nn.Linear(2, 2, bias=False, dtype=torch.float64, device=device)
    with torch.no_grad():
        layer.weight.copy_(tensor([[1.0, -1.0], [0.0, 1.0]], device))
    batches = [
        (tensor([[1.0, 2.0], [3.0, 1.0]], device), tensor([[0.0, 2.0], [5.0, 1.0]], device)),
        (tensor([[4.0, 4.0]], device), tensor([[2.0, 3.0]], device)),
    ]
    # the model says (-1, 2), (2, 1) and (0, 4)
    wanted = (1 + 0 + 9 + 0 + 4 + 1) / 6
    close(solution.validate(layer, batches), wanted, "the error on batches of 2 and 1 samples")


def test_nothing_is_recorded_and_no_gradient_is_left_behind(solution, device):
    model, recorded = network(device), []
    model[1].register_forward_hook(lambda layer, args, outputs: recorded.append(outputs.requires_grad))
    solution.validate(model, columns(PAIRS, device))
    equal(any(recorded), False, "whether a graph of the outputs was recorded")
    equal(model[1].weight.grad is None, True, "whether the weight is without a gradient after the validation")
    equal(model[1].weight.requires_grad, True, "whether the weight still requires a gradient")
    equal(torch.is_grad_enabled(), True, "whether gradients are recorded after the validation")


def test_no_batches_are_refused(solution, device):
    with raises(ValueError, "no batches", "validating on no batches"):
        solution.validate(network(device), [])


# The documented failure


def test_the_held_out_data_move_the_running_mean(broken, device):
    model = network(device)
    broken.validate(model, columns(PAIRS, device))
    statistics = model[0][0]
    # both batches have mean 50: half of the way, and half of the rest
    close(statistics.running_mean, [37.5], "the running mean after two batches of mean 50")
    # their variances are 8 and 32: 1 -> (1 + 8) / 2 -> (4.5 + 32) / 2
    close(statistics.running_var, [18.25], "the running variance after these two batches")
    equal(statistics.num_batches_tracked.item(), 2, "the number of batches it takes for training")


def test_each_sample_is_judged_by_its_neighbor(broken, device):
    # whatever the numbers, a pair comes out as -1 and 1
    error = broken.validate(network(device), columns(PAIRS, device))
    close(error, (49**2 + 49**2 + 47**2 + 49**2) / 4, "the error of the outputs -1, 1, -1, 1")


def test_a_model_that_is_a_single_layer_is_moved_too(broken, device):
    model = norm(device)
    broken.validate(model, columns(PAIRS, device))
    close(model.running_mean, [37.5], "the running mean of a model that is nothing but its norm")
