import threading


def double(values):
    result = [0] * len(values)

    def work(index):
        result[index] = 2 * values[index]

    threads = [threading.Thread(target=work, args=(index,)) for index in range(len(values))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return result
