class Chameleon(list):
    """Another list at every look."""

    def __iter__(self):
        return iter([2 * value for value in self.seen])

    def __len__(self):
        return len(self.seen)

    def __getitem__(self, index):
        return 2 * self.seen[index]

    def copy(self):
        return list(self)

    def __reduce__(self):
        return list, ([2 * value for value in self.seen],)


def double(values):
    answer = Chameleon()
    answer.seen = values
    return answer
