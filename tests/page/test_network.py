"""The network that the page carries, run by another program than a browser."""

import io

import numpy as np
import openvino
import pytest
import torch
from sklearn.metrics.pairwise import paired_cosine_distances

import bloodshot_lib as bs
from bloodshot_lib.fields.finder import Finder, as_batch
from page.build import WEIGHTS
from page.network import finder_file, network_file, products_file

rng = np.random.default_rng(0)


@pytest.fixture(scope="module")
def embedder():
    return bs.Embedder.load(WEIGHTS)


def _run(file: bytes, *inputs: np.ndarray) -> np.ndarray:
    model = openvino.Core().compile_model(openvino.Core().read_model(io.BytesIO(file)), "CPU")
    return model(list(inputs))[0]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the exporter's own
def test_half_precision_leaves_embeddings_as_they_are(embedder):
    side = embedder.image_size
    pixels = rng.integers(0, 256, (3, side, side, 3), dtype=np.uint8)
    found = _run(network_file(embedder), pixels)
    wanted = bs.embed(embedder, pixels, precision="float32")
    assert found.shape == wanted.shape
    assert paired_cosine_distances(found, wanted).max() < 1e-4


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_finder_maps_images_of_any_size():
    torch.manual_seed(0)
    finder = Finder(WEIGHTS, heads=2).eval()
    file = finder_file(finder)
    for height, width in ((64, 160), (32, 32)):
        image = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
        with torch.inference_mode():
            wanted = finder(as_batch(image)).numpy()
        found = _run(file, image[None])
        assert found.shape == wanted.shape == (1, 4, height // 16, width // 16)
        assert found == pytest.approx(wanted, abs=0.01)


def test_products_are_inner_products():
    A, B = rng.normal(size=(4, 6)).astype(np.float32), rng.normal(size=(3, 6)).astype(np.float32)
    assert _run(products_file(), A, B) == pytest.approx(A @ B.T, abs=1e-5)
