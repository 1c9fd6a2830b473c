"""A stream of records from several shards, to be read through a DataLoader."""

from itertools import chain, islice

from torch.utils.data import IterableDataset, get_worker_info


class _Stream(IterableDataset):
    def __init__(self, shards):
        self.shards = shards

    def __iter__(self):
        # Each worker has a copy of this data set and reads all that it yields: so it yields its share only.
        worker = get_worker_info()
        first, step = (worker.id, worker.num_workers) if worker is not None else (0, 1)
        yield from islice(chain.from_iterable(self.shards), first, None, step)


def stream(shards):
    """Return an `IterableDataset` of all records of `shards`, for a DataLoader with any number of workers.

    shards: list of iterables of records, such as lists; each is iterated anew in every epoch. Nothing but
            iteration is asked of a shard
    In an epoch every record comes as often as it stands in the shards, whether the loader has workers or not;
    without workers in the order of the shards. The workers share the work: of shards that are equally long,
    and as many as the workers or a multiple of that, all workers yield equally many records.
    Raises ValueError when there is no shard.
    """
    if len(shards) == 0:
        raise ValueError("a stream needs a shard")
    return _Stream(shards)
