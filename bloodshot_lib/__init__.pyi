# The public names; a module is imported when one of its names is first used.
from .data.contents import identical_files, merge_subjects
from .data.decoding import UnreadableImageError
from .data.images import colour_facts, load_images
from .data.laboratory_shifts import shift_images
from .data.readers.aml_lmu import read_aml_lmu
from .data.readers.bccd import read_bccd
from .data.readers.cnmc2019 import read_cnmc2019
from .data.readers.image_folder import read_image_folder
from .data.readers.image_list import read_image_list
from .data.tables import (
    cap_per_class,
    file_facts,
    file_names,
    split_table,
)
from .embedder.augmentation import rotate
from .embedder.embedding import embed
from .embedder.finished_runs import fit_or_load
from .embedder.losses import AAMSoftmax, SoftmaxHead, rotation_consistency
from .embedder.model import Embedder
from .embedder.occlusion import occlusion_maps
from .embedder.recipe import TrainConfig
from .embedder.training_loop import Run, train, untrained
from .embedder.training_objective import Objective
from .fewshot.classifier import FewShotClassifier
from .fewshot.comparisons import compare
from .fewshot.evaluation import (
    classification_table,
    evaluate_few_shot,
    hardest_cells,
    k_sweep,
    majority_share,
)
from .fewshot.expected_accuracy import ExpectedAccuracy, estimate_accuracy
from .fewshot.halves import HalvesResult, draw_halves, evaluate_halves
from .fewshot.intervals import summarise
from .fewshot.prevalence import estimate_prevalence
from .fewshot.selection import suggest_cells
from .fewshot.separability import pca_map, silhouette
from .fewshot.supports import draw_supports, paper_supports
from .fewshot.verdicts import Verdicts, classify_episodes
from .fields.cropping import crop_cells
from .own_cells.label_desk import LabelDesk
from .packaged.embeddings import load_embeddings
from .packaged.results import read_result
from .study.arms import ArmResults, fit_arm, run_arms
from .study.cells import draw_cells, load_cells
from .study.laboratories import run_laboratory
from .study.profile_data import Cells
from .study.profile_files import load_profile
from .study.profiles import Profile
from .synthetic.twin import write_synthetic_twin
