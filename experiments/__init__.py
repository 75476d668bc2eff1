"""The experiments behind `results/`, and what makes the pictures and the released weights.

- The ladder of recipes: `ladder`, `ladder_plan`, `ladder_scores`, and what was tried on it:
  `objectives`, `heads`, `group_norm`, `averaging`.
- From original releases to the folders of cells: `original_releases`.
- What comes with the library: `release`, the weights; `embeddings`, real cells' embeddings;
  `cards`, the model card and the data card that lie beside them.
- How far to trust it: `own_cells`, `suggestions`, `occlusion` with `cell_regions`, `fields`.
- What the scores are worth: `ruler`, a line without a network.
- Whether the book's numbers hold: `portable`, `rehearsal`, `real_facts`.
- Pictures: `answer_picture`, `own_cells_pictures`, taken with `browser` and `jupyter_lab`.

Each is run from a checkout, as `python -m experiments.ladder`.
"""

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
