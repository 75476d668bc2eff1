"""BloodShot: few-shot classification of white blood cells, from cell files to an honest score.

Data flow one way, from room to room: `data` reads files into a table and images, `embedder` turns
images into embeddings, `fewshot` turns embeddings and a few labels into a classifier and scores
with their uncertainty, `study` does all of it for one experiment, `plots` draws it, `own_cells`
is the command `bloodshot` for a person's own folders. What all rooms have in common lies in
`common`. `bloodshot_lib.NAME` gives each public name.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

__version__ = "0.1.0"
