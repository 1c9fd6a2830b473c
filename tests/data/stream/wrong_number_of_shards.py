"""Shards are dealt by their own number, and not by that of the workers. Each worker reads one shard, and
nobody reads the others.
"""

from torch.utils.data import IterableDataset, get_worker_info


class _Stream(IterableDataset):
    def __init__(self, shards):
        self.shards = shards  # opened in __iter__: an open file can't be sent to another process

    def __iter__(self):
        worker = get_worker_info()
        first = worker.id if worker else 0
        for i, shard in enumerate(self.shards):
            if i % len(self.shards) == first:
                yield from shard


def stream(shards):
    if len(shards) == 0:
        raise ValueError("a stream needs a shard")
    return _Stream(shards)
