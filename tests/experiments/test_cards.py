"""The cards for the Hugging Face hub: current, readable to it, and true to their own lines of code.

`bloodshot_lib` cannot be imported where the lines run that do without it.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from huggingface_hub import DatasetCard, ModelCard
from huggingface_hub.repocard_data import eval_results_to_model_index
from PIL import Image
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.preprocessing import normalize

import bloodshot_lib as bs
from bloodshot_lib.synthetic.cells import LOOKS, draw_cell
from experiments import cards

MODEL, DATA = cards.CARDS
WITHOUT_US = "import sys; sys.modules['bloodshot_lib'] = None\n"


def _blocks(card: Path) -> list[str]:
    return re.findall(r"(?s)```python\n(.*?)```", card.read_text(encoding="utf-8"))


def _run(folder: Path, *lines: str) -> None:
    """The lines in a process of their own, which is at home in the folder."""
    code = "\n".join([WITHOUT_US, *lines])
    subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=folder, check=True)


def _farthest(ours: np.ndarray, theirs: np.ndarray) -> float:
    """1 less the smallest cosine between rows."""
    ours, theirs = normalize(ours.astype(float)), normalize(theirs.astype(float))
    return float(1 - (ours * theirs).sum(axis=1).min())


@pytest.mark.parametrize("path", cards.CARDS, ids=["weights", "embeddings"])
def test_a_committed_card_is_what_the_script_writes(path):
    written = cards.CARDS[path]()
    assert path.read_text(encoding="utf-8") == written, "run python -m experiments.cards"
    assert "{{" not in written and "{%" not in written


@pytest.fixture(scope="module")
def cells(tmp_path_factory) -> Path:
    """A folder with the weights, and drawn cells of every type, some on black."""
    folder = tmp_path_factory.mktemp("hub")
    (folder / "cells").mkdir()
    rng = np.random.default_rng(0)
    for place, name in enumerate(LOOKS):
        stain = rng.uniform(0.8, 1.1, 3)
        pixels = draw_cell(name, 300, stain, rng, cut_out=place % 4 == 0)
        Image.fromarray(pixels).save(folder / "cells" / f"{place:02d}.png")
    for weights in cards.WEIGHTS.glob("*.safetensors"):
        shutil.copy(weights, folder)
    return folder


@pytest.fixture(scope="module")
def ours(cells) -> dict[str, np.ndarray]:
    """What the library's own embedders say of these cells."""
    table = bs.read_image_folder(cells / "cells", labelled=False)
    assert [Path(path).name for path in table["path"]] == sorted(
        path.name for path in (cells / "cells").iterdir()
    )
    found = {}
    for name in cards.EMBEDDERS:
        embedder = bs.Embedder.load(name)
        images = bs.load_images(table, embedder.image_size)
        found[name] = bs.embed(embedder, images, precision="float32")
    return found


def test_the_cards_lines_embed_as_the_library_does_without_it(cells, ours):
    """Measured: the cosines are 1 within 2e-7, the rounding of single precision."""
    small, large, _ = _blocks(MODEL)
    older = """
weights = load_file("bloodshot-pbc-2.safetensors")
network = timm.create_model("tf_efficientnet_lite0", num_classes=0).eval()
network.load_state_dict({name.removeprefix("backbone."): w for name, w in weights.items()})
images = torch.stack([read(file, 128) for file in files])
with torch.inference_mode():
    Z = network(2 * images - 1)
"""
    lines = [small, "first = Z", large, "both = Z", older, "import numpy"]
    _run(cells, *lines, "numpy.savez('Z.npz', first=first, both=both, older=Z)")
    with np.load(cells / "Z.npz") as theirs:
        for name, found in zip(
            ours, (theirs["both"], theirs["first"], theirs["older"]), strict=True
        ):
            assert found.shape == ours[name].shape
            assert _farthest(ours[name], found) < 1e-5, name
            np.testing.assert_allclose(found, ours[name], atol=1e-4 * np.abs(ours[name]).max())


def test_without_it_means_that_it_cannot_be_imported(tmp_path):
    with pytest.raises(subprocess.CalledProcessError):
        _run(tmp_path, "import bloodshot_lib")


def test_the_lines_with_the_library_embed_too(cells, ours, monkeypatch):
    monkeypatch.chdir(cells)
    names = {}
    exec(compile(_blocks(MODEL)[2], str(MODEL), "exec"), names)
    assert _farthest(ours["bloodshot-3"], names["Z"]) < 1e-3, "bfloat16 where the processor has it"


def test_the_classifier_that_the_card_names_is_the_librarys(ours):
    Z, rng = ours["bloodshot-3-small"], np.random.default_rng(0)
    labels = np.array([["round", "other"][row % 2] for row in range(len(Z))])
    labelled = rng.permutation(len(Z))[:9]
    supports, n, D = normalize(Z[labelled]), len(labelled), Z.shape[1]
    line = re.search(r"`(LinearDiscriminantAnalysis\(.*?\))`", MODEL.read_text("utf-8"))[1]
    made = eval(line, {"LinearDiscriminantAnalysis": LinearDiscriminantAnalysis, "D": D, "n": n})
    theirs = made.set_params(priors=[0.5, 0.5]).fit(supports, labels[labelled])
    head = bs.FewShotClassifier().fit(Z[labelled], labels[labelled])
    expected = theirs.decision_function(normalize(Z))
    np.testing.assert_array_equal(head.predict(Z), theirs.predict(normalize(Z)))
    assert np.corrcoef(head.decision_function(Z).ravel(), expected)[0, 1] > 0.999999


def test_the_data_cards_lines_read_the_file():
    (lines,) = _blocks(DATA)
    Z, table = bs.load_embeddings("bccd")
    check = f"assert (Z.shape, len(labels)) == ({Z.shape}, {len(table)}) and Z.dtype == np.float32"
    _run(DATA.parent, lines, check, f"assert labels.tolist() == {table['label'].tolist()}")


def test_the_hub_understands_the_model_card():
    data = ModelCard.load(MODEL).data
    assert data.license == "mit" and data.pipeline_tag == "image-feature-extraction"
    assert data.base_model == "timm/tf_efficientnet_lite0.in1k"
    assert {"few-shot", "haematology", "hematology", "microscopy", "blood"} <= set(data.tags)
    assert data.model_name == "bloodshot-3"
    results = {result.dataset_type: result for result in data.eval_results}
    assert {result.task_type for result in results.values()} == {"image-classification"}
    assert {result.metric_type for result in results.values()} == {"balanced_accuracy"}
    values = {name: result.metric_value for name, result in results.items()}
    # read by eye in results/laboratories/compared.csv; Delhi's in results/answer.csv
    left_out = {"bccd": 0.845, "bangkok": 0.759, "bcisc": 0.897, "aml_lmu": 0.651}
    assert values == {**left_out, "cnmc2019": pytest.approx(0.7005, abs=0.001)}
    assert all("left out" in results[name].dataset_name for name in left_out)
    assert "never" in results["cnmc2019"].dataset_name
    (index,) = eval_results_to_model_index(data.model_name, data.eval_results)
    assert len(index["results"]) == len(results), "each data set once"


def test_the_hub_understands_the_data_card():
    data = DatasetCard.load(DATA).data
    assert data.license == "other" and data.pretty_name
    # the hub takes lower case, digits, dots and hyphens
    assert re.fullmatch(r"[a-z0-9.-]+", data.to_dict()["license_name"])
    for lab in cards.LABORATORIES.values():
        assert lab.licence.lower().replace(" ", "-") in data.to_dict()["license_name"]
    assert "image-feature-extraction" in data.task_categories
    assert data.size_categories == ["1K<n<10K"], "900 + 351 + 510 + 268 + 208 + 72 = 2309 cells"


def test_sizes_are_in_the_hubs_words():
    sizes = {999: "n<1K", 1000: "1K<n<10K", 9999: "1K<n<10K", 10_000: "10K<n<100K"}
    assert {cells: cards.size_category(cells) for cells in sizes} == sizes


def test_every_file_has_its_laboratory_licence_and_limits():
    files = {path.stem for path in cards.EMBEDDINGS.glob("*.npz")}
    assert files == {lab.file for lab in cards.LABORATORIES.values()}
    model, data = (path.read_text(encoding="utf-8") for path in cards.CARDS)
    for lab in cards.LABORATORIES.values():
        (row,) = [
            line for line in data.splitlines() if f"`{lab.file}.npz`" in line and lab.where in line
        ]
        assert lab.licence in row and lab.credit in row
    for laboratory in bs.read_result("beyond/released/bloodshot-3.json")["cells"]:
        lab = cards.LABORATORIES[laboratory]
        assert lab.where in model and lab.credit in model
    assert "Delhi is for testing only" in data and "No pixel" in data
    assert "never trained or chosen on" in model
    assert "Not for diagnosis" in model and "Not for diagnosis" in data
