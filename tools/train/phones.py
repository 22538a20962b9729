"""Texts -> tokens of docs/VOICE_FORMAT.md, by the front end itself: a voice learns the very tokens that it will be given.
"""
import os
import subprocess

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "..", "src", "text", "data")
SYRINX = os.path.join(HERE, "..", "..", "build", "syrinx")
PAUSES = ("^", "$", ",", ";", ".", "?", "!")
STOPS = ("b", "d", "ɡ", "k", "p", "t", "tʃ", "dʒ", "pf", "ts", "c", "ʔ")


def read_table(path):
    """A tsv data file without its comments -> rows."""
    with open(path, encoding="utf-8") as f:
        return [line.rstrip("\n").split("\t") for line in f if line.strip() and not line.startswith("#")]


def phone_table(path=os.path.join(DATA, "phones.tsv")):
    """[(id, mark or IPA, is a mark)]"""
    with open(path, encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f if not line.startswith("# ") and line.strip()]
    return [(int(r[0]), r[1], r[3] == "mark") for r in rows]


TABLE = phone_table()
IDS = {name: i for i, name, _ in TABLE}
NAMES = {i: name for i, name, _ in TABLE}
PHONES = 1 + max(NAMES)
FIRST = 16                                 # the first id that is no mark
PAUSE_IDS = tuple(IDS[m] for m in PAUSES)
BOUNDARY, BEGIN, END = IDS["_"], IDS["^"], IDS["$"]
END_MARKS = tuple(IDS[m] for m in ".?!")
MARKS = tuple(range(1, 14))
STOP_IDS = frozenset(IDS[p] for p in STOPS)


def number(name):
    """'ə', 'oʊ1' or a mark -> (id, stress)."""
    if name not in IDS and name[-1] in "12":
        return IDS[name[:-1]], int(name[-1])
    return IDS[name], 0


def parse(line):
    """A line of `syrinx phonemize --alphabet tokens` -> phone ids [N], stresses [N] (int64). A take is one utterance: the
    ends of sentences inside it become long pause marks."""
    out = [number(t) for t in line.split()]
    for k in range(len(out) - 2, 1, -1):
        if out[k][0] == BEGIN and out[k - 1][0] == END:
            out[k - 2:k + 1] = [(IDS[";"], 0)]
    if not out:
        out = [(BEGIN, 0), (IDS["."], 0), (END, 0)]
    a = np.array(out, np.int64)
    return a[:, 0].copy(), a[:, 1].copy()


def say(texts, language, command=SYRINX):
    """[text] -> [line of tokens], one run of the front end."""
    lines = "".join(" ".join(t.split()) + "\n" for t in texts)
    r = subprocess.run([command, "phonemize", "-q", "--language", language, "--alphabet", "tokens"], input=lines,
                       stdout=subprocess.PIPE, universal_newlines=True, encoding="utf-8", check=True)
    out = r.stdout.split("\n")[:-1]
    if len(out) != len(texts):
        raise ValueError("%s gave %d lines for %d texts" % (command, len(out), len(texts)))
    return out


def tokens(text, language, command=SYRINX):
    return parse(say([text], language, command)[0])


def positions(phones):
    """Phone ids [N] -> [N, 4]: i/n, tokens to the next and from the last pause mark (at most 40, /20), ln(n)/4."""
    n, i = len(phones), np.arange(len(phones))
    p = np.flatnonzero(np.isin(phones, PAUSE_IDS))
    after = p[np.searchsorted(p, i, "left").clip(0, len(p) - 1)] - i
    before = i - p[(np.searchsorted(p, i, "right") - 1).clip(0)]
    return np.stack([i / n, np.minimum(after, 40) / 20, np.minimum(before, 40) / 20, np.full(n, np.log(n) / 4)],
                    1).astype(np.float32)
