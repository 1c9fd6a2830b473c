"""Whole shards are dealt to the workers, and no worker opens another worker's shard."""

from torch.utils.data import IterableDataset, get_worker_info


class _Stream(IterableDataset):
    def __init__(self, shards):
        self.shards = shards  # opened in __iter__: an open file can't be sent to another process

    def __iter__(self):
        worker = get_worker_info()
        own = self.shards if worker is None else self.shards[worker.id :: worker.num_workers]
        for shard in own:
            yield from shard


def stream(shards):
    if len(shards) == 0:
        raise ValueError("a stream needs a shard")
    return _Stream(shards)
