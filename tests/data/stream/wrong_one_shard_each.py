"""Each worker reads the one shard that has its number. That fits where there are as many shards as workers:
of more shards the rest is never read, and with fewer there is none for the last workers."""

from torch.utils.data import IterableDataset, get_worker_info


class _Stream(IterableDataset):
    def __init__(self, shards):
        self.shards = shards

    def __iter__(self):
        worker = get_worker_info()
        shards = self.shards if worker is None else [self.shards[worker.id]]
        for shard in shards:
            yield from shard


def stream(shards):
    if len(shards) == 0:
        raise ValueError("a stream needs a shard")
    return _Stream(shards)
