#!/usr/bin/env python3
"""A joint n-gram of letters and phones that helps the networks to decide.

usage: ngram.py ALIGNED.tsv src/text/data/letters_en_ngram.bin [--prune NATS]          ALIGNED.tsv: from align.py

A token is a letter with the graphone that it makes. Order 4, interpolated Kneser-Ney (Chen and Goodman 1998) with one discount an order; of each word the
first pronunciation counts. What it adds to the networks is that it knows nothing of the word beyond three letters: it errs elsewhere.
--prune leaves out 4-grams whose log-probability is within so much of the 3-gram's. The format stands in src/text/letters_ngram.h.
"""
import argparse
import math
import struct
from collections import defaultdict

from model import LETTERS

ORDER, BEGIN, END = 4, 0, 1
STEP = 0.1


def tokens(path):
    rows = [line.rstrip("\n").split("\t") for line in open(path, encoding="utf-8")]
    ids = {g: i for i, g in enumerate(sorted({g for r in rows for g in r[2].split(" ")}))}
    letter = {c: i for i, c in enumerate(LETTERS[3:])}
    words = [[letter[c] * 256 + ids[g] for c, g in zip(w, gs.split(" "))] for w, rank, gs in rows if rank == "0"]
    codes = sorted({c for w in words for c in w})
    number = {c: i + 2 for i, c in enumerate(codes)}
    return [[number[c] for c in w] for w in words], codes


def drop(prob, back, shorter, prune):
    """Leaves out n-grams that the shorter context says nearly as well; what stays is weighed anew."""
    left = defaultdict(lambda: [0.0, 0.0])
    for k in list(prob[ORDER]):
        low = shorter(k[1:])
        if abs(math.log(prob[ORDER][k] / low)) < prune:
            del prob[ORDER][k]
        else:
            left[k[:-1]][0] += prob[ORDER][k]
            left[k[:-1]][1] += low
    back[ORDER] = {c: min(1.0, max((1 - p) / max(1 - low, 1e-4), 1e-3)) for c, (p, low) in left.items()}


def estimate(words, prune):
    """-> for each order {n-gram: log-probability}, {context: log of the weight of the shorter context}."""
    count = [defaultdict(int) for _ in range(ORDER + 1)]
    for word in words:
        t = [BEGIN] * (ORDER - 1) + word + [END]
        for i in range(ORDER - 1, len(t)):
            for n in range(1, ORDER + 1):
                count[n][tuple(t[i - n + 1:i + 1])] += 1
    for n in range(ORDER - 1, 0, -1):       # in how many contexts, not how often; at the beginning of a word there is but one
        kinds = defaultdict(int)
        for k in count[n + 1]:
            kinds[k[1:]] += 1
        for k in count[n]:
            if k[0] == BEGIN:
                kinds[k] = count[n][k]
        count[n] = kinds
    prob, back = [{} for _ in range(ORDER + 1)], [{} for _ in range(ORDER + 1)]

    def shorter(k):
        p = 1.0
        while len(k) > 1:
            if k in prob[len(k)]:
                return p * prob[len(k)][k]
            p *= back[len(k)].get(k[:-1], 1.0)
            k = k[1:]
        return p * prob[1].get(k, 1e-6)

    for n in range(1, ORDER + 1):
        once, twice = (sum(1 for v in count[n].values() if v == x) for x in (1, 2))
        discount = once / (once + 2 * twice) if n > 1 else 0.5
        total, kept = defaultdict(int), defaultdict(float)
        for k, v in count[n].items():
            total[k[:-1]] += v
        for k, v in count[n].items():
            kept[k[:-1]] += max(v - discount, 0) / total[k[:-1]]
        for k, v in count[n].items():
            low = shorter(k[1:]) if n > 1 else 1 / len(count[1])
            prob[n][k] = max(v - discount, 0) / total[k[:-1]] + (1 - kept[k[:-1]]) * low
        if n > 1:
            back[n] = {c: max(1 - x, 1e-4) for c, x in kept.items()}
        if n == ORDER and prune:
            drop(prob, back, shorter, prune)
    return prob, back


def steps(x, most):
    return min(most, round(-math.log(x) / STEP))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("aligned")
    ap.add_argument("out")
    ap.add_argument("--prune", type=float, default=0.0)
    args = ap.parse_args()
    words, codes = tokens(args.aligned)
    prob, back = estimate(words, args.prune)
    # a context of every n-gram must be there to lead to it
    for n in range(ORDER, 1, -1):
        for k in prob[n]:
            prob[n - 1].setdefault(k[:-1], 1e-6)
    for t in range(len(codes) + 2):
        prob[1].setdefault((t,), 1e-6)
    levels = [None] + [sorted(prob[n]) for n in range(1, ORDER + 1)]
    out = bytearray(b"SXN1" + struct.pack("<5I", len(codes), *(len(level) for level in levels[1:])) + struct.pack("<%dH" % len(codes), *codes))
    for n in range(1, ORDER + 1):
        child = 0
        for k in levels[n] + [None]:
            if n < ORDER:
                while k is not None and child < len(levels[n + 1]) and levels[n + 1][child][:-1] < k:
                    child += 1
                at = child if k is not None else len(levels[n + 1])
                assert at < 1 << 18
            first = (k[-1] | steps(prob[n][k], 127) << 9) if k is not None else 0
            out += struct.pack("<H", first)
            if n < ORDER:
                out += struct.pack("<I", steps(back[n + 1].get(k, 1.0), 63) << 18 | at)[:3]
    with open(args.out, "wb") as f:
        f.write(out)
    print("%s n-grams, %d bytes" % (" ".join(str(len(level)) for level in levels[1:]), len(out)))


if __name__ == "__main__":
    main()
