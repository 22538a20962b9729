#!/usr/bin/env python3
"""Write the trained break model as C tables and its card.

    export.py --model WORK --out src/text/data/phrasing_en.inc --card src/text/data/phrasing_en.json [--figures FILE]
        [--sentences tools/eval/phrasing/places_en.txt --golden tests/data/phrase.txt]

The last two write what this model makes of the sentences, so that a test can hold phrase.c against it.
"""
import argparse
import hashlib
import json
import os
import sys

import numpy as np
import torch

import judge as J
import model as M
import train as T

SLOTS = 2048


def fnv(word):
    h = 2166136261
    for c in word.encode():
        h = (h ^ c) * 16777619 & 0xFFFFFFFF
    return h


def real(x):
    t = "%.9g" % x
    return t + ("f" if "." in t or "e" in t else ".0f")


def rows(numbers, width=24):
    n = [str(x) for x in numbers]
    return "".join("    " + ", ".join(n[i:i + width]) + ",\n" for i in range(0, len(n), width))


def array(kind, name, a):
    a = np.asarray(a)
    return "static const %s %s%s = {\n%s};\n" % (kind, name, "".join("[%d]" % n for n in a.shape[:1]) if a.ndim == 1 else "[%d]" % a.size, rows(a.ravel().tolist()))


def table(classes, plan, network):
    slots, pool, offsets = [0] * SLOTS, b"", []
    for i, w in enumerate(classes.words):
        offsets.append(len(pool))
        pool += w.encode() + b"\0"
        k = fnv(w) % SLOTS
        while slots[k]:
            k = (k + 1) % SLOTS
        slots[k] = i + 1
    # endings by their last byte, long ones first, so that the first that fits is the longest
    order = sorted(classes.endings, key=lambda s: (s[-1], -len(s), s))
    assert all(len(s) <= 7 for s in order) and len(classes.words) < SLOTS / 2
    out = "/* Written by tools/train/phrasing/export.py: the break model; phrase.c says how it is used, phrasing_en.json where it is from. */\n"
    out += "enum { BEFORE = %d, AFTER = %d, SIZE = %d, HIDDEN = %d, FAR = %d, SLOTS = %d, WORDS = %d, ENDINGS = %d,\n" % (
        M.BEFORE, M.AFTER, M.SIZE, M.HIDDEN, M.FAR, SLOTS, len(classes.words), len(order))
    out += "       CLASS_DIGIT = %d, CLASS_OTHER = %d, CLASS_EDGE = %d, CLASSES = %d, LONG = %d, ROOM_WORDS = %d };\n" % (
        classes.number["#"], classes.other, classes.edge, len(classes.names), plan.long, plan.ROOM)
    out += "static const float threshold = %s, room = %s, weight = %s;\n" % tuple(map(real, (plan.threshold, plan.room, plan.weight)))
    out += "/* Words, each with a NUL, and the hash table over them: 0, or 1 + the word's class. */\n"
    out += "static const char pool[%d] =\n" % len(pool)
    words = [w + "\\0" for w in classes.words]
    for i in range(0, len(words), 12):
        out += '    "%s"\n' % "".join(words[i:i + 12])
    out = out[:-1] + ";\n"
    out += array("uint16_t", "offsets", offsets) + array("uint16_t", "slots", slots)
    out += "/* Endings by their last letter, the longer first. */\n"
    out += "static const struct { char text[8]; uint8_t length; uint16_t class; } endings[ENDINGS] = {\n"
    out += "".join('    {"%s", %d, %d},\n' % (s, len(s), classes.number["-" + s]) for s in order) + "};\n"
    joins = np.array([i in classes.joins for i in range(len(classes.names))])
    out += "enum { LEANS = 1, OPENS = 2, MODAL = 4, TAKEN = 8, HEAD = 16, VERB = 32, JOINS = 64, PAIRS = %d };\n" % len(classes.pairs)
    out += array("uint8_t", "flags", sum(f.astype(int) << k for k, f in enumerate((
        classes.leans, classes.opens, classes.modal, classes.taken, classes.heads, classes.verbs, joins))))
    out += array("uint16_t", "pairs", np.array(sorted(classes.pairs)))
    out += array("int8_t", "vectors", network.vectors) + array("int8_t", "first", network.first)
    out += array("int8_t", "left_distance", network.left) + array("int8_t", "right_distance", network.right)
    out += "static const float first_scale = %s, left_scale = %s, right_scale = %s, offset = %s;\n" % tuple(map(real, (
        np.float32(network.vectors_scale * network.first_scale), network.left_scale, network.right_scale, network.offset)))
    out += "static const float second[HIDDEN] = {\n%s};\n" % rows([real(x) for x in network.second], 8)
    size = len(pool) + 2 * len(offsets) + 2 * SLOTS + len(order) * 12 + len(classes.names) + sum(
        a.size for a in (network.vectors, network.first, network.left, network.right)) + 4 * M.HIDDEN
    return out, size


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--model", required=True)
    p.add_argument("--out", required=True)
    p.add_argument("--card", required=True)
    p.add_argument("--figures", help="JSON object of figures for the card")
    p.add_argument("--sentences")
    p.add_argument("--golden")
    a = p.parse_args()
    classes, network = T.load(a.model)
    text, size = table(classes, M.PLAN, network)
    with open(a.out, "w", encoding="utf-8") as f:
        f.write(text)
    about = torch.load(os.path.join(a.model, "model.pt"))
    card = {
        "name": "phrasing_en", "format": "C tables, int8 with one scale a matrix", "bytes": size,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "task": "score of a break behind a word, from the classes of 4 words on either side and the distances to the marks",
        "data": "commas of five novels and travel books, public domain, Standard Ebooks' editions (CC0): Doyle, Darwin, Twain, Wells, Chesterton; "
                "threshold and lengths chosen on recordings of linda (LJ Speech, public domain) and kathleen (CC0)",
        "licence": "CC0-1.0",
        "command": "tools/train/phrasing/" + about["command"] + "; tools/train/phrasing/export.py",
        "figures": {},
    }
    if a.figures:
        with open(a.figures, encoding="utf-8") as f:
            card["figures"] = json.load(f)
    with open(a.card, "w", encoding="utf-8") as f:
        json.dump(card, f, indent=2, ensure_ascii=False)
        f.write("\n")
    if a.golden:
        with open(a.golden, "w", encoding="utf-8") as f:
            f.write("# Breaks as the Python of tools/train/phrasing places them; written by export.py. Our own sentences, CC0.\n")
            for words, _ in J.place_items(a.sentences):
                places, x = M.inputs(classes, words)
                cuts = M.PLAN.breaks(words, places, network.score(x))
                f.write(" ".join(w + (" |" if i in cuts else "") for i, w in enumerate(words)) + "\n")
    print("%d bytes of tables" % size)
    return 0


if __name__ == "__main__":
    sys.exit(main())
