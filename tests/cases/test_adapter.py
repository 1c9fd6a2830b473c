"""Adapters in a frozen backbone: what the parts promise, against formulas, differences and counts."""

import copy
from itertools import pairwise

import pytest
import torch
from torch.nn import functional

from torchkata import gradients
from torchkata.checks import close, equal

WEIGHTS = torch.tensor([0.6, 3.0], dtype=torch.float64)


def make_model(solution, rank=2, seed=3):
    """A small adapted Classifier whose adapters have left zero, and whose statistics aren't 0 and 1."""
    torch.manual_seed(seed)
    backbone = solution.model.make_backbone(6).double()
    for layer in backbone:
        if isinstance(layer, torch.nn.BatchNorm1d):
            layer.running_mean.normal_()
            layer.running_var.uniform_(0.5, 2.0)
    model = solution.model.Classifier(backbone, 6, 2, rank, alpha=3.0).double()
    for name, parameter in model.named_parameters():
        if parameter.requires_grad and name.startswith("backbone"):
            torch.nn.init.normal_(parameter, std=0.5)
    return model


def make_table(solution, samples=10, seed=5):
    generator = torch.Generator().manual_seed(seed)
    inputs = torch.randn(samples, solution.data.FEATURES, generator=generator, dtype=torch.float64)
    return solution.data.Table(inputs, (torch.arange(samples) % 5 == 0).long())


def small_config(solution, **changes):
    sizes = {"width": 6, "rank": 2, "old_samples": 40, "sizes": (60, 30, 30), "batch_size": 16}
    return solution.train.Config(**{**sizes, "pretrain_epochs": 1, "epochs": 4, "warmup": 2, **changes})


def trained(model):
    return {name: p for name, p in model.named_parameters() if p.requires_grad}


def snapshot(tensors):
    return {name: tensor.detach().clone() for name, tensor in tensors.items()}


def weighted_loss(model, table):
    logits = model(table.inputs)
    losses = functional.cross_entropy(logits, table.labels, reduction="none")
    return (losses * WEIGHTS[table.labels]).sum() / WEIGHTS[table.labels].sum()


# Adapters


def test_an_adapter_is_the_base_plus_a_scaled_correction(solution):
    torch.manual_seed(1)
    base = torch.nn.Linear(4, 3).double()
    adapted = solution.model.Adapted(base, 2, alpha=5.0).double()
    x = torch.randn(7, 4, dtype=torch.float64)
    close(adapted(x), x @ base.weight.T + base.bias, "outputs of a new adapter")
    torch.nn.init.normal_(adapted.up.weight)
    wanted = x @ base.weight.T + base.bias + 2.5 * x @ adapted.down.weight.T @ adapted.up.weight.T
    close(adapted(x), wanted, "outputs of a trained adapter")
    close(adapted.merged()(x), wanted, "outputs of the merged layer")
    close(adapted(x), wanted, "outputs of the adapter after merging")


def test_only_adapters_and_head_train(solution):
    model = make_model(solution)
    names = {name.split(".")[-2] for name in trained(model)}
    equal(names, {"up", "down", "head"}, "layers that train")


@pytest.mark.parametrize("training", [True, False])
def test_gradients_reach_adapters_and_head(solution, training):
    model, table = make_model(solution), make_table(solution)
    model.train(training)
    weighted_loss(model, table).backward()
    for name, parameter in trained(model).items():
        place = (0, 1) if parameter.dim() > 1 else (1,)

        def at(value, parameter=parameter, place=place):
            before = parameter.detach().clone()
            with torch.no_grad():
                parameter[place] = value
                loss = weighted_loss(model, table)
                parameter.copy_(before)
            return loss

        got = parameter.grad[place] if parameter.grad is not None else torch.zeros(())
        wanted = gradients.central_difference(at, parameter.detach()[place].clone())
        close(got.double(), wanted, f"gradient of an entry of {name}", rtol=1e-5, atol=1e-8)


def test_logits_are_those_of_a_linear_head_on_the_features(solution):
    model, table = make_model(solution), make_table(solution)
    model.eval()
    features = model.backbone(table.inputs)
    close(model(table.inputs), features @ model.head.weight.T + model.head.bias, "logits")


def test_a_frozen_backbone_computes_the_same_in_training_mode(solution):
    model, table = make_model(solution), make_table(solution)
    wanted = model.eval()(table.inputs)
    close(model.train()(table.inputs), wanted, "logits in training mode")
    equal(model.training, True, "mode of the model after train()")
    equal(model.head.training, True, "mode of the head after train()")


def test_without_a_rank_nothing_is_frozen(solution):
    torch.manual_seed(1)
    model = solution.model.Classifier(solution.model.make_backbone(6), 6, 4)
    equal(all(p.requires_grad for p in model.parameters()), True, "all parameters train without a rank")
    equal(model.train().backbone.training, True, "mode of a backbone that isn't frozen")


# A step


def test_a_step_returns_the_weighted_mean_and_the_norm_before_clipping(solution):
    model, table = make_model(solution), make_table(solution)
    wanted = weighted_loss(copy.deepcopy(model).train(), table).item()
    reference = copy.deepcopy(model).train()
    weighted_loss(reference, table).backward()
    slopes = {name: p.grad for name, p in trained(reference).items() if p.grad is not None}
    length = torch.stack([slope.square().sum() for slope in slopes.values()]).sum().sqrt().item()
    before = snapshot(trained(model))
    optimizer = torch.optim.SGD(trained(model).values(), lr=0.5)
    loss, norm = solution.train.train_step(model, optimizer, table, WEIGHTS, length / 4)
    close(loss, wanted, "loss of a step")
    close(norm, length, "norm before clipping")
    for name, slope in slopes.items():
        close(
            trained(model)[name].detach(),
            before[name] - 0.5 * slope / 4,
            f"{name} after a clipped step",
            rtol=1e-5,
        )


def test_steps_leave_the_backbone_as_it_was(solution):
    model, table = make_model(solution), make_table(solution)
    frozen = {name: value for name, value in model.state_dict().items() if name not in trained(model)}
    before = snapshot(frozen)
    optimizer = solution.train.make_optimizer(model, small_config(solution))
    for _ in range(3):
        solution.train.train_step(model, optimizer, table, WEIGHTS, 1.0)
    for name, value in before.items():
        equal(model.state_dict()[name], value, f"{name} after three steps")


def test_the_optimizer_moves_all_that_trains_and_decays_matrices_alone(solution):
    model = make_model(solution)
    config = small_config(solution, lr=0.1, weight_decay=0.5)
    optimizer = solution.train.make_optimizer(model, config)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(2.0)
    before = snapshot(dict(model.named_parameters()))
    for parameter in trained(model).values():
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    for name, parameter in trained(model).items():
        factor = 0.95 if parameter.dim() > 1 else 1.0
        close(parameter.detach(), factor * before[name], f"{name} after a step without a gradient")
    for parameter in trained(model).values():
        parameter.grad = torch.ones_like(parameter)
    before = snapshot(trained(model))
    optimizer.step()
    for name, parameter in trained(model).items():
        equal(bool((parameter < before[name] - 0.05).all()), True, f"{name} moves by a step of Adam")


def test_the_learning_rate_rises_and_falls(solution):
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([parameter], lr=2.0)
    schedule = solution.train.make_schedule(optimizer, small_config(solution, warmup=4), 12)
    rates = []
    for _ in range(13):
        rates.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    close(rates[:5], [0.5, 1.0, 1.5, 2.0, 2.0], "learning rates of the warm-up")
    close(rates[8], 1.0, "learning rate half-way down")
    close(rates[12], 0.0, "learning rate at the end", rtol=0.0, atol=1e-9)


def test_class_weights_make_classes_equal(solution):
    labels = torch.tensor([0, 0, 0, 1, 0, 0, 1, 0])
    weights = solution.train.class_weights(labels)
    close(weights.tolist(), [8 / 12, 2.0], "class weights", rtol=1e-5, atol=0.0)


# Fine-tuning


def fine_tuned(solution, config, watch=None):
    torch.manual_seed(2)
    backbone = solution.train.pretrain(config)
    train, valid, _ = solution.train.prepare(config)
    model = solution.model.Classifier(copy.deepcopy(backbone), config.width, 2, config.rank, config.alpha)
    log = (lambda *_: watch(model)) if watch is not None else None
    weights, history = solution.train.fine_tune(model, train, valid, config, log)
    return backbone, model, valid, weights, history


def test_the_best_epoch_is_kept(solution):
    config = small_config(solution, epochs=6, lr=0.3, patience=6)
    seen = []
    _, model, valid, weights, history = fine_tuned(
        solution, config, lambda model: seen.append(snapshot(model.state_dict()))
    )
    best = min(range(len(history)), key=history.__getitem__)
    equal(best < len(history) - 1, True, "the last epoch isn't the best here")
    for name, value in seen[best].items():
        equal(model.state_dict()[name], value, f"{name} after fine-tuning, as after the best epoch")
    close(
        solution.evaluate.mean_loss(model, valid, weights),
        min(history),
        "loss that is kept",
        rtol=1e-5,
        atol=1e-7,
    )
    equal(model.training, False, "mode after fine-tuning")


def test_training_stops_when_it_gets_no_better(solution):
    config = small_config(solution, epochs=20, lr=0.5, patience=2, sizes=(32, 30, 30))
    *_, history = fine_tuned(solution, config)
    best = min(range(len(history)), key=history.__getitem__)
    equal(len(history), min(20, best + 1 + 2), "epochs")


def test_every_epoch_moves_the_weights(solution):
    states = []
    config = small_config(solution, epochs=5, patience=9)
    fine_tuned(solution, config, lambda model: states.append(snapshot(trained(model))))
    for number, (before, after) in enumerate(pairwise(states), start=2):
        moved = max((after[name] - before[name]).abs().max().item() for name in before)
        equal(moved > 1e-5, True, f"epoch {number} of 5 moves what trains")


def test_a_small_checkpoint_restores_everything(solution):
    model, table = make_model(solution), make_table(solution)
    other = make_model(solution, seed=4)
    frozen = {name: value for name, value in model.state_dict().items() if name not in trained(model)}
    other.load_state_dict(frozen, strict=False)
    state = solution.model.small_state(model)
    wanted = model.eval()(table.inputs).detach()
    with torch.no_grad():
        for parameter in trained(model).values():
            parameter.add_(1.0)
    solution.model.load_small_state(other, state)
    close(
        other.eval()(table.inputs).detach(),
        wanted,
        "logits from a checkpoint that was taken before more training",
    )
    size = sum(value.numel() for value in state.values())
    equal(size <= sum(p.numel() for p in model.parameters()) // 2 + 60, True, "a checkpoint is small")


# Data and evaluation


def test_parts_share_no_sample_and_training_alone_sets_the_scale(solution):
    config = small_config(solution)
    train, valid, test = solution.train.prepare(config)
    raw = solution.data.new_task(2000, config.seed + 1)
    generator = torch.Generator().manual_seed(config.seed)
    parts = solution.data.split(raw, config.sizes, generator)
    rows = {tuple(row) for part in parts for row in part.inputs.tolist()}
    equal(len(rows), sum(config.sizes), "different samples in all parts")
    mean, std = parts[0].inputs.mean(0), parts[0].inputs.std(0, correction=0)
    for part, scaled, name in zip(parts, (train, valid, test), ("training", "validation", "test")):
        close(scaled.inputs, (part.inputs - mean) / std, f"{name} inputs", rtol=1e-4, atol=1e-5)
        equal(scaled.labels, part.labels, f"{name} labels")


def test_batches_come_in_the_order_of_the_table(solution):
    table = make_table(solution)
    found = list(solution.data.batches(table, 4))
    equal([len(batch) for batch in found], [4, 4, 2], "sizes of batches")
    equal(torch.cat([batch.inputs for batch in found]), table.inputs, "all samples in their order")


def test_the_loss_of_a_table_does_not_depend_on_the_batch_size(solution):
    model, table = make_model(solution), make_table(solution)
    wanted = weighted_loss(copy.deepcopy(model).eval(), table).item()
    for size in (3, 4, 10):
        close(solution.evaluate.mean_loss(model, table, WEIGHTS, size), wanted, f"loss in batches of {size}")


def test_evaluation_changes_nothing(solution):
    model, table = make_model(solution), make_table(solution)
    model.train()
    before = snapshot(model.state_dict())
    solution.evaluate.mean_loss(model, table, WEIGHTS)
    equal(model.training, True, "mode after evaluation")
    for name, value in before.items():
        equal(model.state_dict()[name], value, f"{name} after evaluation")


def test_probabilities_do_not_contain_the_class_weights(solution):
    logits = torch.tensor([[0.0, 0.0], [1.0, -1.0], [0.0, 2.0]], dtype=torch.float64)
    odds = logits.softmax(1)[:, 1] / logits.softmax(1)[:, 0] / 5.0
    close(solution.evaluate.probabilities(logits, WEIGHTS), odds / (1 + odds), "probabilities of class 1")


def test_the_threshold_is_the_best_one_and_comes_from_validation(solution):
    scores = torch.tensor([0.1, 0.4, 0.35, 0.8, 0.6])
    labels = torch.tensor([0, 0, 1, 1, 0])
    threshold = solution.evaluate.best_threshold(scores, labels)
    close(
        solution.evaluate.f1_score(scores >= threshold, labels), 2 / 3, "F1 at the best threshold", rtol=1e-5
    )
    model, valid = make_model(solution), make_table(solution)
    plain = make_table(solution, seed=6)
    turned = solution.data.Table(plain.inputs, 1 - plain.labels)
    found = [solution.evaluate.report(model, valid, test, WEIGHTS) for test in (plain, turned)]
    equal(found[0]["threshold"], found[1]["threshold"], "threshold, whatever the labels of the test are")
    scores = solution.evaluate.probabilities(solution.evaluate.logits_of(model, plain), WEIGHTS)
    chosen = scores >= found[0]["threshold"]
    close(
        found[0]["f1"],
        solution.evaluate.f1_score(chosen, plain.labels),
        "F1 of the test",
        rtol=1e-5,
        atol=1e-7,
    )
    held_out = solution.evaluate.probabilities(solution.evaluate.logits_of(model, valid), WEIGHTS)
    wanted = solution.evaluate.best_threshold(held_out, valid.labels)
    close(found[0]["threshold"], wanted, "threshold of the report")
    off = (scores.mean() - 0.2).item()
    close(found[0]["off"], off, "how far the mean probability is off", rtol=1e-4, atol=1e-6)
