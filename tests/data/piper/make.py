#!/usr/bin/python3
"""Makes small.onnx and two.onnx: graphs with the inputs, outputs and parts of a Piper voice (durations behind one Ceil, a HiFi-GAN of two upsamplings) that say
nothing but have its structure. Random weights from a fixed seed. Needs python3-onnx; the files are kept, so no test needs this."""
import json
import numpy as np
import onnx
from onnx import TensorProto as T, helper as h, numpy_helper

SYMBOLS, WIDTH, START, HOP = 64, 8, 12, 32


def make(path, speakers):
    rng = np.random.default_rng(7)
    nodes, weights = [], []

    def weight(name, array, kind=np.float32):
        weights.append(numpy_helper.from_array(np.asarray(array, kind), name))
        return name

    def noise(name, *shape, scale=1.0):
        return weight(name, rng.standard_normal(shape) * scale)

    def node(kind, inputs, output, **attributes):
        nodes.append(h.make_node(kind, inputs, [output], **attributes))
        return output

    def index(name, value):
        return weight(name, np.array(value), np.int64)

    node("Gather", [noise("emb", SYMBOLS, WIDTH), "input"], "x")                                   # [1,N,W]
    node("MatMul", ["x", noise("dur_w", WIDTH, 1, scale=0.3)], "d0")
    node("Transpose", ["d0"], "d1", perm=[0, 2, 1])                                                # [1,1,N]
    node("Gather", ["scales", index("two", 2)], "noise_w", axis=0)
    node("Gather", ["scales", index("one", 1)], "length", axis=0)
    node("Gather", ["scales", index("zero", 0)], "noise_z", axis=0)
    node("RandomNormalLike", ["d1"], "dn")
    node("Mul", ["dn", "noise_w"], "dn2")
    node("Mul", ["dn2", weight("dn_scale", 0.2)], "dn3")
    node("Add", ["d1", "dn3"], "logw")
    node("Exp", ["logw"], "w0")
    node("Mul", ["w0", weight("base", 8.0)], "w1")
    node("Mul", ["w1", "length"], "w2")
    node("Ceil", ["w2"], "durations")
    node("CumSum", ["durations", index("axis2", 2)], "ends")
    node("Sub", ["ends", "durations"], "starts")
    node("ReduceMax", ["ends"], "total0", axes=[0, 1, 2], keepdims=0)
    node("Cast", ["total0"], "total", to=T.INT64)
    node("Range", [index("from", 0), "total", index("step", 1)], "r0")
    node("Cast", ["r0"], "r1", to=T.FLOAT)
    node("Unsqueeze", ["r1", index("axes02", [0, 2])], "r")                                        # [1,F,1]
    node("Less", ["r", "ends"], "before_end")
    node("Less", ["r", "starts"], "before_start")
    node("Cast", ["before_end"], "be", to=T.FLOAT)
    node("Cast", ["before_start"], "bs", to=T.FLOAT)
    node("Sub", ["be", "bs"], "path")                                                              # [1,F,N]
    node("MatMul", ["path", "x"], "m0")
    node("Transpose", ["m0"], "m", perm=[0, 2, 1])                                                 # [1,W,F]
    node("RandomNormalLike", ["m"], "zn")
    node("Mul", ["zn", "noise_z"], "zn2")
    node("Add", ["m", "zn2"], "z")
    node("Conv", ["z", noise("pre_w", START, WIDTH, 7, scale=0.15), noise("pre_b", START, scale=0.1)], "pre", pads=[3, 3])
    if speakers > 1:
        node("Gather", [noise("emb_g", speakers, START), "sid"], "g0")
        node("Unsqueeze", ["g0", index("last", [-1])], "g")
        node("Add", ["pre", "g"], "y")
    else:
        node("Identity", ["pre"], "y")
    value, channels = "y", START
    for i, (rate, kernel, out) in enumerate([(8, 16, 6), (4, 8, 4)]):
        a = node("LeakyRelu", [value], f"a{i}", alpha=0.1)
        u = node("ConvTranspose", [a, noise(f"up{i}", channels, out, kernel, scale=0.4), noise(f"ub{i}", out, scale=0.05)], f"u{i}",
                 strides=[rate], pads=[(kernel - rate) // 2] * 2)
        sums = []
        for k, dilation in ((3, 1), (5, 2)):
            b = node("LeakyRelu", [u], f"l{i}_{k}", alpha=0.1)
            c = node("Conv", [b, noise(f"c{i}_{k}", out, out, k, scale=0.2), noise(f"cb{i}_{k}", out, scale=0.05)], f"r{i}_{k}", dilations=[dilation],
                     pads=[(k - 1) * dilation // 2] * 2)
            sums.append(node("Add", [c, u], f"s{i}_{k}"))
        s = node("Add", sums, f"sum{i}")
        value = node("Div", [s, weight(f"half{i}", 2.0)], f"v{i}")
        channels = out
    a = node("LeakyRelu", [value], "last_a", alpha=0.01)
    node("Conv", [a, noise("post", 1, channels, 7, scale=0.01)], "p", pads=[3, 3])
    node("Tanh", ["p"], "t")
    node("Unsqueeze", ["t", index("axis1", [1])], "output")
    inputs = [h.make_tensor_value_info("input", T.INT64, ["batch_size", "phonemes"]), h.make_tensor_value_info("input_lengths", T.INT64, ["batch_size"]),
              h.make_tensor_value_info("scales", T.FLOAT, [3])]
    if speakers > 1:
        inputs.append(h.make_tensor_value_info("sid", T.INT64, [1]))
    graph = h.make_graph(nodes, "small", inputs, [h.make_tensor_value_info("output", T.FLOAT, ["batch_size", "time"])], weights)
    onnx.save(h.make_model(graph, opset_imports=[h.make_opsetid("", 15)], ir_version=8), path)
    phonemes = ["_", "^", "$", " ", "!", "'", ",", "-", ".", ":", ";", "?"] + list("abcdefhijklmnoprstuvwxyz") + list("æðŋɐɑɔəɚɛɜɡɪɹɾʃʊʌʒˈˌːθᵻ")
    card = {"audio": {"sample_rate": 16000, "quality": "tiny"}, "espeak": {"voice": "en-us"}, "language": {"code": "en_US"},
            "inference": {"noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8}, "phoneme_type": "espeak", "phoneme_map": {}, "hop_length": HOP,
            "phoneme_id_map": {p: [i] for i, p in enumerate(phonemes)}, "num_symbols": SYMBOLS, "num_speakers": speakers,
            "speaker_id_map": {"anna": 0, "bert": 1} if speakers > 1 else {}, "piper_version": "1.0.0"}
    assert len(phonemes) <= SYMBOLS
    with open(path + ".json", "w", encoding="utf-8") as file:
        json.dump(card, file, ensure_ascii=False)
        file.write("\n")


make("small.onnx", 1)
make("two.onnx", 2)
