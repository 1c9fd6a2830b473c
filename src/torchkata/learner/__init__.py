"""The learner's live seat: the loop, its keys and screen, the copy being edited, the progress being kept.
No program runs in this process; every verdict comes from `judging`."""
