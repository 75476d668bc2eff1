import subprocess
import sys

import numpy as np
import pytest
import torch

from bloodshot_lib import Embedder, FewShotClassifier, embed
from bloodshot_lib.common import launched_processes
from bloodshot_lib.embedder import embedding, forward_pass, input_batches, kept_parts


@pytest.fixture(scope="module")
def embedder():
    torch.manual_seed(0)
    return Embedder("test_efficientnet", 32, mean=(0.5,) * 3, std=(0.25,) * 3)


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 255, (9, 32, 32, 3), dtype=np.uint8)


def _least_cosine(a, b):
    return ((a * b).sum(axis=1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)).min()


def test_embeddings_are_float32_in_order_and_do_not_depend_on_the_batch(embedder, images):
    Z = embed(embedder, images, batch_size=4, precision="float32")
    assert Z.shape == (9, embedder.dim) and Z.dtype == np.float32
    np.testing.assert_allclose(
        Z, embed(embedder, images, batch_size=9, precision="float32"), atol=1e-5
    )
    np.testing.assert_allclose(
        Z[::-1], embed(embedder, images[::-1], precision="float32"), atol=1e-5
    )
    assert embed(embedder, images[:0]).shape == (0, embedder.dim)


def test_embedding_is_the_backbone_on_normalised_pixels_in_evaluation_mode(embedder, images):
    """The plain way: eager, contiguous, float32, one image after another."""
    embedder.train()
    Z = embed(embedder, images, precision="float32")
    assert not embedder.training
    with torch.no_grad():
        for z, image in zip(Z, images, strict=True):
            x = (torch.from_numpy(image).permute(2, 0, 1)[None] / 255 - 0.5) / 0.25
            np.testing.assert_allclose(z, embedder.backbone(x.contiguous())[0].numpy(), atol=1e-5)


@pytest.mark.parametrize("backend", embedding.BACKENDS)
def test_fast_ways_give_the_plain_embeddings_and_the_same_predictions(embedder, backend):
    rng = np.random.default_rng(1)
    images = rng.integers(0, 120, (60, 32, 32, 3), dtype=np.uint8)
    images[1::2, :, :, 0] += 120
    labels = np.array(["dark", "red"] * 30)
    plain = embed(embedder, images, precision="float32")
    for precision, least in (("float32", 0.999999), ("bfloat16", 0.999), ("auto", 0.9999)):
        fast = embed(embedder, images, batch_size=16, precision=precision, backend=backend)
        compared = slice(16) if precision == "auto" else slice(None)  # what `auto` looks at
        assert (
            fast.dtype == np.float32 and _least_cosine(fast[compared], plain[compared]) >= least
        ), precision
        verdicts = [
            FewShotClassifier().fit(Z[:10], labels[:10]).predict(Z[10:]) for Z in (plain, fast)
        ]
        assert (verdicts[0] != verdicts[1]).sum() <= 1


def test_auto_stays_in_float32_where_bfloat16_strays_or_is_not_there(embedder, images, monkeypatch):
    exact = embed(embedder, images, precision="float32")
    monkeypatch.setattr(forward_pass, "has_bfloat16", lambda device: True)
    assert (embed(embedder, images) != exact).any()
    monkeypatch.setattr(forward_pass, "_LEAST_COSINE", 1.1)
    assert (embed(embedder, images) == exact).all()
    monkeypatch.setattr(forward_pass, "_LEAST_COSINE", 0.9999)
    monkeypatch.setattr(forward_pass, "has_bfloat16", lambda device: False)
    assert (embed(embedder, images) == exact).all()


def test_an_interrupted_run_goes_on_from_its_parts(embedder, images, tmp_path, monkeypatch):
    monkeypatch.setattr(embedding, "_BATCHES_PER_PART", 1)
    options = {"batch_size": 2, "precision": "float32", "cache_dir": tmp_path}
    seen, real = [], input_batches.input_batches

    def killed_in_the_third_part(images, batches, device):
        seen.append(batches)
        if len(seen) == 3:
            raise KeyboardInterrupt
        return real(images, batches, device)

    monkeypatch.setattr(input_batches, "input_batches", killed_in_the_third_part)
    with pytest.raises(KeyboardInterrupt):
        embed(embedder, images, **options)
    (folder,) = tmp_path.iterdir()
    assert sorted(p.name[:15] for p in folder.iterdir()) == [
        "cells-000000000",
        "cells-000000002",
    ]
    Z = embed(embedder, images, **options)
    assert [batches[0].start for batches in seen] == [
        0,
        2,
        4,
        4,
        6,
        8,
    ], "no finished part was done again"
    np.testing.assert_array_equal(Z, embed(embedder, images, batch_size=2, precision="float32"))
    seen.clear()
    np.testing.assert_array_equal(embed(embedder, images, **options), Z)
    assert not seen


@pytest.mark.parametrize("damage", ["cut", "changed", "one row"])
def test_a_damaged_part_is_computed_again_with_a_warning(damage, embedder, images, tmp_path):
    Z = embed(embedder, images, precision="float32", cache_dir=tmp_path)
    (part,) = tmp_path.rglob("*.npy")
    content = part.read_bytes()
    if damage == "one row":  # whole in itself, and numpy would spread it over all rows
        np.save(part, Z[:1])
        part.rename(part.with_name(f"cells-000000000-{kept_parts._hash(part.read_bytes())}.npy"))
    else:
        part.write_bytes(content[:-9] if damage == "cut" else content[:-1] + b"!")
    with pytest.warns(
        UserWarning, match=r"cells-000000000-\w+.npy is damaged: its cells will be embedded again"
    ):
        np.testing.assert_array_equal(
            embed(embedder, images, precision="float32", cache_dir=tmp_path), Z
        )
    np.testing.assert_array_equal(
        embed(embedder, images, precision="float32", cache_dir=tmp_path), Z
    )
    assert len(list(tmp_path.rglob("*.npy"))) == 1


def test_a_killed_process_leaves_whole_parts_and_nothing_else(tmp_path, monkeypatch):
    code = f"""
import time
import numpy as np, torch, bloodshot_lib as bs
from bloodshot_lib.embedder import embedding, kept_parts
embedding._BATCHES_PER_PART = 1
torch.manual_seed(0)
write = kept_parts.write_whole
kept_parts.write_whole = lambda *a: (write(*a), print("part", flush=True), time.sleep(0.2))
images = np.zeros((400, 32, 32, 3), np.uint8)
embedder = bs.Embedder("test_efficientnet", 32)
bs.embed(embedder, images, 2, precision="float32", cache_dir={str(tmp_path)!r})
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as child:
        for _ in range(3):
            child.stdout.readline()
        child.kill()
    (folder,) = tmp_path.iterdir()
    parts = sorted(folder.glob("cells-*.npy"))
    assert 3 <= len(parts) < 200 and all(np.load(part).shape[0] == 2 for part in parts)
    (folder / ".cells-000000006-0.npy.0123abcd.partial").write_bytes(b"half")
    monkeypatch.setattr(embedding, "_BATCHES_PER_PART", 1)
    torch.manual_seed(0)
    embedder, images = Embedder("test_efficientnet", 32), np.zeros((400, 32, 32, 3), np.uint8)
    embed(embedder, images, 2, precision="float32", cache_dir=tmp_path)
    assert not list(folder.glob(".*")) and list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize("change", ["weights", "images", "precision"])
def test_kept_parts_belong_to_their_weights_images_and_precision(
    change, embedder, images, tmp_path
):
    embed(embedder, images, precision="float32", cache_dir=tmp_path)
    other = (
        Embedder("test_efficientnet", 32, mean=(0.5,) * 3, std=(0.25,) * 3)
        if change == "weights"
        else embedder
    )
    embed(
        other,
        images[::-1] if change == "images" else images,
        cache_dir=tmp_path,
        precision="bfloat16" if change == "precision" else "float32",
    )
    assert len(list(tmp_path.iterdir())) == 2


def test_bad_options_are_refused(embedder, images, monkeypatch):
    with pytest.raises(ValueError, match="at least 1, but was -1"):
        embed(embedder, images, batch_size=-1)
    with pytest.raises(
        ValueError, match="`precision` must be one of auto, float32, bfloat16, but was 'half'"
    ):
        embed(embedder, images, precision="half")
    with pytest.raises(
        ValueError, match="`backend` must be one of torch, openvino, but was 'onnx'"
    ):
        embed(embedder, images, backend="onnx")
    with pytest.raises(ValueError, match=r"uint8 of shape \(N, 32, 32, 3\)"):
        embed(embedder, images[:, ::2, ::2])
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(ImportError, match="needs the extra"):
        embed(embedder, images, backend="openvino")


def test_eight_views_are_the_mean_over_turns_and_flips_and_do_not_care_how_a_cell_lies(
    embedder, images
):
    Z = embed(embedder, images, precision="float32", views=8)
    turned = [
        np.rot90(flipped, turn, (1, 2))
        for flipped in (images, images[:, :, ::-1])
        for turn in range(4)
    ]
    each = [embed(embedder, np.ascontiguousarray(view), precision="float32") for view in turned]
    np.testing.assert_allclose(Z, np.mean(each, axis=0), atol=1e-5)
    lying = np.ascontiguousarray(np.rot90(images, 1, (1, 2)))
    np.testing.assert_allclose(Z, embed(embedder, lying, precision="float32", views=8), atol=1e-5)
    with pytest.raises(ValueError, match="`views` must be one of 1, 8, but was 4"):
        embed(embedder, images, views=4)


@pytest.fixture
def full(monkeypatch):
    """A GPU that has room for so many cells at a time, or none; the CPU stands in for it."""
    real, asked = embedding._embed_part, []

    def make(room, message="CUDA out of memory. Tried to allocate 20.00 MiB"):
        def embed_part(forward, images, part, at_once, device):
            asked.append((at_once, device.type))
            if at_once > room and device.type != "cpu":
                raise torch.OutOfMemoryError(message)
            return real(forward, images, part, at_once, torch.device("cpu"))

        monkeypatch.setattr(embedding, "_embed_part", embed_part)
        gpu = embedding.this_process("cpu")._replace(device=torch.device("meta"))
        monkeypatch.setattr(embedding, "this_process", lambda device: gpu)
        load = forward_pass.loaded
        monkeypatch.setattr(forward_pass, "loaded", lambda network, _: load(network, CPU))
        choose = forward_pass.choose_forward
        monkeypatch.setattr(forward_pass, "choose_forward", lambda *a: choose(*a[:2], CPU, *a[3:]))
        return asked

    return make


CPU = torch.device("cpu")


@pytest.mark.parametrize(
    "room, tried, words",
    [
        (4, [8, 2], ["given 2 at a time"]),
        (1, [8, 2, 1], ["given 2 at a time", "given 1 at a time"]),
        (0, [8, 2, 1, 8], ["given 2", "given 1", "the processor is used"]),
    ],
)
def test_a_gpu_without_room_gets_fewer_cells_and_at_last_none(
    room, tried, words, full, embedder, images
):
    expected, asked = embed(embedder, images, 8, precision="float32"), full(room)
    with pytest.warns(UserWarning, match="The GPU, meta, has no memory for the cells") as said:
        Z = embed(embedder, images, 8, precision="float32")
    np.testing.assert_allclose(Z, expected, atol=1e-5)
    assert [at_once for at_once, _ in asked] == tried, "what has no room is not tried again"
    assert asked[-1][1] == ("meta" if room else "cpu")
    assert all(word in str(each.message) for word, each in zip(words, said, strict=True))


def test_a_gpu_that_cannot_hold_the_network_is_left_at_once(full, embedder, images, monkeypatch):
    asked, choose = full(9), forward_pass.choose_forward

    def refuse(embedder, few, device, *ways):
        if device.type != "cpu":
            raise RuntimeError("CUDA error: out of memory")
        return choose(embedder, few, device, *ways)

    monkeypatch.setattr(forward_pass, "choose_forward", refuse)
    with pytest.warns(UserWarning, match=r"The GPU, .* has no memory .*: the processor is used"):
        assert len(embed(embedder, images)) == 9
    assert asked == [(64, "cpu")]


def test_no_room_anywhere_says_the_way_out_and_other_errors_pass(embedder, images, monkeypatch):
    def fail(*_):
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr(embedding, "_embed_part", fail)
    with (
        pytest.warns(UserWarning, match="The computer has no memory for the cells: it is given"),
        pytest.raises(MemoryError, match="close other programs, or choose weights of a smaller"),
    ):
        embed(embedder, images)

    def break_down(*_):
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    monkeypatch.setattr(embedding, "_embed_part", break_down)
    with pytest.raises(RuntimeError, match="mat1"):
        embed(embedder, images)


def test_a_gpu_that_is_full_before_we_begin_is_not_chosen(embedder, images, monkeypatch):
    empty = torch.empty

    def refuse(*shape, device=None, **options):
        if device == "cuda":
            raise RuntimeError("CUDA error: out of memory")
        return empty(*shape, device=device, **options)

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch, "empty", refuse)
    with pytest.warns(UserWarning, match="The GPU has no memory free: the processor is used"):
        assert launched_processes.this_process().device.type == "cpu"
    with pytest.raises(ValueError, match=r"but was 'cuda' \(CUDA error: out of memory\)"):
        launched_processes.this_process("cuda")
