"""Read a Piper voice (VITS exported as ONNX): its weights by name, and the shape of its network.

The exporter renames some weights ("onnx::Conv_8168"), but each node of the graph keeps the path of its original module
("/flow/flows.6/enc/in_layers.0/Conv"), so weights are found by that path.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

Weights = dict[str, NDArray[np.float32]]

# Layer norms and relative positions keep their own names; shape constants have a slash or "::" in theirs.
_OWN_NAME = re.compile(r"\w+(\.\w+)+")


@dataclass(frozen=True, slots=True)
class PiperNetwork:
    """Weights by Piper's module names, and the attributes (strides, dilations …) of each convolution."""

    weights: Weights
    convolutions: dict[str, dict[str, list[int]]] = field(default_factory=dict)

    def shape(self, module: str) -> tuple[int, ...]:
        """Return the shape of a module's weight."""
        return self.weights[f"{module}.weight"].shape

    def count(self, pattern: str) -> int:
        """Return the number of distinct name prefixes that match `pattern`."""
        found = (re.match(pattern, name) for name in self.weights)
        return len({match[0] for match in found if match})


def read_network(path: Path) -> PiperNetwork:
    """Return the network in the ONNX file at `path`."""
    graph = onnx.load(str(path)).graph
    stored: Weights = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    network = PiperNetwork({name: value for name, value in stored.items() if _OWN_NAME.fullmatch(name)})
    for node in graph.node:
        _read_node(node, stored, network)
    # The exporter has already computed exp(-logs), so undo that.
    if (scale := stored.get("/dp/flows.0/Exp_output_0")) is not None:
        network.weights["dp.flows.0.logs"] = -np.log(scale)
    return network


def _read_node(node: Any, stored: Weights, network: PiperNetwork) -> None:
    module = ".".join(node.name.strip("/").split("/")[:-1])
    if node.op_type in {"Conv", "ConvTranspose"}:
        network.convolutions[module] = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        for leaf, source in zip(("weight", "bias"), node.input[1:], strict=False):  # some have no bias
            network.weights[f"{module}.{leaf}"] = stored[source]
    elif node.op_type == "Gather" and module == "enc_p.emb":
        network.weights["enc_p.emb.weight"] = stored[node.input[0]]
