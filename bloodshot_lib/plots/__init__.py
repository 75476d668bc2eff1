"""Frames and arrays come in; plotly figures go out: every figure of the book, one file per kind,
and the style and renderer that they share. A figure computes nothing that a reader would want as
a number; that belongs to the room whose number it is.

`note` (a profile's own: "synthetic cells") is printed in the figure's corner, so that it travels
with the figure.
"""

from .cell_images import cell_grid, class_counts, colour_facts_figure, shift_figure, subject_counts
from .embedding_map import pca_scatter
from .episode import mistakes_figure, verdict_figure
from .occlusion import occlusion_figure
from .renderer import use_book_style
from .scores import arms_figure, k_curve
from .speed import growth_figure, ratio_figure
from .training_figures import margin_figure, per_class_figure, training_curves

__all__ = [
    "arms_figure",
    "cell_grid",
    "class_counts",
    "colour_facts_figure",
    "growth_figure",
    "k_curve",
    "margin_figure",
    "mistakes_figure",
    "occlusion_figure",
    "pca_scatter",
    "per_class_figure",
    "ratio_figure",
    "shift_figure",
    "subject_counts",
    "training_curves",
    "use_book_style",
    "verdict_figure",
]
