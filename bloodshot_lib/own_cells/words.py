"""What the command prints in a terminal."""

from pathlib import Path

from .classification import Classified
from .labels_check import LabelsCheck


def classify_words(verdicts: Classified, output: Path) -> str:
    """Counts, how far to trust them, and where the report is."""
    counts = verdicts.cells["predicted"].value_counts().sort_index()
    listed = "\n".join(f"  {label:20} {n}" for label, n in counts.items())
    notes = "".join(f"\nLook at this first: {text}" for text in verdicts.warnings)
    return (
        f"{len(verdicts.cells)} cells:\n{listed}\n{_trust(verdicts)}{notes}\n"
        f"The report is {output / 'report.html'}; cells.csv beside it lists every cell."
    )


def check_words(found: LabelsCheck, unreadable: dict[str, str]) -> str:
    """Cells per class, the accuracy to expect, confusions, and what to look at again."""
    classes = found.classes
    if not classes["subjects"].any():  # no subject is named
        classes = classes.drop(columns="subjects")
    parts = [classes.to_string(index=False), _trust(found)]
    if found.accuracy is not None:
        wide = found.accuracy.confusion.pivot(index="label", columns="predicted", values="share")
        wide = wide.rename_axis(index=None, columns=None).to_string(float_format="%.2f")
        parts.append(f"Judged by the others, each row's cells are taken for:\n{wide}")
    if len(found.doubtful):
        listed = found.doubtful.round(2).to_string(index=False)
        parts.append(f"Look at these labels again; the other cells disagree:\n{listed}")
    if len(found.duplicates):
        listed = found.duplicates.to_string(index=False)
        parts.append(f"Identical files, each set really one cell:\n{listed}")
    if unreadable:
        listed = "\n".join(f"  {file}: {reason}" for file, reason in unreadable.items())
        parts.append(f"Left out because they could not be read:\n{listed}")
    return "\n\n".join(parts)


def _trust(found: LabelsCheck | Classified) -> str:
    if found.accuracy is None:
        return f"The accuracy to expect cannot be said: {found.why_not}"
    now, twice = found.accuracy.expected.to_dict("records")
    return (
        f"Expect a balanced accuracy of {now['balanced_accuracy']:.2f} (95 % interval"
        f" {now['low']:.2f} to {now['high']:.2f});\nwith twice as many labels, about"
        f" {twice['balanced_accuracy']:.2f} ({twice['low']:.2f} to {twice['high']:.2f})."
    )
