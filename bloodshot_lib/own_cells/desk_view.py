"""What a label desk looks like, and how it receives clicks and keys.

ipywidgets receive no key presses, but a text field sends what is typed. So one field collects
the keys in a line that is never emptied: what was added since the last time are the keys pressed,
in order and however fast, and what Backspace removed is undone. That needs no other package, and
no key is lost while Python is busy. If a button has the focus, a few lines of JavaScript in an
Output widget pass its keys to the field: JupyterLab would take them for commands, such as x,
which cuts the cell. Where scripts may not run, you click into the field.
"""

import html
import io
import traceback
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from PIL import Image

from .special_labels import NOT_A_CELL, SKIPPED

_CLASS_KEYS = "123456789abcdefghijklmnopqrtvwxyz"  # without s and u, which are
_SKIP_KEY, _UNDO_KEY, _NOT_A_CELL_KEY = "s", "u", "0"
_SIDE = "320px"
_DESK, _FIELD = "bloodshot-desk", "bloodshot-keys"
_SCRIPT = f"""
if (!window.bloodshotKeys) {{
  window.bloodshotKeys = true;
  window.addEventListener("keydown", event => {{
    const desk = event.target.closest?.(".{_DESK}");
    const key = /^([^ ]|Backspace)$/.test(event.key) && !event.ctrlKey && !event.metaKey;
    if (!desk || !key || event.altKey || event.target.matches("input")) return;
    const field = desk.querySelector(".{_FIELD} input");
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
    event.stopPropagation();
  }}, true);  // before JupyterLab, which listens at the document
}}"""


class DeskView:
    """The widgets of a desk; clicks and keys call `answer`, `undo` and `add_class`.

    `widget` is the whole, `output` its lower part, for output of others. Raises ImportError
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
        self._keys.add_class(_FIELD)
        # sent on Enter, or on leaving the field: before a click on the button beside it
        self._new_class = self._w.Text(
            description="New class", placeholder="its name", continuous_update=False
        )
        self._new_class.observe(lambda _: self._take_new_class(), "value")
        adding = [self._new_class, self._button("add the class", self._take_new_class)]
        self._class_buttons, self.output = self._row(), self._w.Output()
        desk = self._w.VBox(
            [
                self._progress,
                self._picture,
                self._keys,
                self._class_buttons,
                self._row([self._button(f"{key}  {text}", do) for key, text, do in others]),
                self._row(adding),
                self._message,
                self._script(),
            ]
        )
        self.widget = self._w.VBox([desk.add_class(_DESK), self.output])

    def show_cell(self, image: np.ndarray | None, name: str, done: int, asked: int) -> None:
        """Show a cell (S, S, 3), uint8, or that there is none, and how many have been answered."""
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

        button.on_click(lambda _: self._do(action))
        return button

    def _script(self):
        """An Output widget that runs the script wherever it is shown."""
        script = self._w.Output(layout={"display": "none"})
        data = {"application/javascript": _SCRIPT}
        script.outputs = ({"output_type": "display_data", "data": data, "metadata": {}},)
        return script

    def _hear(self, change: dict) -> None:
        before, now = change["old"], change["new"]
        known = {**self._other_keys, **self._class_keys}
        self._message.value, actions = "", []
        if now.startswith(before):
            actions = [known.get(key) for key in now[len(before) :].lower()]
        elif before.startswith(now) and (now or len(before) == 1):  # not emptied all at once
            gone = before[len(now) :].lower()
            actions = [self._other_keys[_UNDO_KEY] for key in gone if key in known]
        elif now:
            self._message.value = _as_html("Keys count only at the end of the line.")
        for action in filter(None, actions):
            self._do(action)

    def _take_new_class(self) -> None:
        if name := self._new_class.value:
            if self._do(partial(self._add_class, name)):
                self._new_class.value = ""
                self._keys.focus()

    def _do(self, action: Callable[[], None]) -> bool:
        """Do what was clicked or typed; show at the desk what goes wrong."""
        self._message.value = ""
        try:
            action()
        except (ValueError, OSError) as error:
            self._message.value = _as_html(str(error))
        except Exception:
            self._message.value = _as_html(traceback.format_exc())
        else:
            return True
        return False


def _as_html(text: str) -> str:
    # wraps, and has enough contrast on light and dark pages
    style = "white-space: pre-wrap; border-left: 4px solid #D55E00; padding-left: 8px"
    return f'<div role="alert" style="{style}">{html.escape(_text(text))}</div>'


def _text(name: str) -> str:
    """A name that can be sent: a file's name may not be valid Unicode."""
    return name.encode("utf-8", "replace").decode()


def _ipywidgets():
    try:
        import ipywidgets
    except ImportError as error:
        raise ImportError(
            'LabelDesk needs ipywidgets: pip install "bloodshot[book]", then restart the kernel.'
        ) from error
    return ipywidgets
