import os
import tempfile

try:
    os.chmod(tempfile.gettempdir(), 0)
except OSError:
    pass
print("wrong")
