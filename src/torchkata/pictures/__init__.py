"""What happens inside a kata's run, recorded and drawn: autograd graphs, gradients, numbers over the steps.
Nothing here runs a program: a judge runs what `recording` makes, and the rest draws what it said."""
