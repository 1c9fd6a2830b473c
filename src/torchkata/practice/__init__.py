"""What comes after the first solution: katas that come back, and questions.
No verdict is made here, and no schedule of our own: fsrs says when."""
