"""BloodShot: few-shot classification of white blood cells, from cell files to an honest score.

Data flow one way, from room to room: `data` reads files into a table and images, `embedder` turns
images into embeddings, `fewshot` turns embeddings and a few labels into a classifier and scores
with their uncertainty, `study` runs all of it for one experiment, `plots` draws it, `fields` cuts
cells out of whole microscope fields, `own_cells` is the command `bloodshot` for your own folders.
`synthetic` draws cells that stand in for the real sets, `packaged` holds what comes with the
library; what the rooms share is in `common`. Every public name is `bloodshot_lib.NAME`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

__version__ = "0.3.0"
