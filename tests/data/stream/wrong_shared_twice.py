"""The shards are dealt to the workers, and then the records of each shard are dealt again. A worker skips
records that no other worker reads."""

from itertools import islice

from torch.utils.data import IterableDataset, get_worker_info


class _Stream(IterableDataset):
    def __init__(self, shards):
        self.shards = shards  # opened in __iter__: an open file can't be sent to another process

    def __iter__(self):
        worker = get_worker_info()
        first, step = (0, 1) if worker is None else (worker.id, worker.num_workers)
        for shard in self.shards[first::step]:
            yield from islice(shard, first, None, step)


def stream(shards):
    if len(shards) == 0:
        raise ValueError("a stream needs a shard")
    return _Stream(shards)
