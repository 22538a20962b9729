"""Word classes from plain text: the exchange algorithm of Kneser and Ney (1993) on class bigrams."""
from collections import Counter, defaultdict

import numpy as np

from tokens import name, plain, tokenize


def sentences(paths):
    for path in paths:
        for line in open(path, encoding="utf-8"):
            line = line.rstrip("\n")
            if path.endswith(".tsv"):
                f = line.split("\t")
                line = f[1] if path.endswith("train.tsv") and "speech" in path else f[0]
            if line:
                yield line


ENDINGS = [b"ingly", b"edly", b"ally", b"ly", b"ing", b"ings", b"ated", b"ed", b"ates", b"ate", b"ation", b"ations", b"tion", b"tions", b"sion", b"ment", b"ments", b"ness", b"ity", b"ities", b"ism", b"ist", b"ists",
           b"ers", b"er", b"ors", b"or", b"est", b"able", b"ible", b"ical", b"al", b"ous", b"ive", b"ful", b"less", b"ish", b"ic", b"ics", b"ary", b"ory",
           b"ant", b"ent", b"ance", b"ence", b"ize", b"ise", b"ized", b"ify", b"ian", b"ians", b"'s", b"ies", b"es", b"s", b"y", b"e", b"a", b"o", b"n", b"t", b"d", b"r"]


def start_class(word):
    for i, e in enumerate(ENDINGS):
        if word.endswith(e) and len(word) > len(e) + 1:
            return i
    return len(ENDINGS)


def cluster(texts, k, least=3, passes=15, seed=1, log=None):
    """{word: class}; words seen `least` times."""
    sents = [[name(t) for t in tokenize(plain(s.encode()))] for s in texts]
    count = Counter(w for s in sents for w in s)
    vocabulary = [w for w, c in count.most_common() if c >= least]
    index = {w: i + 1 for i, w in enumerate(vocabulary)}
    n = len(vocabulary) + 1              # 0: sentence edge; unknown words: a word of their own at the end
    unknown = n
    left, right = defaultdict(Counter), defaultdict(Counter)
    for s in sents:
        ids = [0] + [index.get(w, unknown) for w in s] + [0]
        for a, b in zip(ids, ids[1:]):
            right[a][b] += 1
            left[b][a] += 1
    own = min(k // 2, 64)
    of = np.zeros(n + 1, np.int64)
    spread = start_class
    starts = sorted({start_class(w) for w in vocabulary[own:]})
    place = {c: i for i, c in enumerate(starts)}
    free = k - 2 - own
    for i, w in enumerate(vocabulary):
        of[i + 1] = 2 + i if i < own else 2 + own + place[start_class(w)] % free
    of[0], of[unknown] = 0, 1
    N = np.zeros((k, k))
    for a in right:
        for b, c in right[a].items():
            N[of[a], of[b]] += c
    xlogx = lambda x: np.where(x > 0, x * np.log(np.maximum(x, 1e-9)), 0.0)
    tables = {}
    for w in range(1, n):
        L, R = left[w], right[w]
        tables[w] = (np.array(list(L)), np.array(list(L.values()), float), np.array(list(R)), np.array(list(R.values()), float))
    for p in range(passes):
        moved = 0
        rows, cols = N.sum(1), N.sum(0)
        for w in range(1, n):
            li, lc, ri, rc = tables[w]
            a = of[w]
            selfc = right[w].get(w, 0)
            L = np.bincount(of[li], lc, k)
            R = np.bincount(of[ri], rc, k)
            total = lc.sum()
            if selfc:
                L[a] -= selfc
                R[a] -= selfc
            N[:, a] -= L
            N[a, :] -= R
            N[a, a] -= selfc
            cols[a] -= total
            rows[a] -= total
            lz, rz = np.nonzero(L)[0], np.nonzero(R)[0]
            sub = N[lz, :]
            gain = (xlogx(sub + L[lz, None]) - xlogx(sub)).sum(0)
            sub = N[:, rz]
            gain += (xlogx(sub + R[None, rz]) - xlogx(sub)).sum(1)
            d = N.diagonal()
            gain += xlogx(d + L + R + selfc) - xlogx(d + L) - xlogx(d + R) + xlogx(d)
            gain -= xlogx(rows + total) - xlogx(rows) + xlogx(cols + total) - xlogx(cols)
            gain[:2] = -1e18
            b = int(gain.argmax())
            if gain[b] <= gain[a] + 1e-9:
                b = a
            moved += a != b
            of[w] = b
            N[:, b] += L
            N[b, :] += R
            N[b, b] += selfc
            cols[b] += total
            rows[b] += total
        if log:
            mi = (xlogx(N).sum() - xlogx(N.sum(1)).sum() - xlogx(N.sum(0)).sum()) / N.sum()
            print(f"pass {p + 1}: {moved} of {n - 1} words moved, {mi:.4f}", file=log, flush=True)
        if moved < n / 200:
            break
    return {w: int(of[i + 1]) for i, w in enumerate(vocabulary)}, count
