#!/usr/bin/env python3
"""Aligns spellings with pronunciations: each letter makes 0 to 3 phones (a graphone).

usage: align.py TRAIN.tsv OUT.tsv        TRAIN: word<TAB>phones [| phones ...]
OUT: word<TAB>rank<TAB>graphones, one a letter, phones of one graphone joined by '+', '-' for none.

Expectation-maximisation over all monotonic alignments (the joint multigram idea of Deligne and Bimbot 1995, with one letter a side), without
stress; the best path then gets its stress back. Graphones seen fewer than 4 times are given up, with the words that need them.
"""
import math
import sys
from collections import defaultdict

PRIOR = (0.1, 0.8, 0.09, 0.01)


def load(path):
    rows = []
    for line in open(path, encoding="utf-8"):
        word, prons = line.rstrip("\n").split("\t")
        for rank, pron in enumerate(prons.split(" | ")):
            rows.append((word, rank, tuple(pron.split())))
    return rows


def lattice(word, phones, prob):
    """All arcs (letter, first phone, count, graphone, forward mass, probability) that lie on some path, and the total mass."""
    n, m = len(word), len(phones)
    forward = [[0.0] * (m + 1) for _ in range(n + 1)]
    forward[0][0] = 1.0
    arcs = []
    for i in range(n):
        for j in range(max(0, m - 3 * (n - i)), min(m, 3 * i) + 1):
            x = forward[i][j]
            if x == 0.0:
                continue
            for k in range(min(3, m - j) + 1):
                g = (word[i], phones[j:j + k])
                q = prob.get(g, 0.0) if prob else PRIOR[k]
                if q:
                    forward[i + 1][j + k] += x * q
                    arcs.append((i, j, k, g, x, q))
    return arcs, forward[n][m]


def estimate(data, rounds=5):
    prob = None
    for r in range(rounds):
        count = defaultdict(float)
        total = 0.0
        for word, phones in data:
            arcs, z = lattice(word, phones, prob)
            if z <= 0:
                continue
            total += math.log(z)
            back = defaultdict(float)
            back[len(word), len(phones)] = 1.0
            for i, j, k, g, x, q in reversed(arcs):
                y = back[i + 1, j + k]
                if y:
                    back[i, j] += q * y
                    count[g] += x * q * y / z
        # P(graphone) is joint over letter and phones: alignments that reuse few graphones win.
        s = sum(count.values())
        prob = {g: c / s for g, c in count.items() if c > 1e-3}
        print("round %d: log-likelihood %.0f, %d graphones" % (r + 1, total, len(prob)), file=sys.stderr, flush=True)
    return prob


def best(word, phones, prob):
    n, m = len(word), len(phones)
    score = [[-1e30] * (m + 1) for _ in range(n + 1)]
    step = [[0] * (m + 1) for _ in range(n + 1)]
    score[0][0] = 0.0
    for i in range(n):
        for j in range(m + 1):
            if score[i][j] < -1e29:
                continue
            for k in range(min(3, m - j) + 1):
                q = prob.get((word[i], phones[j:j + k]))
                if q and score[i][j] + math.log(q) > score[i + 1][j + k]:
                    score[i + 1][j + k] = score[i][j] + math.log(q)
                    step[i + 1][j + k] = k
    if score[n][m] < -1e29:
        return None
    cuts, j = [], m
    for i in range(n, 0, -1):
        cuts.append((j - step[i][j], j))
        j -= step[i][j]
    return cuts[::-1]


def main():
    rows = load(sys.argv[1])
    plain = [(w, tuple(p.rstrip("012") for p in q)) for w, _, q in rows]
    prob = estimate(plain)
    out, count = [], defaultdict(int)
    for (word, rank, full), (_, phones) in zip(rows, plain):
        cuts = best(word, phones, prob)
        if cuts is None:
            continue
        graphones = ["+".join(full[a:b]) or "-" for a, b in cuts]
        out.append((word, rank, graphones))
        for g in graphones:
            count[g] += 1
    kept = [r for r in out if all(count[g] >= 4 for g in r[2])]
    with open(sys.argv[2], "w", encoding="utf-8") as f:
        for word, rank, graphones in kept:
            f.write("%s\t%d\t%s\n" % (word, rank, " ".join(graphones)))
    print("%d of %d pronunciations aligned, %d graphone outputs" % (len(kept), len(rows), len({g for r in kept for g in r[2]})), file=sys.stderr)


if __name__ == "__main__":
    main()
