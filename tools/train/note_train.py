"""One instrument: its notes analysed (kept under WORK), its two networks trained by regression, its package written."""
import datetime
import hashlib
import json
import os

import numpy as np
import torch
from torch import nn

import note_analysis as A
import notes as N
from note_model import Frame, Look, Onset, frame_graph, louder, onset_graph, weights

MOST = 128                      # partials
STRUCK = ("string", "bar", "drum", "kit")
SLOW = ("bow", "voice")
MODES = {"bar": 24, "drum": 32, "kit": 24}
NONE = -16.0                    # ln amplitude of nothing
LEVEL, DECAY = 0.3, 0.1         # of sustained notes: weight of the level of all partials; of the weights
EVEN, STEP = 0.5, 0.17          # weight of evenness from key to key; ln that neighbours may differ by
VERSION = 6                     # of the analysis: a cache of another one is made anew


def settings(path, name):
    """Row of instruments.tsv for a name, or what is assumed of an unknown instrument."""
    with open(path, encoding="utf-8") as f:
        for line in f:
            c = line.rstrip("\n").split("\t")
            if c[0] == name and len(c) == 13:
                return dict(zip(("name", "title", "family", "program", "kind", "dynamics", "tilt", "release", "vibrato", "hidden", "steps", "seed",
                                 "even"), c))
    return {"name": name, "title": name.replace("_", " ").capitalize(), "family": "other", "program": "0", "kind": "wind", "dynamics": "1",
            "tilt": "0.12", "release": "21:0.3 108:0.15", "vibrato": "none", "hidden": "40", "steps": "1500", "seed": "1", "even": "none"}


def modes(notes, kind, count):
    """Ratios of a struck body's partials to the pitch [K], and of each note the cents of each (nan: not found) [notes, K].

    Bars and drums: ratios that are found in most notes. A kit: for each key its own peaks, in ascending order."""
    found = []
    for n in notes:
        found.append([(f / n.hertz, p) for f, p in A.peaks(n.x, n.hertz, n.seconds, count)])
    if kind == "kit":
        table, keys = {}, sorted({n.key for n in notes})
        for k in keys:
            mine = [found[i] for i, n in enumerate(notes) if n.key == k]
            table[k] = cluster(mine, count, 60, 0.5)
        size = max(1, max(len(r) for r in table.values()))
        full = np.stack([np.concatenate([table[k], np.full(size - len(table[k]), 1e3)]) for k in keys])
        ratios = np.arange(1, size + 1, dtype=float)
        cents = np.stack([1200 * np.log2(full[keys.index(n.key)] / ratios) for n in notes])
        return ratios, cents, np.stack([full[keys.index(n.key)] < 999 for n in notes])
    ratios = cluster(found, count, 45, 0.3)
    cents = np.full((len(notes), len(ratios)), np.nan)
    for i, f in enumerate(found):
        for r, _ in f:
            d = 1200 * np.log2(r / ratios)
            k = int(np.argmin(np.abs(d)))
            if abs(d[k]) < 60 and not np.isfinite(cents[i, k]):
                cents[i, k] = d[k]
    mean = np.nan_to_num(np.nanmedian(cents, axis=0))
    return ratios, np.where(np.isfinite(cents), cents, mean), np.ones(cents.shape, bool)


def cluster(found, count, width, share):
    """Ratios that turn up within `width` cents in at least a share of the notes, the loudest first taken -> ascending."""
    flat = [(1200 * np.log2(r), np.log(p + 1e-12), i) for i, f in enumerate(found) for r, p in f]
    if not flat:
        return np.ones(1)
    c, w, who = (np.array(v) for v in zip(*flat))
    top = np.array([max((np.log(p + 1e-12) for _, p in f), default=0) for f in found])
    score = np.maximum(0, w - top[who] + 14) / 14
    out = []
    while len(out) < count and score.max() > 0:
        near = np.exp(-0.5 * ((c[:, None] - c[None, score > 0]) / width) ** 2) @ score[score > 0]
        near[score <= 0] = -1
        i = int(np.argmax(near))
        close = (np.abs(c - c[i]) < width) & (score > 0)
        centre = np.average(c[close], weights=score[close])
        close = (np.abs(c - centre) < 1.3 * width)
        if len(set(who[close & (score > 0)])) >= max(1, share * len(found)) and not any(abs(centre - k) < 1.3 * width for k in out):
            out.append(centre)
        score[close] = 0
        score[i] = 0
    if not out:
        out = [0.0]
    return 2 ** (np.sort(out) / 1200)


class Data:
    """The notes of an instrument, analysed: what the networks learn from."""

    def __init__(self, folder, name, s, work=None, say=print):
        self.s, self.kind = s, s["kind"]
        self.struck = self.kind in STRUCK
        self.notes = N.read(folder)
        for n in self.notes:
            N.sound(n, not self.struck, self.kind in SLOW)
        if self.kind != "kit":
            self.offsets, self.levelled = N.normalise(self.notes, float(s["dynamics"]))
        else:
            self.offsets, self.levelled = {}, ""
        self.train = [n for n in self.notes if n.split == "train"] or self.notes
        self.analyse(os.path.join(work, name + ".npz") if work else None)
        self.added = np.zeros(len(self.train))
        if s["even"] != "none" and self.kind != "kit":
            self.added = N.uneven(self.train, float(s["dynamics"]), float(s["even"]))
        for p, ln in zip(self.parts, self.added * np.log(10) / 20):
            for k in ("amplitude", "noise", "transient"):
                p[k] = p[k] + np.float32(ln)

    def analyse(self, path):
        """ratios, cents, there, parts, which the file at path keeps."""
        if path and os.path.exists(path):
            z = np.load(path, allow_pickle=True)
            if int(z["version"]) == VERSION:
                self.ratios, self.cents, self.there, self.parts = z["ratios"], z["cents"], z["there"], list(z["parts"])
                return
        self.tune()
        self.parts = [A.analyse(n, not self.struck, self.ratios, self.cents[i]) for i, n in enumerate(self.train)]
        self.clean()
        if path:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            np.savez(path, version=VERSION, ratios=self.ratios, cents=self.cents, there=self.there, parts=np.array(self.parts, dtype=object))

    def tune(self):
        """ratios [K], cents and there [notes, K]."""
        if self.kind in MODES:
            self.ratios, self.cents, self.there = modes(self.train, self.kind, MODES[self.kind])
            return
        lowest = min(n.hertz for n in self.train)
        count = int(min(MOST, 18000 / lowest, max(8, 16000 / lowest)))
        self.ratios = np.arange(1, count + 1, dtype=float)
        self.cents = np.zeros((len(self.train), count))
        if self.kind == "string":
            b = np.zeros(len(self.train))
            for i, n in enumerate(self.train):
                self.cents[i], b[i] = A.string_cents(n.x, n.hertz, count, n.seconds)
                w = 1 / np.arange(1, 7)
                self.cents[i] -= np.clip((self.cents[i, :6] * w[:len(self.cents[i, :6])]).sum() / w[:len(self.cents[i, :6])].sum(), -20, 20)
        self.there = np.ones(self.cents.shape, bool)

    def clean(self):
        """Marks what stands below the floor (ln amplitude becomes the floor, `under` true); takes the recordings' hiss out of the noise of decays."""
        top = max(p["amplitude"].max() for p in self.parts)
        hiss = {}
        for n, p in zip(self.train, self.parts):
            late = np.percentile(p["noise"], 8, axis=0) if self.struck else np.full(A.BANDS, -20.0)
            hiss[n.source] = np.minimum(hiss.get(n.source, 9.0), late)
        for n, p, there in zip(self.train, self.parts, self.there):
            h = hiss[n.source]
            gone = p["noise"] < h + 0.35
            power = np.exp(2 * p["noise"]) - np.exp(2 * h)
            p["noise_under"] = gone | (p["noise"] < -15)
            p["noise"] = np.where(gone, np.maximum(h - 0.7, NONE), 0.5 * np.log(np.maximum(power, 1e-14))).astype(np.float32)
            floor = np.maximum(p["floor"] + 0.4, top - 11.0)
            p["under"] = p["amplitude"] < floor
            p["amplitude"] = np.where(p["under"], floor - 0.7, p["amplitude"]).astype(np.float32)
            p["silent"] = (p["hertz"] > A.TOP) | ~there
            del p["floor"]


def ahead(a, frames):
    """Of each row the highest of it and the next ones."""
    pad = np.concatenate([a, np.repeat(a[-1:], frames, axis=0)])
    return np.lib.stride_tricks.sliding_window_view(pad, frames, axis=0)[:len(a)].max(-1)


def assemble(data, seconds):
    """-> tensors: note number [M], time [M, 1], target [M, n], weight [M, n], under [M, n] (only what is above the target counts)."""
    rows = {k: [] for k in ("who", "t", "y", "w", "u")}
    for i, (n, p) in enumerate(zip(data.train, data.parts)):
        count, top = len(p["cents"]), p["amplitude"].max()              # soft notes count as much as loud ones
        t = np.arange(count) * N.HOP / N.RATE
        pick = (t < 0.4) | ((t < 1.5) & (np.arange(count) % 2 == 0)) | (np.arange(count) % 5 == 0)
        a, z = p["amplitude"][pick], p["noise"][pick]
        cents = p["cents"][pick] - np.median(p["cents"])
        y = np.concatenate([a, z, cents[:, None] / 20], axis=1)
        under = np.concatenate([p["under"][pick], p["noise_under"][pick], np.zeros((len(a), 1), bool)], axis=1)
        loud = p["amplitude"]
        if not data.struck:                                             # an attack counts as what it leads to
            loud = ahead(loud, 40)
        loud = np.clip((loud[pick] - top + 10.5) / 9, 0.08, 1) * (1 + 3 * np.exp(-t[pick, None] / 0.05))
        w = np.concatenate([loud * ~p["silent"], np.full((len(a), A.BANDS), 0.25), np.full((len(a), 1), 0.5)], axis=1)
        w[t[pick] < 0.025, -1 - A.BANDS:-1] = 0.02
        rows["who"].append(np.full(len(a), i))
        rows["t"].append(t[pick])
        rows["y"].append(y)
        rows["w"].append(w)
        rows["u"].append(under)
        end = n.seconds
        if data.struck and end < 0.93 * seconds:                        # it is silent from its end on: whatever the networks say there must lie below
            late = np.linspace(end, seconds, 1 + int((seconds - end) * 20))
            last = np.median(y[-6:], axis=0)
            rows["who"].append(np.full(len(late), i))
            rows["t"].append(late)
            rows["y"].append(np.tile(last, (len(late), 1)))
            rows["w"].append(np.tile(w[-1] * np.concatenate([np.full(w.shape[1] - 1, 0.5), [0]]), (len(late), 1)))
            rows["u"].append(np.ones((len(late), y.shape[1]), bool))
    out = {k: torch.tensor(np.concatenate(v), dtype=torch.float32) for k, v in rows.items()}
    out["who"] = out["who"].long()
    out["heard"] = out["w"][:, :-1 - A.BANDS] > 0.03                     # partials that the level of a frame consists of
    out["level"] = level_of(out["y"][:, :-1 - A.BANDS], out["heard"])
    out["above"] = (out["u"][:, :-1 - A.BANDS] < 0.5).any(1) & (out["t"] >= 0)
    return out


def level_of(amplitude, heard):
    """ln of the root of the power of partials (ln amplitudes [..., K]) together."""
    return 0.5 * torch.logsumexp((2 * amplitude).masked_fill(~heard, -40.0), -1)


def uneven(frame, low, high, v_low, v_high, ratios, r, count=24):
    """How far levels of neighbouring keys differ by more than STEP, mean over random keys, velocities and moments."""
    p = r.uniform(low, high, (count, 1)) + np.arange(3)                 # three neighbours
    v = np.repeat(r.uniform(v_low, v_high, (count, 1)), 3, axis=1)
    t = torch.tensor(np.repeat(r.uniform(0.05, 0.5, (count, 1)), 3, axis=1).reshape(-1, 1), dtype=torch.float32)
    note = torch.tensor(np.stack([p, v, 0 * p, 0 * p], -1).reshape(-1, 4), dtype=torch.float32)
    note[:, 0].clamp_(max=high)
    heard = torch.tensor(440 * 2 ** ((note[:, :1].numpy() - 69) / 12) * ratios < A.TOP)
    level = level_of(frame(note, t)[:, :len(ratios)], heard).reshape(count, 3)
    step = level[:, 1:] - level[:, :-1]
    return (step.abs() - STEP).clamp(min=0).mean() + 0.5 * (step[:, 1] - step[:, 0]).abs().mean()


def train(data, hidden=40, look=14, steps=1500, seed=1, batch=640, latent=0.03, say=print):
    """-> Frame, Onset, seconds, loss."""
    torch.manual_seed(seed)
    r = np.random.RandomState(seed)
    s = data.s
    lengths = np.array([n.seconds for n in data.train])
    seconds = float(np.percentile(lengths, 85))
    d = assemble(data, seconds)
    keys = [n.key for n in data.train]
    v = [n.velocity for n in data.train]
    low, high = min(keys), max(keys)
    classes = sorted(set(keys)) if data.kind == "kit" else ()
    middle = 440 * 2 ** (((low + high) / 2 - 69) / 12)
    loud_f, loud_o = louder(data.ratios, middle, float(s["dynamics"]), float(s["tilt"]))
    note = torch.tensor([[n.pitch if data.kind != "kit" else n.key, n.velocity] for n in data.train], dtype=torch.float32)
    k = len(data.ratios)
    frame = Frame(Look(low, high, min(v), max(v), look, classes), k, hidden, data.struck, loud_f)
    onset = Onset(Look(low, high, min(v), max(v), 16 if data.struck else 10, classes), k, 28 if data.struck else 16, loud_o)
    z = nn.Parameter(torch.zeros(len(data.train), 2))
    with torch.no_grad():                 # begin at the mean
        force = Frame.force(torch.cat([note, z], 1))
        y = d["y"] - force[d["who"]] * loud_f
        frame.out.bias.copy_((y * d["w"]).sum(0) / (d["w"].sum(0) + 1e-6))
        grid = torch.tensor(np.stack([p["transient"].reshape(-1) for p in data.parts]))
        onset.grid.bias.copy_((grid - force * loud_o[k:]).mean(0))
        cents = torch.tensor(data.cents, dtype=torch.float32)
        loud = torch.tensor(np.stack([np.exp(np.clip(p["amplitude"][:60].max(0) - p["amplitude"].max(), -9, 0) / 3) for p in data.parts]),
                            dtype=torch.float32)
        loud *= torch.tensor(data.there, dtype=torch.float32)
    z.data.normal_(0, 0.1)
    o = torch.optim.AdamW([{"params": list(frame.parameters()) + list(onset.parameters())}, {"params": [z], "lr": 1e-2}], lr=4e-3, betas=(0.9, 0.98),
                          foreach=True, weight_decay=0 if data.struck else DECAY)
    turn = torch.optim.lr_scheduler.LambdaLR(o, lambda i: min(1, (i + 1) / 50) * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * i / steps))))
    harmonic = data.kind not in STRUCK
    whole = float(d["w"].mean() * d["w"].shape[1])
    total = []
    for step in range(steps):
        i = torch.tensor(r.randint(0, len(d["who"]), batch))
        who = d["who"][i]
        some = torch.tanh(z) * torch.tensor((r.rand(len(data.train), 1) < 0.6).astype(np.float32))
        y = frame(torch.cat([note, some], 1)[who], d["t"][i][:, None])
        e = y - d["y"][i]
        e = torch.where(d["u"][i] > 0, e.clamp(min=0), e.abs())
        loss = (e * d["w"][i]).sum(1).mean() / whole
        total.append(loss.item())
        if not data.struck:
            e = (level_of(y[:, :k], d["heard"][i]) - d["level"][i]).abs() * (1 + 3 * torch.exp(-d["t"][i] / 0.05))
            loss = loss + LEVEL * (e * d["above"][i]).mean()
        if not classes and step % 2 == 0:
            loss = loss + EVEN * uneven(frame, low, high, min(v), max(v), data.ratios, r)
        if data.struck or step % 2 == 0:
            out = onset(torch.cat([note, some], 1))
            loss = loss + 0.6 * (out[:, k:] - grid).abs().mean()
            if not harmonic:
                loss = loss + 0.04 * ((out[:, :k] - cents).abs() * loud).sum() / (loud.sum() + 1e-6)
        loss = loss + latent * (z ** 2).mean()
        o.zero_grad()
        loss.backward()
        o.step()
        turn.step()
        if (step + 1) % 500 == 0:
            say("  step %d loss %.4f" % (step + 1, np.mean(total[-200:])))
    finish(frame, onset, z, data)
    return frame.eval(), onset.eval(), seconds, float(np.mean(total[-200:]))


def finish(frame, onset, z, data):
    """Gives the numbers of variation a mean of 0, and a spread of which ±1 is half; cents leave the scale of training."""
    with torch.no_grad():
        if data.kind not in STRUCK:
            for w in (onset.cents.weight, onset.cents.bias, onset.direct.weight):
                w.zero_()
        for layer in filter(None, (frame.out, frame.direct, frame.course)):
            layer.weight[-1] *= 20
        frame.out.bias[-1] *= 20
        t = torch.tanh(z)
        mean, spread = t.mean(0), t.std(0).clamp(min=1e-3) * 0.8
        for m in (frame, onset):
            w = m.look.inner.weight
            at = m.look.width - 2 - 2 * len(m.look.keys)
            m.look.inner.bias += w[:, 2:4] @ mean
            w[:, 2:4] *= spread
            layers = [m.enter, m.slope] if m is frame and frame.struck else [m.enter] if m is frame else [m.inner]
            for layer in layers:
                layer.bias += layer.weight[:, at:at + 2] @ mean
                layer.weight[:, at:at + 2] *= spread
            out = frame.out.bias if m is frame else onset.cents.bias
            out += m.direct.weight[:, at:at + 2] @ mean
            m.direct.weight[:, at:at + 2] *= spread


def measured_vibrato(data):
    """Hz, cents, dB of the notes with a real sustained part: medians over those that have one; None where fewer than a third do."""
    out, tried = [], 0
    for n, p in zip(data.train, data.parts):
        t = np.arange(len(p["cents"])) * N.HOP / N.RATE
        end = n.seconds if n.loop is None else n.loop
        keep = (t > 0.4) & (t < end)
        if keep.sum() < 150:
            continue
        tried += 1
        c = p["cents"][keep]
        c = c - np.convolve(np.pad(c, 47, mode="edge"), np.ones(95) / 95, mode="valid")
        w = np.hanning(len(c))
        f = np.fft.rfftfreq(4096, N.HOP / N.RATE)
        spec = np.abs(np.fft.rfft(c * w, 4096)) * 2 / w.sum()
        band = (f > 3.5) & (f < 8)
        k = np.flatnonzero(band)[np.argmax(spec[band])]
        level = np.log((np.exp(2 * p["amplitude"][keep])).sum(1)) * 10 / np.log(10)
        level = level - np.convolve(np.pad(level, 47, mode="edge"), np.ones(95) / 95, mode="valid")
        am = np.abs(np.fft.rfft(level * w, 4096))[k] * 2 / w.sum()
        rms = np.sqrt(2 * (c ** 2).mean())
        if spec[k] > 3 and spec[k] > 0.35 * rms:
            out.append((f[k], max(spec[k], 0.8 * rms), am))
    if tried and len(out) >= max(2, tried / 3):
        return np.median(np.array(out), axis=0)
    return None


def pairs(text):
    return [[float(a), float(b)] for a, b in (k.split(":") for k in text.split())] if text != "none" else None


def card(data, name, seconds, losses, models, steps, command, tail, gain):
    s, notes = data.s, data.train
    keys = [n.key for n in notes]
    c = {"format": "syrinx-instrument-1", "name": name, "title": s["title"], "family": s["family"], "version": "1.0", "partials": len(data.ratios)}
    if data.kind in MODES:
        c["ratios"] = [round(float(r), 4) for r in data.ratios]
    if data.kind == "kit":
        c["percussion"] = True
        c["keys"] = {str(int(k)): sorted({n.row.get("articulation") or "" for n in notes if n.key == k})[0] for k in sorted(set(keys))}
    else:
        c["program"] = int(s["program"])
    c["range"] = [int(min(keys)), int(max(keys))]
    c["sustained"] = not data.struck
    rules = ["velocity beyond the recorded dynamics: level 20 log10 ((v + 0.03) / 0.66)^%g dB, partials and bands %g of that more an octave up" % (
        2 * float(s["dynamics"]), float(s["tilt"]))]
    if data.levelled == "flattened":
        rules.insert(0, "levels of the recorded dynamics brought to 1.3 of the same rule: they rose by more")
    elif data.levelled:
        rules.insert(0, "levels of the recorded dynamics (their maker had levelled them): by the same rule; their timbre as recorded")
    if np.abs(data.added).max() > 0:
        rules.append("levels of %d notes brought to within %s dB of a line over pitch (by up to %.1f dB)" % (
            (data.added != 0).sum(), s["even"], np.abs(data.added).max()))
    skip = []
    for n, p in zip(notes, data.parts):
        level = np.log((np.exp(2 * p["amplitude"])).sum(1) + 1e-12) / 2
        level = level[:int(0.6 * N.RATE / N.HOP)]
        skip.append(np.argmax(level > np.max(level) - 0.35) * N.HOP / N.RATE)
    if data.struck:
        c["seconds"] = round(seconds, 3)
        c["tail"] = round(tail, 1)
        c["attack_skip"] = round(float(min(0.02, np.median(skip))), 3)
    else:
        real = np.median([n.seconds if n.loop is None else n.loop for n in notes])
        c["hold"] = [round(float(min(0.6, 0.4 * seconds)), 3), round(float(max(0.6 * seconds, min(seconds, max(real, 0.8)))), 3)]
        c["attack_skip"] = round(float(np.clip(np.median(skip) * 0.6, 0.02, 0.25)), 3)
    release = pairs(s["release"])
    if release:
        c["release"] = release
        rules.append("release by rule, not recorded")
    else:
        rules.append("rings on when the key goes up")
    v = s["vibrato"].split()
    if v[0] != "none":
        m = None
        if v[0] == "measured":
            v = v[1:]
            m = measured_vibrato(data)
        h, cents, db, delay = (float(k) for k in v)
        if m is not None:
            h, cents, db = (float(k) for k in m)
        c["vibrato"] = {"hertz": round(h, 2), "cents": round(cents, 1), "decibels": round(min(db, 3.0), 2), "delay": delay,
                        "measured": m is not None}
        rules.append("vibrato: rate and depth measured, delay by rule" if m is not None else "vibrato by rule")
    c["gain"] = round(gain, 2)
    c["articulations"] = sorted({N.re.sub(r"_loop_after.*", "", n.row.get("articulation") or "note") for n in notes})
    c["dynamics"] = {n.row.get("dynamic") or "mf": round(127 * n.velocity) for n in sorted(notes, key=lambda n: n.velocity)}
    c["rules"] = rules
    loops = sum(n.loop is not None for n in notes)
    sources = sorted({(n.row.get("source") or "").split(":")[0] for n in notes} - {""})
    c["data"] = "%d notes, %d pitches, %.0f s%s; %s" % (
        len(notes), len(set(keys)), sum(n.seconds for n in notes), ", %d of them soundfont samples with a loop" % loops if loops else "",
        ", ".join(sources) or "own recordings")
    c["licence"] = " and ".join(sorted({n.row.get("licence") or "" for n in notes} - {""})) or "not stated"
    c["steps"] = steps
    c["files"] = {k: {"name": k + ".onnx", "sha256": hashlib.sha256(m.SerializeToString()).hexdigest()} for k, m in models.items()}
    c["figures"] = {"weights": sum(weights(m) for m in models.values()), "loss": round(losses, 4)}
    c["command"] = command
    c["date"] = datetime.date.today().isoformat()
    return c


def loudness_gain(data, package):
    """dB that bring mezzo-forte notes in the middle of the range to -23 LUFS (a second of sound, K-weighted, ungated)."""
    import note_render
    lows, highs = min(n.key for n in data.train), max(n.key for n in data.train)
    keys = sorted({n.key for n in data.train}) if data.kind == "kit" else [lows + (highs - lows) * q for q in (0.35, 0.5, 0.65)]
    out = [note_render.lufs(note_render.render(package, k, 80 / 127, 1.0, seed=1)) for k in keys]
    return -23 - float(np.max(out) if data.kind == "kit" else np.mean(out))


def fall(package, seconds):
    """dB a second that the loudest partials fall by at the end of what was learnt, median over the range."""
    lo, hi = package.card_range
    out = []
    for q in (0.1, 0.3, 0.5, 0.7, 0.9):
        pitch = lo + (hi - lo) * q
        pitch = min((float(k) for k in package.card.get("keys") or [pitch]), key=lambda k: abs(k - pitch))
        there = 440 * 2 ** ((pitch - 69) / 12) * package.ratios < 16000                # nothing was learnt of what lies above hearing
        a = package.frames(pitch, 80 / 127, np.array([0.8 * seconds, seconds]))[:, :package.partials][:, there]
        w = np.exp(a[0] - a[0].max())
        out.append(float(((a[0] - a[1]) * w).sum() / w.sum()) * 8.686 / (0.2 * seconds))
    return float(np.clip(np.median(out), 3, 400))


def build(folder, out, s, work=None, steps=1500, seed=1, command="", hidden=40, say=print):
    """Trains an instrument and writes its package; -> the card."""
    import note_render
    name = s["name"]
    data = Data(folder, name, s, work, say)
    frame, onset, seconds, loss = train(data, hidden=hidden, look=14 + max(0, hidden - 40) // 2, steps=steps, seed=seed, say=say)
    models = {"frame": frame_graph(frame), "onset": onset_graph(onset)}
    os.makedirs(out, exist_ok=True)
    package = note_render.Package(models, {"ratios": list(data.ratios), "partials": len(data.ratios), "sustained": not data.struck, "seconds": seconds,
                                           "range": [min(n.key for n in data.train), max(n.key for n in data.train)], "tail": 20, "hold": [0.3, seconds],
                                           "keys": {str(int(n.key)): "" for n in data.train} if data.kind == "kit" else {}})
    c = card(data, name, seconds, loss, models, steps, command, fall(package, seconds) if data.struck else 0, loudness_gain(data, package))
    for k, m in models.items():
        with open(os.path.join(out, k + ".onnx"), "wb") as f:
            f.write(m.SerializeToString())
    with open(os.path.join(out, "instrument.json"), "w", encoding="utf-8") as f:
        json.dump(c, f, indent=1, ensure_ascii=False)
        f.write("\n")
    return c
