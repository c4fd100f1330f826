"""A bank network that plays one, for test stages.

Every answer follows from a script (scripts.py), which the payment's order, its instrument or the settings choose
(choice.py). What is left to chance is drawn from the payment's id, so that a repeated question has the same answer.
Payments that end at once leave no trace; the others are remembered in a table of the bank's own (memory.py).
"""
