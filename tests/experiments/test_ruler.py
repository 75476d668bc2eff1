"""A ruler's measures of discs that are drawn, its scores, and that every set has its line."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import bloodshot_lib as bs
from experiments import ruler

SIDE, RADIUS = 64, 16
DISC = np.pi * RADIUS**2 / SIDE**2
PURPLE, LIGHT = (90, 45, 135), (240, 235, 245)


def drawn(ground, radius=RADIUS, colour=PURPLE):
    """A disc in the middle of an image (SIDE, SIDE, 3)."""
    y, x = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    image = np.full((SIDE, SIDE, 3), ground, np.uint8)
    image[np.hypot(x, y) < radius] = colour
    return image


@pytest.mark.parametrize("ground", [(0, 0, 0), LIGHT])
def test_a_disc_is_as_large_and_of_the_colour_as_drawn(ground):
    ((area, *colour),) = ruler.measures(drawn(ground)[None])
    assert area == pytest.approx(DISC, rel=0.02)
    np.testing.assert_allclose(colour, np.array(PURPLE) / 255)


def test_on_black_every_pixel_that_is_not_black_is_the_cell():
    image = drawn((0, 0, 0))
    image[10, 20] = (0, 0, 1)  # no threshold: not even the darkest
    before, after = ruler.measures(np.stack([drawn((0, 0, 0)), image]))
    assert after[0] - before[0] == pytest.approx(1 / SIDE**2)
    paler = drawn((0, 0, 0), colour=(220, 210, 230))
    paler[24:40, 24:40] = PURPLE
    assert ruler.measures(paler[None])[0, 0] == before[0], "what is pale inside counts as well"


def test_on_a_light_field_a_neighbour_in_the_corner_is_not_measured():
    image = drawn(LIGHT)
    image[:14, :14] = (200, 90, 90)
    np.testing.assert_allclose(ruler.measures(image[None])[0, 0], DISC, rtol=0.02)


def _named(numbers, codes, pool, asked):
    Z = ruler.as_embeddings(np.array(numbers, float))
    head = ruler.discriminant(Z, np.array(codes), ruler.as_embeddings(np.array(pool, float)))
    return head.scores(ruler.as_embeddings(np.array(asked, float))).argmax(axis=1).tolist()


def test_one_number_is_named_by_the_nearer_class_mean():
    asked = [[-9.0], [0.29], [0.31], [0.69], [0.71], [9.0]]
    means = [0, 0, 1, 1, 2, 2]  # of .2, .4 and 1: the middles are .3 and .7
    for numbers, codes in (
        ([[0.2], [0.4], [1.0]], [0, 1, 2]),
        ([[0.1], [0.3], [0.3], [0.5], [0.8], [1.2]], [0, 0, 1, 1, 2, 2]),
    ):
        assert _named(numbers, codes, [[5.0]], asked) == means


def test_measures_count_in_units_of_their_spread_over_the_pool():
    # the first number lies nearer to class 1, the second to class 0, by the same part
    supports, asked = [[0.0, 0.0], [10.0, 0.1]], [[6.0, 0.03]]
    assert _named(supports, [0, 1], [[0.0, 0.0], [10.0, 0.1]], asked) == [0], "alike: .6 and .3"
    assert _named(supports, [0, 1], [[5.0, 9.0], [5.0, -9.0]], asked) == [1], "the second is even"
    assert _named([[1.0, 0.2], [1.0, 0.4]], [0, 1], [[1.0, 0.3]], [[1.0, 0.25]]) == [0]


def _cells(pool):
    """Two classes told apart by their area, not by their colour."""
    rng, labels = np.random.default_rng(0), np.repeat(["large", "small"], 20)
    numbers = rng.uniform(0.4, 0.6, (40, 4))
    numbers[:, 0] = np.where(labels == "large", 0.5, 0.2) + rng.uniform(-0.05, 0.05, 40)
    plan = replace(bs.load_profile("bccd").episodes, n_halves=3, sweep_episodes=4, n_episodes=5)
    return ruler.Set(numbers, labels, None, pool, plan)


@pytest.mark.parametrize("pool", [None, np.arange(40) % 2 == 0])
def test_what_area_tells_apart_the_ruler_names_in_halves_and_in_one_split(pool):
    rows = ruler.rows_of("drawn", _cells(pool)).set_index(["ruler", "k"])
    area = rows.loc["area"]
    assert area.index.tolist() == [1, 5, 10] and (area["chance"] == 0.5).all()
    assert (area[["mean", "low", "high", "ci_low", "ci_high"]] == 1).all(axis=None)
    assert rows.loc[("area and colour", 10), "mean"] > 0.9
    assert ruler.auroc_of_area(_cells(pool)) == {"large": 1.0}


def test_shuffled_labels_are_named_at_chance():
    cells = _cells(None)
    mixed = cells._replace(labels=np.random.default_rng(1).permutation(cells.labels))
    assert ruler.rows_of("drawn", mixed)["mean"].between(0.35, 0.65).all()


def test_three_classes_have_no_auroc():
    cells = _cells(None)
    assert ruler.auroc_of_area(cells._replace(labels=np.resize(["a", "b", "c"], 40))) == {}


def test_every_set_asked_for_is_written(tmp_path, monkeypatch, capsys):
    (tmp_path / "results").mkdir()
    monkeypatch.setattr(ruler, "read", lambda name: _cells(None))
    ruler.main(("one", "two"), tmp_path)
    rows = pd.read_csv(tmp_path / "results" / "ruler.csv")
    assert rows.groupby(["set", "ruler"])["k"].agg(list).tolist() == [[1, 5, 10]] * 4
    assert list(rows) == list(bs.read_result("ruler.csv"))
    record = json.loads((tmp_path / "results" / "ruler.json").read_text())
    assert record["sets"]["two"]["cells"] == 40 and record["sets"]["two"]["classes"] == 2


def test_the_committed_line_has_every_set_each_at_its_profiles_shots():
    rows, facts = bs.read_result("ruler.csv"), bs.read_result("ruler.json")["sets"]
    assert tuple(rows["set"].unique()) == ruler.SETS == tuple(facts)
    for (name, _), part in rows.groupby(["set", "ruler"]):
        plan = bs.load_profile(ruler.HEALTHY.get(name, name)).episodes
        assert part["k"].tolist() == list(plan.ks)
        assert part["chance"].tolist() == pytest.approx(
            [1 / facts[name]["classes"]] * len(part), abs=1e-4
        )
    assert (rows.groupby("set")["ruler"].nunique() == len(ruler.RULERS)).all()
    assert rows["mean"].between(rows["ci_low"], rows["ci_high"]).all()


def test_the_committed_line_of_delhi_is_that_of_its_cells(shared, monkeypatch):
    monkeypatch.setenv("BLOODSHOT_DATA", str(shared))
    made = ruler.rows_of("delhi", cells := ruler.read("delhi"))
    kept = bs.read_result("ruler.csv").query("set == 'delhi'").reset_index(drop=True)
    pd.testing.assert_frame_equal(made, kept, atol=0.02, rtol=0)
    assert (
        ruler.auroc_of_area(cells) == bs.read_result("ruler.json")["sets"]["delhi"]["auroc_of_area"]
    )
