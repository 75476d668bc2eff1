"""Sphinx extension: a figure in which the reader labels cells and sees the rest classified.

    ```{explorable-episode}
    :name: fig-episode
    The caption.
    ```

It computes what the figure shows from the embeddings in the package, and puts it into the
page: from file:// a browser fetches nothing. `{{ bccd_cells }}` and the other names of
`numbers` stand for figures in the text.
"""

import base64
import functools
import json

import numpy as np
from docutils import nodes
from docutils.parsers.rst import directives
from sklearn.decomposition import PCA
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.docutils import SphinxDirective

import bloodshot_lib as bs

WIDTH = 64  # singular directions that travel, of up to 384; one byte each
# name: (arm, title, what its classes are called)
SETS = {
    "bccd": ("released", "another laboratory's, four classes", {}),
    "pbc": ("recommended", "three classes new to the network", {"ig": "immature granulocyte"}),
}
ANSWERED_WITHOUT = (
    "Here the reader labels cells on a map and sees the rest classified at once."
    " That needs JavaScript, which is off."
)


@functools.cache
def cells(name: str) -> tuple[np.ndarray, np.ndarray]:
    """The embeddings (N, D) and labels (N,) of a set's cells.

    Of BCCD one image of each cell, of PBC the query cells.
    """
    Z, table = bs.load_embeddings(name, SETS[name][0])
    twice = table["subject"].duplicated() & (table["subject"] != "")
    kept = ((table["split"] != "pool") & ~twice).to_numpy()
    return Z[kept], table["label"].to_numpy(str)[kept]


@functools.cache
def rounded(name: str) -> np.ndarray:
    """The embeddings that travel, (N, WIDTH) int8: directions kept, lengths in common units."""
    Z, _ = cells(name)
    _, _, axes = np.linalg.svd(Z.astype(float), full_matrices=False)
    turned = Z @ axes[:WIDTH].T
    return np.round(turned * (127 / np.abs(turned).max())).astype(np.int8)


@functools.cache
def flat_map(name: str) -> tuple[np.ndarray, float]:
    """The cells on the first two principal components, each from 0 to 1, and their share."""
    pca = PCA(2, random_state=0)
    at = pca.fit_transform(cells(name)[0])
    return (at - at.min(0)) / np.ptp(at, axis=0), pca.explained_variance_ratio_.sum()


def travelling(name: str) -> dict:
    """What the page's script reads of a set."""
    (_, title, words), (_, labels) = SETS[name], cells(name)
    classes, codes = np.unique(labels, return_inverse=True)
    (x, y), vectors = flat_map(name)[0].T.round(4), rounded(name)
    return {
        "title": title,
        "classes": [words.get(label, label) for label in classes.tolist()],
        "codes": codes.tolist(),
        "x": x.tolist(),
        "y": y.tolist(),
        "width": WIDTH,
        "vectors": base64.b64encode(vectors.tobytes()).decode(),
    }


@functools.cache
def scores(name: str, method: str, k: int, travelled: bool) -> np.ndarray:
    """Balanced accuracy on the unlabelled cells, after `k` labels of each class; 100 draws."""
    Z, labels = cells(name)
    Z = rounded(name).astype(np.float32) if travelled else Z
    found = []
    for supports in bs.draw_supports(labels, k, 100, rng=0).reshape(100, -1):
        rest = np.setdiff1d(np.arange(len(Z)), supports)
        clf = bs.FewShotClassifier(method).fit(Z[supports], labels[supports])
        right = clf.predict(Z[rest]) == labels[rest]
        found.append(np.mean([right[labels[rest] == c].mean() for c in clf.classes_]))
    return np.array(found)


@functools.cache
def numbers() -> dict[str, int | str]:
    """What the text says, by name."""
    told = {"directions": WIDTH}
    apart = []
    for name in SETS:
        told |= {
            f"{name}_cells": len(cells(name)[0]),
            f"{name}_dimensions": cells(name)[0].shape[1],
            f"{name}_lost": f"{1 - flat_map(name)[1]:.0%}",
        }
        for method in ("cosine", "lda"):
            whole = scores(name, method, 10, travelled=False)
            told[f"{name}_{method}"] = f"{whole.mean():.0%}"
            for k in (1, 10):
                whole = scores(name, method, k, travelled=False)
                apart.append(scores(name, method, k, travelled=True) - whole)
    told["mean_apart"] = f"{100 * max(abs(a.mean()) for a in apart):.1f}"
    told["most_apart"] = f"{100 * max(np.abs(a).max() for a in apart):.0f}"
    return told


class ExplorableEpisode(SphinxDirective):
    has_content = True
    option_spec = {"name": directives.unchanged}  # noqa: RUF012 (docutils' own way)

    def run(self) -> list[nodes.Node]:
        """A figure, so that it is numbered and can be referred to; other formats than HTML get
        a sentence.
        """
        data = json.dumps([travelling(name) for name in SETS], separators=(",", ":"))
        data = data.replace("</", "<\\/")  # nothing in it ends the script
        page = (
            '<div class="episode"><script type="application/json">'
            f"{data}</script>"
            f"<noscript><p>{ANSWERED_WITHOUT}</p></noscript></div>"
        )
        figure = nodes.figure("", nodes.raw("", page, format="html"))
        text, _ = self.state.inline_text(" ".join(self.content), self.lineno)
        figure += nodes.caption("", "", *text)
        self.set_source_info(figure)
        self.add_name(figure)
        return [figure]


def add_numbers(app: Sphinx, config: Config) -> None:
    config.myst_substitutions = {**config.myst_substitutions, **numbers()}


def add_files(
    app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None
) -> None:
    """Load the script and the style sheet where the figure is."""
    if '<div class="episode">' in context.get("body", ""):
        app.add_css_file("episode.css")
        app.add_js_file("episode.js", priority=900, loading_method="defer")


def setup(app: Sphinx) -> dict:
    app.add_directive("explorable-episode", ExplorableEpisode)
    app.connect("config-inited", add_numbers, priority=100)  # before MyST reads them
    app.connect("html-page-context", add_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
