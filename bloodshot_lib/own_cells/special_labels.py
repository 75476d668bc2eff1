"""Labels that are not kinds of cell."""

NOT_A_CELL = "not_a_cell"  # debris, several cells: a class like others, but kept apart from them
SKIPPED = ""  # seen, and left without a label
_FORMERLY = "not a single cell"  # as lists of labels were written before


def present_name(label: str) -> str:
    """A label as it is written today."""
    return NOT_A_CELL if " ".join(label.split()) == _FORMERLY else label
