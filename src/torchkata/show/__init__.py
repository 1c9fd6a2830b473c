"""From cards and verdicts to something to see: pure functions that return Rich renderables.
Nothing here reads the terminal, keeps state, or runs anything."""
