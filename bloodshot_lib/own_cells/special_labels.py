"""Labels that are not kinds of cell."""

import re
from collections.abc import Collection

NOT_A_CELL = "not_a_cell"  # debris, several cells: a class like others, but kept apart from them
SKIPPED = ""  # seen, and left without a label
_MEANT = "notacell", "notasinglecell"  # however it is written, or was in older lists


def present_name(label: str) -> str:
    """A label as it is written today: that of no cell in any case, with spaces or hyphens."""
    return NOT_A_CELL if re.sub(r"[\s_-]", "", label).casefold() in _MEANT else label


def check_apart(name: str, classes: Collection[str]) -> str:
    """The class of what is no cell; one that was asked for and is not there is an error."""
    name = present_name(name.strip())
    if name not in {NOT_A_CELL, *classes}:
        raise ValueError(
            f"--not-a-cell must be one of the classes, {', '.join(sorted(classes))}, but was"
            f" {name!r}."
        )
    return name
