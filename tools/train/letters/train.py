#!/usr/bin/env python3
"""Trains the letter-to-sound network.

usage: train.py ALIGNED.tsv OUT_DIR [--epochs N] [--seed N] [--backward] [--start CHECKPOINT]         ALIGNED.tsv: from align.py
--backward: the step writes from the last letter to the first. --start: weights to begin with (of the other direction: its encoder only). Writes OUT_DIR/last.pt after each epoch and goes on from it when started again; prints a progress line a minute to standard output and
OUT_DIR/log. One word in 80 is kept aside to watch the loss (not the project's dev set, which nothing is chosen on).
"""
import argparse
import os
import random
import time

import numpy as np
import torch
import torch.nn.functional as F

from model import BLANK, HISTORY, LETTER_ID, LETTERS, START, Letters, graphone_state


def read(path):
    rows = []
    for line in open(path, encoding="utf-8"):
        word, rank, graphones = line.rstrip("\n").split("\t")
        rows.append((word, int(rank), graphones.split(" ")))
    return rows


def arrays(row, ids, info, backward=False):
    """One word: letters [T+2], graphones [T], history [T,HISTORY], state [T,3], weight. Backward: history and state of a letter are what stands behind it."""
    word, rank, graphones = row
    letters = [LETTER_ID["^"]] + [LETTER_ID[c] for c in word] + [LETTER_ID["$"]]
    graphones = graphones[::-1] if backward else graphones
    target = [ids[g] for g in graphones]
    past = [START] * HISTORY + [g + 2 for g in target]
    history = [[past[i + HISTORY - 1 - k] for k in range(HISTORY)] for i in range(len(target))]
    state, vowels, primary, secondary = [], 0, False, False
    for g in graphones:
        state.append([float(primary), float(secondary), min(vowels, 4) / 4])
        v, p, s = info[g]
        vowels, primary, secondary = vowels + v, primary or p, secondary or s
    turn = slice(None, None, -1 if backward else 1)
    # What a dictionary gives second is rarer.
    return np.array(letters), np.array(target)[turn], np.array(history)[turn], np.array(state, dtype=np.float32)[turn], 1.0 if rank == 0 else 0.3


def tensors(rows):
    """A batch of arrays(): letters with ^ and $ [B,T+2], graphones [B,T], history [B,T,HISTORY], state [B,T,3], weight [B,T]."""
    n, t = len(rows), max(len(r[1]) for r in rows)
    letters = np.zeros((n, t + 2), dtype=np.int64)
    target = np.zeros((n, t), dtype=np.int64)
    history = np.full((n, t, HISTORY), START, dtype=np.int64)
    state = np.zeros((n, t, 3), dtype=np.float32)
    weight = np.zeros((n, t), dtype=np.float32)
    for b, (l, g, h, s, w) in enumerate(rows):
        letters[b, :len(l)], target[b, :len(g)], history[b, :len(g)], state[b, :len(g)], weight[b, :len(g)] = l, g, h, s, w
    return [torch.from_numpy(x) for x in (letters, target, history, state, weight)]


def loss_of(model, batch, smoothing, forget, hide=0.0):
    letters, target, history, state, weight = batch
    mask = (letters > 0).float().unsqueeze(-1)
    if hide:
        letters = letters.masked_fill(torch.rand(letters.shape) < hide, 0)
    hidden = model.encode(letters, mask)[:, 1:-1]
    if forget:      # so that a wrong past does not lead everything astray
        history = history.masked_fill(torch.rand(history.shape) < forget, BLANK)
    logits = model.step(hidden, history, state)
    loss = F.cross_entropy(logits.flatten(0, 1), target.flatten(), reduction="none", label_smoothing=smoothing)
    return (loss * weight.flatten()).sum() / weight.sum()


def batches(rows, letters, rng):
    order = sorted(range(len(rows)), key=lambda i: len(rows[i][1]) + rng.random() * 1.5)
    out, now, longest = [], [], 0
    for i in order:
        longest = max(longest, len(rows[i][1]))
        if now and longest * (len(now) + 1) > letters:
            out.append(now)
            now, longest = [], len(rows[i][1])
        now.append(rows[i])
    out.append(now)
    rng.shuffle(out)
    return out


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("aligned")
    ap.add_argument("out")
    ap.add_argument("--epochs", type=int, default=24)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--width", type=int, default=128)
    ap.add_argument("--letters", type=int, default=2600, help="letters in a batch")
    ap.add_argument("--rate", type=float, default=2.5e-3)
    ap.add_argument("--dropout", type=float, default=0.1)
    ap.add_argument("--hide", type=float, default=0.0, help="share of the letters that are not shown")
    ap.add_argument("--same", action="store_true", help="dropout leaves out the same channels in all letters of a word")
    ap.add_argument("--decay", type=float, default=0.01, help="weight decay")
    ap.add_argument("--backward", action="store_true")
    ap.add_argument("--start")
    ap.add_argument("--forget", type=float, default=0.08, help="share of the history that a step does not see")
    args = ap.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)
    os.makedirs(args.out, exist_ok=True)

    rows = read(args.aligned)
    outputs = sorted({g for r in rows for g in r[2]})
    ids = {g: i for i, g in enumerate(outputs)}
    info = {g: graphone_state(g) for g in outputs}
    kept = {w for i, w in enumerate(sorted({r[0] for r in rows})) if i % 80 == 0}
    watch = [arrays(r, ids, info, args.backward) for r in rows if r[0] in kept and r[1] == 0]
    rows = [r for r in rows if r[0] not in kept]
    known = {r[0] for r in rows}
    # A possessive teaches little that its word does not: each epoch sees a quarter of them.
    easy = [r[0].endswith("'s") and r[0][:-2] in known for r in rows]
    easy, rows = [[arrays(r, ids, info, args.backward) for r, e in zip(rows, easy) if e == side] for side in (True, False)]
    watch = [tensors(b) for b in batches(watch, args.letters, random.Random(0))]

    config = {"width": args.width}
    model = Letters(len(outputs), dropout=args.dropout, same=args.same, **config)
    average = {k: v.clone() for k, v in model.state_dict().items()}
    optimiser = torch.optim.AdamW(model.parameters(), lr=args.rate, betas=(0.9, 0.98), weight_decay=args.decay)
    epoch = step = 0
    path = os.path.join(args.out, "last.pt")
    if os.path.exists(path):
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimiser.load_state_dict(saved["optimiser"])
        average, epoch, step = saved["average"], saved["epoch"], saved["step"]
    elif args.start:
        saved = torch.load(args.start)
        other = saved.get("backward", False) != args.backward
        assert saved["outputs"] == outputs
        model.load_state_dict({k: v for k, v in saved["average"].items() if not other or k.split(".")[0] in ("letters", "blocks", "norm")}, strict=False)
        average = {k: v.clone() for k, v in model.state_dict().items()}

    def pick(rng):
        return batches(rows + rng.sample(easy, len(easy) // 4), args.letters, rng)

    per_epoch = len(pick(random.Random(0)))
    total = per_epoch * args.epochs
    log = open(os.path.join(args.out, "log"), "a")

    def say(text):
        print(text, flush=True)
        log.write(text + "\n")
        log.flush()

    say("%d pronunciations, %d outputs, %d parameters, %d steps" % (len(rows) + len(easy), len(outputs), sum(p.numel() for p in model.parameters()), total))
    started = told = time.time()
    mean = 0.0
    while epoch < args.epochs:
        rng = random.Random(args.seed * 1000 + epoch)
        model.train()
        for group in pick(rng):
            rate = args.rate * min((step + 1) / 400, max(1e-3, (1 - step / total)))
            for g in optimiser.param_groups:
                g["lr"] = rate
            loss = loss_of(model, tensors(group), 0.05, args.forget, args.hide)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            step += 1
            mean = 0.98 * mean + 0.02 * loss.item() if mean else loss.item()
            decay = min(0.998, 1 - 10 / (10 + step))
            with torch.no_grad():
                for k, v in model.state_dict().items():
                    average[k].lerp_(v, 1 - decay)
            if time.time() - told > 60:
                told = time.time()
                say("epoch %d step %d/%d loss %.4f rate %.5f %.0f s" % (epoch, step, total, mean, rate, told - started))
        epoch += 1
        live = {k: v.clone() for k, v in model.state_dict().items()}
        model.load_state_dict(average)
        model.eval()
        with torch.no_grad():
            kept_loss = sum(loss_of(model, b, 0, 0).item() for b in watch) / len(watch)
        say("epoch %d done: loss kept aside %.4f" % (epoch, kept_loss))
        torch.save({"average": average, "model": live, "optimiser": optimiser.state_dict(), "epoch": epoch, "step": step, "outputs": outputs,
                    "letters": LETTERS, "config": config, "kept": kept_loss, "backward": args.backward, "args": vars(args)}, path + ".new")
        os.replace(path + ".new", path)
        model.load_state_dict(live)


if __name__ == "__main__":
    main()
