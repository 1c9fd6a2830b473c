"""Case files: whole projects with one planted bug each, from the files in cases/ to what a learner is told.
Nothing here runs a program or judges one: a case becomes a kata, and `Judge.check` does the rest."""
