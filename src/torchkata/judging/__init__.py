"""The one road from a program to a verdict; `Judge.check` is its only door.
Nothing here imports torch or runs a learner's program: `judging.inside` does, in processes of its own."""
