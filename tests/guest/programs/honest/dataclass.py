from __future__ import annotations

from dataclasses import dataclass
from typing import *


@dataclass
class Item:
    value: int
    next: Optional[Item] = None


def double(values: List[int]) -> List[int]:
    return [Item(2 * value).value for value in values]
