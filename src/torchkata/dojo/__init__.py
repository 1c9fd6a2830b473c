"""A folder of one's own: written by `kata init`, renewed by `kata update`, looked at by `kata doctor`.
Nothing that a learner wrote is ever overwritten here without a copy of it."""
