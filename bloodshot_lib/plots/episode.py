"""An episode, step by step, and the cells that few-shot classification gets wrong."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ..common.checks import check_images, check_labels, check_table
from ..fewshot.classifier import FewShotClassifier
from .mosaic import mosaic
from .renderer import GREY, INK
from .style import finish, group_colours, shown

_SIDE = 66  # pixels of a cell in a row


def verdict_figure(
    images: np.ndarray,
    labels: Sequence[str],
    embeddings: np.ndarray,
    classifier: FewShotClassifier,
    note: str = "",
) -> go.Figure:
    """Query cells (n, S, S, 3), the score of each for every class, and the verdict.

    The scores are the classifier's for `embeddings` (n, D); those of the method "cosine" are
    cosines to the prototypes.
    """
    labels = check_labels(labels, n=len(check_images(images)))
    named = classifier.predict(embeddings)
    scores = classifier.head_.scores(np.asarray(embeddings))
    scores = pd.DataFrame(scores, columns=classifier.classes_)
    cosine = classifier.method == "cosine"
    title, what = ("cosine similarity", "cosine to") if cosine else ("score", "score for")
    colours = group_colours(classifier.classes_)
    fig = go.Figure()
    for row, values in enumerate(scores.to_numpy()):
        line = {"mode": "lines", "line": {"color": GREY, "width": 3}, "hoverinfo": "skip"}
        fig.add_scatter(x=[values.min(), values.max()], y=[row, row], showlegend=False, **line)
    for name in scores:
        fig.add_scatter(
            x=scores[name],
            y=np.arange(len(scores)),
            mode="markers",
            name=f"{what} {shown(name)}",
            marker={"size": 13, "color": colours[name]},
        )
    for row, (image, label, verdict) in enumerate(zip(images, labels, named, strict=True)):
        at = {"x": -0.01, "xref": "paper", "xanchor": "right", "y": row, "yref": "y"}
        size = {"sizex": 0.2, "sizey": 0.92, "sizing": "contain", "yanchor": "middle"}
        fig.add_layout_image(source=mosaic([[image]], 96), **size, **at)
        right = "right" if label == verdict else f"wrong, it is<br>{shown(label)}"
        at = {"x": 1.01, "xref": "paper", "xanchor": "left", "y": row}
        text = f"<b>{shown(verdict)}</b><br>{right}"
        fig.add_annotation(text=text, align="left", showarrow=False, **at)
    fig.update_xaxes(title=title)
    fig.update_yaxes(range=[len(scores) - 0.4, -0.6], showticklabels=False, ticks="")
    fig.update_layout(height=110 + _SIDE * len(scores), margin={"l": 80, "r": 140})
    share = (labels == named).sum()
    return finish(
        fig,
        f"{title.capitalize()} of {len(scores)} query cells for the classes {', '.join(scores)};"
        f" {share} of the verdicts are right.",
        note,
    )


def mistakes_figure(
    mistakes: pd.DataFrame,
    query: np.ndarray,
    pool: np.ndarray,
    y_pool: Sequence[str],
    note: str = "",
) -> go.Figure:
    """The query cell and its nearest pool cells, framed by class, a row a mistake.

    `mistakes` is what `hardest_cells` returns.
    """
    check_table(mistakes, ("cell", "label", "wrong", "neighbours"), "mistakes", least=1)
    y_pool = check_labels(y_pool, "y_pool", n=len(check_images(pool, name="pool")))
    colours = group_colours(y_pool)
    rows, frames = [], []
    for mistake in mistakes.itertuples():
        nearest = list(mistake.neighbours)
        rows.append([query[mistake.cell], None, *pool[nearest]])
        own = colours.get(mistake.label, INK)
        frames.append([own, "", *(colours[y_pool[n]] for n in nearest)])
    fig = go.Figure(go.Image(source=mosaic(rows, 72, frames), hoverinfo="skip"))
    for name, colour in colours.items():
        marker = {"color": colour, "symbol": "square"}
        fig.add_scatter(x=[None], y=[None], mode="markers", name=shown(name), marker=marker)
    texts = [f"{shown(m.label)}<br>wrong in {m.wrong:.0%}" for m in mistakes.itertuples()]
    bare = {"showgrid": False, "ticks": "", "showline": False}
    heads = ["cell", "its nearest neighbours in the pool"]
    fig.update_xaxes(tickvals=[36, 36 * (2 + len(rows[0]))], ticktext=heads, side="top", **bare)
    fig.update_yaxes(tickvals=72 * (np.arange(len(rows)) + 0.5), ticktext=texts, **bare)
    legend = {"y": -0.02, "yanchor": "top"}
    fig.update_layout(height=100 + 62 * len(rows), margin_t=60, legend=legend)
    worst = mistakes.iloc[0]
    return finish(
        fig,
        f"{len(rows)} query cells that most episodes get wrong, with their nearest neighbours."
        f" The first is {worst['label']} and is wrong in {worst['wrong']:.0%} of episodes.",
        note,
    )
