"""The cards of the released weights and of the packaged embeddings, as the Hugging Face hub shows
them: `python -m experiments.cards`.

model_card.md and data_card.md, beside this file, become bloodshot_lib/weights/README.md and
results/embeddings/README.md. Every number in them is read from `results/`, or counted in the files
that the card describes.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

import bloodshot_lib as bs
from bloodshot_lib.common.atomic_files import write_whole
from experiments import PROJECT

WEIGHTS = PROJECT / "bloodshot_lib" / "weights"
EMBEDDINGS = PROJECT / "results" / "embeddings"
EMBEDDERS = "bloodshot-3", "bloodshot-3-small", "bloodshot-pbc-2"
SHOTS = 5  # labelled cells of each class, behind the scores that the hub lists


class Laboratory(NamedTuple):
    """Whose cells they are: the file of their embeddings, where they are, and whom to credit."""

    name: str
    file: str
    where: str
    licence: str
    credit: str


def _doi(number: str) -> str:
    return f"[doi {number}](https://doi.org/{number})"


def _github(name: str) -> str:
    return f"[{name}](https://github.com/{name})"


LABORATORIES = {
    "barcelona": Laboratory(
        "Barcelona",
        "pbc",
        f"Mendeley Data, {_doi('10.17632/snkd93bnjr.1')}",
        "CC BY 4.0",
        f"Acevedo et al. 2020, {_doi('10.1016/j.dib.2020.105474')}",
    ),
    "bccd": Laboratory(
        "BCCD", "bccd", _github("Shenggan/BCCD_Dataset"), "MIT", "the authors of the repository"
    ),
    "bangkok": Laboratory(
        "Bangkok",
        "bangkok",
        _github("singgihbekti/WBC_Dataset"),
        "MIT",
        "the authors of the repository, Chulalongkorn University",
    ),
    "bcisc": Laboratory(
        "BCISC",
        "bcisc",
        _github("fpklipic/BCISC"),
        "Apache-2.0",
        f"Fan et al. 2019, {_doi('10.1002/jbio.201800488')}",
    ),
    "munich": Laboratory(
        "Munich",
        "aml_lmu",
        "a sample of AML-Cytomorphology_LMU, The Cancer Imaging Archive,"
        f" {_doi('10.7937/tcia.2019.36f5o9ld')}",
        "CC BY 3.0",
        f"Matek et al. 2019, {_doi('10.1038/s42256-019-0101-9')}, and the data set itself",
    ),
    "delhi": Laboratory(
        "Delhi",
        "cnmc2019",
        f"a sample of C-NMC 2019, The Cancer Imaging Archive, {_doi('10.7937/tcia.2019.dc64i46r')}",
        "CC BY 3.0",
        "Gupta and Gupta 2019, *ALL Challenge dataset of ISBI 2019*",
    ),
}


def render(template: str, **facts: object) -> str:
    """A template of this folder, filled in; a fact that is missing is an error."""
    pages = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # Markdown
    )
    pages.filters["two"] = "{:.2f}".format
    pages.filters["thousands"] = "{:,}".format
    pages.filters["row"] = lambda cells: f"| {' | '.join(map(str, cells))} |"
    page = pages.get_template(template)
    return page.render(laboratories=LABORATORIES, citation=citation(), **facts)


def citation() -> str:
    """What to cite, as CITATION.cff says."""
    ours = yaml.safe_load((PROJECT / "CITATION.cff").read_text(encoding="utf-8"))
    report = next(each for each in ours["references"] if each["type"] == "report")
    authors = ", ".join(each["name"] for each in ours["authors"])
    theirs = ", ".join(each["family-names"] for each in report["authors"])
    return (
        f"{authors}. *{ours['title']}*.\n\nThe report that it starts from:"
        f" {theirs} ({report['year']}). *{report['title']}*."
    )


def embedder(name: str) -> dict[str, int]:
    """The side of an embedder's images, how long its embeddings are, and how many its weights."""
    one = bs.Embedder.load(name)
    weights = sum(each.numel() for each in one.parameters())
    return {"side": one.image_size, "dim": one.dim, "weights": weights}


def kept(file: str) -> dict:
    """What one file of embeddings holds."""
    with np.load(EMBEDDINGS / f"{file}.npz", allow_pickle=False) as arrays:
        arms = {key[2:]: arrays[key].shape[1] for key in arrays if key.startswith("Z ")}
        classes, cells = np.unique(arrays["label"], return_counts=True)
    counts = dict(zip(classes.tolist(), cells.tolist(), strict=True))
    return {"arms": arms, "classes": counts, "cells": sum(counts.values())}


def unseen() -> dict[str, dict[str, float]]:
    """The balanced accuracy in each laboratory that a training had not seen, by network."""
    scores = bs.read_result("laboratories/compared.csv").query("k == @SHOTS")
    wide = scores.pivot(index="set", columns="network", values="balanced_accuracy")
    networks = [*EMBEDDERS, "untrained"]
    return {name: wide.loc[name, networks].to_dict() for name in LABORATORIES if name in wide.index}


def delhi() -> dict[str, float]:
    """The balanced accuracy in Delhi, and its 95 % interval over other subjects."""
    columns = ["k", "balanced_accuracy"]
    episodes, replicates = (
        bs.read_result(f"delhi/{part}.csv")[columns] for part in ("episodes", "replicates")
    )
    return bs.summarise(episodes, "k", replicates).set_index("k").loc[SHOTS].to_dict()


def size_category(cells: int) -> str:
    """The hub's word for a data set of so many cells."""
    if cells < 1000:
        return "n<1K"
    return "1K<n<10K" if cells < 10_000 else "10K<n<100K"


def model_card() -> str:
    """The card of the released weights."""
    return render(
        "model_card.md",
        embedders={name: embedder(name) for name in EMBEDDERS},
        trained_on=bs.read_result("beyond/released/bloodshot-3.json")["cells"],
        unseen=unseen(),
        delhi=delhi(),
        shots=SHOTS,
        classes={place: len(kept(lab.file)["classes"]) for place, lab in LABORATORIES.items()},
        found=bs.read_result("fields/left_out.csv").to_dict("records"),
    )


def data_card() -> str:
    """The card of the packaged embeddings."""
    files = {place: kept(lab.file) for place, lab in LABORATORIES.items()}
    cells = sum(facts["cells"] for facts in files.values())
    provenance = bs.read_result("embeddings/provenance.json")
    moved = [each["largest change of a cosine"] for each in provenance["sets"].values()]
    return render(
        "data_card.md",
        files=files,
        cells=cells,
        size_category=size_category(cells),
        provenance=provenance,
        versions=", ".join(f"{name} {each}" for name, each in provenance["versions"].items()),
        moved=max(change for arms in moved for change in arms.values()),
    )


CARDS = {WEIGHTS / "README.md": model_card, EMBEDDINGS / "README.md": data_card}


def main() -> None:
    """Write both cards."""
    for path, card in CARDS.items():
        write_whole(path, card().encode())


if __name__ == "__main__":
    main()
