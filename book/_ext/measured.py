"""Sphinx extension: figures in prose that are read from the results when the book is built.

`{{ name }}` on a page stands for the text that `sentences` gives that name.
"""

from sphinx.application import Sphinx
from sphinx.config import Config

import bloodshot_lib as bs

_LABELS = 5  # of each class: as many as every laboratory allows


def sentences() -> dict[str, str]:
    """What the opening page says of the released weights, from results/answer.csv."""
    answer = bs.read_result("answer.csv")
    answer = answer[(answer["arm"] == "recommended") & (answer["k"] == _LABELS)]
    parts = answer["cells"].str.split(", ", expand=True)
    rows = answer.assign(place=parts[0], classes=parts[1], role=parts[2])
    *some, last = (
        f"{_share(row)} of the cells of {row.place}'s {row.classes}"
        for row in rows[rows["role"] == "left out"].itertuples()
    )
    (delhi,) = rows[rows["role"] == "never used"].itertuples()
    return {
        "answer": f"With {_LABELS} labelled cells of each class, a network that has not seen the"
        f" laboratory gives the right name to {', '.join(some)} and {last}. In {delhi.place},"
        f" never used, it tells leukaemic from normal cells in {_share(delhi)}, where guessing"
        f" gets {100 * delhi.chance:.0f}\u00a0%. Each class counts the same; in brackets, what 95"
        " of 100 choices of the half that is labelled from, and of the labelled cells, give. The"
        " four were chosen on, so theirs are a little too high."
    }


def _share(row) -> str:
    """A share in words: "83 % (75 to 90 %)"."""
    mean, low, high = (f"{100 * share:.0f}" for share in (row.mean, row.low, row.high))
    return f"**{mean}\u00a0%** ({low} to {high}\u00a0%)"


def add(app: Sphinx, config: Config) -> None:
    config.myst_substitutions = {**config.myst_substitutions, **sentences()}


def setup(app: Sphinx) -> dict:
    app.connect("config-inited", add, priority=100)  # before MyST reads them
    return {"parallel_read_safe": True}
