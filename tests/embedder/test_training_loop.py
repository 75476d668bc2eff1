import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import torch

from bloodshot_lib import AAMSoftmax, Embedder, Objective, embed, fit_or_load
from bloodshot_lib.embedder import finished_runs, input_batches, one_epoch, training_loop
from bloodshot_lib.embedder.one_epoch import _batches, _rate
from bloodshot_lib.embedder.recipe import LOSSES
from bloodshot_lib.embedder.training_loop import train, untrained
from bloodshot_lib.embedder.training_objective import frozen_statistics
from bloodshot_lib.embedder.training_set import training_key


def _same(a, b):
    return all(
        torch.equal(x, y)
        for x, y in zip(a.state_dict().values(), b.state_dict().values(), strict=True)
    )


@pytest.mark.parametrize("arm", LOSSES)
def test_every_arm_learns_two_colours(arm, tiny, tiny_set):
    run = train(replace(tiny, loss=arm, epochs=20), *tiny_set, validation=tiny_set)
    assert run.history["loss"].iloc[-1] < run.history["loss"].iloc[0]
    compares = arm.endswith(("+consistency", "+reflected"))
    assert (run.history["consistency_loss"] > 0).all() == compares
    assert (run.predict(embed(run.embedder, tiny_set[0])) == tiny_set[1]).mean() > 0.9
    assert run.classes == ("dark", "red") == run.embedder.classes
    assert run.history["val_accuracy"].iloc[-1] > 0.9


@pytest.mark.parametrize("shuffle", [False, True])
def test_the_fast_loop_has_the_losses_of_the_plain_one(shuffle, tiny, tiny_set):
    """Contiguous, the optimiser as it comes, one batch gathered after another, each loss read
    at once.
    """
    images, labels = tiny_set
    recipe = replace(tiny, loss="aam", shuffle=shuffle, batch_size=10, epochs=1)
    torch.manual_seed(recipe.seed)
    embedder = Embedder(recipe.backbone, recipe.image_size, drop_path=recipe.drop_path).train()
    head = AAMSoftmax(2, embedder.dim)
    optimiser = torch.optim.Adam([*embedder.parameters(), *head.parameters()], lr=recipe.lr)
    torch.manual_seed(recipe.seed * 1000 + 1)
    order = (
        np.random.default_rng([recipe.seed, 1]).permutation(24) if shuffle else np.arange(24)
    )
    total = 0
    for rows in (order[:10], order[10:20], order[20:]):
        x = torch.from_numpy(images[rows]).permute(0, 3, 1, 2).contiguous() / 255
        loss = head(embedder(x), torch.from_numpy((labels[rows] == "red").astype(int)))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        total += loss.item() * len(rows)
    assert train(recipe, images, labels).history["loss"].item() == pytest.approx(
        total / 24, rel=1e-4
    )


def test_training_changes_the_embedder_itself(tiny, tiny_set):
    start, _ = untrained(tiny, ("dark", "red"))
    weights = dict(train(tiny, *tiny_set).embedder.named_parameters())
    assert all((weights[name] != value).any() for name, value in start.named_parameters())


@pytest.mark.parametrize("loss", ["softmax", "aam+consistency"])
def test_the_untrained_network_is_the_one_that_a_training_starts_from(loss, tiny, tiny_set):
    """A training that takes steps of almost nothing ends where it began."""
    recipe = replace(tiny, loss=loss, epochs=1, lr=1e-30)
    torch.manual_seed(1)
    expected = torch.rand(1)
    torch.manual_seed(1)
    embedder, objective = untrained(recipe, ("dark", "red"))
    assert torch.rand(1) == expected, "the caller's generator is left as it was"
    run = train(recipe, *tiny_set)
    assert run.embedder.header == embedder.header
    for before, after in ((embedder, run.embedder), (objective, run.objective)):
        trained = dict(after.named_parameters())
        for name, value in before.named_parameters():
            torch.testing.assert_close(trained[name], value, rtol=0, atol=1e-20)
    assert not _same(embedder, untrained(replace(recipe, seed=8), ("dark", "red"))[0])


def test_the_same_seed_gives_the_same_run_and_leaves_the_callers_generator(tiny, tiny_set):
    torch.manual_seed(1)
    expected = torch.rand(1)
    torch.manual_seed(1)
    a, b = train(tiny, *tiny_set), train(tiny, *tiny_set)
    assert torch.rand(1) == expected
    assert _same(a.embedder, b.embedder) and _same(a.objective, b.objective)
    assert not _same(a.embedder, train(replace(tiny, seed=8), *tiny_set).embedder)


def test_a_training_resumed_after_an_epoch_is_the_uninterrupted_one(
    tiny, tiny_set, tmp_path, monkeypatch
):
    recipe = replace(tiny, epochs=3, schedule="cosine", turns="dihedral")
    whole = train(recipe, *tiny_set)
    save, calls = training_loop.save_checkpoint, []

    def killed_after_one(*args):
        save(*args)
        calls.append(1)
        if len(calls) == 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(training_loop, "save_checkpoint", killed_after_one)
    with pytest.raises(KeyboardInterrupt):
        train(recipe, *tiny_set, checkpoint=tmp_path / "c.safetensors")
    resumed = train(recipe, *tiny_set, checkpoint=tmp_path / "c.safetensors")
    assert len(calls) == 3, "one epoch before the interruption, two after"
    assert _same(whole.embedder, resumed.embedder) and _same(whole.objective, resumed.objective)
    numbers = ["epoch", "loss", "class_loss", "consistency_loss"]
    pd.testing.assert_frame_equal(whole.history[numbers], resumed.history[numbers])


def test_a_killed_process_resumes_to_the_same_weights(tiny, tiny_set, tmp_path):
    code = f"""
import numpy as np, bloodshot_lib as bs
from bloodshot_lib.embedder.training_loop import TrainConfig
rng = np.random.default_rng(0)
images = rng.integers(0, 120, (24, 32, 32, 3), dtype=np.uint8)
labels = np.array(["dark", "red"] * 12)
images[labels == "red", :, :, 0] += 120
bs.fit_or_load({replace(tiny, epochs=20)!r}, images, labels, artifacts={str(tmp_path)!r})
"""
    child = subprocess.Popen(
        [sys.executable, "-c", code], env=os.environ | {"OMP_NUM_THREADS": "1"}
    )
    deadline = time.monotonic() + 120
    while not list(tmp_path.glob("*.checkpoint.safetensors")) and time.monotonic() < deadline:
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.wait()
    (checkpoint,) = tmp_path.glob(".run-*.checkpoint.safetensors")
    assert not list(tmp_path.glob("run-*")), "no half-finished run is taken for whole"
    run = fit_or_load(replace(tiny, epochs=20), *tiny_set, artifacts=tmp_path)
    assert len(run.history) == 20 and not checkpoint.exists()
    assert [path.name.split("-")[0] for path in tmp_path.iterdir()] == [
        "run"
    ], "nothing is left behind"


def test_a_checkpoint_belongs_to_its_training(tiny, tiny_set, tmp_path):
    images, labels = tiny_set
    checkpoint = tmp_path / "c.safetensors"
    train(tiny, images, labels, checkpoint=checkpoint)
    content = checkpoint.read_bytes()
    others = [
        (replace(tiny, lr=0.01), images, labels),
        (replace(tiny, seed=8), images, labels),
        (replace(tiny, epochs=3), images, labels),
        (tiny, images[::-1], labels),
        (tiny, images, np.where(labels == "red", "dark", "red")),
    ]
    for other in others:
        with pytest.raises(
            ValueError,
            match=r"c.safetensors is the checkpoint of another training.*another path",
        ):
            train(*other, checkpoint=checkpoint)
    assert checkpoint.read_bytes() == content, "nothing is overwritten"
    checkpoint.write_bytes(content[:-50])
    with pytest.raises(ValueError, match=r"is not a whole checkpoint .*Delete it"):
        train(tiny, images, labels, checkpoint=checkpoint)


def test_a_kill_between_the_last_two_steps_leaves_no_checkpoint(tiny, tiny_set, tmp_path):
    fit_or_load(tiny, *tiny_set, artifacts=tmp_path)
    (folder,) = tmp_path.iterdir()
    left = tmp_path / f".{folder.name}.checkpoint.safetensors"
    left.write_bytes(b"of the same training, killed before it was removed")
    fit_or_load(tiny, *tiny_set, artifacts=tmp_path)
    assert list(tmp_path.iterdir()) == [folder]


def test_a_kill_in_the_final_write_leaves_nothing_behind(tiny, tiny_set, tmp_path, monkeypatch):
    def killed(folder):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(finished_runs, "seal", killed)
        with pytest.raises(KeyboardInterrupt):
            fit_or_load(tiny, *tiny_set, artifacts=tmp_path)
    assert [path.name[:4] for path in tmp_path.iterdir()] == [".run"], "the checkpoint alone"
    # all epochs are in the checkpoint
    monkeypatch.setattr(training_loop, "train_epoch", lambda *_: pytest.fail("trains"))
    assert len(fit_or_load(tiny, *tiny_set, artifacts=tmp_path).history) == 2
    assert [path.name[:4] for path in tmp_path.iterdir()] == ["run-"]


def test_a_damaged_run_names_the_folder_to_delete(tiny, tiny_set, tmp_path):
    fit_or_load(tiny, *tiny_set, artifacts=tmp_path)
    (folder,) = tmp_path.iterdir()
    for name in ("objective.safetensors", "embedder.safetensors", "history.csv"):
        content = (folder / name).read_bytes()
        for damaged in (content[:-3], content[:-1] + b"!"):
            (folder / name).write_bytes(damaged)
            words = rf"{re.escape(folder.name)} is damaged: {name} .*Delete that folder"
            with pytest.raises(ValueError, match=words):
                fit_or_load(tiny, *tiny_set, artifacts=tmp_path)
        (folder / name).write_bytes(content)


def test_artifacts_go_to_one_place_by_default(tiny, tiny_set, tmp_path, monkeypatch):
    monkeypatch.setenv("BLOODSHOT_ARTIFACTS", str(tmp_path / "mine"))
    fit_or_load(replace(tiny, epochs=1), *tiny_set)
    assert [path.name[:4] for path in (tmp_path / "mine").iterdir()] == ["run-"]


def test_numbers_written_otherwise_are_the_same_recipe(tiny, tiny_set):
    assert replace(tiny, lr=1, seed=np.int64(7)) == replace(tiny, lr=1.0)
    same = [
        training_key(replace(tiny, lr=lr), *tiny_set, None, Objective)
        for lr in (1, 1.0, np.float64(1))
    ]
    assert len(set(same)) == 1


def test_a_finished_run_is_found_again(tiny, tiny_set, tmp_path, monkeypatch):
    first = fit_or_load(tiny, *tiny_set, validation=tiny_set, artifacts=tmp_path)
    monkeypatch.setattr(finished_runs, "train", None)
    again = fit_or_load(tiny, *tiny_set, validation=tiny_set, artifacts=tmp_path)
    assert _same(first.embedder, again.embedder) and _same(first.objective, again.objective)
    pd.testing.assert_frame_equal(first.history, again.history)
    assert sorted(p.name for p in next(tmp_path.glob("run-*")).iterdir()) == [
        "embedder.safetensors",
        "history.csv",
        "objective.safetensors",
        "recipe.json",
        "whole.json",
    ]
    for change in (
        {"recipe": replace(tiny, lr=0.5)},
        {"labels": tiny_set[1][::-1]},
        {"images": tiny_set[0][::-1]},
    ):
        arguments = {"recipe": tiny, "images": tiny_set[0], "labels": tiny_set[1]} | change
        with pytest.raises(TypeError, match="NoneType"):  # it wants to train
            fit_or_load(**arguments, validation=tiny_set, artifacts=tmp_path)


def test_validation_only_watches(tiny, tiny_set):
    assert _same(
        train(tiny, *tiny_set).embedder, train(tiny, *tiny_set, validation=tiny_set).embedder
    )


def test_without_shuffling_the_order_is_the_tables(tiny, tiny_set, monkeypatch):
    seen = []
    to_input = input_batches.to_input
    monkeypatch.setattr(
        input_batches,
        "to_input",
        lambda pixels, device: seen.append(pixels) or to_input(pixels, device),
    )
    train(replace(tiny, shuffle=False, epochs=1), *tiny_set)
    assert (np.concatenate(seen) == tiny_set[0]).all()
    seen.clear()
    train(replace(tiny, shuffle=True, epochs=1), *tiny_set)
    assert not (np.concatenate(seen) == tiny_set[0]).all() and len(np.concatenate(seen)) == 24


@pytest.mark.parametrize(
    ("n", "sizes"), [(8, [4, 4]), (9, [4, 5]), (10, [4, 4, 2]), (1, [1]), (3, [3])]
)
def test_a_single_image_left_over_joins_the_batch_before(n, sizes):
    batches = _batches(np.arange(n), 4)
    assert [len(batch) for batch in batches] == sizes
    assert np.concatenate(batches).tolist() == list(range(n))


def test_a_diverged_loss_is_an_error(tiny, tiny_set):
    with pytest.raises(ValueError, match="weights that are NaN or infinite: lower `lr`"):
        train(replace(tiny, loss="softmax", lr=1e38, epochs=1, batch_size=24), *tiny_set)
    with pytest.raises(ValueError, match=r"NaN or infinite in epoch .* lower `lr`"):
        train(replace(tiny, loss="softmax", lr=1e30, epochs=5), *tiny_set)


def test_frozen_statistics_stay_through_a_pass_and_move_after_it(tiny):
    embedder = Embedder(tiny.backbone, tiny.image_size).train()
    means = [m.running_mean for m in embedder.modules() if hasattr(m, "running_mean")]
    before = [mean.clone() for mean in means]
    with frozen_statistics(embedder):
        embedder(torch.rand(4, 3, 32, 32))
    assert all(torch.equal(a, b) for a, b in zip(means, before, strict=True))
    embedder(torch.rand(4, 3, 32, 32))
    assert not any(torch.equal(a, b) for a, b in zip(means, before, strict=True))


def test_each_form_of_the_second_pass_makes_another_network(tiny, tiny_set):
    options = [{}, {"loss": "aam+reflected"}, {"loss": "aam+rotation"}, {"consistency": 0.5}]
    runs = [train(replace(tiny, **option), *tiny_set).embedder for option in options]
    assert not any(_same(a, b) for a, b in combinations(runs, 2))


def test_reflected_images_stay_out_of_the_running_averages(tiny, tiny_set):
    """The statistics are those of a training that rotates nothing, as long as nothing moves."""
    still = {"lr": 1e-30, "epochs": 1, "drop_path": 0.0}
    runs = {
        loss: train(replace(tiny, loss=loss, **still), *tiny_set).embedder
        for loss in ("aam", "aam+consistency", "aam+reflected")
    }
    means = {
        loss: [m.running_mean for m in run.modules() if hasattr(m, "running_mean")]
        for loss, run in runs.items()
    }
    close = {
        loss: all(
            torch.allclose(a, b, atol=1e-6) for a, b in zip(means["aam"], found, strict=True)
        )
        for loss, found in means.items()
    }
    assert close == {"aam": True, "aam+consistency": False, "aam+reflected": True}


def test_each_option_beyond_the_report_makes_another_network(tiny, tiny_set):
    tiny = replace(tiny, loss="aam")
    options = [
        {},
        {"turns": "dihedral"},
        {"colour_jitter": 0.1},
        {"random_background": 0.5},
        {"schedule": "cosine"},
    ]
    runs = [train(replace(tiny, **option), *tiny_set).embedder for option in options]
    assert not any(_same(a, b) for a, b in combinations(runs, 2))


class Doubled(Objective):
    """Twice the loss of the recipe's own."""

    def forward(self, embedder, images, class_numbers):
        return 2 * super().forward(embedder, images, class_numbers)


def test_another_objective_is_minimised_and_makes_another_run(tiny, tiny_set, tmp_path):
    plain = fit_or_load(tiny, *tiny_set, artifacts=tmp_path)
    other = fit_or_load(tiny, *tiny_set, artifacts=tmp_path, objective=Doubled)
    assert isinstance(other.objective, Doubled) and not _same(plain.embedder, other.embedder)
    assert len(list(tmp_path.glob("run-*"))) == 2
    again = fit_or_load(tiny, *tiny_set, artifacts=tmp_path, objective=Doubled)
    assert _same(other.objective, again.objective) and len(list(tmp_path.glob("run-*"))) == 2


def test_an_objective_without_source_is_refused(tiny, tiny_set, tmp_path):
    with pytest.raises(ValueError, match=r"source of `objective` is part of .* in a \.py file"):
        fit_or_load(tiny, *tiny_set, artifacts=tmp_path, objective=len)


def test_the_rate_warms_up_and_falls_to_nothing():
    assert [_rate("cosine", done) for done in (0, 0.05, 0.1, 0.55, 1)] == pytest.approx(
        [0, 0.5, 1, 0.5, 0]
    )
    assert _rate("constant", 0.7) == 1


def test_frozen_normalisation_keeps_the_statistics_it_started_with(tiny, tiny_set, tmp_path):
    def statistics(embedder):
        return [m.running_mean for m in embedder.modules() if hasattr(m, "running_mean")]

    start = train(tiny, *tiny_set).embedder
    start.save(tmp_path / "start.safetensors")
    on = replace(tiny, init=str(tmp_path / "start.safetensors"))
    frozen, moving = (
        train(replace(on, norm="frozen"), *tiny_set).embedder,
        train(on, *tiny_set).embedder,
    )
    same = [
        torch.equal(a, b) for a, b in zip(statistics(start), statistics(frozen), strict=True)
    ]
    assert all(same) and not _same(start, frozen)
    assert not any(
        torch.equal(a, b) for a, b in zip(statistics(start), statistics(moving), strict=True)
    )
    with pytest.raises(ValueError, match=r"random weights have none\. Give an `init`"):
        replace(tiny, norm="frozen")


def test_a_changed_start_is_another_run(tiny, tiny_set, tmp_path):
    start = tmp_path / "start.safetensors"
    recipe = replace(tiny, init=str(start), epochs=1)
    for seed in (1, 2):
        torch.manual_seed(seed)
        Embedder(tiny.backbone, tiny.image_size).save(start)
        fit_or_load(recipe, *tiny_set, artifacts=tmp_path / "artifacts")
    assert len(list((tmp_path / "artifacts").glob("run-*"))) == 2


def test_validation_in_groups_is_the_loss_of_the_groups(tiny, tiny_set, monkeypatch):
    softmax = replace(tiny, loss="softmax", epochs=1)
    run = train(softmax, *tiny_set, validation=tiny_set)
    monkeypatch.setattr(one_epoch, "_VALIDATED", 10)
    grouped = train(softmax, *tiny_set, validation=tiny_set)
    Z = torch.from_numpy(embed(run.embedder, tiny_set[0]))
    numbers = torch.from_numpy((tiny_set[1] == "red").astype(int))
    losses = [run.objective.class_loss(Z[i::3], numbers[i::3]).item() * 8 for i in range(3)]
    assert grouped.history["val_loss"].item() == pytest.approx(sum(losses) / 24, rel=1e-4)
    assert run.history["val_loss"].item() == pytest.approx(sum(losses) / 24, rel=1e-4)
