import json


def double(values):
    json.loads("[" * 1_000_000)
