#!/usr/bin/env python3
"""Train the acoustic models on aligned features.

    train_acoustic.py --features F --out W/acoustic --stage prosody --minutes 4 --seed 1     (and 2, 3, …)
    train_acoustic.py --features F --out W/acoustic --stage join
    train_acoustic.py --features F --out W/acoustic --stage decoder --minutes 65

prosody: durations, pitch, energy from tokens; keeps the averaged weights that do best on the dev split (prosody-SEED.pt).
join: all of these as one ensemble, calibrated on dev (prosody.pt).
decoder: encoder and decoder of the sound; L1, and from 45 % of the time a critic besides (by far the largest gain: L1 alone
averages, and an averaged mel sounds hoarse). Writes decoder.pt (averaged weights). Both go on from STAGE.state.
"""
import argparse
import glob
import os
import sys

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from scipy.ndimage import gaussian_filter1d

import loop
import phones as P
from acoustic import (CALIBRATED, ENERGY_MEAN, ENERGY_STD, MEL_MEAN, MEL_STD, PITCH_MEAN, PITCH_STD, Content, Decoder, Ensemble, MelJudge,
                      Prosody)
from corpus import load, speakers
from format import MEL_CENTRE, MELS, contour, expand, pitch_times, token_starts

CROP = 104                                # frames that the decoder sees of an utterance
WHOLE = 0.3                               # part of a sentence's common pitch error that the loss sees
SPREAD = 0.92                             # spread of predicted pitch, in that of the recordings
MOST = 2.1                                # and what it may be multiplied by for that
ENOUGH = 5                                # dev takes that a speaker's durations and energy are calibrated by
MARGIN = 8                                # frames at a cut edge that the losses do not see
# Hz: the recordings have nothing above, so no loss there: what the other speakers have is good for these too
BAND_LIMIT = {"linda": 10400.0, "flemishguy": 10600.0, "kerstin": 7000.0}
SHARE = 0.45                              # of the first speaker in a batch; the others by their minutes
SETTLED = 800                             # steps until the decoder has answered the critic
QUIET = 8                                 # frames of a pause that a phrase may be cut out of a take at


class Item:
    """One aligned take or a part of it, all arrays that a batch needs. Pitch points and energy are in physical units."""

    def __init__(self, take, ids, stress, durations, speaker):
        self.take, self.first = getattr(take, "whole", take), getattr(take, "first", 0)
        self.name, self.speaker, self.length = take.name, speaker, len(take)
        self.ids, self.stress, self.durations = ids, stress, durations
        self.position = P.positions(ids)
        log_f0, self.voiced = take.frames[:, MELS], take.frames[:, MELS + 1]
        self.mel, self.log_f0 = take.frames[:, :MELS], log_f0
        smooth = gaussian_filter1d(log_f0, 1.5)
        self.pitch = np.interp(pitch_times(durations), np.arange(len(log_f0)), smooth).astype(np.float32)
        self.contour = contour(self.pitch, durations)
        a = token_starts(durations)
        b = a + durations
        sums = np.concatenate([[0], np.cumsum(self.mel.mean(1, dtype=np.float64))])
        voiced = np.concatenate([[0], np.cumsum(self.voiced, dtype=np.float64)])
        d = np.maximum(durations, 1)
        self.energy = np.where(durations > 0, (sums[b] - sums[a]) / d, ENERGY_MEAN).astype(np.float32)
        self.voiced_part = ((voiced[b] - voiced[a]) / d).astype(np.float32)
        self.index, self.in_token = expand(durations)
        assert len(self.index) == self.length == len(self.contour)


class Part:
    """The frames [a, b) of a take."""

    def __init__(self, take, a, b):
        self.name, self.frames, self.whole, self.first = take.name, take.frames[a:b], take, a

    def __len__(self):
        return len(self.frames)


def phrases(take, ids, stress, durations, speaker):
    """What stands between two pauses of a take, as utterances of their own: short strings are most of what is said to
    somebody at a screen reader, and no recording is that short."""
    start = token_starts(durations)
    cuts = [k for k in range(len(ids)) if ids[k] in P.MARKS and ids[k] not in P.END_MARKS and durations[k] >= QUIET]
    out = []
    for a, b in zip(cuts, cuts[1:]):
        if b - a < 3 or (ids[a] == P.BEGIN and ids[b] == P.END) or not (ids[a + 1:b] >= P.FIRST).any():
            continue
        first, last = start[a] + durations[a] - QUIET, start[b] + QUIET
        body = slice(a + 1, b - 1 if ids[b - 1] in P.END_MARKS else b)
        end = ids[b - 1] if ids[b - 1] in P.END_MARKS else P.IDS[","]
        # what ends in a comma goes on: it must not teach how a statement ends
        out.append(Item(Part(take, first, last), *(np.concatenate(v) for v in (
            ([P.BEGIN], ids[body], [end, P.END]), ([0], stress[body], [0, 0]), ([QUIET], durations[body], [0, QUIET]))), speaker))
    return out


def items(features, splits, cut=False, sound=False):
    """cut: also the phrases() of each take; sound: the takes with theirs."""
    names, out = speakers(features), []
    takes = {(t.speaker, t.name): t for t in load(features, splits, sound)}
    for k, s in enumerate(names):
        path = os.path.join(features, s, "align.tsv")
        for row in list(open(path, encoding="utf-8"))[1:]:
            name, *lists = row.rstrip("\n").split("\t")
            if (s, name) in takes:
                arrays = [np.array(v.split(), int) for v in lists]
                out.append(Item(takes[s, name], *arrays, k))
                if cut:
                    out += phrases(takes[s, name], *arrays, k)
    return out


def pad(arrays, multiple=24, to=None):
    """[list of [n, ...]] -> [B, N, ...] with zeros; N a multiple, for oneDNN builds a kernel for each new shape."""
    n = to or max(len(a) for a in arrays)
    n += -n % (1 if to else multiple)
    out = np.zeros((len(arrays), n) + arrays[0].shape[1:], arrays[0].dtype)
    for o, a in zip(out, arrays):
        o[:len(a)] = a
    return torch.from_numpy(out)


def token_batch(batch, count, device):
    """Items -> inputs of Content and Prosody (phone, stress, position, speaker, mask)."""
    one = np.eye(count, dtype=np.float32)
    return [v.to(device) for v in (
        pad([i.ids for i in batch]), pad([i.stress for i in batch]), pad([i.position for i in batch]),
        torch.from_numpy(one[[i.speaker for i in batch]]), pad([np.ones((len(i.ids), 1), np.float32) for i in batch]))]


class Sampler:
    """Batches of similar length: `share` of them from the main speaker, the rest by minutes."""

    def __init__(self, all_items, share, random, main=0):
        order = sorted(all_items, key=lambda i: i.length)
        self.parts = [[i for i in order if (i.speaker == main) == own] for own in (True, False)]
        self.share, self.random = share if self.parts[1] else 1.0, random

    def draw(self, count):
        r, where = self.random, self.random.rand()
        first = int((r.rand(count) < self.share).sum())
        pick = []
        for part, n in zip(self.parts, (first, count - first)):
            span = min(len(part), 4 * count)
            s = int(where * (len(part) - span + 1))
            pick += [part[s + k] for k in r.choice(span, min(span, n), replace=False)]
        return pick


def prosody_losses(net, batch, count, device):
    """-> dict of scalars: duration (ln units squared), frames (of 8, squared: the long ones make the rhythm), pitch (speaker's sd
    squared), energy (sd squared).

    Of the pitch error of a whole sentence only a part counts: how high she began a take cannot be read off a text.
    """
    inputs = token_batch(batch, count, device)
    mask = inputs[-1][..., 0]
    log_d, pitch, energy = net(*inputs)
    d = pad([i.durations.astype(np.float32) for i in batch]).to(device)
    # the ends of a recording are cut by chance, and the end mark lasts 0 by definition
    weight = {P.BEGIN: 0.1, P.END: 0.1, **{m: 0.0 for m in P.END_MARKS}}
    w = pad([np.array([weight.get(k, 1.0) for k in i.ids], np.float32) for i in batch]).to(device)
    duration = ((log_d - torch.log1p(d)) ** 2 * w).sum() / w.sum()
    frames = (((torch.exp(log_d.clamp(max=5)) - 1 - d) / 8) ** 2 * w).sum() / w.sum()
    std = (inputs[3] @ net.pitch_std)[:, None]
    wp = pad([i.voiced_part * np.sqrt(i.durations).astype(np.float32) for i in batch]).to(device)
    e = (pitch - pad([i.pitch for i in batch]).to(device)) / std
    wide = (e * wp[..., None]).sum((1, 2)) / (3 * wp.sum(1) + 1e-6)
    e = (e - (1 - WHOLE) * wide[:, None, None]) ** 2
    we = (d > 0) * mask
    f = ((energy - pad([i.energy for i in batch]).to(device)) / ENERGY_STD) ** 2
    return {"duration": duration, "frames": frames, "pitch": (e.mean(2) * wp).sum() / wp.sum(), "energy": (f * we).sum() / we.sum()}


def correlations(net, dev, count, device):
    """Within-sentence correlation of pitch points (voiced, weighted by length) and of durations; pitch spread ratio."""
    r_p, r_d, spread, length = [], [], [], []
    for i in dev:
        with torch.no_grad():
            log_d, pitch, _ = net(*token_batch([i], count, device)[:4])
        n = len(i.ids)
        keep = (i.voiced_part > 0.5) & (i.durations > 0)
        a, b = pitch[0, :n].cpu().numpy()[keep].ravel(), i.pitch[keep].ravel()
        r_p.append(np.corrcoef(a, b)[0, 1])
        spread.append(a.std() / b.std())
        k = i.ids >= P.FIRST
        x, y = np.exp(log_d[0, :n].cpu().numpy()[k]) - 1, i.durations[k]
        r_d.append(np.corrcoef(x, y)[0, 1])
        length.append(x.sum() / y.sum())
    return "pitch r %.3f  spread %.2f  duration r %.3f  length %.3f" % tuple(map(np.mean, (r_p, spread, r_d, length)))


def calibrate_durations(true, guess):
    """ln(1 + frames) -> scale, shift of the guess that give its frames the deviation and the sum of the true ones."""
    frames, middle, scale = np.exp(true) - 1, guess.mean(), 1.0
    for _ in range(20):                   # the spread of frames, not of their logarithms, is what shows
        d = np.exp((guess - middle) * scale)
        d *= np.exp(true).sum() / d.sum()
        scale = float(np.clip(scale * (frames.std() / d.std()) ** 0.5, 1.0, 1.4))
    return scale, float(np.log(np.exp(true).sum() / np.exp((guess - middle) * scale).sum()) - middle * scale)


def calibrate_energy(true, guess):
    """Energy of phones -> scale, shift of the guess that give it the mean and the deviation of the true one."""
    scale = float(np.clip(true.std() / guess.std(), 1.0, 1.5))
    return scale, float(true.mean() - scale * guess.mean())


def calibrate(net, dev, count, device):
    """Give an Ensemble for each speaker durations whose deviation and sum are the recordings' (the mean of a logarithm alone makes sentences
    12 % too short and too even), energy that is as alive as theirs, and pitch that moves SPREAD as much (a mean of all ways to say a
    sentence is flat)."""
    durations, energies, spread = {}, {}, {}
    before = {k: getattr(net, k).clone() for k in CALIBRATED}
    for k in CALIBRATED:                      # measured as it comes from the members
        getattr(net, k).fill_(0 if k.endswith("shift") else 1)
    for i in dev:
        with torch.no_grad():
            log_d, pitch, energy = (v[0, :len(i.ids)].cpu().numpy() for v in net(*token_batch([i], count, device)[:4]))
        k = (i.ids >= P.FIRST) & (i.durations > 0)
        durations.setdefault(i.speaker, []).append((np.log1p(i.durations[k]), log_d[k]))
        energies.setdefault(i.speaker, []).append((i.energy[k], energy[k]))
        k = i.voiced_part > 0.5
        if k.sum() > 3:
            spread.setdefault(i.speaker, []).append((pitch[k].std(), i.pitch[k].std()))
    for k, v in before.items():               # of speakers without dev takes
        getattr(net, k).copy_(v)
    for name, pairs, fit in (("duration", durations, calibrate_durations), ("energy", energies, calibrate_energy)):
        pooled = fit(*np.concatenate([np.stack(v) for w in pairs.values() for v in w], 1))
        for s in range(count) if len(pairs) > 1 else pairs:           # a speaker with hardly any dev takes is like the others
            own = len(pairs.get(s, ())) >= ENOUGH
            scale, shift = fit(*np.concatenate([np.stack(v) for v in pairs[s]], 1)) if own else pooled
            getattr(net, name + "_scale")[s], getattr(net, name + "_shift")[s] = scale, shift
    for s, v in spread.items():
        a, b = np.mean(v, 0)
        net.pitch_scale[s] = float(np.clip(SPREAD * b / a, 1.0, MOST))
    for name, v in (("durations", net.duration_scale), ("energy", net.energy_scale), ("pitch", net.pitch_scale)):
        print(name, " ".join("%.2f" % x for x in v[:, 0]))
    return net


def join(a, dev, names, main=0, start=None):
    """prosody-SEED.pt of the output folder -> prosody.pt. start: the Ensemble that they were fine-tuned from."""
    paths = sorted(glob.glob(os.path.join(a.out, "prosody-*.pt")))
    files = [torch.load(p, map_location="cpu") for p in paths]
    net = Ensemble(P.PHONES, len(names), len(files)).eval()
    for m, f in zip(net.members, files):
        m.load_state_dict(f["weights"])
    net.pitch_mean.copy_(net.members[0].pitch_mean)
    if start is not None:
        for k in CALIBRATED:
            getattr(net, k).copy_(getattr(start, k))
    net.requires_grad_(False)
    for n in [*net.members, net] if len(files) > 1 else [net]:
        e = [prosody_losses(n, [i], len(names), "cpu") for i in dev if i.speaker == main]
        print("  ".join("%s %.4f" % (k, np.mean([float(v[k]) for v in e])) for k in e[0]), correlations(
            n, [i for i in dev if i.speaker == main], len(names), "cpu"))
    calibrate(net, dev, len(names), "cpu")
    for k, s in enumerate(names):
        if any(i.speaker == k for i in dev):
            print(s, correlations(net, [i for i in dev if i.speaker == k], len(names), "cpu"))
    loop.save_model(os.path.join(a.out, "prosody.pt"), "prosody", net, step=sum(f["step"] for f in files),
                    seconds=sum(f["seconds"] for f in files), speakers=names, members=len(files))


def train_prosody(a, train, dev, names, main=0, start=None):
    """start: a Prosody to go on from (fine-tuning for the speaker `main`; the pitch of the others stays as it is)."""
    net = (start or Prosody(P.PHONES, len(names), dropout=a.dropout)).to(a.device)
    for k in [main] if start else sorted({i.speaker for i in train}):
        v = np.concatenate([i.log_f0[i.voiced > 0] for i in train if i.speaker == k])
        net.pitch_mean[k], net.pitch_std[k] = float(v.mean()), float(v.std())
    opt = torch.optim.AdamW(net.parameters(), lr=a.rate or 1e-3, betas=(0.9, 0.98), weight_decay=0.05)
    average = loop.Average(net, 0.997)
    run = loop.Run(a, {"net": net, "average": average, "opt": opt}, "prosody-%d" % a.seed)
    for k in ("pitch_mean", "pitch_std"):
        getattr(average.module, k).copy_(getattr(net, k))
    sampler = Sampler(train, a.share, run.random, main)

    def look():
        with torch.no_grad():
            e = {k: float(x) for k, x in prosody_losses(average.module, dev, len(names), a.device).items()}
        total = 4 * e["duration"] + 2 * e["frames"] + e["pitch"] + 2 * e["energy"]
        better = run.gained("dev", total)
        run.extra["enough"] = run.extra.get("stale", False)
        print("    dev %.4f: %s  %s%s" % (total, "  ".join("%s %.4f" % k for k in e.items()), correlations(
            average.module, dev, len(names), a.device), "  best" if better else ""), flush=True)
        if better:
            loop.save_model(os.path.join(a.out, "prosody-%d.pt" % a.seed), "prosody", average.module, step=run.step,
                            seconds=run.seconds, speakers=names, dev=e)

    if start and not run.step:
        look()
    while run.going():
        for g in opt.param_groups:
            g["lr"] = (a.rate or 1e-3) * loop.cosine(run.progress, run.step, 150, 0.04)
        v = prosody_losses(net, sampler.draw(a.batch), len(names), a.device)
        # weights bring the three to the same size on dev, so that the sum chooses fairly
        loss = 4 * v["duration"] + 2 * v["frames"] + v["pitch"] + 2 * v["energy"]
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        opt.step()
        average.update(net)
        due = run.tick(v, 250)
        if run.step % (a.check or 250) == 0 or run.step == a.max_steps:
            look()
        if due:
            run.save()
    run.save()
    print("done: %d steps, %.1f min, best dev %.4f" % (run.step, run.seconds / 60, run.extra.get("best dev", 0)))


def crop_batch(batch, random, device):
    """Items -> (start [B], tensors of CROP frames): index into tokens, in-token features [.., 4], ln f0, energy, mel,
    voicing, mask [.., 1] of existing frames, weight [..] of frames that the losses see."""
    cols = [[] for _ in range(8)]
    for i in batch:
        s = random.randint(max(1, i.length - CROP + 1))
        e = min(s + CROP, i.length)
        # half of the time the smooth contour that synthesis has; energy with some error, as synthesis has
        f0 = (i.contour if random.rand() < 0.5 else i.log_f0)[s:e]
        energy = (i.energy + 0.15 * random.randn(len(i.energy)).astype(np.float32))[i.index[s:e]]
        w = np.ones(e - s, np.float32)
        if s > 0:
            w[:MARGIN] = 0
        if e < i.length:
            w[-MARGIN:] = 0
        for c, v in zip(cols, (i.index[s:e], i.in_token[s:e], f0, energy, i.mel[s:e], i.voiced[s:e],
                               np.ones((e - s, 1), np.float32), w)):
            c.append(v)
    return [pad(c, to=CROP).to(device) for c in cols]


def decoder_inputs(hidden, index, in_token, log_f0, energy):
    """Spread hidden [B, N, H] over frames and join the frame features -> [B, T, H+6]."""
    h = torch.gather(hidden, 1, index[..., None].expand(-1, -1, hidden.shape[2]))
    return torch.cat([h, in_token, log_f0[..., None], energy[..., None]], 2)


def train_decoder(a, train, dev, names, main=0, start=None):
    """start: (Content, Decoder) to go on from."""
    content, decoder = (m.to(a.device) for m in start or (Content(P.PHONES, len(names)), Decoder()))
    net, judge = nn.ModuleDict({"content": content, "decoder": decoder}), MelJudge(a.judge).to(a.device)
    opt = torch.optim.AdamW(net.parameters(), lr=a.rate or 2e-3, betas=(0.9, 0.98), weight_decay=0.01)
    judge_opt = torch.optim.Adam(judge.parameters(), lr=4e-4, betas=(0.5, 0.9))
    average = loop.Average(net)
    run = loop.Run(a, {"net": net, "average": average, "opt": opt, "judge": judge, "judge_opt": judge_opt}, "decoder")
    print("%.2f M weights" % (sum(p.numel() for p in net.parameters()) / 1e6), flush=True)
    sampler = Sampler(train, a.share, run.random, main)
    bands = torch.tensor(np.stack([MEL_CENTRE < BAND_LIMIT.get(s, 1e9) for s in names]).astype(np.float32)).to(a.device)

    def forward(model, batch, random):
        phone, stress, position, speaker, mask = token_batch(batch, len(names), a.device)
        index, in_token, log_f0, energy, mel, voiced, exists, weight = crop_batch(batch, random, a.device)
        hidden = model["content"](phone, stress, position, speaker, mask)
        x = decoder_inputs(hidden, index, in_token, log_f0, energy)
        y = model["decoder"](x, exists)
        heard = (speaker @ bands)[:, None]                        # [B, 1, 80]
        mel, guess = ((v - MEL_MEAN) / MEL_STD for v in (mel, y[..., :MELS]))
        w = weight[..., None] * heard
        l1 = ((guess - mel).abs() * w).sum() / w.sum()
        voicing = (F.binary_cross_entropy_with_logits(y[..., MELS], voiced, reduction="none") * weight).sum() / weight.sum()
        return (l1, voicing, guess * heard * exists, mel * heard * exists, (log_f0 - PITCH_MEAN) / PITCH_STD * exists[..., 0],
                voiced)

    def write():
        loop.save_model(os.path.join(a.out, "decoder.pt"), "decoder", average.module, step=run.step,
                        seconds=run.seconds, speakers=names)

    def save():
        """With --patience, L1 on dev says when the first part has learnt what it can and the critic is due, and ends the second
        part when it grows 5 % over the least that it was with the critic: the takes are then being learnt by heart."""
        random = np.random.RandomState(0)
        with torch.no_grad():
            r = [forward(average.module, dev[k:k + a.batch], random) for k in range(0, len(dev), a.batch)]
        motion = [(g[:, 1:] - g[:, :-1]).abs().mean() / (m[:, 1:] - m[:, :-1]).abs().mean() for _, _, g, m, *_ in r]
        l1 = float(np.mean([float(x[0]) for x in r]))
        print("    dev: l1 %.4f  voicing %.4f  motion %.3f" % (l1, np.mean([float(x[1]) for x in r]), np.mean(
            [float(x) for x in motion])), flush=True)
        judged, good = run.extra.get("judged", 0), True
        if a.patience and not judged:
            run.gained("l1", l1)
        elif a.patience and judged > SETTLED:
            good = l1 < 1.05 * run.extra.get("best judged", 1e9)
            run.extra["best judged"] = min(l1, run.extra.get("best judged", 1e9))
            run.extra["bad"] = 0 if good else run.extra.get("bad", 0) + 1
            run.extra["enough"] = run.extra["bad"] >= a.patience
        if good:
            write()
        run.save()

    inner = slice(MARGIN, -MARGIN)
    while run.going():
        for g in opt.param_groups:
            g["lr"] = (a.rate or 2e-3) * loop.cosine(run.progress, run.step, 150, 0.04)
        l1, voicing, guess, mel, *given = forward(net, sampler.draw(a.batch), run.random)
        values = {"l1": l1.item(), "voicing": voicing.item()}
        loss = 5 * l1 + 0.5 * voicing
        if run.progress > a.judge_from or run.extra.get("judged") or run.extra.get("stale"):
            n = run.extra["judged"] = run.extra.get("judged", 0) + 1
            guess, mel, given = guess[:, inner], mel[:, inner], [v[:, inner] for v in given]
            real, fake = judge(mel, *given), judge(guess.detach(), *given)
            judged = ((real[0] - 1) ** 2).mean() + (fake[0] ** 2).mean()
            judge_opt.zero_grad()
            judged.backward()
            judge_opt.step()
            values["judge"] = judged.item()
            if n > 200:                   # let the judge learn to see first
                judge.requires_grad_(False)
                fake = judge(guess, *given)
                adv = ((fake[0] - 1) ** 2).mean()
                match = sum((u - v.detach()).abs().mean() for u, v in zip(fake[1], real[1]))
                judge.requires_grad_(True)
                loss = loss - 3 * l1 + 0.6 * adv + match
                values.update(adversarial=adv.item(), match=match.item())
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        opt.step()
        average.update(net)
        if run.tick(values) or (a.check and run.step % a.check == 0):
            save()
    save()
    print("done: %d steps, %.1f min" % (run.step, run.seconds / 60))


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    loop.add_arguments(p, 60)
    p.add_argument("--stage", choices=("prosody", "join", "decoder"), required=True)
    p.add_argument("--batch", type=int, default=16)
    p.add_argument("--rate", type=float, default=0, help="learning rate (1e-3 prosody, 2e-3 decoder)")
    p.add_argument("--share", type=float, default=SHARE, help="share of the first speaker")
    p.add_argument("--dropout", type=float, default=0.3, help="of the prosody model")
    p.add_argument("--judge", type=int, default=24, help="channels of the mel critic")
    p.add_argument("--judge-from", type=float, default=0.45, help="part of the time after which it sets in")
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    train, dev = items(a.features, ("train",), cut=True), items(a.features, ("dev",))
    names = speakers(a.features)
    print("%d takes, dev %d" % (len(train), len(dev)), flush=True)
    if a.stage == "join":
        join(a, dev, names)
    else:
        (train_prosody if a.stage == "prosody" else train_decoder)(a, train, dev, names)
    return 0


if __name__ == "__main__":
    sys.exit(main())
