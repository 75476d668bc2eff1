"""What was tried and is not in the library: heads, objectives, a normalisation, a resizer."""

import math
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy.special import softmax

from benchmarks import torch_resizer
from benchmarks.pixels import BFloat16
from bloodshot_lib import (
    Embedder,
    FewShotClassifier,
    SoftmaxHead,
    draw_supports,
    embed,
    evaluate_few_shot,
    load_images,
    read_aml_lmu,
    train,
)
from bloodshot_lib.embedder.backbone import timm_backbone
from experiments.group_norm import GROUPED, GroupNorm, group_normalise, imagenet_start
from experiments.heads import self_training, soft_k_means
from experiments.objectives import (
    Averaged,
    FreeTurns,
    Smoothed,
    StainJitter,
    SubCentreAAM,
    SubCentres,
    SupCon,
    Triplet,
    WhiteBalance,
    restained,
)
from tests.fewshot.test_heads import _clouds

OBJECTIVES = (Averaged, BFloat16, FreeTurns, Smoothed, StainJitter, SupCon, Triplet, WhiteBalance)


def test_the_other_resizer_is_at_most_one_grey_level_away(twin):
    table = read_aml_lmu(twin / "AML-Cytomorphology_LMU").head(50)
    threads = torch.get_num_threads()
    fast = torch_resizer.load_images(table["path"], 24).astype(int)
    exact = load_images(table, 24).astype(int)
    assert torch.get_num_threads() == threads
    assert abs(fast - exact).max() <= 1 and 0 < (fast != exact).mean() < 0.01


def test_soft_k_means_is_the_loop_of_its_paper():
    """Ren et al. 2018, eq. 4, written with loops: five rounds of soft assignment, supports
    counting whole.
    """
    Z, codes = _clouds(seed=3)
    X, y, pool = Z[:9], codes[:9], Z[9:]
    centre = pool.mean(axis=0)
    unit = [v / np.linalg.norm(v) for v in X - centre], [
        v / np.linalg.norm(v) for v in pool - centre
    ]
    prototypes = [
        np.mean([x for x, c in zip(unit[0], y, strict=True) if c == k], axis=0)
        for k in range(3)
    ]
    for _ in range(5):
        prototypes = [p / np.linalg.norm(p) for p in prototypes]
        sums = [sum(x for x, c in zip(unit[0], y, strict=True) if c == k) for k in range(3)]
        for u in unit[1]:
            share = softmax([10 * u @ p for p in prototypes])
            sums = [total + s * u for total, s in zip(sums, share, strict=True)]
        prototypes = sums
    expected = np.array([p / np.linalg.norm(p) for p in prototypes])
    np.testing.assert_allclose(soft_k_means(X, y, pool).coef, expected, atol=1e-12)


def test_what_assumes_equal_classes_suffers_where_they_are_not():
    """Unlabelled cells nearly all of one class: soft k-means pulls the other prototypes over,
    ridge does not look.
    """
    Z, codes = _clouds(n=400, spread=0.5, seed=1)
    supports, rest = slice(0, 30), slice(30, None)
    lopsided = Z[rest][(codes[rest] == 0) | (np.arange(len(Z) - 30) % 40 == 0)]
    scores = {
        m: [
            FewShotClassifier(m)
            .fit(Z[supports], codes[supports], pool)
            .score(Z[rest], codes[rest])
            for pool in (Z[rest], lopsided)
        ]
        for m in (soft_k_means, self_training, "ridge")
    }
    loss = {method: even - uneven for method, (even, uneven) in scores.items()}
    assert (
        loss["ridge"] == 0
        and loss[soft_k_means] > 0.05
        and loss[self_training] < loss[soft_k_means] / 2
    )


@pytest.mark.parametrize("method", [soft_k_means, self_training])
def test_heads_that_look_at_the_pool_learn_and_need_one(method):
    Z, codes = _clouds()
    names = np.array(["a", "b", "c"])[codes]
    supports = draw_supports(names[:60], 5, 10, rng=0)
    task = Z[:60], names[:60], Z[60:], names[60:]
    assert evaluate_few_shot(*task, supports, method)["accuracy"].mean() > 0.6
    single = method(Z[:12].astype(np.float32), codes[:12], Z.astype(np.float32))
    assert single.centre.dtype == np.float32
    with pytest.raises(ValueError, match="pass `fit` their embeddings as `unlabelled`"):
        FewShotClassifier(method).fit(Z, names)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_every_objective_learns_two_colours(objective, tiny, tiny_set):
    recipe = replace(tiny, loss="softmax", epochs=20)
    run = train(recipe, *tiny_set, validation=tiny_set, objective=objective)
    assert (run.predict(embed(run.embedder, tiny_set[0])) == tiny_set[1]).mean() > 0.9


def test_each_objective_makes_another_network(tiny, tiny_set):
    recipe = replace(tiny, loss="aam", epochs=1)
    objectives = [Triplet, SupCon, SubCentres, StainJitter, BFloat16, FreeTurns, WhiteBalance]
    weights = [
        torch.cat([p.flatten() for p in run.embedder.parameters()])
        for run in (train(recipe, *tiny_set, objective=each) for each in objectives)
    ]
    assert not any(torch.equal(a, b) for a, b in combinations(weights, 2))


def test_of_several_sub_centres_the_nearest_counts():
    layer = SubCentreAAM(2, 2, subcentres=2, margin_deg=0, scale=1)
    layer.weight.data = torch.tensor([(1.0, 0), (0, 1), (-1, 0), (0, -1)])
    assert layer.logits(torch.tensor([(0.6, 0.8), (-0.8, 0.6)])).tolist() == [
        pytest.approx([0.8, -0.6]),
        pytest.approx([0.6, 0.8]),
    ]


def test_label_smoothing_is_torchs(tiny):
    objective = Smoothed(replace(tiny, loss="softmax"), 3, 4).eval()
    x, y = torch.randn(6, 4), torch.tensor([0, 1, 2] * 2)
    assert isinstance(objective.classifier, SoftmaxHead)
    expected = F.cross_entropy(objective.logits(x), y, label_smoothing=0.1)
    assert objective.class_loss(x, y).item() == pytest.approx(expected.item())


def test_stain_without_spread_changes_nothing():
    images = torch.rand(6, 3, 16, 16)
    assert torch.allclose(restained(images, 0.0), images.clamp(min=1 / 256), atol=1e-5)


def test_white_balance_scales_the_channels_of_each_image(tiny):
    images = torch.rand(300, 3, 4, 4) * 0.5 + 0.1
    gains = WhiteBalance(tiny, 2, 2).vary(images) / images
    within = gains.flatten(2).std(dim=2)
    assert within.max() < 1e-5, "one gain a channel"
    assert 0.85 <= gains.min() < 0.86 and 1.14 < gains.max() <= 1.15
    assert gains[:, 0].mean().item() == pytest.approx(1, abs=0.05)


def test_free_turns_are_each_images_own_and_fill_the_corners(tiny):
    varied = FreeTurns(tiny, 2, 2).vary(torch.rand(1, 3, 16, 16).expand(6, -1, -1, -1))
    assert len({tuple(image.flatten().tolist()) for image in varied}) == 6 and varied.min() > 0


def test_the_average_lags_behind_and_is_by_hand_what_it_says(tiny, tiny_set, monkeypatch):
    """Before the first step the average is the weights, then .98 of itself and .02 of them."""
    seen = []
    step = torch.optim.Adam.step

    def watched(self, *args, **options):
        seen.append(self.param_groups[0]["params"][0].detach().clone())
        return step(self, *args, **options)

    monkeypatch.setattr(torch.optim.Adam, "step", watched)
    run = train(tiny, *tiny_set, objective=Averaged)
    expected = seen[0]
    for weights in seen[1:]:
        expected = 0.98 * expected + 0.02 * weights
    average = next(run.objective.average.module.parameters())
    assert torch.allclose(average, expected, atol=1e-6)
    assert not torch.equal(average, next(run.embedder.backbone.parameters()))


def test_triplets_by_hand(tiny):
    """Anchors at 0 and 60 degrees of one class, one of another at 90: distances 1, sqrt 2 and
    2 sin 15 degrees.
    """
    x = 5 * torch.tensor([(1.0, 0), (0.5, 3**0.5 / 2), (0, 1)])
    head = Triplet(tiny, 2, 2).classifier
    apart = [1 - 2**0.5 + 0.2, 1 - 2 * math.sin(math.radians(15)) + 0.2]
    wanted = [max(0, value) for value in apart]
    assert head(x, torch.tensor([0, 0, 1])).item() == pytest.approx(
        sum(wanted) / sum(v > 0 for v in wanted), abs=1e-5
    )


def test_supervised_contrast_by_hand(tiny):
    """Khosla et al. 2020, eq. 2, as a loop: each anchor against all others, its positives'
    mean log share.
    """
    torch.manual_seed(0)
    x, y = F.normalize(torch.randn(8, 5)), torch.tensor([0, 0, 0, 1, 1, 2, 2, 2])
    losses = []
    for i in range(8):
        others = [j for j in range(8) if j != i]
        total = torch.logsumexp(torch.stack([x[i] @ x[j] / 0.1 for j in others]), 0)
        losses.append(
            -torch.stack([x[i] @ x[j] / 0.1 - total for j in others if y[j] == y[i]]).mean()
        )
    assert SupCon(tiny, 3, 5).classifier(3 * x, y).item() == pytest.approx(
        torch.stack(losses).mean().item(), rel=1e-4
    )


def test_metric_layers_name_the_class_of_the_nearest_mean(tiny):
    head = SupCon(tiny, 2, 2).classifier
    head(torch.tensor([(1.0, 0.1), (1, -0.1), (0, 2.0), (0.1, 1)]), torch.tensor([0, 0, 1, 1]))
    assert head.logits(torch.tensor([(3.0, 1), (1, 3)])).argmax(1).tolist() == [0, 1]
    before = head.weight.clone()
    head.eval()(torch.rand(4, 2), torch.tensor([0, 0, 1, 1]))
    assert torch.equal(head.weight, before)


def test_group_normalisation_takes_the_place_of_every_batch_normalisation(tmp_path):
    network = group_normalise(timm_backbone("test_efficientnet"))
    kinds = [type(module).__name__ for module in network.modules()]
    assert "GroupNorm" in kinds and not any("BatchNorm" in kind for kind in kinds)
    assert all(m.num_channels // m.num_groups in (8, m.num_channels)
               for m in network.modules() if isinstance(m, GroupNorm))
    found = Embedder.load(imagenet_start(tmp_path / "start.safetensors", 64))
    assert found.header["backbone"] == GROUPED and found.dim == 1280
    assert found(torch.rand(2, 3, 64, 64)).isfinite().all()
