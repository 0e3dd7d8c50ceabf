import threading
import time


def main():
    time.sleep(0.05)
    input()
    print(sum(map(int, input().split())))


threading.Thread(target=main).start()
