"""How fast this machine multiplies matrices, in the shapes of a transformer's layers: what an encoder could reach.

A chain of nothing but the model's own linear layers is run as the encoder runs its model: as many streams as cores,
each with rows for a batch. In int8 each product is rounded to int8 again for the next one, as in the model; there is
no attention, no norm, no activation, no padding. torch's float32 product is given beside it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from corpus.machine import cores
from indexer.encoders.openvino import runtime

ROWS = 1024
_RUNS = 3
"""Runs of the chain for each core in one measurement."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A transformer of the BERT family: width, width between the two products of a layer, layers."""

    hidden: int
    intermediate: int
    layers: int

    @classmethod
    def of(cls, folder: Path) -> Shape:
        """As the model's ``config.json`` says."""
        found = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        return cls(found["hidden_size"], found["intermediate_size"], found["num_hidden_layers"])

    @property
    def linear(self) -> tuple[tuple[int, int], ...]:
        """Inputs and outputs of one layer's products: query, key, value, output, and the two of the perceptron."""
        square, wide = (self.hidden, self.hidden), (self.hidden, self.intermediate)
        return (square, square, square, square, wide, wide[::-1])

    def multiply_adds(self, tokens: int) -> int:
        """For one text of so many tokens: all products with weights, and both of attention."""
        weights = sum(inputs * outputs for inputs, outputs in self.linear)
        return self.layers * (tokens * weights + 2 * tokens * tokens * self.hidden)


def ceilings(shape: Shape) -> dict[str, Callable[[], float]]:
    """Measurements by name: each takes a moment, and gives multiply-adds a second."""
    return {"int8": _chain(shape, "int8"), "f32": _chain(shape, "f32"), "f32, torch": _torch(shape)}


def _chain(shape: Shape, precision: Literal["int8", "f32"]) -> Callable[[], float]:
    openvino = runtime()
    settings = {
        "NUM_STREAMS": str(cores()), "INFERENCE_NUM_THREADS": str(cores()), "INFERENCE_PRECISION_HINT": "f32",
    }  # fmt: skip
    compiled = openvino.Core().compile_model(_linear_layers(shape, precision), "CPU", settings)
    given = np.random.default_rng(0).standard_normal((ROWS, shape.hidden), dtype=np.float32)
    runs = _RUNS * cores()
    work = runs * ROWS * shape.layers * sum(inputs * outputs for inputs, outputs in shape.linear)
    queue = openvino.AsyncInferQueue(compiled, 2 * cores())

    def measure() -> float:
        begun = time.perf_counter()
        for _ in range(runs):
            queue.start_async({0: given})
        queue.wait_all()
        return work / (time.perf_counter() - begun)

    return measure


def _linear_layers(shape: Shape, precision: str) -> Any:
    openvino = runtime()
    op = openvino.opset13
    dice = np.random.default_rng(1)
    given = op.parameter([ROWS, shape.hidden], openvino.Type.f32)
    bounds = [op.constant(np.float32(bound)) for bound in (-4, 4, -4, 4)]

    def rounded(node: Any) -> Any:
        return op.fake_quantize(node, *bounds, 256) if precision == "int8" else node

    node = given
    for inputs, outputs in shape.linear * shape.layers:
        weights = dice.integers(-127, 128, (outputs, inputs), dtype=np.int8)
        scale = np.full((outputs, 1), 0.0001, dtype=np.float32)
        if precision == "int8":
            factor = op.multiply(op.convert(op.constant(weights), "f32"), op.constant(scale))
        else:
            factor = op.constant(weights * scale)
        node = op.matmul(rounded(node), factor, False, True)
    return openvino.Model([op.result(rounded(node))], [given])


def _torch(shape: Shape) -> Callable[[], float]:
    import torch

    one, other = torch.randn(ROWS, shape.hidden), torch.randn(shape.hidden, shape.intermediate)
    runs = 8 * _RUNS

    def measure() -> float:
        begun = time.perf_counter()
        for _ in range(runs):
            torch.mm(one, other)
        return runs * ROWS * shape.hidden * shape.intermediate / (time.perf_counter() - begun)

    return measure
