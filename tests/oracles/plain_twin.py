"""The published evaluation, written the obvious way: episode by episode, batch by batch, one
report each.

Nothing here is shared with the library, so that agreement means something.
"""

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.metrics import balanced_accuracy_score, classification_report, roc_auc_score


def evaluate(Z_pool, y_pool, Z_query, y_query, k, n_episodes, seed, batch_size=32):
    """Draw, average, compare and score as the report's code does; a dictionary of metrics per
    episode.
    """
    rng = np.random.default_rng(seed)
    names = sorted(set(y_pool))
    rows = []
    for _ in range(n_episodes):
        prototypes = []
        for name in names:
            indices = np.array([i for i, label in enumerate(y_pool) if label == name])
            chosen = rng.choice(indices, k)
            prototypes.append(
                torch.stack([torch.from_numpy(Z_pool[i]) for i in chosen]).mean(dim=0)
            )
        scores = []
        for start in range(0, len(Z_query), batch_size):
            batch = torch.from_numpy(Z_query[start : start + batch_size])
            scores.append(
                torch.stack([F.cosine_similarity(batch, p[None]) for p in prototypes], dim=1)
            )
        scores = torch.cat(scores).numpy()
        predicted = [names[i] for i in scores.argmax(axis=1)]
        report = classification_report(y_query, predicted, output_dict=True, zero_division=0)
        row = {
            "accuracy": np.mean(np.array(predicted) == np.array(y_query)),
            "balanced_accuracy": balanced_accuracy_score(y_query, predicted),
            "macro_f1": report["macro avg"]["f1-score"],
            "weighted_f1": report["weighted avg"]["f1-score"],
        }
        row |= {f"f1_{name}": report[name]["f1-score"] for name in names}
        if len(names) == 2:
            row["auroc"] = roc_auc_score(
                [label == names[1] for label in y_query], scores[:, 1] - scores[:, 0]
            )
        rows.append(row)
    return rows
