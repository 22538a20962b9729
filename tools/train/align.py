#!/usr/bin/env python3
"""Align tokens with features: a monophone HMM (3 states a phone, optional silence between words), Viterbi training.

    align.py --features FEATURES [SPEAKER...]

Writes FEATURES/SPEAKER/align.tsv: id, phone ids, stresses, durations in frames (each a list with spaces). All takes are aligned,
val too (for comparing durations), but only the others train the models. One model a language: phones of the same name differ. About a minute of one core for an hour of speech and 14 rounds.
"""
import argparse
import os
import sys
import time

import numpy as np
from scipy.fft import dct

import phones as P
from corpus import load, speakers
from prepare import language_of

STATES = 3
SKIP_PHONE, SKIP_SILENCE = -3.0, -0.3      # log penalties: the middle state of a phone, the silence between words


def cepstra(frames):
    """[T, 82] -> [T, 49]: 16 cepstra of the log-mel, first and second differences, voicing."""
    def slope(c):
        p = np.pad(c, ((2, 2), (0, 0)), "edge")
        return (p[4:] - p[:-4]) * 0.2 + (p[3:-1] - p[1:-3]) * 0.1

    c = dct(frames[:, :80], axis=1, norm="ortho")[:, :16]
    d = slope(c)
    return np.concatenate([c, d, slope(d), frames[:, 81:]], 1).astype(np.float32)


class Utterance:
    """Token ids, stresses and the state sequence: state number, may it be skipped to from two before, its token."""

    def __init__(self, take, classes):
        self.ids, self.stress = take.ids, take.stress
        self.length = len(take)
        state, skip, token = [], [], []
        for i, p in enumerate(self.ids):
            if p in P.END_MARKS:
                continue                   # lasts 0 frames by definition: the silence belongs to $
            if p in P.MARKS:
                state.append(0)
                skip.append(False)
                token.append(i)
                continue
            for q in range(STATES):
                # reach the last state past the middle one, or a word's first state past the silence
                skip.append(q == 2 or (q == 0 and len(state) > 1 and state[-1] == 0))
                state.append(classes[p] * STATES + q)
                token.append(i)
        self.state, self.skip, self.token = np.array(state), np.array(skip), np.array(token)


def viterbi(utterances, scores, offsets, group=48):
    """scores [all frames, states] -> state index path of each utterance, total score. Batched by length."""
    order, paths, total = np.argsort([u.length for u in utterances]), [None] * len(utterances), 0.0
    for g in (order[i:i + group] for i in range(0, len(order), group)):
        t_max, s_max = max(utterances[i].length for i in g), max(len(utterances[i].state) for i in g)
        skip = np.full((len(g), s_max), -1e9, np.float32)
        emit = np.full((len(g), t_max, s_max), -1e9, np.float32)
        for b, i in enumerate(g):
            u = utterances[i]
            n = len(u.state)
            skip[b, :n][u.skip] = np.where(u.state[u.skip] % STATES == 2, SKIP_PHONE, SKIP_SILENCE)
            emit[b, :u.length, :n] = scores[offsets[i]:offsets[i] + u.length][:, u.state]
        a = np.full((len(g), s_max), -1e9, np.float32)
        a[:, :2] = emit[:, 0, :2]
        history, back = [a], np.zeros((t_max, len(g), s_max), np.int8)
        for t in range(1, t_max):
            one, two = np.full_like(a, -1e9), np.full_like(a, -1e9)
            one[:, 1:] = a[:, :-1]
            two[:, 2:] = a[:, :-2]
            two += skip
            m = np.maximum(a, one)
            back[t] = np.where(two > m, 2, np.where(one > a, 1, 0))
            a = np.maximum(m, two) + emit[:, t]
            history.append(a)
        for b, i in enumerate(g):
            u = utterances[i]
            e, n = history[u.length - 1][b], len(u.state)
            s = n - 1 if e[n - 1] >= e[n - 2] else n - 2
            total += e[s]
            path = np.zeros(u.length, int)
            for t in range(u.length - 1, -1, -1):
                path[t] = s
                s -= back[t, b, s]
            paths[i] = path
    return paths, total


class Mixtures:
    """Diagonal Gaussian mixtures of all states, [states, mix, features]."""

    def __init__(self, states, size):
        self.mean, self.var = np.zeros((states, 1, size)), np.ones((states, 1, size))
        self.weight = np.ones((states, 1))

    def fit(self, x, state, mix, rounds=3):
        """One maximisation: x [frames, features] with their states; mix components (1, 2 or 4), split when it grows."""
        old = self.mean.shape[1]
        grow = mix // old
        mean, var, weight = (np.repeat(a, grow, 1) for a in (self.mean, self.var, self.weight / grow))
        if grow > 1:
            mean = mean + np.sqrt(var) * np.where(np.arange(mix) % 2, 0.3, -0.3)[None, :, None]
        for s in range(len(mean)):
            y = x[state == s]
            if len(y) < 10:
                y = x[::50]
            m, v = y.mean(0), y.var(0)
            if mix == 1:
                mean[s, 0], var[s, 0] = m, v
                continue
            c, d, w = mean[s], np.maximum(var[s], 0.02), weight[s]
            for _ in range(rounds):
                ll = -0.5 * ((y ** 2) @ (1 / d).T - 2 * y @ (c / d).T + (c ** 2 / d + np.log(d)).sum(1)) + np.log(w)
                r = np.exp(ll - ll.max(1, keepdims=True))
                r /= r.sum(1, keepdims=True)
                n = r.sum(0) + 1e-3
                c = (r.T @ y + 1e-3 * m) / n[:, None]
                d = np.maximum((r.T @ (y ** 2) + 1e-3 * (v + m * m)) / n[:, None] - c ** 2, 0.02)
                w = n / n.sum()
            mean[s], var[s], weight[s] = c, d, w
        self.mean, self.var, self.weight = mean, np.maximum(var, 0.02), weight

    def score(self, x):
        """[frames, features] -> log likelihood [frames, states] float32."""
        k, m, f = self.mean.shape
        c, d = self.mean.reshape(-1, f), self.var.reshape(-1, f)
        ll = -0.5 * ((x ** 2) @ (1 / d).T.astype(np.float32) - 2 * x @ (c / d).T.astype(np.float32)
                     + (c ** 2 / d + np.log(d)).sum(1)) + np.log(self.weight.ravel())
        ll = ll.reshape(len(x), k, m)
        top = ll.max(2)
        return (top + np.log(np.exp(ll - top[..., None]).sum(2))).astype(np.float32)


def durations(u, path):
    """State path -> frames of each token. A silence of under 3 frames between words is none: its frames go to a
    following stop (its closure), else to the phone before."""
    d = np.bincount(u.token[path], minlength=len(u.ids))
    for i in np.flatnonzero((u.ids == P.BOUNDARY) & (d > 0) & (d < 3)):
        d[i + 1 if u.ids[i + 1] in P.STOP_IDS else i - 1] += d[i]
        d[i] = 0
    return d


def align(takes, rounds):
    """Takes of one language -> [(take, frames of each token)]."""
    begin = time.time()
    # one model for both forms of these vowels: the aligner needs no reduction, and has more data so
    merge = {P.IDS["ə"]: P.IDS["ʌ"], P.IDS["ɚ"]: P.IDS["ɝ"]}
    used = sorted({merge.get(i, i) for t in takes for i in t.ids if i not in P.MARKS})
    classes = {i: 1 + k for k, i in enumerate(used)}
    classes.update({k: classes[v] for k, v in merge.items() if v in classes})
    utterances = [Utterance(t, classes) for t in takes]
    keep = [k for k, u in enumerate(utterances) if u.length > len(u.state)]
    takes, utterances = [takes[k] for k in keep], [utterances[k] for k in keep]
    parts = {s: [k for k, t in enumerate(takes) if t.speaker == s] for s in {t.speaker for t in takes}}
    features = [cepstra(t.frames) for t in takes]
    for part in parts.values():            # speakers' means differ
        y = np.concatenate([features[k] for k in part])
        for k in part:
            features[k] = (features[k] - y.mean(0)) / y.std(0)
    x = np.concatenate(features)
    teach = np.concatenate([np.full(len(t), t.split != "val") for t in takes])
    offsets = np.concatenate([[0], np.cumsum([u.length for u in utterances])[:-1]])
    # flat start: phones share the frames evenly, silence is the quietest 6 %
    paths = []
    for u in utterances:
        k = np.flatnonzero(u.state != 0)
        paths.append(k[np.minimum(np.arange(u.length) * len(k) // u.length, len(k) - 1)])
    models = Mixtures((1 + len(used)) * STATES, x.shape[1])
    for r in range(rounds):
        state = np.concatenate([u.state[q] for u, q in zip(utterances, paths)])
        if r == 0:
            state = np.where(x[:, 0] < np.percentile(x[:, 0], 6), 0, state)
        models.fit(x[teach], state[teach], 1 if r < 5 else 2 if r < 8 else 4)
        # half weight: frames are far from independent
        paths, total = viterbi(utterances, models.score(x) * 0.5, offsets)
        print("round %d: %.3f a frame, %.0f s" % (r, 2 * total / len(x), time.time() - begin), flush=True)
    return [(t, durations(u, q)) for t, u, q in zip(takes, utterances, paths)]


def report(result):
    ids = np.concatenate([t.ids for t, _ in result])
    d = np.concatenate([frames for _, frames in result])
    print("phones, percentiles 1 5 25 50 75 95 99:", np.percentile(d[ids >= P.FIRST], [1, 5, 25, 50, 75, 95, 99]))
    for m in ("_", ",", ";", "^", "$"):
        k = d[ids == P.IDS[m]]
        if len(k):
            print("%s: %d, %.0f %% last, median %.0f frames" % (m, len(k), 100 * (k > 0).mean(), np.median(k[k > 0])))


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("speakers", nargs="*", help="these only; default: all")
    p.add_argument("--features", required=True)
    p.add_argument("--rounds", type=int, default=14)
    a = p.parse_args()
    takes = load(a.features, ("train", "dev", "val"))
    names = a.speakers or speakers(a.features)
    tongue = {s: language_of(s).split("-")[0] for s in names}
    for language in sorted(set(tongue.values())):
        group = [s for s in names if tongue[s] == language]
        print("%s: %s" % (language, ", ".join(group)), flush=True)
        result = align([t for t in takes if t.speaker in group], a.rounds)
        for s in group:
            with open(os.path.join(a.features, s, "align.tsv"), "w", encoding="utf-8") as f:
                f.write("id\tphones\tstress\tframes\n")
                for t, frames in result:
                    if t.speaker == s:
                        f.write("\t".join([t.name] + [" ".join(map(str, v)) for v in (t.ids, t.stress, frames)]) + "\n")
        report(result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
