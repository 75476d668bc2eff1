"""Frames and arrays come in; plotly figures go out: every figure of the book, one file per kind,
and the style and renderer that they share. A figure computes nothing that a reader would want as
a number; that belongs to the room whose number it is.

`note` (a profile's own: "synthetic cells") is printed in the figure's corner, so that it travels
with the figure.
"""

from .cell_images import cell_grid, class_counts, colour_facts_figure, shift_figure, subject_counts
from .confusion import confusion_figure
from .curves import answer_figure, curves_figure
from .embedding_map import pca_scatter
from .episode import mistakes_figure, verdict_figure
from .forest import forest_figure
from .ladder import ladder_figure
from .names import in_words
from .occlusion import occlusion_figure
from .renderer import use_book_style
from .scores import arms_figure, k_curve
from .speed import growth_figure, ratio_figure
from .training_figures import margin_figure, per_class_figure, training_curves

__all__ = [
    "answer_figure",
    "arms_figure",
    "cell_grid",
    "class_counts",
    "colour_facts_figure",
    "confusion_figure",
    "curves_figure",
    "forest_figure",
    "growth_figure",
    "in_words",
    "k_curve",
    "ladder_figure",
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
