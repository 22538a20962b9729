#!/usr/bin/env python3
"""Train the break model on an author's commas.

    train.py --text corpus_en.txt --out WORK [--words 900] [--rounds 12]

Writes WORK/model.pt and prints how well the commas of the held paragraphs are found. Ten seconds of one core.
"""
import argparse
import os
import sys
import time

import numpy as np
import torch

import model as M
import stretches as S


class Net(torch.nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.vectors = torch.nn.Embedding(classes, M.SIZE)
        self.left, self.right = torch.nn.Embedding(M.FAR + 1, M.HIDDEN), torch.nn.Embedding(M.FAR + 1, M.HIDDEN)
        self.first = torch.nn.Linear((M.BEFORE + M.AFTER) * M.SIZE, M.HIDDEN)
        self.second = torch.nn.Linear(M.HIDDEN, 1)
        self.drop = torch.nn.Dropout(0.3)
        for e, s in ((self.vectors, 0.3), (self.left, 0.1), (self.right, 0.1)):
            torch.nn.init.normal_(e.weight, 0, s)

    def forward(self, x):
        h = self.first(self.drop(self.vectors(x[:, :-2]).flatten(1))) + self.left(x[:, -2]) + self.right(x[:, -1])
        return self.second(self.drop(torch.relu(h))).squeeze(1)

    def network(self):
        def a(t):
            return t.detach().numpy()
        return M.Network(a(self.vectors.weight), a(self.first.weight).T, a(self.left.weight), a(self.right.weight), a(self.first.bias),
                         a(self.second.weight)[0], a(self.second.bias)[0])


def examples(classes, stretches, shortest):
    """Candidates with room on both sides: inputs, labels; how many commas with room are no candidates."""
    x, y, lost = [], [], 0
    for s in stretches:
        if len(s) < shortest:
            continue
        places, rows = M.inputs(classes, [w for w, _ in s])
        found = {i for i in places}
        for i, row in zip(places, rows):
            if S.ROOM <= i + 1 <= len(s) - S.ROOM and s[i][1] < 2:
                x.append(row)
                y.append(s[i][1])
        lost += sum(m == 1 and i not in found for i, (_, m) in enumerate(s))
    return np.array(x), np.array(y, np.float32), lost


def measure(score, y, lost=0):
    """'average precision, best F1 and recall where precision is 0.75'."""
    k = np.argsort(-score, kind="stable")
    hit = y[k]
    p, r = np.cumsum(hit) / np.arange(1, len(y) + 1), np.cumsum(hit) / (y.sum() + lost)
    f = 2 * p * r / np.maximum(p + r, 1e-9)
    j = np.flatnonzero(p >= 0.75)
    return "AP %.3f, best F1 %.3f (P %.2f R %.2f), R at P 0.75: %.2f" % (
        (p * hit).sum() / (y.sum() + lost), f.max(), p[f.argmax()], r[f.argmax()], r[j[-1]] if len(j) else 0)


def fit(net, x, y, rounds, batch=1024):
    steps = rounds * (len(x) // batch)
    best = torch.optim.AdamW(net.parameters(), 1e-2, weight_decay=0.05)
    pace = torch.optim.lr_scheduler.OneCycleLR(best, 1e-2, steps)
    net.train()
    for _ in range(rounds):
        order = torch.randperm(len(x))
        for b in range(0, len(x) // batch * batch, batch):
            i = order[b:b + batch]
            loss = torch.nn.functional.binary_cross_entropy_with_logits(net(x[i]), y[i])
            best.zero_grad()
            loss.backward()
            best.step()
            pace.step()
    return net.eval()


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--text", required=True, nargs="+")
    p.add_argument("--out", required=True)
    p.add_argument("--words", type=int, default=600)
    p.add_argument("--rounds", type=int, default=12)
    p.add_argument("--seed", type=int, default=3)
    a = p.parse_args()
    torch.manual_seed(a.seed)
    torch.set_num_threads(1)
    train, judge = [], []
    for path in a.text:
        t, j = S.load(path)
        train += t
        judge.append((path, j))
    classes = M.Classes(M.Classes.choose(train, a.words))
    x, y, lost = examples(classes, train, 6)
    print("%d places in training, %.3f with a comma; %d commas at no candidate; %d classes" % (len(x), y.mean(), lost, len(classes.names)))
    x, y = torch.tensor(x), torch.tensor(y)
    begin = time.time()
    net = fit(Net(len(classes.names)), x, y, a.rounds)
    print("trained in %.0f s" % (time.time() - begin))
    network = net.network()
    for path, j in judge:
        xj, yj, lj = examples(classes, j, 11)
        print("%s: %d places, %d commas found as candidates, %d not: %s" % (os.path.basename(path), len(xj), yj.sum(), lj, measure(network.score(xj), yj, lj)))
    os.makedirs(a.out, exist_ok=True)
    torch.save({"words": classes.words, "state": net.state_dict(), "command": command(a)}, os.path.join(a.out, "model.pt"))
    return 0


def command(a):
    return "train.py --text %s --words %d --rounds %d --seed %d" % (
        " ".join(os.path.basename(t) for t in a.text), a.words, a.rounds, a.seed)


def load(work):
    """WORK/model.pt -> classes, network."""
    d = torch.load(os.path.join(work, "model.pt"))
    classes = M.Classes(d["words"])
    net = Net(len(classes.names))
    net.load_state_dict(d["state"])
    return classes, net.network()


if __name__ == "__main__":
    sys.exit(main())
