import shutil
import tomllib
from dataclasses import replace

import pytest

from bloodshot_lib import draw_supports, load_profile, paper_supports
from bloodshot_lib.synthetic.twin import SOURCE, TARGET
from tests.conftest import PROJECT

MINIMAL = """
title = "mine"
[source]
reader = "image_folder"
root = "cells"
[target]
reader = "image_folder"
root = "cells"
split = { pool = 0.5, query = 0.5 }
"""


@pytest.fixture
def write(tmp_path, cells, monkeypatch):
    """Write a profile beside the tiny cells, with the data folder there; returns its path."""
    monkeypatch.setenv("BLOODSHOT_DATA", str(tmp_path))
    monkeypatch.setenv("BLOODSHOT_ARTIFACTS", str(tmp_path / "artifacts"))

    def write(text):
        (tmp_path / "mine.toml").write_text(text)
        return tmp_path / "mine.toml"

    return write


@pytest.mark.parametrize(
    "path", sorted((PROJECT / "profiles").glob("*.toml")), ids=lambda p: p.stem
)
def test_every_profile_loads_and_says_hardware_time_and_score(path):
    profile = load_profile(path.stem)
    assert profile.name == path.stem and profile.title
    header = path.read_text().split("\n\n")[0]
    assert all(word in header for word in ("Hardware:", "Time:", "Score to expect"))
    losses = {arm: profile.recipe(arm).loss for arm in profile.arms}
    assert all(arm.split("+")[0] == loss.split("+")[0] for arm, loss in losses.items())


def test_demo_is_the_default_and_the_environment_chooses(monkeypatch, write):
    monkeypatch.delenv("BLOODSHOT_PROFILE", raising=False)
    assert load_profile().name == "demo"
    monkeypatch.setenv("BLOODSHOT_PROFILE", str(write(MINIMAL)))
    assert load_profile().name == "mine"


def test_the_paper_profile_is_the_reports_protocol():
    profile = load_profile("paper")
    recipe, episodes = profile.train, profile.episodes
    assert (recipe.backbone, recipe.image_size) == ("efficientnet_b0", 224)
    assert (recipe.epochs, recipe.batch_size, recipe.lr, recipe.shuffle) == (6, 32, 1e-3, False)
    assert (recipe.margin_deg, recipe.scale, recipe.n_outputs) == (28.6, 64, 1000)
    assert (recipe.consistency, recipe.drop_path) == (1, 0.2)
    assert profile.seeds == (123,) and profile.margin_on == 0
    assert [profile.recipe(arm).loss for arm in profile.arms] == [
        "softmax",
        "aam",
        "aam+consistency",
    ]
    assert episodes.ks == (1, 2, 3, 5, 10, 15, 20, 30, 50) and profile.draw is paper_supports
    assert (
        profile.source.split == {"train": 0.7, "val": 0.1, "test": 0.2}
        and profile.source.split_seed == 42
    )
    assert sum(profile.source.expect.values()) == 18_298
    assert (profile.target.pool, profile.target.query) == ("fold_0", "prelim")


def test_the_rehearsal_is_the_paper_profile_with_drawn_cells_small_images_and_one_epoch():
    paper, rehearsal = load_profile("paper"), load_profile("rehearsal")
    own = {key: getattr(rehearsal, key) for key in ("name", "title", "note", "synthetic")}
    train = replace(paper.train, image_size=64, epochs=1)
    assert replace(paper, train=train, **own) == rehearsal
    assert rehearsal.synthetic["full"] and rehearsal.note == load_profile("demo").note


def test_tables_are_read_below_the_data_folder_and_split(write):
    profile = load_profile(write(MINIMAL))
    assert profile.draw is draw_supports
    assert len(profile.read_source()) == 6
    assert profile.read_target()["split"].value_counts().to_dict() == {"pool": 3, "query": 3}


def test_classes_caps_and_unique_files_choose_cells(write, cells):
    shutil.copy(cells / "ape/d0_ape.png", cells / "ape/d9_ape.png")
    head = 'reader = "image_folder"\nroot = "cells"\n'
    for option, count in (
        ("", 7),
        ("unique_files = true\n", 6),
        ('classes = ["ape"]\n', 4),
        ("cap = 2\n", 4),
    ):
        profile = load_profile(
            write(MINIMAL.replace(f"[source]\n{head}", f"[source]\n{head}{option}"))
        )
        assert len(profile.read_source()) == count


TITLE, NOVEL = 'title = "mine"', "[target]"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "root = ",
            "rot = ",
            r"\[source\] of mine.toml: `key` .* but was 'rot'. Did you mean 'root'",
        ),
        (NOVEL, "[train]\nepoch = 3\n[target]", r"\[train\] .*'epoch'. Did you mean 'epochs'"),
        (NOVEL, "[train]\nshuffle = 1\n[target]", "`shuffle` must be true or false, but was 1"),
        (NOVEL, "[train]\nlr = nan\n[target]", "`lr` must be a number, but was nan"),
        (NOVEL, "[train]\nseed = -1\n[target]", "`seed` must lie between 0 and .*, but was -1"),
        (
            TITLE,
            f"{TITLE}\ntrain = 3",
            r"\[train\] of mine.toml must be a table of settings, but was 3",
        ),
        (NOVEL, '[arms]\nx = { loss = "arcface" }\n[target]', "`loss` must be one of .* 'arcface'"),
        (NOVEL, '[arms]\nx = { los = "aam" }\n[target]', "`arms.x` must be .* Did you mean 'loss'"),
        (NOVEL, '[arms]\nx = "aam"\n[target]', "`arms` must be a table, each value a table"),
        (TITLE, f'{TITLE}\narms = ["aam"]', r"`arms` must be a table.*, but was \['aam'\]"),
        (
            TITLE,
            f"{TITLE}\nseeds = []",
            "`seeds` must name at least one training seed.*but named none",
        ),
        (TITLE, f"{TITLE}\nseeds = [1, 1]", r"none of them twice or below 0, but named \[1, 1\]"),
        (TITLE, f"{TITLE}\nmargin_on = -1", "`margin_on` must be at least 0"),
        (
            NOVEL,
            "[synthetic]\ncells = 9\n[target]",
            "`synthetic` must be one of .*, but was 'cells'",
        ),
        (NOVEL, "[episodes]\nks = []\n[target]", "`ks` must be different .* shots.*but was none"),
        (NOVEL, "[episodes]\nks = [5, 5]\n[target]", r"`ks` must be different.*but was \[5, 5\]"),
        (NOVEL, "[episodes]\nrng = -1\n[target]", "`rng` must be at least 0, but was -1"),
        ("query = 0.5", "query = -0.5", r"`split\['query'\]` must be above 0, but was -0.5"),
        (NOVEL, '[target]\npool = "q"\nquery = "q"', "different splits, .*, but both are 'q'"),
        (NOVEL, "[tagret]", "but was 'tagret'. Did you mean 'target'|missing.*'reader'"),
    ],
)
def test_mistakes_in_a_profile_are_named(write, old, new, message):
    with pytest.raises(ValueError, match=message):
        load_profile(write(MINIMAL.replace(old, new)))


def test_a_class_that_is_not_there_is_named(write):
    profile = load_profile(write(MINIMAL.replace("[source]", '[source]\nclasses = ["ape", "aep"]')))
    with pytest.raises(ValueError, match=r"must be in cells, but \['aep'\] are not"):
        profile.read_source()


def test_a_profile_that_is_not_there_names_those_that_are(tmp_path):
    with pytest.raises(
        FileNotFoundError, match=r"Known: bangkok, bccd, .* demo, .* paper, pbc, .*; or pass a"
    ):
        load_profile("dmeo")


def test_missing_and_incomplete_data_say_exactly_that(tmp_path, monkeypatch, twin):
    monkeypatch.setenv("BLOODSHOT_DATA", str(tmp_path))
    paper = load_profile("paper")
    with pytest.raises(
        FileNotFoundError,
        match=r"no folder .*AML.* profile 'paper' expects it there.*BLOODSHOT_DATA",
    ):
        paper.read_source()
    shutil.copytree(twin / SOURCE, tmp_path / paper.source.root)
    shutil.copytree(twin / TARGET, tmp_path / paper.target.root)
    with pytest.raises(
        ValueError,
        match=r"not the complete one that the profile expects.*NGS: \d+ of 8484",
    ):
        paper.read_source()
    with pytest.raises(ValueError, match=r"fold_0: \d+ of 3527.*Unpack every part"):
        paper.read_target()


def test_profiles_are_plain_toml():
    for path in (PROJECT / "profiles").glob("*.toml"):
        assert tomllib.loads(path.read_text())
