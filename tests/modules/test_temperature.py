"""A calibrator with a temperature and a bias for each class: what `make_calibrator` and `calibrate` promise.

Its logits are z = logits / T + b. With e = (softmax(z) - onehot(label)) / samples, the slopes of the mean
cross entropy are the sums over the samples of -e * logits / T**2 (for T) and of e (for b).
A calibrator shows its temperature by what it does: logits of 1 give 1 / T above those of 0.
"""

import copy

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

TWO = ([[4.0, 0.0], [3.0, 1.0], [0.0, 1.0], [1.0, 7.0]], [0, 1, 1, 0])
THREE = ([[2.0, -1.0, 0.5], [0.0, 3.0, 1.0], [1.0, 1.5, -2.0]], [2, 1, 0])


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def data(samples, device):
    logits, labels = samples
    return tensor(logits, device), torch.tensor(labels, device=device)


def new_calibrator(module, device, classes, start):
    return module.make_calibrator(classes, start, device=device, dtype=torch.float64)


def state_of(model, classes, device):
    """(temperatures, biases), as the answers of `model` show them."""
    with torch.no_grad():
        bias = model(torch.zeros(1, classes, dtype=torch.float64, device=device))[0]
        rise = model(torch.ones(1, classes, dtype=torch.float64, device=device))[0] - bias
    return (1 / rise).tolist(), bias.tolist()


def descent(samples, start, steps, lr, temperature_lr=None):
    """(losses, temperatures, biases) by the slopes written out above."""
    logits, labels = data(samples, "cpu")
    onehot = torch.eye(logits.shape[1], dtype=torch.float64)[labels]
    temperature, bias = torch.full_like(onehot[0], start), torch.zeros_like(onehot[0])
    losses = []
    for _ in range(steps):
        weights = (logits / temperature + bias).exp()
        probabilities = weights / weights.sum(1, keepdim=True)
        losses.append(-(probabilities * onehot).sum(1).log().mean().item())
        error = (probabilities - onehot) / len(logits)
        slope = -(error * logits).sum(0) / temperature**2
        temperature = temperature - (lr if temperature_lr is None else temperature_lr) * slope
        bias = bias - lr * error.sum(0)
    return losses, temperature.tolist(), bias.tolist()


def require_trained(model, samples, device, start, steps, lr, what):
    classes = len(samples[0][0])
    _, temperatures, biases = descent(samples, start, steps, lr)
    got = state_of(model, classes, device)
    close(got[0], temperatures, f"temperatures {what}")
    close(got[1], biases, f"biases {what}")


# What make_calibrator and calibrate promise


@pytest.mark.parametrize(
    ("samples", "start", "lr"), [(TWO, 2.0, 0.5), (THREE, 1.0, 0.25)], ids=["two_classes", "three_classes"]
)
def test_temperatures_and_biases_both_follow_their_slopes(solution, device, samples, start, lr):
    model = new_calibrator(solution, device, len(samples[0][0]), start)
    losses = solution.calibrate(model, *data(samples, device), steps=4, lr=lr)
    close(losses, descent(samples, start, 4, lr)[0], "losses before each of 4 steps")
    require_trained(model, samples, device, start, 4, lr, "after 4 steps")


@pytest.mark.parametrize("classes", [2, 5])
def test_each_class_has_a_temperature_among_the_parameters(solution, device, classes):
    model = new_calibrator(solution, device, classes, 1.5)
    count = sum(parameter.numel() for parameter in model.parameters())
    equal(count, 2 * classes, f"numbers in parameters() for {classes} classes")


def test_a_loaded_calibrator_has_the_trained_temperatures(solution, device):
    model = new_calibrator(solution, device, 2, 2.0)
    solution.calibrate(model, *data(TWO, device), steps=3, lr=0.5)
    loaded = new_calibrator(solution, device, 2, 1.0)
    loaded.load_state_dict(model.state_dict())
    require_trained(loaded, TWO, device, 2.0, 3, 0.5, "after loading")


def test_a_cast_calibrator_can_be_trained(solution, device):
    model = solution.make_calibrator(2, 2.0, device=device).to(torch.float64)
    solution.calibrate(model, *data(TWO, device), steps=3, lr=0.5)
    require_trained(model, TWO, device, 2.0, 3, 0.5, "after a cast to float64 and 3 steps")


def test_a_copy_is_trained_separately_from_its_original(solution, device):
    model = new_calibrator(solution, device, 2, 2.0)
    twin = copy.deepcopy(model)
    solution.calibrate(twin, *data(TWO, device), steps=3, lr=0.5)
    require_trained(twin, TWO, device, 2.0, 3, 0.5, "of a copy after 3 steps")
    close(state_of(model, 2, device)[0], [2.0, 2.0], "temperatures of the original")


# What already works and must stay


@pytest.mark.parametrize("start", [1.0, 4.0])
def test_a_new_calibrator_divides_by_the_start(solution, device, start):
    model = new_calibrator(solution, device, 2, start)
    answer = model(tensor([[2.0, -6.0], [1.0, 0.5]], device))
    close(answer, [[2 / start, -6 / start], [1 / start, 0.5 / start]], f"logits with the start {start}")
    close(model.temperature.detach().flatten(), [start, start], f"`temperature` with the start {start}")
    close(model.bias.detach().flatten(), [0.0, 0.0], "`bias` of a new calibrator")


def test_logits_of_zero_train_the_bias_alone(solution, device):
    model = new_calibrator(solution, device, 2, 3.0)
    zeros = torch.zeros(1, 2, dtype=torch.float64, device=device)
    losses = solution.calibrate(model, zeros, torch.tensor([0], device=device), steps=1, lr=0.5)
    close(losses, [torch.tensor(2.0, dtype=torch.float64).log().item()], "loss before the step")
    close(state_of(model, 2, device), [[3.0, 3.0], [0.25, -0.25]], "temperatures and biases after 1 step")


def test_zero_steps_change_nothing(solution, device):
    model = new_calibrator(solution, device, 2, 2.0)
    equal(solution.calibrate(model, *data(TWO, device), steps=0, lr=0.5), [], "losses of 0 steps")
    close(state_of(model, 2, device), [[2.0, 2.0], [0.0, 0.0]], "temperatures and biases after 0 steps")


@pytest.mark.parametrize("start", [0.0, -1.0, float("nan")])
def test_a_start_that_is_not_positive_is_refused(solution, device, start):
    with raises(ValueError, "above 0", f"a calibrator with start={start}"):
        solution.make_calibrator(2, start, device=device)


def test_no_samples_are_refused(solution, device):
    model = new_calibrator(solution, device, 2, 2.0)
    logits, labels = data(TWO, device)
    with raises(ValueError, "no samples", "calibrating with no samples"):
        solution.calibrate(model, logits[:0], labels[:0], steps=1, lr=0.5)
    close(state_of(model, 2, device), [[2.0, 2.0], [0.0, 0.0]], "temperatures and biases after the error")


# The documented failure


def test_the_bias_is_trained_and_the_temperature_stays(broken, device):
    model = new_calibrator(broken, device, 2, 2.0)
    losses = broken.calibrate(model, *data(TWO, device), steps=4, lr=0.5)
    wanted, _, biases = descent(TWO, 2.0, steps=4, lr=0.5, temperature_lr=0.0)
    close(losses, wanted, "losses before each of 4 steps, as with fixed temperatures")
    close(state_of(model, 2, device), [[2.0, 2.0], biases], "temperatures and biases after 4 steps")


def test_parameters_and_checkpoint_hold_the_biases_alone(broken, device):
    model = new_calibrator(broken, device, 5, 1.5)
    equal(sum(parameter.numel() for parameter in model.parameters()), 5, "numbers in parameters()")
    equal(sum(value.numel() for value in model.state_dict().values()), 5, "numbers in state_dict()")


def test_a_loaded_calibrator_keeps_its_own_start(broken, device):
    loaded = new_calibrator(broken, device, 2, 1.0)
    loaded.load_state_dict(new_calibrator(broken, device, 2, 2.0).state_dict())
    close(state_of(loaded, 2, device)[0], [1.0, 1.0], "temperatures after loading those that begin at 2")
