import multiprocessing


def square(value):
    return value


if __name__ == '__main__':
    input()
    numbers = list(map(int, input().split()))
    context = multiprocessing.get_context('fork')
    with context.Pool(2) as pool:
        print(sum(pool.map(square, numbers)))
