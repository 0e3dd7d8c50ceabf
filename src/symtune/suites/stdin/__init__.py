"""Programs that read stdin: the format of their input, learnt from examples and statement, and their input as arguments.

Source: ours.
"""
