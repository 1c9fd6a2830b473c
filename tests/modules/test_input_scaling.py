"""A linear model that scales its inputs: what `make_model` and `fit_scaling` promise.

The samples 100 and 300 have the mean 200 and the deviation 100. With weight 2 and bias 1 the input 300 then
gives 2 (300 - 200) / 100 + 1 = 3, and without the scaling 601. A cast to float32 and a move to `meta`, the
device without data, stand in for a move to another device.
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

SAMPLES = [[100.0], [300.0]]


def answer(model, inputs):
    with torch.no_grad():
        return model(inputs)


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def new_model(module, device, features=1, outputs=1):
    return module.make_model(features, outputs, device=device, dtype=torch.float64)


def set_line(model, weight, bias):
    torch.nn.init.constant_(model.linear.weight, weight)
    torch.nn.init.constant_(model.linear.bias, bias)


def scaled_model(module, device, weight=2.0, bias=1.0):
    model = new_model(module, device)
    set_line(model, weight, bias)
    module.fit_scaling(model, tensor(SAMPLES, device))
    return model


# What make_model and fit_scaling promise


def test_a_loaded_model_scales_as_the_saved_one_did(solution, device):
    loaded = new_model(solution, device)
    loaded.load_state_dict(scaled_model(solution, device).state_dict())
    close(
        loaded(tensor([[300.0], [250.0]], device)),
        [[3.0], [2.0]],
        "answers of the loaded model to 300 and 250",
    )


def test_loading_replaces_another_scaling(solution, device):
    loaded = new_model(solution, device)
    solution.fit_scaling(loaded, tensor([[7.0], [9.0], [14.0]], device))
    loaded.load_state_dict(scaled_model(solution, device).state_dict())
    close(
        loaded(tensor([[300.0]], device)),
        [[3.0]],
        "answer of a model that had scaled otherwise before loading",
    )


def test_the_checkpoint_of_a_new_model_can_be_loaded(solution, device):
    loaded = scaled_model(solution, device)
    fresh = new_model(solution, device)
    set_line(fresh, 2.0, 1.0)
    loaded.load_state_dict(fresh.state_dict())
    close(
        answer(loaded, tensor([[300.0]], device)),
        [[601.0]],
        "answer after loading a model that does not scale",
    )


def test_a_cast_reaches_the_scaling(solution, device):
    model = scaled_model(solution, device).to(torch.float32)
    wanted = torch.tensor([[3.0]], dtype=torch.float32)
    close(
        model(torch.tensor([[300.0]], device=device)), wanted, "answer of the model after a cast to float32"
    )


def test_a_move_reaches_the_scaling(solution, device):
    model = scaled_model(solution, device).to("meta")
    answer = model(torch.empty(4, 1, dtype=torch.float64, device="meta"))
    equal(
        [answer.device.type, list(answer.shape)], ["meta", [4, 1]], "device and shape of the answer on meta"
    )


# What already works and must stay


def test_training_moves_the_linear_layer_only(solution, device):
    model = scaled_model(solution, device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.125)
    (model(tensor([[300.0], [100.0]], device)) - tensor([[1.0], [1.0]], device)).square().mean().backward()
    optimizer.step()
    # scaled inputs 1 and -1, errors 2 and -2: weight 2 - 4/8, bias 1
    close(
        model(tensor([[300.0], [500.0]], device)),
        [[2.5], [5.5]],
        "answers to 300 and 500 after 1 step of SGD",
    )


def test_only_weights_and_biases_require_a_gradient(solution, device):
    model = new_model(solution, device, features=3, outputs=2)
    solution.fit_scaling(model, tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]], device))
    count = sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
    equal(count, 3 * 2 + 2, "numbers that are trained, for 3 features and 2 outputs")


def test_every_feature_has_its_own_scaling(solution, device):
    model = new_model(solution, device, features=2)
    set_line(model, 1.0, 0.0)
    solution.fit_scaling(model, tensor([[0.0, 5.0], [0.0, 7.0], [3.0, 9.0], [9.0, 7.0]], device))
    # means 3 and 7, variances 54 / 4 and 8 / 4
    wanted = [[6 / 13.5**0.5 + 1 / 2**0.5]]
    close(answer(model, tensor([[9.0, 8.0]], device)), wanted, "scaled features of (9, 8), summed")


def test_a_constant_feature_is_only_centered(solution, device):
    model = new_model(solution, device, features=2)
    set_line(model, 1.0, 0.0)
    solution.fit_scaling(model, tensor([[5.0, 1.0], [5.0, 3.0]], device))
    close(answer(model, tensor([[8.0, 2.0]], device)), [[3.0]], "answer where the first feature was always 5")


def test_a_constant_feature_of_one_tenth_is_only_centered(solution, device):
    model = new_model(solution, device)
    set_line(model, 1.0, 0.0)
    # the mean of these is not quite 0.1 in floating point, and their deviation not quite 0
    solution.fit_scaling(model, tensor([[0.1]] * 6, device))
    close(answer(model, tensor([[3.1]], device)), [[3.0]], "answer to 3.1 where the feature was always 0.1")


def test_small_differences_around_a_large_mean_survive(solution, device):
    model = new_model(solution, device)
    set_line(model, 1.0, 0.0)
    solution.fit_scaling(model, tensor([[1e8], [1e8 + 0.5]], device))
    close(
        answer(model, tensor([[1e8 + 1.0]], device)),
        [[3.0]],
        "answer to 1e8 + 1, scaled by 1e8 and 1e8 + 0.5",
    )


def test_a_new_model_does_not_scale(solution, device):
    model = new_model(solution, device)
    set_line(model, 2.0, 1.0)
    close(answer(model, tensor([[300.0]], device)), [[601.0]], "answer of a new model to 300")


def test_a_second_call_replaces_the_scaling(solution, device):
    model = scaled_model(solution, device)
    solution.fit_scaling(model, tensor([[0.0], [4.0]], device))
    close(answer(model, tensor([[300.0]], device)), [[2 * 149.0 + 1]], "answer after scaling anew to 0 and 4")


def test_no_samples_are_refused_and_change_nothing(solution, device):
    model = scaled_model(solution, device)
    with raises(ValueError, "no samples", "scaling by no samples"):
        solution.fit_scaling(model, tensor(SAMPLES, device)[:0])
    close(answer(model, tensor([[300.0]], device)), [[3.0]], "answer after the error")


# The documented failure


def test_a_loaded_model_does_not_scale(broken, device):
    loaded = new_model(broken, device)
    report = loaded.load_state_dict(scaled_model(broken, device).state_dict())
    equal(str(report), "<All keys matched successfully>", "report of load_state_dict()")
    close(answer(loaded, tensor([[300.0]], device)), [[601.0]], "answer of the loaded model; it should be 3")


def test_the_checkpoint_holds_the_linear_layer_alone(broken, device):
    model = new_model(broken, device, features=3, outputs=2)
    equal(sum(value.numel() for value in model.state_dict().values()), 8, "numbers in state_dict()")


@pytest.mark.no_stand_in("it has no view for a tensor on the meta device, and says so in other words")
def test_a_cast_or_a_move_leaves_the_scaling_behind(broken, device):
    model = scaled_model(broken, device).to(torch.float32)
    with raises(RuntimeError, "same dtype", "the model after a cast to float32"):
        model(torch.tensor([[300.0]], device=device))
    with raises(RuntimeError, "is not on the expected device meta", "the model on the device meta"):
        model.to("meta")(torch.empty(4, 1, device="meta"))
