"""Sphinx extension: figures in prose that are read from the results when the book is built.

`{{ name }}` on a page stands for the text that `sentences` gives that name.
"""

import pandas as pd
from sphinx.application import Sphinx
from sphinx.config import Config

import bloodshot_lib as bs

_LABELS = {"Munich": 5, "BCCD": 10, "Delhi": 10}  # of each kind; Munich has too few for ten


def sentences() -> dict[str, str]:
    """What the opening page says of the released weights, from results/answer.csv."""
    answer = bs.read_result("answer.csv")
    answer = answer[answer["arm"] == "recommended"]
    place = answer["cells"].str.split(",").str[0]
    munich, bccd, delhi = (
        answer[(place == name) & (answer["k"] == k)].iloc[0] for name, k in _LABELS.items()
    )
    return {
        "answer": f"With five labelled cells of each of Munich's eleven kinds, {_share(munich)} of"
        f" the other cells get the right name; guessing gets {100 * munich['chance']:.0f}\u00a0%."
        f" With ten, it is {_share(bccd)} for BCCD's four kinds, probably too high because this set"
        f" helped to choose the recipe, and {_share(delhi)} for Delhi's leukaemic and normal"
        " cells, where guessing gets half. Each kind counts the same; in brackets, what 95 of 100"
        " choices of the labelled cells give."
    }


def _share(row: pd.Series) -> str:
    """A share in words: "83 % (75 to 90 %)"."""
    mean, low, high = (f"{100 * row[name]:.0f}" for name in ("mean", "low", "high"))
    return f"**{mean}\u00a0%** ({low} to {high}\u00a0%)"


def add(app: Sphinx, config: Config) -> None:
    config.myst_substitutions = {**config.myst_substitutions, **sentences()}


def setup(app: Sphinx) -> dict:
    app.connect("config-inited", add, priority=100)  # before MyST reads them
    return {"parallel_read_safe": True}
