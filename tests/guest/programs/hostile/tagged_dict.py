def double(values):
    return {"$tuple": [2 * value for value in values], "$int": "0x10"}
