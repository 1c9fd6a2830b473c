"""This repository's policy for its own test runs. Fixtures and options come from the plugin."""

import os

import pytest

# Exact results on every machine: cuBLAS needs its workspace named before it is loaded.
os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
# torch asks NVML whether a GPU is there; cuInit() would forbid every fork that follows.
os.environ.setdefault("PYTORCH_NVML_BASED_CUDA_CHECK", "1")

pytest_plugins = ["pytester"]


@pytest.fixture(autouse=True)
def _seeded(request):
    """The same random numbers for every kata's test, whatever ran before it."""
    if "device" in request.fixturenames:
        import torch

        torch.manual_seed(0)
