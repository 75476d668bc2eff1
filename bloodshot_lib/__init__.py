"""BloodShot: few-shot classification of white blood cells, from cell files to an honest score.

files --read_*--> table --load_images--> images --embed--> embeddings
--evaluate_few_shot--> episodes --summarise-->
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

__version__ = "0.1.0"
