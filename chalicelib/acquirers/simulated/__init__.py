"""A simulated bank network, for test stages.

Every answer follows from a script (scripts.py), which the payment's order, its instrument or the settings choose
(choice.py). Chance is drawn from the payment's id, so that a repeated question has the same answer. The bank keeps
nothing of payments that end at once; it remembers the others in a table of its own (memory.py).
"""
