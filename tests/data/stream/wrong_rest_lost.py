"""The number of shards is divided by the number of workers and rounded down. Nobody reads the shards that are
left over, and with fewer shards than workers, nothing is read at all."""

from torch.utils.data import IterableDataset, get_worker_info


class _Stream(IterableDataset):
    def __init__(self, shards):
        self.shards = shards  # opened in __iter__: an open file can't be sent to another process

    def __iter__(self):
        worker = get_worker_info()
        own = self.shards
        if worker is not None:
            each = len(self.shards) // worker.num_workers
            own = self.shards[worker.id * each : (worker.id + 1) * each]
        for shard in own:
            yield from shard


def stream(shards):
    if len(shards) == 0:
        raise ValueError("a stream needs a shard")
    return _Stream(shards)
