"""What classes and recipes are called in figures and on pages: in words, and in one colour."""

from .renderer import BLUE, GREEN, INK, ORANGE, PINK, RED, SKY

CLASSES = {
    "all": "leukaemic",
    "hem": "normal",
    "ig": "immature granulocyte",
    "BAS": "basophil",
    "EBO": "erythroblast",
    "EOS": "eosinophil",
    "KSC": "smudge cell",
    "LYA": "atypical lymphocyte",
    "LYT": "lymphocyte",
    "MMZ": "metamyelocyte",
    "MOB": "monoblast",
    "MON": "monocyte",
    "MYB": "myelocyte",
    "MYO": "myeloblast",
    "NGB": "band neutrophil",
    "NGS": "segmented neutrophil",
    "PMB": "bilobed promyelocyte",
    "PMO": "promyelocyte",
}
ARMS = {
    "report": "report's recipe",
    "the report's recipe": "report's recipe",
    "imagenet": "ImageNet, untrained on cells",
    "ImageNet features": "ImageNet, untrained on cells",
    "released": "recommended",
    "barcelona": "one laboratory",
    "softmax": "plain softmax",
    "aam": "angular margin",
    "aam+rotation": "margin, rotated images",
    "aam+consistency": "report's recipe",
    "aam+consistency, reflected": "consistency, no black corners",
    "frozen batch norm": "recommended",
    "AAM, 15 degrees, scale 30": "angular margin",
    "the same, 3 sub-centres": "margin, 3 sub-centres",
    "lda": "linear discriminant",
    "cosine": "prototypes",
    "ridge": "ridge regression",
    "logistic": "logistic regression",
    "centred": "centred prototypes",
    "cosine, 8 views": "prototypes, 8 views",
    "centred, 8 views": "centred prototypes, 8 views",
    "ridge, 8 views": "ridge regression, 8 views",
    "area": "ruler: area",
    "area and colour": "ruler: area and colour",
}
LOOKS = {  # a colour and a symbol
    "report's recipe": (GREEN, "diamond"),
    "ImageNet, untrained on cells": (INK, "square"),
    "recommended": (RED, "circle"),
    "one laboratory": (ORANGE, "triangle-up"),
    "plain softmax": (ORANGE, "circle"),
    "angular margin": (BLUE, "square"),
    "margin, rotated images": (SKY, "cross"),
    "consistency, no black corners": (PINK, "triangle-up"),
    "ruler: area": (BLUE, "x"),
    "ruler: area and colour": (PINK, "cross"),
}


def in_words(name: str) -> str:
    """A class or a recipe in words, as haematologists and this book say it.

    A name that is in no list stays as it is.
    """
    return CLASSES.get(name) or ARMS.get(name) or str(name)


def colour_of(arm: str, otherwise: str = INK) -> str:
    """The colour of a recipe, under any of its names."""
    return LOOKS.get(in_words(arm), (otherwise, None))[0]


def symbol_of(arm: str) -> str:
    """The symbol of a recipe, under any of its names."""
    return LOOKS.get(in_words(arm), (None, "circle"))[1]
