"""Adapters: how tasks whose programs take or give no plain values are still judged by plain values.

An adapter is a function that the prelude defines and that becomes the entry point. It turns plain arguments into what the
program takes, calls the program's function by its own name, and turns the answer into a plain value. Programs are judged as
they are; the prelude stands in front of them (``meta["prelude"]``), and ``meta["adapted_entry_point"]`` keeps the name that the
statement asks for.

Source: ours. Differs: a program without the wanted function is a runtime error here (the adapter is there, its call fails).
"""

from __future__ import annotations

PREFIX = "call_"
"""What the adapter's name puts before the name of the function it calls."""


def adapter_name(entry_point: str) -> str:
    """Return the adapter's name for an entry point such as ``name`` or ``Solution.name``."""
    return PREFIX + entry_point.rpartition(".")[2]


def build_adapter(
    entry_point: str, *, parameters: list[str], conversions: dict[str, str] | None = None, result: str = "{}"
) -> str:
    """Return the source of an adapter.

    Args:
        entry_point: ``name`` or ``Solution.name``.
        parameters: parameters of the adapter, as they stand in a signature (``n``, ``k=3``).
        conversions: parameter name -> function that turns its plain value into what the program takes.
        result: expression for the answer, with ``{}`` in place of the call.
    """
    owner, _, name = entry_point.rpartition(".")
    called = f"{owner}().{name}" if owner else name
    conversions = conversions or {}
    names = [parameter.partition("=")[0].partition(":")[0].strip() for parameter in parameters]
    arguments = ", ".join(f"{conversions[item]}({item})" if item in conversions else item for item in names)
    return (
        f"def {adapter_name(entry_point)}({', '.join(parameters)}):\n"
        f"    answer = {called}({arguments})\n"
        f"    return {result.format('answer')}\n"
    )


LINKED_LIST_RESULT = '''\
def values_of_list(node):
    """Return the values of a linked list, first to last."""
    values = []
    while node is not None and len(values) < 1_000_000:
        values.append(node.val)
        node = node.next
    return values
'''
"""Prelude part that reads a LeetCode linked list back into a plain list."""

TREE_RESULT = '''\
def values_of_tree(root):
    """Return the values of a binary tree in level order, None for a missing child, without trailing Nones."""
    values, queue = [], [root]
    while queue and len(values) < 1_000_000:
        node = queue.pop(0)
        values.append(None if node is None else node.val)
        if node is not None:
            queue += [node.left, node.right]
    while values and values[-1] is None:
        values.pop()
    return values
'''
"""Prelude part that reads a LeetCode binary tree back into a plain list."""
