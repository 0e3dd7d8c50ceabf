import atexit


@atexit.register
def spin():
    while True:
        pass


print("wrong")
