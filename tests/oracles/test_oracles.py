"""Agreement with implementations that nobody of us wrote; `pytest tests/oracles -s` prints the
largest differences.
"""

import numpy as np
import pandas as pd
import pytest
import torch
from easyfsl.methods import PrototypicalNetworks, SimpleShot
from pytorch_metric_learning.losses import ArcFaceLoss, SubCenterArcFaceLoss
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.preprocessing import normalize

from bloodshot_lib import (
    AAMSoftmax,
    FewShotClassifier,
    embed,
    evaluate_few_shot,
    load_images,
    paper_supports,
    read_cnmc2019,
)
from bloodshot_lib.embedder.model import Embedder
from bloodshot_lib.synthetic.twin import TARGET
from experiments.objectives import SubCentreAAM
from tests.oracles.plain_twin import evaluate

SUPPORTS = [(1, 0, 0), (4, 0, 0), (0, 3, 0), (0, 0, 2), (0, 1, 1), (0, 0, 0.5)]
QUERIES = [(1, 0.1, 0), (0, 1, 0), (0, 2, 2), (0, 0, 5), (1, 1, 1), (0.2, 0.9, 0.05)]


def _report(name, difference):
    print(f"\n{name}: largest difference {difference:.2e}")
    return difference


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_monotone_aam_is_pytorch_metric_learnings_arcface(dtype):
    torch.manual_seed(0)
    ours = AAMSoftmax(7, 12, monotone=True).to(dtype)
    oracle = ArcFaceLoss(num_classes=7, embedding_size=12, margin=28.6, scale=64).to(dtype)
    oracle.W.data = ours.weight.data.T.clone()
    y = torch.arange(70) % 7
    x = torch.randn(70, 12, dtype=dtype)
    x[:20] -= 3 * ours.weight.data[y[:20]]  # some beyond 180 degrees less the margin
    a, b = x.clone().requires_grad_(), x.clone().requires_grad_()
    loss, expected = ours(a, y), oracle(b, y)
    loss.backward(), expected.backward()
    bound = 1e-9 if dtype == torch.float64 else 1e-4
    assert (
        _report(f"ArcFaceLoss, {dtype}", abs(loss.item() - expected.item()) / expected.item())
        < bound
    )
    assert _report("its gradient", (a.grad - b.grad).abs().max().item()) < 100 * bound


def _easyfsl(method, **options):
    model = method(torch.nn.Identity(), **options)
    model.process_support_set(torch.tensor(SUPPORTS), torch.tensor([0, 0, 0, 1, 1, 1]))
    return model(torch.tensor(QUERIES))


def test_prototypes_are_easyfsls_and_simple_shot_without_centring_is_ours():
    clf = FewShotClassifier("cosine").fit(SUPPORTS, [0, 0, 0, 1, 1, 1])
    model = SimpleShot(torch.nn.Identity())
    model.process_support_set(torch.tensor(SUPPORTS), torch.tensor([0, 0, 0, 1, 1, 1]))
    assert _report("prototypes", abs(model.prototypes.numpy() - clf.prototypes_).max()) < 1e-7
    scores = _easyfsl(SimpleShot)
    assert scores.argmax(1).tolist() == clf.predict(QUERIES).tolist() == [0, 0, 1, 1, 0, 0]
    ours = clf.decision_function(QUERIES)
    assert (
        _report("cosine, easyfsl", abs((scores[:, 1] - scores[:, 0]).numpy() - ours).max())
        < 1e-6
    )
    by_sklearn = cosine_similarity(QUERIES, clf.prototypes_)
    assert (
        _report("cosine, scikit-learn", abs(by_sklearn[:, 1] - by_sklearn[:, 0] - ours).max())
        < 1e-12
    )


def test_the_other_geometries_differ_as_they_should():
    centre = torch.tensor(SUPPORTS).mean(0)
    centred = _easyfsl(SimpleShot, feature_centering=centre, feature_normalization=2)
    assert centred.argmax(1).tolist() == [0, 1, 1, 1, 1, 1]
    assert _easyfsl(PrototypicalNetworks).argmax(1).tolist() == [0, 1, 1, 1, 0, 1]


def test_centred_is_easyfsls_simple_shot_centred_on_the_pool():
    clf = FewShotClassifier("centred").fit(SUPPORTS, [0, 0, 0, 1, 1, 1], unlabelled=QUERIES)
    theirs = _easyfsl(
        SimpleShot, feature_centering=torch.tensor(QUERIES).mean(0), feature_normalization=2
    )
    assert theirs.argmax(1).tolist() == clf.predict(QUERIES).tolist()
    assert (
        _report(
            "centred",
            abs((theirs[:, 1] - theirs[:, 0]).numpy() - clf.decision_function(QUERIES)).max(),
        )
        < 1e-6
    )


@pytest.mark.parametrize("n_classes", [2, 4])
def test_regressions_are_scikit_learns_on_embeddings_of_length_one(n_classes):
    rng = np.random.default_rng(n_classes)
    y = np.repeat(np.arange(n_classes), 6)
    X, Q = normalize(rng.normal(size=(len(y), 40)) + 2 * np.eye(40)[y]), normalize(
        rng.normal(size=(50, 40))
    )
    # the whole space, where the shrinkage of one half in the span of the supports is this one
    whole = LinearDiscriminantAnalysis(
        "lsqr", shrinkage=40 / (40 + len(y)), priors=[1 / n_classes] * n_classes
    )
    theirs = {
        "ridge": RidgeClassifier(alpha=1),
        "logistic": LogisticRegression(C=10, max_iter=1000),
        "lda": whole,
    }
    for method, oracle in theirs.items():
        expected = oracle.fit(X, y).decision_function(Q)
        ours = FewShotClassifier(method).fit(5 * X, y).decision_function(3 * Q)
        # ridge's targets are 0 and 1 here, -1 and 1 there; lda's covariances differ by a
        # factor
        scale, offset = np.polyfit(ours.ravel(), expected.ravel(), 1)
        assert (
            _report(f"{method}, scikit-learn", abs(expected - scale * ours - offset).max())
            < 1e-6
            and scale > 0
        )
        assert (oracle.predict(Q) == FewShotClassifier(method).fit(X, y).predict(Q)).all()


def test_sub_centres_are_pytorch_metric_learnings():
    torch.manual_seed(0)
    ours = SubCentreAAM(5, 8, subcentres=3, monotone=True).double()
    oracle = SubCenterArcFaceLoss(
        num_classes=5, embedding_size=8, margin=28.6, scale=64, sub_centers=3
    ).double()
    oracle.W.data = ours.weight.data.T.clone()
    x, y = torch.randn(40, 8, dtype=torch.float64), torch.arange(40) % 5
    assert _report("SubCenterArcFaceLoss", abs(ours(x, y).item() - oracle(x, y).item())) < 1e-9


def _compare(name, task, k, n_episodes, seed):
    plain = pd.DataFrame(evaluate(*task, k, n_episodes, seed))
    ours = evaluate_few_shot(*task, paper_supports(task[1], k, n_episodes, seed), "cosine")
    assert set(plain) == set(ours) - {"episode"}
    one_cell = 1 / pd.Series(task[3]).value_counts().min()
    assert _report(name, (ours[list(plain)] - plain).abs().max().max()) <= one_cell


@pytest.mark.parametrize("n_classes", [2, 4])
def test_the_plain_twin_agrees_on_random_embeddings(n_classes):
    rng = np.random.default_rng(n_classes)
    names = np.array(["all", "hem", "eos", "mon"])[:n_classes]
    y_pool, y_query = rng.choice(names, 120), rng.choice(names, 200)
    Z_pool, Z_query = (
        rng.normal((y == "all")[:, None], size=(len(y), 32)) for y in (y_pool, y_query)
    )
    _compare(f"plain twin, {n_classes} classes", (Z_pool, y_pool, Z_query, y_query), 10, 20, 42)


def test_the_plain_twin_agrees_on_embedded_cells(twin):
    table = read_cnmc2019(twin / TARGET)
    torch.manual_seed(0)
    parts = [table[table["split"] == split] for split in ("fold_0", "prelim")]
    embedder = Embedder("test_efficientnet", 32)
    task = [
        value
        for part in parts
        for value in (embed(embedder, load_images(part, 32)), part["label"].to_numpy())
    ]
    _compare("plain twin, drawn cells", task, 5, 20, 42)
