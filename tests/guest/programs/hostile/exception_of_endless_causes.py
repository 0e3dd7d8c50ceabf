def double(values):
    error = ValueError("first")
    for number in range(20_000):
        inner = ValueError(number)
        inner.__cause__, inner.__context__ = error, error
        error = ExceptionGroup("group", [inner]) if number % 2 else inner
    raise error
