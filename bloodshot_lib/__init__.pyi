# The public surface; a name's module is imported when the name is first used.
from .augment import rotate
from .datasets import read_aml_lmu, read_cnmc2019, read_image_folder
from .embedding import embed
from .episodes import draw_supports, paper_supports
from .evaluation import (
    classification_table,
    evaluate_few_shot,
    hardest_cells,
    k_sweep,
    majority_share,
)
from .experiment import Cells, draw_cells, fit_arm, load_cells, read_result, run_arms
from .fewshot import FewShotClassifier
from .images import UnreadableImageError, colour_facts, load_images
from .losses import AAMSoftmax, SoftmaxHead, rotation_consistency
from .model import Embedder
from .profiles import Profile, load_profile
from .projection import linear_probe, pca_map, silhouette, stack_embeddings
from .recipe import TrainConfig
from .report import expected_subjects, margin_handicap, solve_confusion, solve_table1, solve_table2
from .runs import fit_or_load
from .shifts import shift_images
from .synthetic import write_synthetic_twin
from .tables import (
    cap_per_class,
    file_facts,
    file_names,
    identical_files,
    merge_subjects,
    split_table,
)
from .training import Run, train, untrained
from .uncertainty import (
    bootstrap_few_shot,
    compare_arms,
    compare_trainings,
    paired_differences,
    summarise,
)
