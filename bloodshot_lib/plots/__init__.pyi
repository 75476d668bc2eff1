# The public names; a module is imported when one of its names is first used.
from . import renderer, style
from .cell_images import cell_grid, class_counts, colour_facts_figure, shift_figure, subject_counts
from .confusion import confusion_figure
from .curves import answer_figure, curves_figure
from .embedding_map import pca_scatter
from .episode import mistakes_figure, verdict_figure
from .forest import forest_figure
from .ladder import ladder_figure
from .names import in_words
from .occlusion import occlusion_figure
from .panels import dots_figure, panels_figure
from .renderer import use_book_style
from .scores import arms_figure, k_curve
from .speed import growth_figure, ratio_figure
from .style import finish, title_panels
from .training_figures import margin_figure, per_class_figure, training_curves
