def double(values):
    raise ValueError("\ud800 and \udfff and \x00")
