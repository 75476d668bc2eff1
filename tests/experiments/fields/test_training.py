"""What is minimised, worked out by hand, and that heads learn it."""

import math

import numpy as np
import pytest
import torch

from bloodshot_lib.fields.finder import Finder
from experiments.fields import training
from experiments.fields.feature_maps import LEAST as VERSIONS
from experiments.fields.feature_maps import feature_maps
from experiments.fields.targets import targets
from experiments.fields.training import batch, focal, kept_finder, loss_of, train_finder, train_head
from experiments.laboratories.releases import SMALL


def lesson(channels=2, shape=(4, 5)):
    features = np.ones((channels, *shape), np.float16) + np.arange(shape[1], dtype=np.float16)
    return (features, *targets(np.array([[40.0, 24, 64, 64]]), (64, 80), shape))


def test_a_batch_is_of_one_size_and_what_is_added_weighs_nothing():
    large, starts = lesson(shape=(4, 40)), set()
    features, heat, weight, values, known = batch([lesson(), large], np.random.default_rng(0))
    assert features.shape == (2, 2, 4, 30) and heat.shape == weight.shape == (2, 4, 30)
    assert values.shape == known.shape == (2, 3, 4, 30) and features.dtype == torch.float32
    assert (features[0, :, :, :5] >= 1).all() and not features[0, :, :, 5:].any()
    assert not weight[0, :, 5:].any() and weight[0, :, :5].all()
    for seed in range(9):
        features, heat, *_ = batch([large], np.random.default_rng(seed))
        starts.add(start := int(features[0, 0, 0, 0]) - 1)
        assert 0 <= start <= 10 and heat[0, 1].tolist() == large[1][1, start : start + 30].tolist()
    assert len(starts) > 2, "windows are drawn"


def test_the_focal_loss_is_as_worked_out_by_hand():
    logits, quarter = torch.tensor([[[0.0, 0.0, 0.0]]]), math.log(2) / 4
    heat, weight = torch.tensor([[[1.0, 0.5, 0.0]]]), torch.tensor([[[1.0, 1.0, 1.0]]])
    assert focal(logits, heat, weight).item() == pytest.approx(quarter * (1 + 1 / 16 + 1))
    weight[..., 2] = 0
    assert focal(logits, heat, weight).item() == pytest.approx(quarter * (1 + 1 / 16))
    twice = torch.tensor([[[1.0, 1.0, 0.0]]])
    assert focal(logits, twice, weight).item() == pytest.approx(quarter), "per cell"
    sure = torch.tensor([[[9.0, -9.0, -9.0]]])
    assert focal(sure, heat, weight).item() < 1e-6


def test_place_and_width_are_learnt_only_where_they_are_known():
    answers = [torch.from_numpy(part)[None] for part in lesson()[1:]]
    maps = torch.cat([torch.full((1, 1, 4, 5), -20.0), answers[2] + 0.5], dim=1)
    maps[:, 0][answers[0] == 1] = 20
    # an error of .5 in three values costs .125 each; the heat around the centre is forgiven
    assert loss_of(maps, *answers).item() == pytest.approx(0.375, abs=1e-6)
    maps[:, 1:] = torch.where(answers[3] == 0, 7, answers[2])
    assert loss_of(maps, *answers).item() == pytest.approx(0, abs=1e-6)


def test_a_head_learns_where_the_cell_is_and_the_seed_decides():
    rng = np.random.default_rng(0)
    groups = []
    for column in (1, 4):
        features = rng.normal(0, 0.3, (3, 4, 6)).astype(np.float16)
        features[1, 1, column] += 4
        box = np.array([[column * 16 + 8.0, 24, 45, 45]])
        groups.append([(features, *targets(box, (64, 96), (4, 6)))])
    before = torch.random.get_rng_state()
    head, again, other = (train_head(groups, seed, 60) for seed in (0, 0, 1))
    assert torch.equal(before, torch.random.get_rng_state())
    assert torch.equal(head.out.weight, again.out.weight)
    assert not torch.equal(head.out.weight, other.out.weight) and not head.training
    with torch.inference_mode():
        for ((features, *_),), column in zip(groups, (1, 4), strict=True):
            maps = head(torch.from_numpy(features).float()[None])[0]
            assert divmod(maps[0].argmax().item(), 6) == (1, column)
            assert maps[1, 1, column].item() == pytest.approx(math.log2(45 / 64), abs=0.25)


def test_a_finder_learns_from_the_fields_that_it_is_given(laboratory, kept, monkeypatch):
    monkeypatch.setattr(training, "HEADS", 2)
    learnt = []
    heads = training.train_head

    def noted(groups, seed):
        learnt.append([len(group) for group in groups])
        return heads(groups, seed, 4)

    monkeypatch.setattr(training, "train_head", noted)
    other = laboratory._replace(name="other", single=True)
    finder = train_finder(SMALL, [laboratory, other], {"drawn": ["b.png"]})
    assert learnt == [[VERSIONS, 2 * VERSIONS]] * 2
    assert finder.header["heads"] == len(finder.heads) == 2 and not finder.training
    assert not torch.equal(finder.heads[0].out.weight, finder.heads[1].out.weight)


def test_a_finished_finder_is_found_again(laboratory, kept, monkeypatch):
    trained = []

    def quick(embedder, laboratories, fields):
        trained.append(fields)
        return Finder(embedder, 1)

    monkeypatch.setattr(training, "train_finder", quick)
    how = "first", SMALL, [laboratory]
    feature_maps(SMALL, laboratory)
    first, again = kept_finder(*how, {}), kept_finder(*how, {})
    other = kept_finder(*how, {"drawn": ["b.png"]})
    assert first == again != other and trained == [{}, {"drawn": ["b.png"]}]
    assert Finder.load(first).header["embedder"] == SMALL
