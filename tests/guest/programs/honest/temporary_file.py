import tempfile


def double(values):
    with tempfile.TemporaryFile('w+') as file:
        file.write(' '.join(str(2 * value) for value in values))
        file.seek(0)
        return [int(word) for word in file.read().split()]
