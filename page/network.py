"""The released network as a browser runs it: ONNX, the scaling of pixels inside, half precision."""

import io

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

import bloodshot_lib as bs

MOST = 4096  # cells at once


class _FromPixels(nn.Module):
    """Images (N, S, S, 3), uint8 -> embeddings (N, dim)."""

    def __init__(self, embedder: nn.Module):
        super().__init__()
        self.embedder = embedder

    def forward(self, pixels: Tensor) -> Tensor:
        return self.embedder(pixels.permute(0, 3, 1, 2).float() / 255)


def network_file(embedder: bs.Embedder) -> bytes:
    """An embedder as an ONNX file, filters rounded to half precision (which compresses well)."""
    side = embedder.image_size
    example = torch.zeros(2, side, side, 3, dtype=torch.uint8)
    program = torch.onnx.export(
        _FromPixels(embedder).eval(),
        (example,),
        dynamo=True,
        input_names=["pixels"],
        output_names=["embeddings"],
        dynamic_shapes=({0: torch.export.Dim("cells", min=1, max=MOST)},),
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
    return model.SerializeToString()


def products_file() -> bytes:
    """The inner products of rows (N, D) and (M, D), (N, M), as an ONNX file: fast in a browser."""
    kind = onnx.TensorProto.FLOAT
    rows = [onnx.helper.make_tensor_value_info(name, kind, [name, "D"]) for name in ("N", "M")]
    products = onnx.helper.make_tensor_value_info("products", kind, ["N", "M"])
    node = onnx.helper.make_node("Gemm", ["N", "M"], ["products"], transB=1)
    graph = onnx.helper.make_graph([node], "products", rows, [products])
    opset = onnx.helper.make_opsetid("", 20)
    return onnx.helper.make_model(graph, opset_imports=[opset], ir_version=10).SerializeToString()
