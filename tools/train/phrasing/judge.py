#!/usr/bin/env python3
"""How good are the breaks? Against authors' commas, readers' pauses and our own places; the network, rules, nothing.

    judge.py --model WORK --text corpus_en.txt --recordings FEATURES --splits DATA --places places_en.txt [--fit]
"""
import argparse
import csv
import itertools
import os
import re
import sys

import model as M
import recordings as R
import stretches as S
import train as T


def pause_items(takes):
    """Stretches between marks of takes: words, [label]: 1 a pause, 0 none."""
    out = []
    for t in takes:
        a = 0
        for i in range(len(t.words)):
            if i + 1 == len(t.words) or t.marks[i] != "_":
                if i > a:
                    out.append((t.words[a:i + 1], [int(b) for b in t.broken[a:i]]))
                a = i + 1
    return out


def comma_items(stretches):
    """Label 2 (says nothing) counts as right, never as missed."""
    return [([w for w, _ in s], [m for _, m in s][:-1]) for s in stretches]


def place_items(path):
    out = []
    with open(path, encoding="utf-8") as f:
        for line in f:
            if line.strip() and not line.startswith("#"):
                words, labels = [], []
                for x in re.findall(r"[A-Za-z']+|[|/]", line):
                    if x in "|/":
                        labels[-1] = 1 if x == "|" else 2
                    else:
                        words.append(x.lower())
                        labels.append(0)
                out.append((words, labels[:-1]))
    return out


def measure(items, cut):
    """items, the function words -> breaks: precision, recall, F1, false breaks per 100 words, breaks."""
    right = false = found = want = words = 0
    for w, labels in items:
        words += len(w)
        want += sum(m == 1 for m in labels)
        for i in cut(w):
            right += labels[i] > 0
            found += labels[i] == 1
            false += labels[i] == 0
    p, r = right / max(1, right + false), found / max(1, want)
    return p, r, 2 * p * r / max(1e-9, p + r), 100.0 * false / max(1, words), right + false


class Cutter:
    def __init__(self, classes, score, plan):
        self.classes, self.score, self.plan, self.known = classes, score, plan, {}

    def rated(self, words):
        key = " ".join(words)
        if key not in self.known:
            places, rows = M.inputs(self.classes, words)
            self.known[key] = places, self.score(words, places, rows)
        return self.known[key]

    def __call__(self, words):
        if len(words) <= self.plan.long:
            return []
        return self.plan.breaks(words, *self.rated(words))


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--model", required=True)
    p.add_argument("--text", required=True)
    p.add_argument("--recordings", required=True)
    p.add_argument("--splits", required=True, help="folder of the speakers' train.tsv and val.tsv")
    p.add_argument("--places", required=True)
    p.add_argument("--fit", action="store_true")
    p.add_argument("--long", type=int, default=M.PLAN.long)
    p.add_argument("--plan", type=float, nargs=3, default=(M.PLAN.threshold, M.PLAN.room, M.PLAN.weight), help="threshold, room, weight")
    p.add_argument("--rule-plan", type=float, nargs=3, default=(-0.5, 55, 0.05))
    p.add_argument("--show", action="store_true")
    a = p.parse_args()
    classes, network = T.load(a.model)
    takes, val = R.load(a.recordings), set()
    for s in {t.speaker for t in takes}:
        with open(os.path.join(a.splits, s, "val.tsv"), encoding="utf-8") as f:
            val |= {(s, r["id"]) for r in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE)}
    sets = {
        "kathleen train": pause_items([t for t in takes if t.speaker == "kathleen" and ("kathleen", t.name) not in val]),
        "linda train": pause_items([t for t in takes if t.speaker == "linda" and ("linda", t.name) not in val]),
        "both val": pause_items([t for t in takes if (t.speaker, t.name) in val]),
        "commas, held tenth": comma_items(S.load(a.text)[1]),
        "our places": place_items(a.places),
    }
    ways = {"network": Cutter(classes, lambda w, p, r: network.score(r), M.Plan(a.long, *a.plan)),
            "rules": Cutter(classes, lambda w, p, r: M.rule_scores(classes, w, p), M.Plan(a.long, *a.rule_plan))}
    if a.fit:
        for way, cut in ways.items():
            rows = []
            for th, room, weight in itertools.product((-1.5, -1, -0.5, 0, 0.5, 1), (40, 55, 70), (0, 0.02, 0.05, 0.1, 0.2)):
                cut.plan = M.Plan(a.long, th, room, weight)
                rows.append((th, room, weight) + measure(sets["kathleen train"], cut) + measure(sets["linda train"], cut) + measure(sets["commas, held tenth"], cut)+ measure(sets["our places"], cut))
            for r in rows:
                print(way, "%5.1f %3d %.2f |" % r[:3], " | ".join("P %.2f R %.2f F %.2f, %.2f /100 (%d)" % r[k:k + 5] for k in (3, 8, 13,18)))
        return 0
    for name, items in sets.items():
        items = [x for x in items if len(x[0]) > a.long]
        print("%s: %d stretches of over %d words, %d words, %d breaks wanted" % (name, len(items), a.long, sum(len(w) for w, _ in items), sum(m == 1 for _, l in items for m in l)))
        for way, cut in ways.items():
            print("  %-8s P %.2f R %.2f F1 %.2f, %.2f false in 100 words, %d breaks" % ((way,) + measure(items, cut)))
    if a.show:
        for w, labels in sets["our places"] + sets["linda train"]:
            cuts = ways["network"](w)
            print(" ".join(x + (("*" if labels[i] == 0 else "+") if i in cuts else "") + ("" if i + 1 == len(w) else ["", " |", " /"][labels[i]]) for i, x in enumerate(w)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
