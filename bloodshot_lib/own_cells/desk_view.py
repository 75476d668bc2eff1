"""What a label desk shows in JupyterLab, and what it hears from there: `pages/desk.js` draws it."""

import base64
import io
import traceback
from collections.abc import Callable, Sequence
from importlib.resources import files

import anywidget
import ipywidgets
import numpy as np
import traitlets
from PIL import Image

_PAGES = files(__package__) / "pages"
_COLOURS = """
--ink: var(--jp-ui-font-color1, #222); --soft: var(--jp-ui-font-color2, #595959);
--line: var(--jp-border-color1, #d5d5d5); --paper: var(--jp-layout-color0, #fff);
--box: var(--jp-layout-color2, #f4f6f8); --mark: var(--jp-brand-color1, #0072B2);
--warn: var(--ink);
font: 15px/1.5 var(--jp-ui-font-family, system-ui, sans-serif); color: var(--ink);
"""


class _Desk(anywidget.AnyWidget):
    """What is shown; `picture` is an address, "" if there is nothing left to name."""

    _esm = (_PAGES / "desk.js").read_text("utf-8")
    _css = f".bloodshot-desk {{ {_COLOURS} {(_PAGES / 'naming.css').read_text('utf-8')} }}"
    picture = traitlets.Unicode().tag(sync=True)
    name = traitlets.Unicode().tag(sync=True)
    done = traitlets.Int().tag(sync=True)
    asked = traitlets.Int().tag(sync=True)
    classes = traitlets.List().tag(sync=True)
    fault = traitlets.Unicode().tag(sync=True)


class DeskView:
    """A desk as a widget; clicks and keys call `answer`, `undo` and `add_class`.

    `widget` is the whole, `output` its lower part, for output of others.
    """

    def __init__(
        self,
        answer: Callable[[str], None],
        undo: Callable[[], None],
        add_class: Callable[[str], None],
    ):
        self._actions = {"answer": answer, "add": add_class, "undo": lambda _: undo()}
        self._desk, self.output = _Desk(), ipywidgets.Output()
        self._desk.on_msg(self._hear)
        self.widget = ipywidgets.VBox([self._desk, self.output])

    def show_cell(self, image: np.ndarray | None, name: str, done: int, asked: int) -> None:
        """Show a cell (S, S, 3), uint8, or that there is none, and how many have been answered."""
        with self._desk.hold_sync():  # all at once
            self._desk.picture = "" if image is None else _address(image)
            self._desk.name, self._desk.done, self._desk.asked = _text(name), done, asked

    def show_classes(self, classes: Sequence[str]) -> None:
        """Show a button per class, in this order."""
        self._desk.classes = list(classes)

    def _hear(self, _, message: dict, __) -> None:
        """Do what was clicked or pressed; show at the desk what goes wrong."""
        fault = ""
        try:
            for name, value in message.items():
                self._actions[name](value)
        except (ValueError, OSError) as error:
            fault = str(error)
        except Exception:
            fault = traceback.format_exc()
        self._desk.fault = _text(fault)


def _address(image: np.ndarray) -> str:
    """The whole picture, as PNG, in a data URI."""
    file = io.BytesIO()
    Image.fromarray(np.asarray(image)).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def _text(name: str) -> str:
    """A name that can be sent: a file's name may not be valid Unicode."""
    return name.encode("utf-8", "replace").decode()
