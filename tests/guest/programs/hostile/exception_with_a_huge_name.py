def double(values):
    raise type("E" * 10_000_000 + "\ud800".encode("unicode_escape").decode(), (Exception,), {})("\n" * 1000)
