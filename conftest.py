"""This repository's policy for its own test runs. Fixtures and options come from the plugin."""

import os

# Exact results on every machine: cuBLAS needs its workspace named before it is loaded.
os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
# One thread: these tensors are tiny, test workers share the cores, and katas with ranks fork, which
# a process that has started a pool of threads must not do.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# torch asks NVML whether a GPU is there; cuInit() would forbid every fork that follows.
os.environ.setdefault("PYTORCH_NVML_BASED_CUDA_CHECK", "1")

pytest_plugins = ["pytester"]
