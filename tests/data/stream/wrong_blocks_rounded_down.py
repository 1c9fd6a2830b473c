"""Each worker gets a block of the records, with a size that's rounded down. Nobody reads the ones that
are left over.
"""

from torch.utils.data import IterableDataset, get_worker_info


class _Stream(IterableDataset):
    def __init__(self, shards):
        self.shards = shards  # opened in __iter__: an open file can't be sent to another process

    def __iter__(self):
        worker = get_worker_info()
        records = [record for shard in self.shards for record in shard]
        if worker is None:
            yield from records
        else:
            per = len(records) // worker.num_workers
            yield from records[worker.id * per : (worker.id + 1) * per]


def stream(shards):
    if len(shards) == 0:
        raise ValueError("a stream needs a shard")
    return _Stream(shards)
