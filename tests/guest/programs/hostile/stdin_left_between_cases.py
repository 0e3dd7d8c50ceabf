import os
import time

if os.path.exists("/tmp/alive") and any(name.isdigit() and int(name) not in (1, os.getpid()) for name in ()):
    print("found")
if os.fork() == 0:
    os.setsid()
    time.sleep(1000)
print("wrong")
