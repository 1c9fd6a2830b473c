"""Labels that are no class: what `fit` promises.

A device-side assert ends a process's use of the device. So whatever has a bad label runs in a process of its
own, all cases one after the other, and the tests look at what it has said.
"""

import functools
import json
import math
import subprocess
import sys

import pytest
import torch

from torchkata.checks import close, equal

CLASSES, LR = 3, 0.5
SCENES = """
import importlib.util, json, sys
import torch

spec = importlib.util.spec_from_file_location("program", sys.argv[1])
program = importlib.util.module_from_spec(spec)
spec.loader.exec_module(program)
device, said = torch.device(sys.argv[2]), {}
for name, bad in (("too_small", -1), ("just_too_large", 3), ("too_large", 70)):
    try:
        model = torch.nn.Linear(2, 3, bias=False, device=device)
        torch.nn.init.zeros_(model.weight)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
        batches = [(torch.eye(2), torch.tensor([0, label])) for label in (1, bad, 2)]
        if device.type == "cuda":
            torch.cuda._sleep(100_000_000)  # the error is reported once somebody waits
        program.fit(model, optimizer, batches, 3)
        said[name] = ["nothing", "", True]
    except Exception as problem:
        kind, words = type(problem).__name__, str(problem)
        kind = kind if isinstance(problem, ValueError) else "RuntimeError"
        try:
            works = (torch.ones(2, device=device) + 1).sum().item() == 4.0
        except RuntimeError:
            works = False
        said[name] = [kind, words.splitlines()[0], works]
print("said: " + json.dumps(said))
"""


@functools.cache
def heard(file, text, device):
    """What became of each case; `text` is the program's, so that another one is asked anew."""
    done = subprocess.run(
        [sys.executable, "-c", SCENES, file, device], capture_output=True, text=True, timeout=120, check=False
    )
    said = [line for line in done.stdout.splitlines() if line.startswith("said: ")]
    return json.loads(said[0].removeprefix("said: ")) if said else {}


def case(module, name, device):
    with open(module.__file__, encoding="utf-8") as file:
        return heard(module.__file__, file.read(), str(device)).get(name, ["the process died", "", False])


def problem(device, weight=0.0):
    model = torch.nn.Linear(2, CLASSES, bias=False, device=device)
    torch.nn.init.constant_(model.weight, weight)
    return model, torch.optim.SGD(model.parameters(), lr=LR)


# What fit promises


@pytest.mark.parametrize("name", ["too_small", "just_too_large", "too_large"])
def test_a_label_that_is_no_class_is_refused_by_the_number_of_its_batch(solution, device, name):
    kind, words, works = case(solution, name, device)
    equal(kind, "ValueError", f"the error for a label that is {name.replace('_', ' ')}, in batch 1")
    equal("1" in words, True, f"whether its message names batch 1: {words}")
    equal(works, True, "whether the device can be used afterwards")


# What already works and must stay


def test_labels_of_minus_100_are_left_out(solution, device):
    model, optimizer = problem(device)
    loss = solution.fit(model, optimizer, [(torch.eye(2), torch.tensor([1, -100]))], CLASSES)
    close(loss, math.log(3), "the loss of one row that counts", rtol=1e-5, atol=1e-5)
    equal(model.weight.detach()[:, 1], torch.zeros(3, device=device), "the weights of the feature left out")


def test_every_batch_is_a_step_and_the_mean_loss_is_returned(solution, device):
    model, optimizer = problem(device)
    batches = [(torch.tensor([[1.0, 0.0]]), torch.tensor([label])) for label in (2, 2)]
    loss = solution.fit(model, optimizer, batches, CLASSES)
    p = 1 / 3
    # After one step the logits are LR (onehot - p).
    logits = [-LR * p, -LR * p, LR * (1 - p)]
    total = sum(math.exp(value) for value in logits)
    second = math.log(total) - logits[2]
    close(loss, (math.log(3) + second) / 2, "the mean of two losses", rtol=1e-5, atol=1e-5)
    wanted = [[logits[k] + LR * ((k == 2) - math.exp(logits[k]) / total), 0.0] for k in range(CLASSES)]
    close(
        model.weight.detach(), torch.tensor(wanted, device=device), "the weight after two steps",
        rtol=1e-5, atol=1e-6,
    )  # fmt: skip


# The documented failure


def test_broken_reports_a_bad_label_late_and_the_device_is_lost(broken, device):
    kind, words, works = case(broken, "too_small", device)
    equal(kind, "RuntimeError", "the error for a label of -1 in batch 1")
    equal("device-side assert" in words, True, f"whether it speaks of a device-side assert: {words}")
    equal(works, False, "whether the device can be used afterwards")
