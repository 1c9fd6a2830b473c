"""The pytest plugin: options, axes, fixtures, and the state that is put back after a test.
Outside a tree of katas it does nothing, and only its fixtures import torch."""
