"""This repository's policy for its own test runs. Fixtures and options come from the plugin."""

import os

import pytest

# Exact results on every machine: cuBLAS needs its workspace named before it is loaded.
os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
# One thread: these tensors are tiny, test workers share the cores, and katas with ranks fork, which
# a process that has started a pool of threads must not do.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# torch asks NVML whether a GPU is there; cuInit() would forbid every fork that follows.
os.environ.setdefault("PYTORCH_NVML_BASED_CUDA_CHECK", "1")

pytest_plugins = ["pytester"]


@pytest.fixture(autouse=True)
def _seeded(request):
    """The same random numbers for every kata's test, whatever ran before it."""
    if "device" in request.fixturenames:
        import torch

        torch.default_generator.manual_seed(0)
        # torch.manual_seed() also queues a call for every kind of device, with a formatted
        # stack each: two milliseconds, in every test.
        if torch.cuda.is_initialized():
            torch.cuda.manual_seed_all(0)
