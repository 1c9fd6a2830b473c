"""Each worker yields one stretch of the records. Stretches are rounded up, so that no record is left over."""

import math

from torch.utils.data import IterableDataset, get_worker_info


class _Stream(IterableDataset):
    def __init__(self, shards):
        self.shards = shards  # opened in __iter__: an open file can't be sent to another process

    def __iter__(self):
        records = [record for shard in self.shards for record in shard]
        worker = get_worker_info()
        if worker is None:
            yield from records
            return
        stretch = math.ceil(len(records) / worker.num_workers)
        yield from records[worker.id * stretch : (worker.id + 1) * stretch]


def stream(shards):
    if len(shards) == 0:
        raise ValueError("a stream needs a shard")
    return _Stream(shards)
