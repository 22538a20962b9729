#!/usr/bin/env python3
"""Trains and judges the homograph model. See README.md.

    train.py classes OUT.tsv TEXT...                     word classes from plain text; of a .tsv the first field of a line (speech/*/train.tsv: the second)
    train.py judge CLASSES.tsv HOMOGRAPHS.tsv TEXT...    ten-fold cross-validation by sentence, through the file's own quantised form
    train.py export OUT.bin CLASSES.tsv HOMOGRAPHS.tsv TEXT...    trains on all rows; OUT.json is its card, with the lines of --figures
    train.py read MODEL.bin HOMOGRAPHS.tsv               readings that the exported model gives, one a line (for the scorer, and to compare with the C engine)
    train.py parity MODEL.bin OUT.tsv                    what tests/test_homograph.c compares: features and choices in our own sentences
"""
import argparse
import datetime
import hashlib
import json
import os
import re
import sys
import time
from collections import Counter, defaultdict

import numpy as np

import classes as word_classes
from features import features
from fuse import MASK, fnv
from model import Model, Table, train
from tokens import plain

HERE = os.path.dirname(os.path.abspath(__file__))
TABLE = os.path.join(HERE, "..", "..", "..", "src", "text", "data", "homographs_en.tsv")
OWN = os.path.join(HERE, "own.tsv")
KEEP, LEAST_CLASS, LEAST_ENDING = 25000, 3, 6


def clean(before, target, behind):
    """Bytes of a sentence as the front end has it, and the place of the word."""
    before, target, behind = (plain(x) for x in (before, target, behind))
    return before + target + behind, len(before), len(before) + len(target)


def rows_of(path):
    """(sentence, begin, end, word, reading)"""
    out = []
    for line in open(path, encoding="utf-8"):
        f = line.rstrip("\n").split("\t")
        b, i, j = f[0].encode(), int(f[1]), int(f[2])
        out.append((*clean(b[:i], b[i:j], b[j:]), f[3], f[4]))
    return out


def own_rows(path, table):
    """reading<TAB>sentence with the *word* between stars; its word is the starred one in lower case."""
    out = []
    for line in open(path, encoding="utf-8"):
        if line.strip() and not line.startswith("#"):
            reading, text = line.rstrip("\n").split("\t")
            before, target, behind = text.encode().split(b"*")
            out.append((*clean(before, target, behind), target.decode().lower(), reading))
            known = [i if i != "*" else i + roles for i, roles, _ in table.readings(out[-1][3])]
            if reading not in known:
                sys.exit(f"{path}: {reading} is none of {' '.join(known)}")
    return out


# Present and past of "read" are told apart as those of verbs that spell them differently: space Z.
PRESENT = "write speak see hear know tell hold find take give send keep make teach buy bring sing understand".split()
PAST = """wrote written spoke spoken saw seen heard knew known told held found took taken gave given sent kept made taught bought brought sang sung
understood""".split()
LIKE_READ = "~read"


def sure_rows(paths, table, most=400):
    """Rows of plain text whose reading is sure: of those verbs, at most `most` of a form; "used" without "to"; "nice" without a capital."""
    table.words[LIKE_READ] = ["Z"], [["*", "d", ""], ["*", "v", ""]]
    form = {w.encode(): "*v" for w in PRESENT} | {w.encode(): "*d" for w in PAST}
    count, out = Counter(), []
    for text in word_classes.sentences(paths):
        b = plain(text.encode())
        for m in re.finditer(rb"[A-Za-z]+", b):
            if m[0] in form and count[m[0]] < most:
                count[m[0]] += 1
                out.append((b, m.start(), m.end(), LIKE_READ, form[m[0]]))
            elif (m[0] == b"used" and re.match(rb" [a-su-z]", b[m.end():]) or m[0] == b"nice") and count[m[0]] < 150:
                count[m[0]] += 1
                out.append((b, m.start(), m.end(), m[0].decode(), m[0].decode()))
    return out


def read_classes(path):
    """{word or -ending: class}. An ending's class is the commonest among rare words."""
    of, rare = {}, defaultdict(Counter)
    for line in open(path, "rb"):
        w, c, n = line.rstrip(b"\n").split(b"\t")
        if int(n) >= LEAST_CLASS:
            of[w] = int(c)
        if int(n) <= 10 and w.isalpha():
            for k in (1, 2, 3, 4):
                if len(w) > k:
                    rare[w[-k:]][int(c)] += 1
    for e, c in rare.items():
        if sum(c.values()) >= LEAST_ENDING:
            of[b"-" + e] = c.most_common(1)[0][0]
    return of


def fold(sentence, folds, seed):
    return int(hashlib.md5(b"%d:" % seed + sentence).hexdigest(), 16) % folds


def figures(rows, got):
    total, right = Counter(r[4] for r in rows), Counter(r[4] for r, g in zip(rows, got) if r[4] == g)
    share = lambda least: np.mean([100 * right[i] / total[i] for i in total if total[i] >= least])
    return "right %d/%d = %.2f %%, balanced over readings with five rows or more %.2f %%, over all %.2f %%" % (
        sum(right.values()), len(rows), 100 * sum(right.values()) / len(rows), share(5), share(1))


# Odd text, for parity only.
ODD = ["*Read*", "   *Read*   ", "HE HAS *READ* IT ALL.", "(*read*)", "na\u00efve caf\u00e9 \u2014 *use* it\u2026", "3,000.5 and 1999 *use* 7 of 12, in 2,0.", "\u65e5\u672c *record* \u3002",
       "it's 'n' O'Neil's *record*'", "a" * 300 + " to *use* it", "to *use* " + "word " * 80, "\U0001F600 *close* \U0001F600", "x " * 200 + "*lead*" + " y" * 200,
       "don''t *use* -- it!", "e.g. U.S. *record* No. 5", "\u00a3 5 \u2013 *present*", "*Nice*\tto\rmeet", "Ends in *use*'", "\u00c9COLE *RECORD*", "He's '*read*' it", "A1b2 *use* c3"]


def write_card(out, size, rows, own, sure, figures_path):
    data = open(out, "rb").read()
    lines = open(figures_path, encoding="utf-8").read().splitlines() if figures_path else []
    card = {
        "name": "homographs_en",
        "description": "Which reading of a homograph a sentence asks for: logistic regressions over the words around, with weights shared by words of a kind",
        "language": "en-US",
        "files": {os.path.basename(out): {"sha256": hashlib.sha256(data).hexdigest(), "bytes": size}},
        "training": {
            "data": f"{len(rows)} labelled rows of WikipediaHomographData (google-research-datasets, 8f008f0); {own} rows of our own (own.tsv); {sure} places of plain "
                    "text where the reading is sure; word classes from plain text: those sentences, books of Standard Ebooks, texts of the recordings",
            "data_licence": "WikipediaHomographData: Apache-2.0, its sentences CC BY-SA 3.0 (English Wikipedia; only weights are here, no text); own rows, books "
                            "and texts of recordings: CC0 and public domain",
            "commands": ["tools/train/homographs/train.py classes W/classes.tsv TEXT...",
                         "tools/train/homographs/train.py judge W/classes.tsv HOMOGRAPHS.tsv TEXT... > W/figures.txt",
                         "tools/train/homographs/train.py export src/text/data/homographs_en.bin W/classes.tsv HOMOGRAPHS.tsv TEXT... --figures W/figures.txt"],
            "date": str(datetime.date.today()),
            "weights": KEEP,
            "figures": lines,
        },
        "licence": "Apache-2.0",
    }
    with open(os.path.splitext(out)[0] + ".json", "w", encoding="utf-8") as f:
        json.dump(card, f, indent=2)
        f.write("\n")


def parity(path, out, table):
    model = Model.read(path)
    rows = own_rows(OWN, table)[::2]
    for text in ODD:
        before, target, behind = text.replace("\t", " ").encode().split(b"*")
        rows.append((before + target + behind, len(before), len(before) + len(target), target.decode().lower(), None))
    with open(out, "wb") as f:
        for b, i, j, word, _ in rows:
            fs = features(b, i, j, model.word_class)
            total = sum(fnv(x) for x in fs) & MASK
            scores = model.scores(table, word, fs) + [0]
            phones = table.readings(word)[scores.index(max(scores))][2]
            shared = sum(not x.startswith(b"in=") for x in fs)
            f.write(b"%s\t%d\t%d\t%s\t%d\t%d\t%016x\t%s\n" % (b, i, j, word.encode(), len(fs), shared, total, phones.encode()))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("what", choices=["classes", "judge", "export", "read", "parity"])
    p.add_argument("paths", nargs="+")
    p.add_argument("--seed", type=int, default=0, help="of the folds")
    p.add_argument("--keep", type=int, default=KEEP, help="weights")
    p.add_argument("--classes", type=int, default=126)
    p.add_argument("--no-own", action="store_true", help="without our own rows (own.tsv)")
    p.add_argument("--figures", help="export: a text file for the card")
    p.add_argument("--hyp", help="judge: write the readings there, for the scorer")
    a = p.parse_args()
    if a.what == "classes":
        of, count = word_classes.cluster(list(word_classes.sentences(a.paths[1:])), a.classes, log=sys.stderr)
        with open(a.paths[0], "wb") as f:
            for w, c in of.items():
                f.write(b"%s\t%d\t%d\n" % (w, c, count[w]))
        return
    table = Table(TABLE)
    if a.what == "parity":
        parity(a.paths[0], a.paths[1], table)
        return
    if a.what == "export":
        a.paths.append(a.paths.pop(0))
    rows = rows_of(a.paths[1])
    texts = a.paths[2:-1] if a.what == "export" else a.paths[2:]
    if a.what == "read":
        model = Model.read(a.paths[0])
        for r in rows:
            print(model.pick(table, r[3], features(r[0], r[1], r[2], model.word_class)))
        return
    began = time.time()
    map_classes = Model.make_classes(read_classes(a.paths[0]))
    empty = Model(map_classes, None, None)
    own = [] if a.no_own else own_rows(OWN, table)
    like = sure_rows(texts, table)
    every = rows + own + like
    seen = [features(r[0], r[1], r[2], empty.word_class) for r in every]
    words, ids = [r[3] for r in every], [r[4] for r in every]
    mine = list(range(len(rows), len(seen)))

    def fitted(some):
        pick = lambda l: [l[i] for i in some]
        return Model.make(map_classes, train(table, pick(words), pick(ids), pick(seen), a.keep))

    if a.what == "export":
        size = fitted(list(range(len(seen)))).write(a.paths[-1])
        write_card(a.paths[-1], size, rows, len(own), len(like), a.figures)
        print(f"{a.paths[-1]}: {size} bytes, {len(rows)} rows, {len(own)} of our own, {len(like)} sure ones of plain text; {time.time() - began:.0f} s")
        return
    folds = [fold(r[0], 10, a.seed) for r in rows]
    got = [None] * len(rows)
    for k in range(10):
        model = fitted([i for i in range(len(rows)) if folds[i] != k] + mine)
        for i in range(len(rows)):
            if folds[i] == k:
                got[i] = model.pick(table, words[i], seen[i])
        print(f"\rfold {k + 1} of 10", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    print(f"ten-fold by sentence, seed {a.seed}, in training only {len(own)} rows of our own and {len(like)} sure ones of plain text: {figures(rows, got)}; {time.time() - began:.0f} s")
    if a.hyp:
        with open(a.hyp, "w") as f:
            f.write("\n".join(got) + "\n")


if __name__ == "__main__":
    main()
