"""The released networks as a browser runs them: ONNX, the scaling inside, half precision."""

import io

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

import bloodshot_lib as bs
from bloodshot_lib.fields.finder import Finder

MOST = 4096  # cells at once


class _FromPixels(nn.Module):
    """A network that takes images (N, H, W, 3), uint8."""

    def __init__(self, network: nn.Module):
        super().__init__()
        self.network = network

    def forward(self, pixels: Tensor) -> Tensor:
        return self.network(pixels.permute(0, 3, 1, 2).float() / 255)


def network_file(embedder: bs.Embedder) -> bytes:
    """An embedder as an ONNX file: `pixels` (N, S, S, 3), uint8 -> `embeddings` (N, dim)."""
    side = embedder.image_size
    example = torch.zeros(2, side, side, 3, dtype=torch.uint8)
    cells = torch.export.Dim("cells", min=1, max=MOST)
    return _onnx(embedder, example, "embeddings", {0: cells}).SerializeToString()


def finder_file(finder: Finder) -> bytes:
    """A finder as an ONNX file: `pixels` (1, H, W, 3), uint8 -> `maps` (1, 4, H / 16, W / 16).

    H and W are multiples of 32.
    """
    model = _onnx(finder, torch.zeros(1, 64, 96, 3, dtype=torch.uint8), "maps", {})
    # convolutions take any size, which the exporter takes minutes to prove
    del model.graph.value_info[:]
    for value, sides in ((model.graph.input[0], (1, 2)), (model.graph.output[0], (2, 3))):
        for side in sides:
            value.type.tensor_type.shape.dim[side].dim_param = f"{value.name}_{side}"
    return model.SerializeToString()


def _onnx(network: nn.Module, example: Tensor, output: str, dynamic: dict) -> onnx.ModelProto:
    """A network in ONNX, filters rounded to half precision (which compresses well)."""
    program = torch.onnx.export(
        _FromPixels(network).eval(),
        (example,),
        dynamo=True,
        input_names=["pixels"],
        output_names=[output],
        dynamic_shapes=(dynamic,),
        verbose=False,
    )
    file = io.BytesIO()
    program.save(file)
    model = onnx.load_from_string(file.getvalue())
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.ndim > 1 and values.dtype == np.float32:
            rounded = values.astype(np.float16).astype(np.float32)
            tensor.CopyFrom(numpy_helper.from_array(rounded, tensor.name))
    return model


def products_file() -> bytes:
    """The inner products of rows (N, D) and (M, D), (N, M), as an ONNX file: fast in a browser."""
    kind = onnx.TensorProto.FLOAT
    rows = [onnx.helper.make_tensor_value_info(name, kind, [name, "D"]) for name in ("N", "M")]
    products = onnx.helper.make_tensor_value_info("products", kind, ["N", "M"])
    node = onnx.helper.make_node("Gemm", ["N", "M"], ["products"], transB=1)
    graph = onnx.helper.make_graph([node], "products", rows, [products])
    opset = onnx.helper.make_opsetid("", 20)
    return onnx.helper.make_model(graph, opset_imports=[opset], ir_version=10).SerializeToString()
