"""Each worker reads the one shard that has its number. With more shards than workers, the rest is never read;
with fewer, the last workers fail."""

from torch.utils.data import IterableDataset, get_worker_info


class _Stream(IterableDataset):
    def __init__(self, shards):
        self.shards = shards  # opened in __iter__: an open file can't be sent to another process

    def __iter__(self):
        worker = get_worker_info()
        shards = self.shards if worker is None else [self.shards[worker.id]]
        for shard in shards:
            yield from shard


def stream(shards):
    if len(shards) == 0:
        raise ValueError("a stream needs a shard")
    return _Stream(shards)
