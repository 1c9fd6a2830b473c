"""What shares a process with the program under judgement: the warm parent, its children, the check.
No verdict is decided here and no known wrong fix is kept here, because a program can read its own process."""
