#!/usr/bin/env python3
"""Two n-grams that help the networks to decide.

usage: ngram.py ALIGNED.tsv src/text/data/letters_en_ngram.bin [--prune NATS]          ALIGNED.tsv: from align.py
       ngram.py ALIGNED.tsv src/text/data/letters_en_stress.bin --stress

The joint n-gram: a token is a letter with the graphone that it makes. The n-gram of stress goes from the end of a word to its beginning: the last two
letters, how many consonants stand last (at most 2), then the vowels with their stress: what a step of a network does not see at once. Order 4, interpolated Kneser-Ney (Chen and Goodman 1998) with one discount an order; of each word the
first pronunciation counts. What they add to the networks is that they err elsewhere.
--prune leaves out 4-grams whose log-probability is within so much of the 3-gram's. The format stands in src/text/letters_ngram.h.
"""
import argparse
import math
import os
import struct
import sys
from collections import defaultdict

from model import LETTERS

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from phones import IDS      # noqa: E402

ORDER, BEGIN, END = 4, 0, 1
STEP = 0.1
OTHER, RARE = 1023, 25
LETTER = {c: i for i, c in enumerate(LETTERS[3:])}


def load(path):
    rows = [line.rstrip("\n").split("\t") for line in open(path, encoding="utf-8")]
    outputs = sorted({g for r in rows for g in r[2].split(" ")})
    return [(w, gs.split(" ")) for w, rank, gs in rows if rank == "0"], {g: i for i, g in enumerate(outputs)}


def joint_codes(word, outputs):
    """letter * 256 + number of its output."""
    return [LETTER[c] * 256 + o for c, o in zip(word, outputs)]


def stress_codes(word, graphones):
    """1024 + the last two letters * 32 (27: none), 256 + consonants, then from the last vowel on the byte of src/text/data.h: id - 16 | stress << 6."""
    last = [27] + [LETTER[c] for c in word]
    phones = [p for g in graphones if g != "-" for p in g.split("+")]
    vowels = [i for i, p in enumerate(phones) if p[-1].isdigit()]
    tail = len(phones) - 1 - vowels[-1] if vowels else len(phones)
    return [1024 + last[-2] * 32 + last[-1], 256 + min(tail, 2)] + [number(phones[i]) for i in vowels[::-1]]


def number(phone):
    name, stress = phone[:-1], int(phone[-1])
    return IDS[name + ("1" if stress else "0") if name in ("AH", "ER") else name] - 16 | stress << 6


def tokens(rows, ids, stress):
    words = [stress_codes(w, gs) if stress else joint_codes(w, [ids[g] for g in gs]) for w, gs in rows]
    seen = defaultdict(int)
    for w in words:
        for c in w:
            seen[c] += 1
    if stress:      # rare endings are one
        words = [[OTHER if c >= 1024 and seen[c] < RARE else c for c in w] for w in words]
    codes = sorted({c for w in words for c in w})
    place = {c: i + 2 for i, c in enumerate(codes)}
    return [[place[c] for c in w] for w in words], codes


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


class Ngram:
    """What was written, read back."""

    def __init__(self, path):
        data = open(path, "rb").read()
        assert data[:4] == b"SXN1"
        codes, *counts = struct.unpack("<5I", data[4:24])
        self.number = {c: i + 2 for i, c in enumerate(struct.unpack("<%dH" % codes, data[24:24 + 2 * codes]))}
        self.prob, self.back = [{} for _ in range(ORDER + 1)], [{} for _ in range(ORDER + 1)]
        at, ahead = 24 + 2 * codes, [()]
        bounds = [0, counts[0]]
        for n in range(1, ORDER + 1):
            size, keys, starts = 5 if n < ORDER else 2, [], []
            for before, (first, last) in zip(ahead, zip(bounds, bounds[1:])):
                for i in range(first, last):
                    x = int.from_bytes(data[at + size * i:at + size * i + size], "little")
                    k = before + (x & 511,)
                    self.prob[n][k] = -STEP * (x >> 9 & 127)
                    keys.append(k)
                    if n < ORDER:
                        starts.append(x >> 16 & (1 << 18) - 1)
                        self.back[n + 1][k] = -STEP * (x >> 34)
            at, ahead, bounds = at + size * (counts[n - 1] + 1), keys, starts + [counts[n]] if n < ORDER else None

    def conditional(self, k):
        s = 0.0
        while k:
            p = self.prob[len(k)].get(k)
            if p is not None:
                return s + p
            s += self.back[len(k)].get(k[:-1], 0.0)
            k = k[1:]
        return s - 127 * STEP

    def score(self, codes):
        t = [BEGIN] * (ORDER - 1) + [self.number.get(c, self.number.get(OTHER) if c >= 1024 and OTHER in self.number else None) for c in codes] + [END]
        return sum(-127 * STEP if t[i] is None else self.conditional(tuple(t[i - ORDER + 1:i + 1])) for i in range(ORDER - 1, len(t)))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("aligned")
    ap.add_argument("out")
    ap.add_argument("--prune", type=float, default=0.0)
    ap.add_argument("--stress", action="store_true")
    args = ap.parse_args()
    words, codes = tokens(*load(args.aligned), args.stress)
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
