"""Cells in, labels out: a desk at which you name one cell after another."""

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from threading import RLock

import numpy as np
import pandas as pd

from ..common.checks import check_choice, check_count, check_images, check_rows, check_table
from .label_file import LabelFile, check_class
from .special_labels import NOT_A_CELL, SKIPPED


def _alone(method):
    """Let no other wrapped method begin before this one ends.

    Notebook cells, clicks and keys reach Python in several threads: see JupyterLab's "Kernel
    Comms over subshells".
    """

    @wraps(method)
    def run(self, *args, **kwargs):
        with self._lock:
            return method(self, *args, **kwargs)

    return run


class LabelDesk:
    """Label cells by clicking, or with a key per class; make it the last line of a notebook cell.

    - `table`, `images` (N, S, S, 3): the cells, as the readers and `load_images` return them.
    - `classes`: class names; each gets a button and a key (1 to 9, then letters). You can add
      more at the desk, and those in `file` are added too.
    - `file`: a CSV of file, label and content, rewritten after every label. A desk with the same
      file continues from there, in another session too.
    - `on_label`: called with the desk after every `every` labels, and after the last; its output
      appears below the desk and replaces the previous output.

    `ask` says which cells to label. Key 0 means "not_a_cell" (debris, several cells), s skips, u
    or Backspace takes the last label back. A label belongs to the content of its file: renamed
    files keep theirs, and other images do not get them.

    Raises ImportError without anywidget; ValueError if the arguments do not match, or `file` is
    damaged or names other cells; OSError if it cannot be read.
    """

    def __init__(
        self,
        table: pd.DataFrame,
        images: np.ndarray,
        classes: Sequence[str],
        file: str | Path = "labels.csv",
        on_label: Callable[["LabelDesk"], None] | None = None,
        every: int = 5,
    ):
        try:
            from .desk_view import DeskView
        except ImportError as error:
            raise ImportError(
                'LabelDesk needs anywidget: pip install "bloodshot[book]", then restart the kernel.'
            ) from error
        self._lock = RLock()  # reentrant: `on_label` may call `ask`
        self._table = check_table(table, ("path",), least=1)
        self._images = check_images(images)
        check_rows("images", range(len(images)), len(table))
        self._on_label, self._every = on_label, check_count("every", every)
        self.classes: list[str] = []
        for name in check_rows("classes", classes, of="class"):
            self.classes.append(check_class(name, self.classes))
        self._file = LabelFile(table, file)
        self._labels = self._file.read()
        for name in sorted(set(self._labels.values()) - {NOT_A_CELL, SKIPPED, *self.classes}):
            self.classes.append(check_class(name, self.classes))
        self._asked: list[int] = []
        self._waiting: list[int] = []
        self._view = DeskView(self.answer, self.undo, self.add_class)
        self._view.show_classes(self.classes)
        self._show()

    @property
    def labels(self) -> pd.DataFrame:
        """A row per answered cell, in order of answers: `row` of the table, `file`, and `label`.

        The label is a class, "not_a_cell", or "" for a skipped cell.
        """
        rows = [(row, self._file.names[row], label) for row, label in self._labels.items()]
        return pd.DataFrame(rows, columns=["row", "file", "label"]).astype({"row": int})

    @property
    def current(self) -> int | None:
        """The row of the cell shown, or None when all are answered."""
        return self._waiting[0] if self._waiting else None

    @_alone
    def ask(self, rows: Sequence[int]) -> None:
        """Ask for the labels of these rows of the table, in this order, except known ones."""
        most = len(self._table) - 1
        rows = [check_count("rows", row, least=0, most=most) for row in check_rows("rows", rows)]
        self._asked = list(dict.fromkeys(rows))
        self._waiting = [row for row in self._asked if row not in self._labels]
        self._show()

    @_alone
    def answer(self, label: str) -> None:
        """Label the cell shown: a class, "not_a_cell", or "" to skip it."""
        check_choice("label", label, [*self.classes, NOT_A_CELL, SKIPPED])
        if self.current is None:
            raise ValueError("All the cells asked for are labelled: `ask` for more.")
        self._keep({**self._labels, self.current: label})
        del self._waiting[0]
        self._show()
        named = [known for known in self._labels.values() if known in self.classes]
        due = label in self.classes and len(named) % self._every == 0
        if self._on_label and (due or self.current is None):
            self._call()

    @_alone
    def undo(self) -> None:
        """Take the last label back, and show its cell again."""
        if not self._labels:
            raise ValueError("No label is left to take back.")
        *kept, last = self._labels
        self._keep({row: self._labels[row] for row in kept})
        self._waiting.insert(0, last)
        if last not in self._asked:
            self._asked.append(last)
        self._show()

    @_alone
    def add_class(self, name: str) -> None:
        """Add a class, with a button and the next key."""
        self.classes.append(check_class(name, self.classes))
        self._view.show_classes(self.classes)

    @_alone
    def export(self, folder: str | Path) -> None:
        """Copy the cells that have a class into a new folder, one sub-folder per class.

        `bloodshot check` and `bloodshot classify` read such a folder. It is whole or absent.
        Raises ValueError if it exists, or no cell has a class.
        """
        self._file.copy_into_classes(self._labels, folder)

    @property
    def widget(self):
        """What JupyterLab shows: an ipywidgets widget."""
        return self._view.widget

    def _repr_mimebundle_(self, **kwargs):
        return self.widget._repr_mimebundle_(**kwargs)

    def _keep(self, labels: dict[int, str]) -> None:
        self._file.write(labels)  # first: a label that cannot be written is not kept
        self._labels = labels

    def _show(self) -> None:
        row, asked = self.current, len(self._asked)
        cell = (None, "") if row is None else (self._images[row], self._file.names[row])
        self._view.show_cell(*cell, asked - len(self._waiting), asked)

    def _call(self) -> None:
        """Call `on_label`; its output is caught, its errors are not."""
        failure = None
        self._view.output.clear_output(wait=True)
        with self._view.output:
            try:
                self._on_label(self)
            except Exception as error:
                failure = error
        if failure is not None:
            raise RuntimeError("`on_label` failed; the labels are kept.") from failure
