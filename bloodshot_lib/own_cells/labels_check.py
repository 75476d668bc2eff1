"""A labelled folder, checked before it is used to classify anything."""

from typing import NamedTuple

import pandas as pd

from ..data.tables import file_names, identical_files, named_subjects
from ..fewshot.expected_accuracy import ExpectedAccuracy
from .classification import expected_accuracy
from .embedded_cells import EmbeddedCells, without_copies

# another class is so many times as likely as the label; on pbc and bccd, with one label in ten
# made wrong, this found about 6 in 10 of them, and 2 in 3 of the labels that it named were wrong
_LOOKS_WRONG = 5


class LabelsCheck(NamedTuple):
    """What `check_labels_of` returns.

    - `classes`: a row per class: `label`, `cells` (identical files count once), `subjects`.
    - `duplicates`: identical files, `file` and `label`, numbered by `group`.
    - `doubtful`: cells whose label looks wrong, the surest first: `file`, `label`,
      and `predicted` and `certainty` as judged by the other cells.
    - `accuracy`, `why_not`: what to expect, or why that cannot be said.
    """

    classes: pd.DataFrame
    duplicates: pd.DataFrame
    doubtful: pd.DataFrame
    accuracy: ExpectedAccuracy | None
    why_not: str


def check_labels_of(labelled: EmbeddedCells) -> LabelsCheck:
    """Count cells, find copies and labels that look wrong, and say what accuracy to expect."""
    copies = identical_files(labelled.table)
    duplicates = copies.assign(file=file_names(copies, 1))[["group", "file", "label"]]
    labelled = without_copies(labelled, copies)
    table = labelled.table.assign(file=file_names(labelled.table, 1))
    classes = table.groupby("label").agg(cells=("file", "size"), subjects=("subject", "nunique"))
    if named_subjects(table["subject"]) is None:
        classes["subjects"] = 0
    accuracy, why_not = expected_accuracy(labelled)
    columns = ["file", "label", "predicted", "certainty"]
    doubtful = pd.DataFrame(columns=columns)
    if accuracy is not None:
        verdicts = accuracy.verdicts.assign(file=table["file"].to_numpy())
        doubtful = verdicts[verdicts["certainty"] >= _LOOKS_WRONG * verdicts["own"]]
        doubtful = doubtful.sort_values("certainty", ascending=False)[columns]
    return LabelsCheck(classes.reset_index(), duplicates, doubtful, accuracy, why_not)
