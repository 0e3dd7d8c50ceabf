import threading


def spin():
    while True:
        pass


threading.Thread(target=spin, daemon=True).start()


def double(values):
    return values
