"""Sphinx extension: figures in prose that are read from the results when the book is built.

`{{ name }}` on a page stands for the text that `sentences` gives that name.
"""

import pandas as pd
from sphinx.application import Sphinx
from sphinx.config import Config

import bloodshot_lib as bs

_BCCD, _DELHI = "BCCD", "Delhi"
_LABELS = 10


def sentences() -> dict[str, str]:
    """What the opening page says of the released weights, from results/answer.csv."""
    answer = bs.read_result("answer.csv")
    answer = answer[(answer["k"] == _LABELS) & (answer["arm"] == "recommended")]
    place = answer["cells"].str.split(",").str[0]
    bccd, delhi = (answer[place == name].iloc[0] for name in (_BCCD, _DELHI))
    return {
        "answer": f"With ten labelled cells of each kind, {_share(bccd)} of the cells of a"
        " laboratory that the network has never seen get the right name (BCCD, four kinds);"
        " guessing would get one in four. Telling leukaemic from normal cells is harder:"
        f" {_share(delhi)} in Delhi, where guessing gets half."
    }


def _share(row: pd.Series) -> str:
    """A share in words: "83 % (75 to 90 %, depending on which cells are labelled)"."""
    mean, low, high = (f"{100 * row[name]:.0f}" for name in ("mean", "low", "high"))
    return f"**{mean} %** ({low} to {high} % in 95 of 100 choices of the labelled cells)"


def add(app: Sphinx, config: Config) -> None:
    config.myst_substitutions = {**config.myst_substitutions, **sentences()}


def setup(app: Sphinx) -> dict:
    app.connect("config-inited", add, priority=100)  # before MyST reads them
    return {"parallel_read_safe": True}
