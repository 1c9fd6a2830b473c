"""In front of a room: the plan, the stage for the projector, the desk, the board, the server of both doors.
No program runs in this process, and nothing below imports this room: it needs the extra `torchkata[room]`."""
