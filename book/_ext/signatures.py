"""Sphinx extension: types in signatures by their short names, as the code writes them."""

import re

from numpy.typing import ArrayLike
from sphinx.application import Sphinx
from sphinx.util.typing import stringify_annotation


def shorten(app: Sphinx, what, name, obj, options, signature: str | None, returns: str | None):
    """Undo what autodoc writes out: numpy's alias, and the modules of our own types."""
    if signature is None:
        return None
    signature = signature.replace(stringify_annotation(ArrayLike, "smart"), "ArrayLike")
    return re.sub(r"~bloodshot_lib\.[\w.]*\.(?=\w)", "", signature), returns


def setup(app: Sphinx) -> dict:
    app.connect("autodoc-process-signature", shorten)
    return {"parallel_read_safe": True}
