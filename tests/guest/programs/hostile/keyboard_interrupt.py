def double(values):
    raise KeyboardInterrupt
