"""What the command prints in a terminal."""

from pathlib import Path

from .classification import Classified
from .labelled_cells import LabelledCells


def classify_words(verdicts: Classified, labelled: LabelledCells, output: Path) -> str:
    """Counts, how far to trust them, and where the report is."""
    listed = "\n".join(f"  {label:20} {n}" for label, n in verdicts.counts.items())
    notes = "".join(f"\nLook at this first: {text}" for text in verdicts.warnings)
    return (
        f"{len(verdicts.cells)} cells:\n{listed}\n{_trust(labelled)}{notes}\n"
        f"The report is {output / 'report.html'}; cells.csv beside it lists every cell."
    )


def check_words(labelled: LabelledCells) -> str:
    """Cells per class, the accuracy to expect, confusions, and what to look at again."""
    classes = labelled.classes
    if labelled.subjects is None:
        classes = classes.drop(columns="subjects")
    parts = [classes.to_string(index=False), _trust(labelled)]
    if labelled.accuracy is not None:
        wide = labelled.accuracy.shares.rename_axis(index=None, columns=None)
        wide = wide.to_string(float_format="%.2f")
        parts.append(f"Judged by the others, each row's cells are taken for:\n{wide}")
    if len(doubtful := labelled.doubtful):
        listed = doubtful.round(2).to_string(index=False)
        parts.append(f"Look at these labels again; the other cells disagree:\n{listed}")
    if len(labelled.duplicates):
        listed = labelled.duplicates.to_string(index=False)
        parts.append(f"Identical files, each set really one cell:\n{listed}")
    if unreadable := labelled.cells.unreadable:
        listed = "\n".join(f"  {file}: {reason}" for file, reason in unreadable.items())
        parts.append(f"Left out because they could not be read:\n{listed}")
    return "\n\n".join(parts)


def _trust(labelled: LabelledCells) -> str:
    if labelled.accuracy is None:
        return f"The accuracy to expect cannot be said: {labelled.why_not}"
    now, twice = labelled.accuracy.expected.to_dict("records")
    return (
        f"Expect a balanced accuracy of {now['balanced_accuracy']:.2f} (95 % interval"
        f" {now['low']:.2f} to {now['high']:.2f});\nwith twice as many labels, about"
        f" {twice['balanced_accuracy']:.2f} ({twice['low']:.2f} to {twice['high']:.2f})."
    )
