"""Every figure of the book: frames and arrays in, a plotly figure out.

`note` (a profile's own: "synthetic cells") is printed in the figure's corner, so that it
travels with the figure.
"""

from ..renderer import use_book_style
from .cells import cell_grid, class_counts, colour_facts_figure, shift_figure, subject_counts
from .episode import mistakes_figure, verdict_figure
from .map import pca_scatter
from .results import arms_figure, k_curve
from .speed import growth_figure, ratio_figure
from .training import margin_figure, per_class_figure, training_curves

__all__ = [
    "arms_figure",
    "cell_grid",
    "class_counts",
    "colour_facts_figure",
    "growth_figure",
    "k_curve",
    "margin_figure",
    "mistakes_figure",
    "pca_scatter",
    "per_class_figure",
    "ratio_figure",
    "shift_figure",
    "subject_counts",
    "training_curves",
    "use_book_style",
    "verdict_figure",
]
