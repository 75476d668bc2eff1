"""Leaving one laboratory out: what is trained on, under which names, and what is minimised."""

import math

import pytest
import torch

import bloodshot_lib as bs
from experiments.laboratories.cells import (
    BARCELONA,
    COARSE,
    LABORATORIES,
    PROFILES,
    draw_deck,
    read_cells,
)
from experiments.laboratories.novel import is_novel
from experiments.laboratories.objective import SharedNames, blurred, magnified, relit, turned_hue
from experiments.laboratories.plan import STUDIES, Recipe
from experiments.laboratories.releases import THIRD, without

FINE = ["band neutrophil", "eosinophil", "neutrophil", "segmented neutrophil"]


@pytest.fixture
def images():
    torch.manual_seed(0)
    return torch.rand(5, 3, 16, 16)


def shared_names(names=FINE, **settings):
    recipe = bs.TrainConfig.recommended(image_size=16)
    return SharedNames(recipe, len(names), 2, names, **settings).eval()


def all_differ(images):
    return len({tuple(each.flatten().tolist()) for each in images}) == len(images)


def test_a_coarse_name_asks_for_the_sum_of_what_it_may_be():
    objective = shared_names()
    with torch.no_grad():
        objective.classifier.linear.weight.zero_()
        # shares of the four names: 1/10, 2/10, 3/10, 4/10
        objective.classifier.linear.bias.copy_(torch.tensor([1.0, 2, 3, 4]).log())
    for number, share in enumerate([0.1, 0.2, 0.1 + 0.4, 0.4]):
        loss = objective.class_loss(torch.zeros(1, 2), torch.tensor([number]))
        assert loss.item() == pytest.approx(-math.log(share), abs=1e-6)


def test_a_coarse_name_does_not_part_band_from_segmented():
    objective = shared_names()
    objective.class_loss(torch.ones(1, 2), torch.tensor([2])).backward()
    band, eosinophil, neutrophil, segmented = objective.classifier.linear.bias.grad.tolist()
    assert band < 0 and segmented < 0 and eosinophil > 0 and neutrophil > 0


def test_a_coarse_name_stands_for_itself_where_nobody_names_finer_ones():
    assert shared_names(["eosinophil", "neutrophil"]).may_be.tolist() == [[1, 0], [0, 1]]


def test_light_spares_black_and_stays_within_bounds(images):
    varied = relit(images, 0.3)
    assert varied.shape == images.shape and 0 <= varied.min() and varied.max() <= 1
    assert all_differ(relit(images[:1].repeat(4, 1, 1, 1), 0.3))
    assert relit(torch.zeros(3, 3, 4, 4), 0.3).max() < 0.01
    assert torch.allclose(relit(images, 0.0), images.clamp(1e-4, 1), atol=1e-6)


def test_hue_turns_about_the_grey_axis():
    """A third of a turn takes red to green, green to blue, blue to red (Rodrigues' formula)."""
    colours = torch.eye(3).view(3, 3, 1, 1)
    turned = turned_hue(colours, torch.full((3,), 2 * math.pi / 3))
    assert torch.allclose(turned, colours[[1, 2, 0]], atol=1e-6)
    grey = torch.full((1, 3, 1, 1), 0.4)
    assert torch.allclose(turned_hue(grey, torch.tensor([1.0])), grey)


def test_magnification_keeps_a_plain_field_and_varies_each_image(images):
    assert torch.allclose(magnified(torch.full((4, 3, 8, 8), 0.6), 0.3), torch.tensor(0.6))
    assert all_differ(magnified(images[:1].repeat(4, 1, 1, 1), 0.3))


def test_some_images_lose_resolution_and_the_others_nothing(images):
    images = images.repeat(40, 1, 1, 1)
    changed = (blurred(images, 0.3) != images).flatten(1).any(1)
    assert changed.float().mean().item() == pytest.approx(0.3, abs=0.1)
    assert torch.equal(blurred(images, 0.0), images)


def test_no_training_sees_what_it_leaves_out_nor_delhi():
    for study in STUDIES.values():
        for job in study.jobs():
            assert set(job.trained_on) | set(job.left_out) == set(LABORATORIES)
            assert not set(job.trained_on) & set(job.left_out)
    assert not any("cnmc" in each or "delhi" in each for each in LABORATORIES)


def test_a_laboratory_is_scored_by_what_has_not_seen_it():
    for laboratory, profile in PROFILES.items():
        assert bs.load_profile(profile).embedder == without(laboratory).stem
    assert bs.load_profile("delhi").embedder == THIRD


def test_files_of_jobs_differ_if_anything_behind_them_does():
    jobs = [job for study in STUDIES.values() for job in study.jobs()]
    assert len({job.file for job in jobs}) == len(set(map(repr, jobs)))
    changed = jobs[0]._replace(recipe=Recipe(deck=7))
    assert changed.file != jobs[0].file


def test_laboratories_share_names_and_decks_hold_their_parts(shared, monkeypatch):
    monkeypatch.setenv("BLOODSHOT_DATA", str(shared))
    names = {each: set(read_cells(each).names) for each in LABORATORIES}
    healthy = {"neutrophil", "eosinophil", "lymphocyte", "monocyte"}
    assert names["bccd"] == healthy
    assert names["bangkok"] == names["bcisc"] == healthy | {"basophil"}
    new = {"smudge cell", "atypical lymphocyte", "monoblast", "myeloblast", "bilobed promyelocyte"}
    assert names["munich"] - new < names[BARCELONA] and not names["munich"] & set(COARSE)
    table, shared_names_ = draw_deck((BARCELONA, "bcisc", "munich"), 1000, 0.5, 1)
    assert len(table) == len(shared_names_) == 1000
    paths = table["path"].astype(str).str
    assert [paths.contains(part).sum() for part in ("pbc_", "bcisc", "aml_lmu")] == [500, 250, 250]
    again, _ = draw_deck((BARCELONA, "bcisc", "munich"), 1000, 0.5, 1)
    assert table.equals(again)


def test_no_kind_of_a_novel_class_comes_in_by_another_name():
    novel = ("lymphocyte", "promyelocyte", "segmented neutrophil")
    names = ["lymphocyte", "atypical lymphocyte", "bilobed promyelocyte", "neutrophil", "ig"]
    assert all(is_novel(name, novel) for name in names)
    assert not any(is_novel(name, novel) for name in ("band neutrophil", "monocyte", "myelocyte"))
