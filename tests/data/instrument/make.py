#!/usr/bin/env python3
"""Writes instruments/pling beside this file: a struck instrument of 8 partials whose networks are a linear map each, in the form of real ones (FLOAT16 weights, each
followed by a Cast). Partial k: amplitude 0.1 / (k + 1) at velocity 1, 20 dB less at 0, falling by 10 + 4 k dB a second; a little noise, a click of 5 ms."""
import hashlib
import json
import math
import os

import numpy as np
from onnx import TensorProto, helper, numpy_helper

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "instruments", "pling")
K, DB = 8, math.log(10) / 20


def graph(name, source, result, weight, bias):
    width, out = weight.shape
    nodes = [helper.make_node("Cast", [k + "16"], [k], to=TensorProto.FLOAT, name=k) for k in ("w", "b")]
    nodes += [helper.make_node("MatMul", [source, "w"], ["y"], name="matmul"), helper.make_node("Add", ["y", "b"], [result], name="add")]
    inits = [numpy_helper.from_array(weight.astype(np.float16), "w16"), numpy_helper.from_array(bias.astype(np.float16), "b16")]
    g = helper.make_graph(nodes, name, [helper.make_tensor_value_info(source, TensorProto.FLOAT, [1, "T", width])],
                          [helper.make_tensor_value_info(result, TensorProto.FLOAT, [1, "T", out])], inits)
    return helper.make_model(g, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="syrinx").SerializeToString()


def main():
    frame, frame_bias = np.zeros((5, K + 33)), np.full(K + 33, -12.0)
    for k in range(K):
        frame_bias[k] = math.log(0.1 / (k + 1)) - 20 * DB
        frame[1, k], frame[2, k], frame[3, k] = 20 * DB, -(10 + 4 * k) * DB, 0.2
    frame_bias[K + 32] = 0
    onset, onset_bias = np.zeros((4, K + 384)), np.full(K + 384, -30.0)
    onset_bias[:K] = 0.3 * np.arange(1, K + 1) ** 2
    for m in range(4):
        onset_bias[K + 16 * m:K + 16 * (m + 1)] = math.log(0.05) - m
        onset[1, K + 16 * m:K + 16 * (m + 1)] = 1.0
    os.makedirs(HERE, exist_ok=True)
    files = {}
    for key, model in (("frame", graph("frame", "control", "frame", frame, frame_bias)), ("onset", graph("onset", "note", "onset", onset, onset_bias))):
        with open(os.path.join(HERE, key + ".onnx"), "wb") as f:
            f.write(model)
        files[key] = {"name": key + ".onnx", "sha256": hashlib.sha256(model).hexdigest()}
    card = {"format": "syrinx-instrument-1", "name": "pling", "title": "Pling", "family": "struck", "version": "1.0", "partials": K, "program": 10, "range": [48, 96],
            "sustained": False, "seconds": 3, "tail": 20, "release": [[48, 0.4], [96, 0.2]], "gain": 6, "articulations": ["struck"], "dynamics": {"mf": 80},
            "rules": ["all of it"], "data": "none: made by tests/data/instrument/make.py", "licence": "Apache-2.0", "files": files}
    with open(os.path.join(HERE, "instrument.json"), "w", encoding="utf-8") as f:
        json.dump(card, f, indent=1)
        f.write("\n")


if __name__ == "__main__":
    main()
