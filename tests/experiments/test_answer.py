"""The book's opening picture: its numbers are those of the committed results and embeddings."""

import pandas as pd
import pytest
from PIL import Image

from bloodshot_lib import plots, read_result
from bloodshot_lib.common.cache_keys import fingerprint
from experiments import answer_picture


@pytest.fixture
def answer() -> pd.DataFrame:
    return read_result("answer.csv")


def test_the_healthy_cells_are_those_of_the_committed_runs(answer):
    rows = answer[answer["cells"] == answer_picture.HEALTHY].set_index(["arm", "k"])["mean"]
    runs = {
        "recommended": read_result("recommended/episodes.csv"),
        "imagenet": read_result("imagenet/episodes.csv"),
        "report": read_result("pbc/episodes.csv").query("arm == 'aam+consistency'"),
    }
    for arm, episodes in runs.items():
        means = episodes.groupby("k")["balanced_accuracy"].mean()
        assert rows[arm].to_dict() == pytest.approx(means.to_dict(), abs=0.0001)
    query = read_result("imagenet/provenance.json")["query"]
    assert query == read_result("pbc/provenance.json")["query"], "the same cells"


def test_a_laboratory_is_scored_from_the_packaged_embeddings(answer):
    (name,) = [each for each in answer_picture.LABORATORIES if each.startswith("Delhi")]
    draws = answer_picture.laboratory(name)
    means = draws.groupby(["arm", "k"])["balanced_accuracy"].mean()
    kept = answer[answer["cells"] == name].set_index(["arm", "k"])["mean"]
    assert kept.to_dict() == pytest.approx(means.to_dict(), abs=0.01)
    released = read_result("delhi/episodes.csv").groupby("k")["balanced_accuracy"].mean()
    assert kept["recommended"][released.index].to_dict() == pytest.approx(
        released.to_dict(), abs=0.01
    )


def test_the_picture_is_drawn_from_these_numbers(answer):
    with Image.open(answer_picture.PICTURE) as picture:
        assert picture.text["numbers"] == fingerprint(answer.to_csv(index=False))
        assert picture.size[0] == 1400, "700 pixels wide, two for each"
    fig = plots.answer_figure(answer)
    lines = [trace for trace in fig.data if trace.mode == "lines+markers"]
    assert [list(line.y) for line in lines] == [
        part["mean"].tolist() for _, part in answer.groupby(["cells", "arm"], sort=False)
    ]


def test_what_the_opening_says_is_so(answer):
    """The recommended recipe is ahead in every set and at every number of labels."""
    wide = answer.pivot(index=["cells", "k"], columns="arm", values="mean")
    assert (wide["recommended"] > wide[["imagenet", "report"]].max(axis=1)).all()
    assert answer["mean"].between(answer["low"], answer["high"]).all()
    assert (answer["mean"] > answer["chance"]).all()
