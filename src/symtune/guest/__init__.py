"""The code that runs inside the sandbox. It imports nothing of symtune and nobody imports it."""
