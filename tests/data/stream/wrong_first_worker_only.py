"""Every record comes once, but all of them from the first worker: the others were started to do nothing,
and the epoch takes as long as with one."""

from torch.utils.data import IterableDataset, get_worker_info


class _Stream(IterableDataset):
    def __init__(self, shards):
        self.shards = shards

    def __iter__(self):
        worker = get_worker_info()
        if worker is not None and worker.id > 0:
            return
        for shard in self.shards:
            yield from shard


def stream(shards):
    if len(shards) == 0:
        raise ValueError("a stream needs a shard")
    return _Stream(shards)
