
import pytest
import torch
import torch.nn.functional as F
from torchvision.transforms import functional as TF

from bloodshot_lib import AAMSoftmax, SoftmaxHead, rotate, rotation_consistency

SAMPLES = [(3, 4), (1, 0), (-1, 0), (0.6, -0.8), (-0.99, 0.1410674)]
TARGETS = torch.tensor([0, 0, 0, 1, 0])
# per-sample losses, those of pytorch-metric-learning 1.5.0 (plain) and 2.9.0 (monotone); the
# last sample's gradient, from arithmetic with 40 digits (that library in float32 gives
# 1.886765, 13.241172 and -2.547195, -17.876070)
REFERENCE = {
    False: ([41.994477, 0, 120.190910, 101.734496, 123.310781], (1.886762, 13.241148)),
    True: ([41.994477, 0, 143.292533, 101.734496, 142.012532], (-2.547201, -17.876061)),
}


def _head(dtype=torch.float64, **settings):
    head = AAMSoftmax(3, 2, **settings).to(dtype)
    head.weight.data = torch.tensor([(1, 0), (0, 1), (-1, 0)], dtype=dtype)
    return head


@pytest.mark.parametrize("monotone", [False, True])
def test_aam_repeats_the_reference_losses_and_gradients(monotone):
    losses, gradient = REFERENCE[monotone]
    x = torch.tensor(SAMPLES, dtype=torch.float64, requires_grad=True)
    loss = _head(monotone=monotone)(x, TARGETS, reduction="none")
    assert loss.tolist() == pytest.approx(losses, abs=6e-7)
    loss[-1].backward()
    assert x.grad[-1].tolist() == pytest.approx(gradient, abs=6e-7)
    single = _head(torch.float32, monotone=monotone)(
        torch.tensor(SAMPLES), TARGETS, reduction="none"
    )
    assert single.tolist() == pytest.approx(losses, rel=1e-5, abs=1e-5)


def test_aam_mean_is_the_mean_and_logits_have_no_margin():
    x = torch.tensor(SAMPLES, dtype=torch.float64)
    head = _head()
    assert head(x, TARGETS).item() == pytest.approx(
        head(x, TARGETS, reduction="none").mean().item()
    )
    assert head.logits(x)[0].tolist() == pytest.approx([64 * 0.6, 64 * 0.8, -64 * 0.6])


def test_without_margin_and_scale_aam_is_cross_entropy_of_cosines():
    x = torch.randn(9, 5, dtype=torch.float64)
    head = AAMSoftmax(4, 5, margin_deg=0, scale=1).double()
    y = torch.arange(9) % 4
    assert head(x, y).item() == pytest.approx(
        F.cross_entropy(F.normalize(x) @ F.normalize(head.weight).T, y).item()
    )


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_gradients_are_finite_where_the_angle_is_zero_or_straight(dtype):
    x = torch.tensor([(1.0, 0), (-1.0, 0), (1e-4, 0)], dtype=dtype, requires_grad=True)
    _head(dtype)(x, torch.tensor([0, 0, 0])).backward()
    assert x.grad.isfinite().all()


def test_the_head_stays_in_float32_under_autocast():
    head, x = _head(torch.float32), torch.tensor(SAMPLES)
    exact = head.logits(x)
    with torch.autocast("cpu", torch.bfloat16):
        assert (head.logits(x) - exact).abs().max() == 0
        assert head(x.bfloat16(), TARGETS).dtype == torch.float32


def test_the_softmax_head_may_have_surplus_outputs_that_logits_leave_out():
    head = SoftmaxHead(3, 4, n_outputs=10, dropout=0.5).eval()
    x = torch.randn(6, 4)
    assert head.linear.out_features == 10 and head.logits(x).shape == (6, 3)
    assert head(x, torch.tensor([0, 1, 2] * 2)).item() == pytest.approx(
        F.cross_entropy(head.linear(x), torch.tensor([0, 1, 2] * 2)).item()
    )


@pytest.mark.parametrize("kind", [torch.int32, torch.int16, torch.uint8])
def test_class_numbers_may_be_of_any_whole_kind(kind):
    for head in (_head(torch.float32), SoftmaxHead(3, 2)):
        x = torch.tensor(SAMPLES)
        assert torch.equal(head(x, TARGETS.to(kind)), head(x, TARGETS))


def test_a_batch_that_is_not_finite_makes_a_loss_that_is_not():
    """A training reports it, with its cause; to look at every batch would stall a GPU."""
    x = torch.tensor(SAMPLES)
    x[0, 0] = float("nan")
    for head in (_head(torch.float32), SoftmaxHead(3, 2)):
        assert head(x, TARGETS).isnan()
    assert rotation_consistency(x, x).isnan()


def test_the_softmax_head_works_under_autocast():
    head, x = SoftmaxHead(3, 2), torch.tensor(SAMPLES)
    with torch.autocast("cpu", torch.bfloat16):
        assert head(x.bfloat16(), TARGETS).isfinite() and head.logits(x).shape == (5, 3)


def test_consistency_is_the_mean_squared_error():
    a, b = torch.tensor([[1.0, 2], [3, 4]]), torch.tensor([[1.0, 0], [0, 4]])
    assert rotation_consistency(a, b).item() == 3.25


def test_consistency_pulls_both_views():
    a, b = torch.ones(2, 2, requires_grad=True), torch.zeros(2, 2, requires_grad=True)
    rotation_consistency(a, b).backward()
    assert a.grad.abs().min() > 0 and b.grad.abs().min() > 0


def test_a_quarter_turn_is_rot90_and_any_turn_is_torchvisions():
    images = torch.rand(4, 3, 17, 17)
    degrees = torch.tensor([90.0, 30, 200, 311])
    turned = rotate(images, degrees)
    assert torch.equal(turned[0], torch.rot90(images[0], 1, (1, 2)))
    for image, angle, result in zip(images, degrees, turned, strict=True):
        assert torch.equal(result, TF.rotate(image, angle.item()))
    oblong = torch.rand(1, 3, 12, 20)
    assert torch.equal(rotate(oblong, torch.tensor([33.0]))[0], TF.rotate(oblong[0], 33))


def test_turns_blacken_a_ninth_of_a_square_on_average():
    degrees = torch.linspace(0, 360, 1441)[:-1]
    share = (rotate(torch.ones(1440, 1, 64, 64), degrees) == 0).float().mean().item()
    assert share == pytest.approx(0.117, abs=0.0005)


def test_corners_are_filled_as_asked():
    grey = torch.full((1, 3, 9, 9), 0.3)
    angle = torch.tensor([45.0])
    assert rotate(grey, angle).min() == 0
    assert (rotate(grey, angle, "reflect") - 0.3).abs().max() < 1e-6


def test_a_margin_left_on_at_test_time_lowers_its_class_alone():
    head, x = _head(), torch.tensor([(0.8, 0.6)], dtype=torch.float64)
    plain, handicapped = head.logits(x)[0], head.logits(x, margin_on=0)[0]
    assert handicapped[1:].equal(plain[1:])
    assert handicapped[0].item() == pytest.approx(
        64 * torch.cos(torch.tensor(0.6435011 + 0.4991642)).item(), abs=1e-4
    )
