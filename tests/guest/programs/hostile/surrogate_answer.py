def double(values):
    return ["\ud800", "\udfff\x00"]
