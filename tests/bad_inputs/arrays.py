"""Bad inputs of one name each: embeddings, labels, supports, frames of episodes, and tensors."""

import numpy as np
import torch
from sklearn.exceptions import NotFittedError

import bloodshot_lib as bs
from tests.bad_inputs import Bad
from tests.bad_inputs.kit import EPISODES, REPLICATES

WIDTHS = [
    Bad(f"FewShotClassifier.{name}", lambda kit: {"X": kit.Z[:, 1:]}, "X has 3 features, but")
    for name in ("decision_function", "predict", "predict_proba", "unlikeness")
]

CASES: list[Bad] = [
    *WIDTHS,
    Bad("FewShotClassifier.unfitted", {}, "no supports yet: call `fit` first", NotFittedError),
    Bad("draw_supports", {"k": 7}, "7 supports per class need 7 cells; class 'ape' has 6"),
    Bad("paper_supports", {"labels": ["ape"]}, r"at least two classes; got \['ape'\]"),
    Bad("evaluate_few_shot", lambda kit: {"Z_query": kit.Z[:0], "y_query": []},
        "`Z_query` holds embeddings, .* at least 1 of them; got 0"),
    Bad("evaluate_few_shot", lambda kit: {"y_query": ["cat", *kit.labels[1:]]},
        r"Query labels \['cat'\] have no cell in the pool, whose classes are \['ape', 'bee'\]"),
    Bad("k_sweep", {"ks": ([1], [2])}, "`ks` is a list, column or array .* of lists"),
    Bad("k_sweep", {"ks": (1, 7)}, "7 supports per class need 7 cells; class 'ape' has 6"),
    Bad("k_sweep", {"draw": "nested"}, "`draw` is a function that draws supports, .*'nested'"),
    Bad("k_sweep", {"draw": lambda *_: None}, r"whole numbers of shape \(episodes, 2 classes, k"),
    Bad("classification_table", {"y_true": [], "y_pred": []}, "at least one cell; .* are empty"),
    Bad("classification_table", {"y_true": ["accuracy", "a"], "y_pred": ["a", "a"]},
        "its own row 'accuracy': rename the class of that name"),
    Bad("majority_share", {"labels": []}, "`labels` is empty"),
    Bad("suggest_cells", {"n": 13}, "`n` is at most the number"),
    Bad("suggest_cells", lambda kit: {"Z_labelled": kit.Z[:, 1:], "y_labelled": kit.labels},
        "one embedder; got widths 4 and 3"),
    Bad("LabelDesk", lambda kit: {"images": kit.Z}, "`images` are uint8"),
    Bad("LabelDesk", {"file": "no/l.csv"}, "There is no folder", FileNotFoundError),
    Bad("crop_cells", {"field": "field.png"}, r"`field` is one image, .*\(H, W, 3\); got str"),
    Bad("crop_cells", {"width": 2}, "`width` is at least 16"),
    Bad("estimate_accuracy", lambda kit: {"Z": kit.Z[:7], "y": kit.labels[:7], "groups": None},
        r"one cell each of 'bee'\. Label second"),
    Bad("estimate_accuracy", {"groups": [*"abcdef", *"gggggg"]},
        "two subjects or more; too few are of 'bee'"),
    Bad("estimate_prevalence", {"predicted": ["cat"]}, "got 'cat', not one of ape, bee"),
    Bad("estimate_prevalence", {"predicted": []}, "at least one cell; got none"),
    Bad("estimate_prevalence", {"accuracy": 0.8}, r"what estimate_accuracy\(Z, y\) .*got float"),
    Bad("FewShotClassifier", {"method": lambda *_: 0},
        r"returns a Head \(bloodshot_lib.fewshot.heads\); got"),
    Bad("FewShotClassifier", {"y": ["ape"] * 12}, r"at least two classes; got \['ape'\]"),
    Bad("FewShotClassifier", {"y": None}, "requires y to be passed"),
    Bad("FewShotClassifier", {"y": ["ape"]}, r"inconsistent numbers of samples: \[12, 1\]"),
    Bad("FewShotClassifier", {"y": np.arange(12) / 10}, "Unknown label type: continuous"),
    Bad("FewShotClassifier", {"X": [[{}]] * 12}, "a string or a real number", TypeError),
    Bad("occlusion_maps", lambda kit: {"classifier": bs.FewShotClassifier()}, "call `fit` first",
        NotFittedError),
    Bad("occlusion_maps", {"classifier": None}, "`classifier` is a Few.*NoneType"),
    Bad("occlusion_maps", lambda kit: {"classifier": kit.classifier}, "is expecting 4 features"),
    Bad("occlusion_maps", {"patch": 4}, "`stride` is a whole number, 1 to 4; got 8"),
    Bad("draw_halves", {"groups": None, "k": 6},
        "6 cells of each class.*could not be drawn: class 'ape' has 6 cells of 6 groups"),
    Bad("evaluate_halves", {"ks": (9,)}, "9 cells of each class"),
    Bad("compare", {"scores": EPISODES.assign(k=[1, 1, 5, 5] * 2), "pairs": "k", "within": "k"},
        "`pairs` is the name of a column, .*got 'k'. Name each column once"),
    Bad("compare", {"scores": EPISODES[:6]}, r"these lack one: \['y'\]"),
    Bad("compare", {"scores": EPISODES.assign(episode=0)}, "choose one k, shift and method first"),
    Bad("compare", {"scores": EPISODES[::4], "replicates": None}, "two pairs of seed; got 1"),
    Bad("compare", {"replicates": REPLICATES[:4]}, r"score in every .*replicate; .*\['y'\]"),
    Bad("summarise", {"episodes": EPISODES[["arm", "seed"]]}, "no column of numbers to summarise"),
    Bad("summarise", {"by": "arms"}, "`episodes` needs the columns arms; arms missing, got arm"),
    Bad("summarise", {"by": []}, r"`by` is the name of a column, or a list of them; got \[\]"),
    Bad("summarise", {"by": ["arm", "arm"]}, "`by` is the name of a column, .*; got"),
    Bad("summarise", {"replicates": [0.5]}, "`replicates` is a table .*; got list"),
    Bad("summarise", {"replicates": REPLICATES[:4]}, "`replicates` has no row of y in arm"),
    Bad("pca_map", lambda kit: {"Z": kit.Z[:, :1]}, "embeddings need at least two; got 1"),
    Bad("pca_map", {"Z": np.ones((5, 3))}, "the embeddings of these 5 are all the same"),
    Bad("silhouette", {"labels": [*"abcdefghijkl"]}, "fewer .*than cells; got 12"),
    Bad("AAMSoftmax", {"margin_deg": 181}, "`margin_deg` lies between 0 and 180; got 181"),
    Bad("AAMSoftmax", {"scale": 0}, "`scale` is above 0; got 0"),
    Bad("AAMSoftmax.forward", {"embeddings": torch.ones(4, 3)},
        r"floating-point numbers, shape \(N, 2\); got torch.float32 \(4, 3\)"),
    Bad("AAMSoftmax.logits", {"margin_on": 3}, "`margin_on` is a whole number, 0 to 2; got 3"),
    Bad("SoftmaxHead", {"n_outputs": 0}, "`n_outputs` is a whole number, at least 1; got 0"),
    Bad("SoftmaxHead.logits", {"embeddings": torch.ones(1, 4, 2)}, "`embeddings` is a tensor "),
    Bad("rotation_consistency", {"rotated_embeddings": torch.ones(1, 2)},
        r"`rotated_embeddings` is a tensor .* shape \(4, 2\); got torch.float32 \(1, 2\)"),
    Bad("rotate", {"degrees": torch.ones(3)}, r"the angle of each image, shape \(4,\); got .*3,"),
    Bad("rotate", {"degrees": torch.full((4,), torch.nan)}, "`degrees` holds finite numbers"),
    Bad("rotate", {"images": torch.ones(3, 8, 8)}, r"`images` is a tensor .*\(N, C, H, W\); got"),
]
