"""This repository's policy for its own test runs. Fixtures and options come from the plugin,
and so does how CUDA computes: torchkata.system.policy."""

import os

# One thread: these tensors are tiny, test workers share the cores, and katas with ranks fork, which
# a process that has started a pool of threads must not do.
os.environ.setdefault("OMP_NUM_THREADS", "1")

pytest_plugins = ["pytester"]
