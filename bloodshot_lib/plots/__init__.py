"""Frames and arrays come in; plotly figures go out: every figure of the book, one file per kind,
and the style and renderer that they share. A figure computes nothing that a reader would want as
a number; that belongs to the room whose number it is.

A figure of your own, by plotly express or pandas, gets the book's look in three steps:
`use_book_style()` once, `title_panels(fig)` if it has several panels, `finish(fig, alt)` last.

`note` (a profile's own: "synthetic cells") is printed in the figure's corner, so that it travels
with the figure.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
