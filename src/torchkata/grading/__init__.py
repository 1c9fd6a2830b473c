"""Other people's programs, judged by the grader's own katas: outcomes, what to look at, and reports.
Nothing of a submission is trusted: files named after katas are read, and the judge alone runs them."""

from torchkata.grading.cohort import NothingToGrade, grade
from torchkata.grading.grader import Grader
from torchkata.grading.result import Report, Result, merged

__all__ = ["Grader", "NothingToGrade", "Report", "Result", "grade", "merged"]
