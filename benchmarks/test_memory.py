"""What the memory katas cost, broken and fixed: counts, which depend on no machine, and times, which do.

    pytest benchmarks/test_memory.py -p no:xdist --benchmark-columns=min,median,rounds

Run it on its own; plain `pytest` does not. The last test prints the ratios of broken to fixed (with `-s`).
"""

import importlib
import io
import statistics

import pytest
import torch
from torch.autograd.graph import saved_tensors_hooks
from torch.utils._python_dispatch import TorchDispatchMode

COSTS: dict[tuple[str, str], dict[str, float]] = {}


class Written(TorchDispatchMode):
    """Counts the elements that operations write."""

    elements = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        if not function.is_view and "empty" not in str(function):
            self.elements += result.numel()
        return result


@pytest.fixture(params=["broken", "fixed"])
def version(request):
    return request.param


def program(version, name):
    return importlib.import_module(f"{version}.memory.{name}")


def record(benchmark, name, version, **counts):
    benchmark.extra_info.update(counts)
    COSTS[name, version] = counts | {"median seconds": statistics.median(benchmark.stats.stats.data)}


def test_predict_all(benchmark, version):
    model = torch.nn.Sequential(torch.nn.Linear(64, 256), torch.nn.Tanh(), torch.nn.Linear(256, 1)).eval()
    batches = [torch.ones(32, 64) for _ in range(50)]
    predict = program(version, "predict_all").predict
    saved = []

    def pack(tensor):
        saved.append(tensor.untyped_storage())
        return tensor

    with saved_tensors_hooks(pack, lambda tensor: tensor):
        result = predict(model, batches)
    # The weights are stored as well, but they are there anyway.
    storages = {storage.data_ptr(): storage.nbytes() for storage in saved}
    for parameter in model.parameters():
        storages.pop(parameter.data_ptr(), None)
    saved_tensors, saved_bytes = len(saved), sum(storages.values())
    del result, saved[:]
    benchmark(predict, model, batches)
    record(benchmark, "predict_all", version, saved_tensors=saved_tensors, saved_bytes=saved_bytes)


def test_sentence_cache(benchmark, version):
    batches = [([f"{batch}.{k}" for k in range(8)], torch.ones(8, 128)) for batch in range(10)]
    states = torch.ones(8, 128, 64)
    sentence_vectors = program(version, "sentence_cache").sentence_vectors

    def save():
        file = io.BytesIO()
        torch.save(sentence_vectors(lambda tokens: states.clone(), batches), file)
        return len(file.getvalue())

    vectors = sentence_vectors(lambda tokens: states.clone(), batches)
    storages = [vector.untyped_storage() for vector in vectors.values()]
    held = sum({storage.data_ptr(): storage.nbytes() for storage in storages}.values())
    written = benchmark(save)
    record(benchmark, "sentence_cache", version, held_bytes=held, file_bytes=written)


def test_trajectory(benchmark, version):
    simulate = program(version, "trajectory").simulate
    state = torch.ones(64)
    with Written() as count:
        simulate(lambda state: state, state, 1000)
    benchmark(simulate, lambda state: state, state, 1000)
    record(benchmark, "trajectory", version, written_elements=count.elements)


@pytest.mark.parametrize(
    ("name", "count", "at_least"),
    [
        ("predict_all", "saved_tensors", 100),  # the fixed one saves none
        ("sentence_cache", "held_bytes", 100),  # 128 tokens a sentence
        ("trajectory", "written_elements", 200),  # 1000 steps: 500.5 against 2 for each number
    ],
)
def test_ratio_of_broken_to_fixed(name, count, at_least):
    if (name, "broken") not in COSTS or (name, "fixed") not in COSTS:
        pytest.skip("the measurement was not part of this run")
    broken, fixed = COSTS[name, "broken"], COSTS[name, "fixed"]
    for what in broken:
        ratio = f"{broken[what] / fixed[what]:.1f} times" if fixed[what] else "none left"
        print(f"{name}: {what} {broken[what]:.6g} broken, {fixed[what]:.6g} fixed: {ratio}")
    assert broken[count] >= at_least * max(fixed[count], 1)
