import os
import threading

threading.Thread(target=lambda: os._exit(0)).start()
while True:
    pass
