"""What a label desk looks like, and how it hears clicks and keys.

ipywidgets hear no keys, but a text field of theirs sends what is typed. So one field keeps the
keys as a line that is never emptied: what was added to its end since the last time is keys
pressed, in order and however fast they came, and what Backspace took from it is undone. That
needs no JavaScript, no further package and no trust, and works wherever ipywidgets do. The field
has the focus after every click.
"""

import html
import io
import traceback
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from PIL import Image

from .label_file import NOT_A_CELL, SKIPPED

_CLASS_KEYS = "123456789abcdefghijklmnopqrtvwxyz"  # without s and u, which are
_SKIP_KEY, _UNDO_KEY, _NOT_A_CELL_KEY = "s", "u", "0"
_SIDE = "320px"


class DeskView:
    """The widgets of a desk; `answer`, `undo` and `add_class` are called for what is clicked.

    `widget` is the whole, `output` its lower part, for what others display. Raises ImportError
    without ipywidgets.
    """

    def __init__(
        self,
        answer: Callable[[str], None],
        undo: Callable[[], None],
        add_class: Callable[[str], None],
    ):
        self._w, self._answer, self._add_class = _ipywidgets(), answer, add_class
        others = [
            (_NOT_A_CELL_KEY, NOT_A_CELL, partial(answer, NOT_A_CELL)),
            (_SKIP_KEY, "skip", partial(answer, SKIPPED)),
            (_UNDO_KEY, "undo", undo),
        ]
        self._other_keys = {key: action for key, _, action in others}
        self._class_keys: dict[str, Callable[[], None]] = {}
        self._progress, self._message = self._w.HTML(), self._w.HTML()
        self._picture = self._w.Image(format="png", width=_SIDE, height=_SIDE)
        hint = "click here, then press 1, 2, ... 0, s or u"
        self._keys = self._w.Text(description="Keys", placeholder=hint)
        self._keys.observe(self._hear, "value")
        # sent with Enter, or when the field is left: before a click on the button beside it
        self._new_class = self._w.Text(
            description="New class", placeholder="its name", continuous_update=False
        )
        self._new_class.observe(lambda _: self._take_new_class(), "value")
        adding = [self._new_class, self._button("add the class", self._take_new_class)]
        self._class_buttons, self.output = self._row(), self._w.Output()
        self.widget = self._w.VBox(
            [
                self._progress,
                self._picture,
                self._keys,
                self._class_buttons,
                self._row([self._button(f"{key}  {text}", do) for key, text, do in others]),
                self._row(adding),
                self._message,
                self.output,
            ]
        )

    def show_cell(self, image: np.ndarray | None, name: str, done: int, asked: int) -> None:
        """Show a cell (S, S, 3), uint8, or that there is none, and how many are answered."""
        self._picture.layout.visibility = "hidden" if image is None else "visible"
        if image is not None:
            file = io.BytesIO()
            Image.fromarray(np.asarray(image)).save(file, "PNG")
            self._picture.value = file.getvalue()
        self._progress.value = f"<b>{done} of {asked}</b> {html.escape(_text(name))}"

    def show_classes(self, classes: Sequence[str]) -> None:
        """Show a button per class, in this order, and give it the next key."""
        actions = [partial(self._answer, name) for name in classes]
        self._class_keys = dict(zip(_CLASS_KEYS, actions, strict=False))
        keys = _CLASS_KEYS[: len(classes)].ljust(len(classes))
        self._class_buttons.children = [
            self._button(f"{key}  {name}".strip(), action)
            for key, name, action in zip(keys, classes, actions, strict=True)
        ]

    def _row(self, children: Sequence = ()):
        return self._w.HBox(children, layout={"flex_flow": "row wrap"})

    def _button(self, text: str, action: Callable[[], None]):
        button = self._w.Button(description=text, layout={"width": "auto"})

        def click(_):
            self._message.value = ""
            self._do(action)
            self._keys.focus()

        button.on_click(click)
        return button

    def _hear(self, change: dict) -> None:
        before, now = change["old"], change["new"]
        known = {**self._other_keys, **self._class_keys}
        self._message.value = ""
        if now.startswith(before):
            for key in now[len(before) :].lower():
                self._do(known.get(key, _nothing))
        elif before.startswith(now) and (now or len(before) == 1):  # not emptied as a whole
            for key in before[len(now) :].lower():
                self._do(self._other_keys[_UNDO_KEY] if key in known else _nothing)

    def _take_new_class(self) -> None:
        if name := self._new_class.value:
            self._message.value = ""
            if self._do(partial(self._add_class, name)):
                self._new_class.value = ""
                self._keys.focus()

    def _do(self, action: Callable[[], None]) -> bool:
        """Do what was clicked or typed; what goes wrong is shown at the desk."""
        try:
            action()
        except (ValueError, OSError) as error:
            self._message.value = _as_html(str(error))
        except Exception:
            self._message.value = _as_html(traceback.format_exc())
        else:
            return True
        return False


def _nothing() -> None:
    """What a key without a meaning does."""


def _as_html(text: str) -> str:
    # what wraps, in a colour with enough contrast on light and dark pages
    style = "white-space: pre-wrap; border-left: 4px solid #D55E00; padding-left: 8px"
    return f'<div role="alert" style="{style}">{html.escape(_text(text))}</div>'


def _text(name: str) -> str:
    """A name that can be sent: that of a file may be no Unicode."""
    return name.encode("utf-8", "replace").decode()


def _ipywidgets():
    try:
        import ipywidgets
    except ImportError as error:
        raise ImportError(
            'LabelDesk needs ipywidgets: pip install "bloodshot[book]", then start the kernel'
            " again."
        ) from error
    return ipywidgets
