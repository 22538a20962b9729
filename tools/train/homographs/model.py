"""Logistic regressions that share weights between words of a kind, and the file that holds them.

Score of a reading = sum over features and spaces of weight[space, feature]; a space is the reading itself or one of those that it shares (column two of
homographs_en.tsv). File, little-endian: "SXH1", u32 0, two maps (classes, weights) each as u64 seed, u32 slots of a segment, u32 segments, u32 offset,
u32 0; i16 levels[64]: scores in 1/512; then the slots of both, u16. See fuse.py.
"""
import struct
from collections import Counter

import numpy as np
import scipy.sparse as sp
from scipy.optimize import minimize

from fuse import MASK, Map, fnv

LEVELS, LEVEL_BITS, CLASS_BITS, UNIT = 64, 6, 7, 512
SCALES = {"own": 0.6, "V": 1.0, "Z": 1.0, "one": 2.0, "in": 0.4}      # of feature values; other spaces 0.5
UNKNOWN = b"?"


class Table:
    """homographs_en.tsv"""

    def __init__(self, path):
        self.words, self.problems = {}, {}
        for line in open(path, encoding="utf-8"):
            f = line.rstrip("\n").split("\t")
            if not line.startswith("#") and len(f) > 3:
                self.words[f[0]] = ([] if f[1] == "-" else f[1].split(","), [r.split(":") for r in f[2:]])

    def readings(self, word):
        return self.words[word][1]

    def spaces(self, word):
        return self.words[word][0]


def scale(space, feature, own):
    s = SCALES["own"] if own else SCALES.get(space, 0.5)
    return s * (SCALES["one"] if feature == b"one=" else SCALES["in"] if feature.startswith(b"in=") else 1.0)


class Design:
    """Rows of all two-way problems and their columns (space, feature)."""

    def __init__(self, table, words, ids, features, least_own=3, least_shared=5):
        count = Counter()
        plan = []
        for w, i, fs in zip(words, ids, features):      # the reading of a word without weights of its own is "*" and the role
            shared = table.spaces(w)
            for own, roles, _ in table.readings(w)[:-1]:
                plan.append((own, shared, fs, 1.0 if i == (own if own != "*" else own + roles) else -1.0))
                for f in fs:
                    count[own, f] += own != "*"
                    if not f.startswith(b"in="):
                        for s in shared:
                            count[s, f] += 1
        columns, r, c, v = {}, [], [], []
        for n, (own, shared, fs, _) in enumerate(plan):
            for f in fs:
                for s in [own] + ([] if f.startswith(b"in=") else shared):
                    if count[s, f] >= (least_own if s == own else least_shared):
                        r.append(n)
                        c.append(columns.setdefault((s, f), len(columns)))
                        v.append(scale(s, f, s == own))
        self.X = sp.csr_matrix((v, (r, c)), shape=(len(plan), len(columns)))
        self.y = np.array([p[3] for p in plan])
        self.columns = list(columns)
        self.scales = np.array([scale(s, f, s not in SHARED) for s, f in self.columns])


SHARED = set()


def fit(X, y, penalty, start=None, steps=60, weight=None):
    XT = X.T.tocsr()
    m = np.ones(len(y)) if weight is None else weight

    def loss(w):
        z = y * (X @ w)
        p = m / (1 + np.exp(np.clip(z, -50, 50)))
        return (m * np.logaddexp(0, -z)).sum() + 0.5 * penalty * (w @ w), XT @ (-p * y) + penalty * w

    return minimize(loss, np.zeros(X.shape[1]) if start is None else start, jac=True, method="L-BFGS-B", options={"maxiter": steps, "maxcor": 8}).x


def levels_of(weights):
    """63 levels that lie close to the weights (Lloyd), and 0."""
    grid = np.quantile(weights, np.linspace(0, 1, LEVELS - 1))
    grid = np.unique(np.concatenate([np.linspace(weights.min(), weights.max(), 24), grid]))
    while len(grid) > LEVELS - 1:
        grid = np.delete(grid, np.argmin(np.diff(grid)))
    for _ in range(30):
        at = np.abs(weights[:, None] - grid[None]).argmin(1)
        total = np.bincount(at, minlength=len(grid))
        mean = np.bincount(at, weights, len(grid))
        grid = np.where(total > 0, mean / np.maximum(total, 1), grid)
    return np.concatenate([grid, np.zeros(LEVELS - len(grid))])


def key_of(space, feature):
    return (fnv(feature) ^ fnv(space) * 0xD1342543DE82EF95) & MASK


def train(table, words, ids, features, keep, penalty=0.5, weight=None):
    """{(space, feature): weight}, the `keep` largest, fitted again without the others."""
    SHARED.update(s for w in table.words for s in table.spaces(w))
    d = Design(table, words, ids, features)
    w = fit(d.X, d.y, penalty, weight=weight)
    best = np.sort(np.argsort(-np.abs(w * d.scales))[:keep])
    w = fit(d.X[:, best].tocsr(), d.y, penalty, start=w[best], steps=30, weight=weight) * d.scales[best]
    return {d.columns[i]: x for i, x in zip(best, w)}


class Model:
    """What the file holds, as src/text/homograph.c reads it."""

    def __init__(self, classes, weights, levels):
        self.map_classes, self.map_weights, self.levels = classes, weights, levels
        self.seen, self.hashes = {}, {}

    @classmethod
    def make(cls, classes, weights):
        """classes: {key: 0..127}; weights: {(space, feature): float}."""
        values = np.array(list(weights.values()))
        levels = levels_of(values)
        at = np.abs(values[:, None] - levels[None]).argmin(1)
        keys = [key_of(s.encode(), f) for s, f in weights]
        return cls(classes, Map.build(keys, at, LEVEL_BITS), np.round(np.clip(levels * UNIT, -32767, 32767)).astype(np.int16))

    @staticmethod
    def make_classes(classes):
        return Map.build([fnv(w) for w in classes], list(classes.values()), CLASS_BITS)

    def write(self, path):
        out, offset = b"SXH1" + bytes(4), 8 + 48 + 2 * LEVELS
        for m in (self.map_classes, self.map_weights):
            out += struct.pack("<QIIII", m.seed, m.size, m.segments, offset, 0)
            offset += 2 * len(m.slots)
        out += self.levels.astype("<i2").tobytes()
        for m in (self.map_classes, self.map_weights):
            out += m.slots.astype("<u2").tobytes()
        with open(path, "wb") as f:
            f.write(out)
        return len(out)

    @classmethod
    def read(cls, path):
        data = open(path, "rb").read()
        assert data[:4] == b"SXH1"
        maps = []
        for k, bits in ((0, CLASS_BITS), (1, LEVEL_BITS)):
            seed, size, segments, offset, _ = struct.unpack_from("<QIIII", data, 8 + 24 * k)
            maps.append(Map(bits, seed, size, segments, np.frombuffer(data, "<u2", size * (segments + 2), offset)))
        return cls(maps[0], maps[1], np.frombuffer(data, "<i2", LEVELS, 56))

    def word_class(self, word, is_word):
        """One byte: 128 + class; that of its ending for words that the table lacks."""
        key = word, is_word
        if key not in self.seen:
            asked = [word] + [b"-" + word[-k:] for k in (4, 3, 2, 1) if is_word and len(word) > k]
            got = [g for g in self.map_classes.find([fnv(a) for a in asked]) if g >= 0]
            self.seen[key] = bytes([128 + got[0]]) if got else UNKNOWN
        return self.seen[key]

    def hash(self, feature):
        if feature not in self.hashes:
            self.hashes[feature] = fnv(feature)
        return self.hashes[feature]

    def scores(self, table, word, features):
        """Scores of the readings but the last (it has 0)."""
        hashes = np.array([self.hash(f) for f in features], np.uint64)
        out = []
        for own, _, _ in table.readings(word)[:-1]:
            total = 0
            for s in ([own] if own != "*" else []) + table.spaces(word):
                use = hashes if s == own else hashes[[not f.startswith(b"in=") for f in features]]
                got = self.map_weights.find(use ^ np.uint64(fnv(s.encode()) * 0xD1342543DE82EF95 & MASK))
                total += int(self.levels[got[got >= 0]].astype(np.int64).sum())
            out.append(total)
        return out

    def pick(self, table, word, features):
        s = self.scores(table, word, features) + [0]
        return table.readings(word)[s.index(max(s))][0]
