"""The episode that the reader tries: by mouse, finger and keys, with the library's own verdicts."""

from pathlib import Path

import numpy as np
import pytest

from bloodshot_lib import FewShotClassifier, draw_supports
from tests.conftest import PAGES

SETTLED = "document.querySelector('.episode').getAttribute('aria-busy') === 'false'"
STATE = """(() => {
    const {set, method, named, balanced, draws, draw} = document.querySelector('.episode').episode;
    return {method, named: [...named], balanced, draws, labels: set.labels, codes: set.codes,
            Z: set.raw.map(row => [...row]), drawn: draws.map((_, seed) => draw(seed))};
})()"""
# the dots that the arrows lead to, from the one that Tab reaches
REACHED = """() => {
    const dot = n => document.querySelector(`.episode-map [data-cell="${n}"]`);
    const seen = new Set([document.querySelector('.episode-map [tabindex="0"]').dataset.cell]);
    for (const from of seen) {
        for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']) {
            dot(from).focus();
            dot(from).dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
            seen.add(document.activeElement.dataset.cell);
        }
    }
    return seen.size;
}"""


@pytest.fixture
def episode(html, tab):
    """The page, opened; it has to be in the contents."""
    page = next(page for page in PAGES if Path(page).name == "episode")
    tab.set_viewport_size({"width": 1280, "height": 1400})
    tab.goto((html / f"{page}.html").as_uri())
    tab.wait_for_function(SETTLED)
    assert len(_state(tab)["labels"]) == 4, "it begins with one label of each class"
    tab.click("text=Clear")
    yield tab
    assert tab.faults == []


def _state(tab) -> dict:
    tab.wait_for_function(SETTLED)
    return tab.evaluate(STATE)


def _said(tab) -> str:
    tab.wait_for_function(SETTLED)
    return tab.inner_text(".episode-said").replace("\xa0", " ")


def _place(tab, cell: int) -> tuple[float, float]:
    dot = tab.locator(f'.episode-map [data-cell="{cell}"]')
    dot.scroll_into_view_if_needed()
    box = dot.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _first_of_each(tab) -> list[int]:
    codes = np.array(_state(tab)["codes"])
    return [int(np.flatnonzero(codes == c)[0]) for c in np.unique(codes)]


def test_a_click_labels_a_cell_and_the_others_are_named_at_once(episode):
    assert "Nothing is labelled" in _said(episode)
    told = []
    for cell in _first_of_each(episode):
        episode.mouse.click(*_place(episode, cell))
        told.append(_said(episode))
    state = _state(episode)
    assert len(state["labels"]) == 4 == len(set(told))
    assert f"4 labels, balanced accuracy {100 * state['balanced']:.0f} %." in told[-1]
    assert f"{100 * state['balanced']:.0f}" in episode.inner_text(".episode-score")
    assert episode.locator(".episode-map .stars path").count() == 4
    wrong = np.array(state["named"]) != state["codes"]
    wrong[state["labels"]] = False
    assert episode.locator(".episode-map .rings circle").count() == wrong.sum() > 0
    labelled = state["labels"][-1]
    episode.mouse.click(*_place(episode, labelled))
    assert "Took the label off" in _said(episode)
    episode.click("text=Undo")
    assert _state(episode)["labels"] == state["labels"]
    episode.click("text=Clear")
    assert _state(episode)["labels"] == []


def test_the_keys_do_all_that_the_mouse_does(episode):
    episode.locator(".episode-tools button").last.focus()
    episode.keyboard.press("Tab")
    met = [episode.evaluate("document.activeElement.dataset.cell")]
    for key in ("ArrowLeft", "ArrowUp", "ArrowRight", "ArrowDown"):
        where = _place(episode, met[-1])
        episode.keyboard.press(key)
        met.append(episode.evaluate("document.activeElement.dataset.cell"))
        (x, y), (x_before, y_before) = _place(episode, met[-1]), where
        moved = {"Left": x_before - x, "Right": x - x_before, "Up": y_before - y}
        assert moved.get(key.removeprefix("Arrow"), y - y_before) > 0, key
    assert episode.locator(".episode-map .focus").get_attribute("visibility") == "visible"
    before = _said(episode)
    episode.keyboard.press("Enter")
    assert _state(episode)["labels"] == [int(met[-1])]
    assert "1 label, balanced accuracy 25 %." in _said(episode) != before
    named = episode.locator(f'[data-cell="{met[-1]}"]').get_attribute("aria-label")
    assert named.endswith(", labelled") and named in episode.inner_text(".episode-here")
    episode.keyboard.press("Space")
    assert _state(episode)["labels"] == []
    assert episode.url.endswith("episode.html"), "an arrow turned the page"


@pytest.mark.parametrize("cells", [0, 1])
def test_the_arrows_lead_to_every_cell(episode, cells):
    episode.locator("[name=episode-set]").nth(cells).check()
    assert episode.evaluate(REACHED) == len(_state(episode)["codes"])


def test_a_finger_labels_too(episode, browser):
    session = browser.new_cdp_session(episode)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    episode.set_viewport_size({"width": 390, "height": 800})
    cell = _first_of_each(episode)[1]
    x, y = _place(episode, cell)
    point = [{"x": x, "y": y}]
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": point})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    episode.wait_for_function("document.querySelectorAll('.episode .stars path').length === 1")
    assert len(_state(episode)["labels"]) == 1


def _named(state, supports):
    Z, codes = np.array(state["Z"]), np.array(state["codes"])
    return FewShotClassifier(state["method"]).fit(Z[supports], codes[supports]).predict(Z)


def _balanced(state, supports) -> float:
    codes, right = np.array(state["codes"]), _named(state, supports) == state["codes"]
    rest = np.setdiff1d(np.arange(len(codes)), supports)
    return np.mean([right[rest][codes[rest] == c].mean() for c in np.unique(codes)])


@pytest.mark.parametrize("cells", [0, 1])
@pytest.mark.parametrize("method", ["cosine", "lda"])
def test_the_browser_names_each_cell_as_the_library_does(episode, cells, method):
    episode.locator("[name=episode-set]").nth(cells).check()
    episode.check(f"[name=episode-method][value={method}]")
    for k in (1, 2, 5, 10):
        episode.click(f"[aria-label='Label {k} of each class at random']")
        state = _state(episode)
        codes = np.array(state["codes"])
        assert np.bincount(codes[state["labels"]]).tolist() == [k] * (codes.max() + 1)
        np.testing.assert_array_equal(state["named"], _named(state, state["labels"]))
        assert state["balanced"] == pytest.approx(_balanced(state, state["labels"]))
        if k in (2, 10):
            expected = [_balanced(state, supports) for supports in state["drawn"]]
            np.testing.assert_allclose(state["draws"], np.sort(expected))


def test_unequal_labels_are_drawn_in_the_same_numbers(episode):
    first, second, *_ = _first_of_each(episode)
    for cell in (first, second, second + 1):
        episode.focus(f'.episode-map [data-cell="{cell}"]')
        episode.keyboard.press("Enter")
    state = _state(episode)
    codes = np.array(state["codes"])
    numbers = np.bincount(codes[state["labels"]]).tolist()
    assert sorted(numbers) == [1, 2] and len(set(codes)) > 2, "some classes have no label"
    np.testing.assert_array_equal(state["named"], _named(state, state["labels"]))
    for supports in state["drawn"]:
        assert np.bincount(codes[supports]).tolist() == numbers
    expected = [_balanced(state, supports) for supports in state["drawn"]]
    np.testing.assert_allclose(state["draws"], np.sort(expected))


def test_the_draws_are_like_the_librarys(episode):
    """Another generator, the same distribution."""
    episode.click("[aria-label='Label 5 of each class at random']")
    state = _state(episode)
    theirs = draw_supports(np.array(state["codes"]).astype(str), 5, 200, rng=0).reshape(200, -1)
    expected = [_balanced(state, supports) for supports in theirs]
    error = np.hypot(np.std(expected), np.std(state["draws"])) / np.sqrt(200)
    assert abs(np.mean(expected) - np.mean(state["draws"])) < 4 * error
    assert 0.75 < np.std(state["draws"]) / np.std(expected) < 1.33


def test_without_scripts_a_sentence_stands_in(html):
    page = next(page for page in PAGES if Path(page).name == "episode")
    assert "<noscript><p>Here the reader labels cells" in (html / f"{page}.html").read_text()
