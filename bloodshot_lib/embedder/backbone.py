"""Make a timm network from its name."""

import difflib

from torch import nn


def timm_backbone(
    name: str, image_size: int | None = None, drop_path: float = 0.0, **options
) -> nn.Module:
    """A timm network, without its classifier unless `num_classes` says otherwise.

    A network that has to know the size of its images (a transformer) is built for `image_size`,
    if given. Raises ValueError as `Embedder` does.
    """
    import timm  # here, because importing it takes as long as everything else together

    if not isinstance(name, str) or not timm.is_model(name):
        name = str(name)
        near = difflib.get_close_matches(name, timm.list_models(), n=3) or ["efficientnet_b0"]
        raise ValueError(
            f"`backbone` must be a timm model, but {name!r} is not. Similar: {', '.join(near)}. "
            "timm.list_models() lists them all."
        )
    options = {"num_classes": 0} | options
    if drop_path:
        options["drop_path_rate"] = drop_path
    facts = timm.get_pretrained_cfg(name)
    if image_size is not None and facts is not None and facts.fixed_input_size:
        options["img_size"] = image_size
    try:
        return timm.create_model(name, **options)
    except TypeError as error:
        raise ValueError(
            f"The backbone {name!r} does not take drop_path={drop_path}: set it to 0."
        ) from error
