"""Release 3 from its networks, with everything or without one laboratory, and beside others:
`python -m experiments.laboratories.releases`.

Each network of the study `whole` (`released`, if nothing is left out) gets the means of its last
two stages' feature maps beside its embedding. The small release is the network of 128 px; the
accurate one has that of 160 px beside it. What leaves a laboratory out becomes
artifacts/bloodshot-3-without-<laboratory>.safetensors: profiles of that laboratory name it.

Results: results/laboratories/compared.csv, a row per network, set and k. `bloodshot-pbc-2`
has seen Barcelona alone, `untrained` no cell; rows with `seen` are of the release itself, in
laboratories that it was trained on.
"""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

import bloodshot_lib as bs
from bloodshot_lib.common.paths import artifacts_folder
from experiments.laboratories.cells import PROFILES, draw_deck, read_cells
from experiments.laboratories.plan import STUDIES, Job
from experiments.laboratories.results import write_results
from experiments.laboratories.scores import score_left_out
from experiments.laboratories.training import network
from experiments.ladder_plan import SECOND

SMALL, THIRD = "bloodshot-3-small", "bloodshot-3"
INNER = 1.0


def job_of(name: str, left_out: tuple[str, ...] = ()) -> Job:
    """The training of that name without these laboratories."""
    jobs = STUDIES["whole" if left_out else "released"].jobs()
    (job,) = [job for job in jobs if (job.name, job.left_out) == (name, left_out)]
    return job


def with_inner(trained: bs.Embedder) -> bs.Embedder:
    """A network, its inner feature maps beside the embedding."""
    told = {key: trained.header[key] for key in ("backbone", "image_size", "mean", "std", "recipe")}
    embedder = bs.Embedder(**told, inner=INNER, classes=trained.classes)
    embedder.load_state_dict(trained.state_dict())
    return embedder.eval()


def small(left_out: tuple[str, ...] = ()) -> bs.Embedder:
    """One network, of 128 px."""
    return with_inner(network(job_of("128 px", left_out)))


def accurate(left_out: tuple[str, ...] = ()) -> bs.Embedder:
    """The small one, and beside it the network of 160 px."""
    larger = with_inner(network(job_of("160 px", left_out)))
    return bs.Embedder.side_by_side([small(left_out), larger])


def cells_seen() -> dict[str, dict[str, int]]:
    """How many cells of each laboratory and shared name the release was trained on."""
    job = job_of("128 px")
    table, names = draw_deck(job.trained_on, job.recipe.deck, job.recipe.share, job.seed)
    once = ~table["path"].duplicated()
    own = {each: table["path"].isin(read_cells(each).table["path"]) for each in job.trained_on}
    return {
        laboratory: names[once & rows].value_counts().sort_index().to_dict()
        for laboratory, rows in own.items()
    }


def without(laboratory: str) -> Path:
    """Where release 3 without a laboratory is kept."""
    return artifacts_folder() / f"{THIRD}-without-{laboratory}.safetensors"


def compared() -> Iterator[pd.DataFrame]:
    """The scores of every network in each laboratory, left out if the network was trained on it."""
    untrained = bs.Embedder.pretrained("tf_efficientnet_lite0", 224)
    for laboratory in PROFILES:
        left_out = (laboratory,)
        accurate(left_out).save(without(laboratory), half=True)
        networks = {
            THIRD: bs.Embedder.load(without(laboratory)),
            SMALL: small(left_out),
            SECOND: bs.Embedder.load(SECOND),
            "untrained": untrained,
            f"{THIRD}, seen": bs.Embedder.load(THIRD),
        }
        for name, embedder in networks.items():
            scores = score_left_out(embedder, left_out)
            print(name, scores.to_string(index=False), sep="\n", flush=True)
            yield scores.assign(network=name)


if __name__ == "__main__":
    write_results("compared", {}, pd.concat(compared()))
