#!/usr/bin/env python3
"""A trained letter-to-sound network -> the two graphs, the list of outputs and the card that the library embeds.

usage: export.py CHECKPOINT src/text/data [--cases DIR] [--figures FIGURES.txt]
Writes letters_en.onnx (letters to columns), letters_en_step.onnx (one graphone), letters_en.tsv (outputs) and letters_en.json (the card, with
what g2p_score.py printed, from FIGURES.txt). --cases writes ONNX test cases for build/nnrun, with PyTorch's outputs.
"""
import argparse
import datetime
import hashlib
import json
import os
import sys

import numpy as np
import torch
from onnx import numpy_helper, save

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
from graph import SMALL, Graph, evaluate            # noqa: E402

from decode import load                             # noqa: E402
from model import HISTORY, LETTER_ID, START, STATE  # noqa: E402


def encoder_graph(model):
    g = Graph("letters", True)
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
    g.output("hidden", g.norm("norm", x, model.norm), [1, "letters_count", width])
    return g.model()


def step_graph(model):
    """The concatenation in model.py is a sum of products here."""
    g = Graph("step", True)
    width, embed = model.letters.embedding_dim, model.graphones.embedding_dim
    g.input("hidden", [1, "beam", width])
    g.input("state", [1, "beam", STATE])
    for k in range(HISTORY):
        g.input("history_%d" % k, [1, "beam"], True)
    w = model.mix.weight.t()        # [in, out]
    y = g.op("MatMul", "hidden", g.weight("mix.hidden", w[:width]))
    table = g.weight("graphones.weight", model.graphones.weight)
    for k in range(HISTORY):
        part = w[width + k * embed:width + (k + 1) * embed]
        y = g.op("Add", y, g.op("MatMul", g.op("Gather", table, "history_%d" % k), g.weight("mix.history_%d" % k, part)))
    y = g.op("Add", y, g.op("MatMul", "state", g.weight("mix.state", w[width + HISTORY * embed:])))
    y = g.op("Add", y, g.weight("mix.bias", model.mix.bias))
    y = g.norm("mix.norm", g.op("Mul", y, g.op("Sigmoid", y)), model.mix_norm)
    g.output("logits", g.linear("out", y, model.out), [1, "beam", model.out.out_features])
    return g.model()


def cases(folder, name, model, inputs, output_name, output):
    path = os.path.join(folder, name, "test_data_set_0")
    os.makedirs(path, exist_ok=True)
    save(model, os.path.join(folder, name, "model.onnx"))
    for i, (k, v) in enumerate(inputs.items()):
        with open(os.path.join(path, "input_%d.pb" % i), "wb") as f:
            f.write(numpy_helper.from_array(v, k).SerializeToString())
    with open(os.path.join(path, "output_0.pb"), "wb") as f:
        f.write(numpy_helper.from_array(output, output_name).SerializeToString())


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("checkpoint")
    ap.add_argument("out")
    ap.add_argument("--cases")
    ap.add_argument("--figures")
    ap.add_argument("--run", help="how the training was run, when not in one go")
    args = ap.parse_args()
    model, saved = load(args.checkpoint)
    with torch.no_grad():
        for name, p in model.named_parameters():
            # the pieces of mix.weight are rounded apart, but all of them are large or stay float32 alike
            if p.numel() > SMALL and name != "mix.weight":
                p.copy_(p.half().float())
        last = model.mix.weight[:, :-STATE]
        last.copy_(last.half().float())
        if model.mix.weight[:, -STATE:].numel() > SMALL:
            model.mix.weight[:, -STATE:] = model.mix.weight[:, -STATE:].half().float()
        encoder, step = encoder_graph(model), step_graph(model)
        letters = torch.tensor([[LETTER_ID[c] for c in "^syntheses$"]])
        hidden = model.encode(letters, torch.ones(1, letters.shape[1], 1))
        rows = hidden[:, 1:5]
        history = torch.tensor([[[START] * HISTORY, [5, START, START, START], [9, 5, START, START], [20, 9, 5, 7]]])
        state = torch.tensor([[[0, 0, 0], [0, 0, 0], [1, 0, 0.25], [1, 1, 0.5]]], dtype=torch.float32)
        logits = model.step(rows, history, state)
    inputs = {"hidden": rows.numpy(), "state": state.numpy()}
    inputs.update({"history_%d" % k: history[..., k].numpy().copy() for k in range(HISTORY)})
    for name, m, i, o, want in (("letters", encoder, {"letters": letters.numpy()}, "hidden", hidden.numpy()), ("step", step, inputs, "logits", logits.numpy())):
        got = evaluate(m, i)[o]
        error = np.abs(got - want).max() / np.abs(want).max()
        print("%s: graph against PyTorch, relative error %.1e" % (name, error))
        assert error < 1e-5
        if args.cases:
            cases(args.cases, name, m, i, o, want)
    files = {}
    for name, m in (("letters_en.onnx", encoder), ("letters_en_step.onnx", step)):
        data = m.SerializeToString()
        with open(os.path.join(args.out, name), "wb") as f:
            f.write(data)
        files[name] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    with open(os.path.join(args.out, "letters_en.tsv"), "w", encoding="utf-8") as f:
        f.write("# Outputs of the letter-to-sound network, written by tools/train/letters/export.py: number<TAB>phones, - for none\n")
        for i, g in enumerate(saved["outputs"]):
            f.write("%d\t%s\n" % (i, g.replace("+", " ")))
    card = {
        "name": "letters_en", "description": "English letter-to-sound: ConvNeXt encoder over the letters, one graphone a letter from left to right, beam search",
        "language": "en-US", "letters": "".join(saved["letters"][1:]), "history": HISTORY, "files": files,
        "training": {"data": "CMU Pronouncing Dictionary, training split of 112 359 words (src/text/data/cmudict.dict is the whole)", "data_licence": "BSD-2-Clause",
                     "commands": ["tools/train/letters/align.py TRAIN.tsv aligned.tsv", "tools/train/letters/train.py aligned.tsv OUT --epochs %d --seed %d --dropout %g --forget %g" %
                                  tuple(saved["args"].get(k) for k in ("epochs", "seed", "dropout", "forget")), "tools/train/letters/export.py OUT/last.pt src/text/data"],
                     "steps": saved["step"], "epochs": saved["epoch"], "loss_kept_aside": round(saved["kept"], 4), "date": datetime.date.today().isoformat(),
                     "parameters": sum(p.numel() for p in model.parameters())},
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
