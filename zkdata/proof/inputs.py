"""What a witness is calculated from: numbers, and lists of them, by the names of a circuit's inputs."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

Input: TypeAlias = "int | Sequence[Input]"

FIELD_BYTES = 32


def flatten(value: Input) -> Iterator[int]:
    """Every number of an input, in circom's order."""
    if isinstance(value, int):
        yield value
    else:
        for item in value:
            yield from flatten(item)
