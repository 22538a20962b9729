#!/usr/bin/env python3
"""The trained letter-to-sound networks -> their graphs, the list of outputs and the card that the library embeds.

usage: export.py FORWARD.pt BACKWARD.pt src/text/data [--cases DIR] [--figures FIGURES.txt]
Writes letters_en_K.onnx (letters to columns) and letters_en_K_step.bin (one graphone) of each network K, letters_en.tsv (outputs) and letters_en.json
(the card, with what g2p_score.py printed, from FIGURES.txt; the n-grams must be there, from ngram.py). --cases writes ONNX test cases for build/nnrun, with PyTorch's outputs. The directions
stand in src/text/letters.c: forward, backward.
"""
import argparse
import datetime
import hashlib
import json
import os
import sys

import numpy as np
import torch
from onnx import TensorProto, numpy_helper, save

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
from graph import SMALL, Graph, evaluate            # noqa: E402

from decode import load                             # noqa: E402
from model import HISTORY, LETTER_ID, START, STATE  # noqa: E402


BACKWARD = (False, True)       # as in src/text/letters.c


class Bytes(Graph):
    """Matrices are INT8 with a gain for each output; what is small stays float."""

    def matmul(self, name, x, w):
        """w: [in, out], as rounded() left it."""
        whole, gain = quantize(w)
        if whole is None:
            return self.op("MatMul", x, self.weight(name, w))
        self.weights.append(numpy_helper.from_array(whole.numpy(), name))
        y = self.op("MatMul", x, self.op("Cast", name, to=TensorProto.FLOAT))
        return self.op("Mul", y, self.weight(name + ".gain", gain))

    def linear(self, name, x, layer):
        return self.op("Add", self.matmul(name + ".weight", x, layer.weight.t()), self.weight(name + ".bias", layer.bias))


def quantize(w):
    """[in, out] -> int8 and the gain of each output; None for what is small."""
    if w.numel() <= SMALL:
        return None, None
    gain = (w.abs().amax(0) / 127).clamp(min=1e-12)
    return (w / gain).round().to(torch.int8), gain


def rounded(w):
    """[in, out] as it will be read back."""
    whole, gain = quantize(w)
    return w if whole is None else whole.float() * gain


def encoder_graph(model):
    g = Bytes("letters", True)
    g.input("letters", [1, "letters_count"], True)
    width = model.letters.embedding_dim
    x = g.op("Gather", g.weight("letters.weight", model.letters.weight), "letters")
    for k, b in enumerate(model.blocks):
        name = "block.%d" % k
        taps = b.taps.shape[0]
        y = g.op("Transpose", x, perm=[0, 2, 1])
        y = g.op("Conv", y, g.weight(name + ".taps", b.taps.t().unsqueeze(1).contiguous()), g.weight(name + ".tap_bias", b.tap_bias), group=width,
                 kernel_shape=[taps], pads=[taps // 2, taps // 2])
        y = g.norm(name + ".norm", g.op("Transpose", y, perm=[0, 2, 1]), b.norm)
        y = g.linear(name + ".up", y, b.up)
        y = g.op("Mul", y, g.op("Sigmoid", y))
        x = g.op("Add", x, g.linear(name + ".down", y, b.down))
    y = g.matmul("mix.hidden", g.norm("norm", x, model.norm), mix_parts(model)[0])
    g.output("columns", y, [1, "letters_count", model.mix.out_features])
    return g.model()


def mix_parts(model):
    """The rows of mix.weight [in, out] for the column, each place of the history, and the state."""
    w, width, embed = model.mix.weight.t(), model.letters.embedding_dim, model.graphones.embedding_dim
    cuts = [0, width] + [width + (k + 1) * embed for k in range(HISTORY)] + [w.shape[0]]
    return [w[a:b] for a, b in zip(cuts, cuts[1:])]


def step_bytes(model):
    """The file of src/text/letters_step.h."""
    def floats(w):
        return w.detach().numpy().astype("<f4").tobytes()

    def whole(w):
        q, gain = quantize(w)
        return q.numpy().tobytes() + floats(gain)

    parts = mix_parts(model)
    out = b"SXL1" + np.array([model.out.out_features, model.mix.out_features, model.graphones.embedding_dim, HISTORY], "<u2").tobytes()
    out += whole(model.graphones.weight) + b"".join(whole(p) for p in parts[1:-1]) + floats(parts[-1]) + floats(model.mix.bias)
    return out + floats(model.mix_norm.weight) + floats(model.mix_norm.bias) + whole(model.out.weight.t()) + floats(model.out.bias)


def cases(folder, name, model, inputs, output_name, output):
    path = os.path.join(folder, name, "test_data_set_0")
    os.makedirs(path, exist_ok=True)
    save(model, os.path.join(folder, name, "model.onnx"))
    for i, (k, v) in enumerate(inputs.items()):
        with open(os.path.join(path, "input_%d.pb" % i), "wb") as f:
            f.write(numpy_helper.from_array(v, k).SerializeToString())
    with open(os.path.join(path, "output_0.pb"), "wb") as f:
        f.write(numpy_helper.from_array(output, output_name).SerializeToString())


def pieces(checkpoint, folder):
    """-> the encoder's graph, the step's file, what was saved with them, the card of a network."""
    model, saved = load(checkpoint)
    with torch.no_grad():
        # as the files will have them, so that the cases compare like with like
        for part in mix_parts(model)[:-1]:
            part.copy_(rounded(part))
        for layer in [b.up for b in model.blocks] + [b.down for b in model.blocks] + [model.out]:
            layer.weight.copy_(rounded(layer.weight.t()).t())
        model.graphones.weight.copy_(rounded(model.graphones.weight))
        for name, p in model.named_parameters():
            if p.numel() > SMALL and (p.dim() == 1 and name.startswith("blocks") or name.endswith((".taps", "letters.weight"))):
                p.copy_(p.half().float())
        encoder, step = encoder_graph(model), step_bytes(model)
        letters = torch.tensor([[LETTER_ID[c] for c in "^syntheses$"]])
        want = (model.encode(letters, torch.ones(1, letters.shape[1], 1)) @ mix_parts(model)[0]).numpy()
    got = evaluate(encoder, {"letters": letters.numpy()})["columns"]
    error = np.abs(got - want).max() / np.abs(want).max()
    print("encoder: graph against PyTorch, relative error %.1e" % error)
    assert error < 1e-5
    if folder:
        cases(folder, "letters", encoder, {"letters": letters.numpy()}, "columns", want)
    card = {"arguments": saved["args"], "steps": saved["step"], "epochs": saved["epoch"], "loss_kept_aside": round(saved["kept"], 4),
            "parameters": sum(p.numel() for p in model.parameters())}
    card["arguments"] = {k: os.path.basename(v) if isinstance(v, str) else v for k, v in card["arguments"].items()}
    return encoder, step, saved, card


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("checkpoints", nargs=len(BACKWARD))
    ap.add_argument("out")
    ap.add_argument("--cases")
    ap.add_argument("--figures")
    ap.add_argument("--run", help="how the training was run, when not in one go")
    args = ap.parse_args()
    files, networks, outputs = {}, {}, None
    for k, path in enumerate(args.checkpoints):
        name = "letters_en_%d" % (k + 1)
        encoder, step, saved, networks[name] = pieces(path, args.cases and os.path.join(args.cases, name))
        assert saved.get("backward", False) == BACKWARD[k] and outputs in (None, saved["outputs"])
        outputs = saved["outputs"]
        for name, data in ((name + ".onnx", encoder.SerializeToString()), (name + "_step.bin", step)):
            with open(os.path.join(args.out, name), "wb") as f:
                f.write(data)
            files[name] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    for name in ("letters_en_ngram.bin", "letters_en_stress.bin"):
        data = open(os.path.join(args.out, name), "rb").read()
        files[name] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    with open(os.path.join(args.out, "letters_en.tsv"), "w", encoding="utf-8") as f:
        f.write("# Outputs of the letter-to-sound networks, written by tools/train/letters/export.py: number<TAB>phones, - for none\n")
        for i, g in enumerate(outputs):
            f.write("%d\t%s\n" % (i, g.replace("+", " ")))
    card = {
        "name": "letters_en", "description": "English letter-to-sound: networks of a ConvNeXt encoder over the letters and a step that writes one graphone "
        "a letter, from left to right and from right to left, a joint 4-gram and a 4-gram of stressed vowels",
        "language": "en-US", "letters": "".join(saved["letters"][1:]), "history": HISTORY, "files": files,
        "training": {"data": "CMU Pronouncing Dictionary, training split of 112 359 words (src/text/data/cmudict.dict is the whole)", "data_licence": "BSD-2-Clause",
                     "commands": ["tools/train/letters/align.py TRAIN.tsv aligned.tsv", "tools/train/letters/train.py aligned.tsv OUT, with the arguments of each network",
                                  "tools/train/letters/export.py 1/last.pt 2/last.pt src/text/data", "tools/train/letters/ngram.py aligned.tsv src/text/data/letters_en_ngram.bin --prune 0.2", "tools/train/letters/ngram.py aligned.tsv src/text/data/letters_en_stress.bin --stress"],
                     "networks": networks, "date": datetime.date.today().isoformat(), "parameters": sum(n["parameters"] for n in networks.values())},
        "licence": "CC0-1.0"}
    if args.run:
        card["training"]["run"] = args.run
    if args.figures:
        card["training"]["figures"] = [line.strip() for line in open(args.figures) if line.strip()]
    with open(os.path.join(args.out, "letters_en.json"), "w", encoding="utf-8") as f:
        json.dump(card, f, indent=2, ensure_ascii=False)
        f.write("\n")
    print("%d bytes" % sum(f["bytes"] for f in files.values()))


if __name__ == "__main__":
    main()
