"""Grading a class with nbgrader: what `notebooks/grade.py` is made of.

`course` makes the assignments, `answers` picks the student's cells out of a submission, `guard`
reads them before they run, `nbgrader_steps` is what nbgrader does with them, and `worker` grades
some submissions in a process of its own. Only the last two need nbgrader.
"""
