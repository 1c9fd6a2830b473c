"""A stream of records from several shards, to be read through a DataLoader."""

from torch.utils.data import IterableDataset


class _Stream(IterableDataset):
    def __init__(self, shards):
        self.shards = shards  # opened in __iter__: an open file can't be sent to another process

    def __iter__(self):
        for shard in self.shards:
            yield from shard


def stream(shards):
    """Return an `IterableDataset` of all records of `shards`, for a DataLoader with any number of workers.

    shards: list of iterables of records, such as lists or files; each is iterated anew in every epoch, and
            needs no length and no index
    An epoch has each record of each shard once, with or without workers; without workers, in the order of
    the shards. If all shards are equally long and their number is a multiple of the number of workers, all
    workers yield the same number of records. Raises ValueError if there is no shard.
    """
    if len(shards) == 0:
        raise ValueError("a stream needs a shard")
    return _Stream(shards)
