"""Recordings of single notes: FOLDER/notes.csv and its sound files, brought to 48 kHz, one level a source, sample 0 at the onset.

Columns file and midi_pitch are needed; velocity, dynamic, articulation, split (train, val), cents_off, licence and source are used where
they are there. An articulation "…loop_after_0.62s" says from where on a sampler's loop goes on instead of the player.
"""
import csv
import math
import os
import re

import numpy as np
from scipy.signal import resample_poly

RATE, HOP = 48000, 256
LEAD = 480                      # samples kept before the onset
STEEPEST = 1.3                  # of the rule of velocity
FADE = 0.12                     # seconds at the end that the cut may have faded
VELOCITY = {"ppp": 20, "pp": 32, "p": 48, "mp": 64, "mf": 80, "f": 96, "ff": 115, "fff": 125}


class Note:
    """One recording: pitch asked for (MIDI, with the cents that it is off), velocity 0 to 1, samples x with the onset at LEAD, seconds of it
    that may be learnt, decibels that were added to bring its source to the level of the others."""

    def __init__(self, row, folder, number):
        self.row, self.number = row, number
        self.path = os.path.join(folder, row["file"])
        self.name = os.path.splitext(os.path.basename(self.path))[0]
        self.key = float(row["midi_pitch"])
        self.pitch = self.key + float(row.get("cents_off") or 0) / 100
        v = row.get("velocity") or VELOCITY.get(row.get("dynamic") or "mf", 80)
        self.velocity = min(1.0, max(0.0, float(v) / 127))
        self.split = row.get("split") or "train"
        self.source = re.split(r"[:/]", row.get("source") or "")[0]
        m = re.search(r"loop_after_([0-9.]+)s", row.get("articulation") or "")
        self.loop = float(m.group(1)) if m else None
        self.decibels, self.x, self.seconds = 0.0, None, 0.0

    @property
    def hertz(self):
        return 440.0 * 2 ** ((self.pitch - 69) / 12)


def read(folder):
    """-> [Note], without sound. Raises ValueError in words."""
    path = os.path.join(folder, "notes.csv")
    if not os.path.exists(path):
        raise ValueError("%s is missing: a table with a line for each recording, and the columns file and midi_pitch (60 = middle C) at least" % path)
    with open(path, newline="", encoding="utf-8-sig") as f:
        rows = list(csv.DictReader(f))
    if not rows or not all(k in rows[0] for k in ("file", "midi_pitch")):
        raise ValueError("%s needs the columns file and midi_pitch, and a line for each recording" % path)
    out = []
    for n, r in enumerate(rows):
        try:
            note = Note(r, folder, n)
        except (ValueError, TypeError):
            raise ValueError("%s, line %d: not a number in midi_pitch, velocity or cents_off" % (path, n + 2))
        if not 0 <= note.pitch <= 127:
            raise ValueError("%s, line %d: midi_pitch %g is no MIDI key" % (path, n + 2, note.pitch))
        if not os.path.exists(note.path):
            raise ValueError("%s, line %d: there is no file %s" % (path, n + 2, note.path))
        out.append(note)
    return out


def load(path):
    import soundfile
    x, rate = soundfile.read(path, dtype="float64", always_2d=True)
    x = x[:, int(np.argmax((x ** 2).sum(0)))]
    if rate != RATE:
        g = math.gcd(RATE, rate)
        x = resample_poly(x, RATE // g, rate // g, window=("kaiser", 8.0))
    return x.astype(np.float32)


def level(x, window):
    """Root of the mean square of windows (samples) without overlap."""
    n = len(x) // window
    return np.sqrt((x[:n * window].reshape(n, window) ** 2).mean(1) + 1e-20)


def onset(x, sustained, slow=False):
    """Sample at which the sound begins: sustained notes 20 dB under their steady level (slow ones, that swell: 14 dB, or they would come late in
    music), struck ones 20 dB under their first peak; a window earlier."""
    w = 240 if sustained else 48
    e = level(x, w)
    if sustained:
        first = np.sort(e[:int(2.0 * RATE / w)])
        top = np.median(first[len(first) // 2:])
        return max(0, int(np.argmax(e > top * 10 ** ((-14 if slow else -20) / 20))) * w - w)
    first = e[:int(0.12 * RATE / w)]
    return max(0, int(np.argmax(first > first.max() * 0.1)) * w - 48)


def sound(note, sustained, slow=False):
    """Fills in x and seconds."""
    x = load(note.path)
    at = onset(x, sustained, slow)
    total = len(x) / RATE - at / RATE - FADE
    if sustained:                         # where the player stopped by himself
        e = level(x[at:], 2400)
        loud = np.flatnonzero(e > 0.25 * np.median(e))
        note.stop = (loud[-1] + 1) * 0.05 if len(loud) else total
        total = min(total, note.stop - 0.1)
        if note.loop is not None:
            total = min(total, max(note.loop + 0.3, 1.0))
    note.seconds = max(0.1, total)
    note.x = np.concatenate([np.zeros(max(0, LEAD - at), np.float32), x[max(0, at - LEAD):]])
    if sustained:                         # cut into its rise, it would click
        note.x[:LEAD] = 0
        note.x[LEAD:LEAD + 384] *= np.linspace(0, 1, 384, dtype=np.float32)
    return note


def decibels(note):
    """Level of the first half second behind the onset, as it was recorded."""
    x = note.x[LEAD:LEAD + RATE // 2] / 10 ** (note.decibels / 20)
    return 10 * np.log10(float((x ** 2).mean()) + 1e-12)


def rule(v):
    """ln amplitude that velocity gives where nothing else is known, 0 at 80: 20 log10 of it falls 15 dB to pp and rises 6 dB to ff."""
    return 2 * np.log((np.maximum(v, 0) + 0.03) / (80 / 127 + 0.03))


def normalise(notes, slope):
    """Fills in decibels: sources to one level, and velocities to the rule where the recordings were levelled by their maker (their levels rise
    by less than half of the rule), or to STEEPEST of it where they rise by more: velocities of recordings are names, and a forte 20 dB over
    the mezzo-piano leaves no room in music. slope: how much of the rule the instrument follows. Needs sound; -> decibels of each source, whether
    levels follow the rule ("levelled"), were made flatter ("flattened") or stay as recorded ("")."""
    sources = sorted({n.source for n in notes})
    y = np.array([decibels(n) for n in notes])
    p = np.array([(n.key - 60) / 24 for n in notes])
    r = np.array([20 / np.log(10) * slope * rule(n.velocity) for n in notes])
    one = np.array([[float(n.source == s) for s in sources] for n in notes])
    several = len({n.velocity for n in notes}) > 1
    a = np.concatenate([one, p[:, None], p[:, None] ** 2, r[:, None] * several], axis=1)
    weight = np.full(a.shape[1], 1e-3)
    weight[-3:] = 0.3
    w = np.ones(len(y))
    for _ in range(10):                   # least absolute differences, by reweighting
        x = np.linalg.solve((a * w[:, None]).T @ a + np.diag(weight), (a * w[:, None]).T @ y)
        w = 1 / np.maximum(np.abs(y - a @ x), 1.0)
    main = max(range(len(sources)), key=lambda k: one[:, k].sum())
    wide = several and r.max() - r.min() > 4
    way = "levelled" if wide and x[-1] < 0.5 else "flattened" if wide and x[-1] > STEEPEST else ""
    add = {"levelled": 1 - x[-1], "flattened": STEEPEST - x[-1], "": 0.0}[way]
    offsets = {s: (x[main] - x[k] if len(sources) > 1 else 0.0) for k, s in enumerate(sources)}
    for n, k in zip(notes, range(len(notes))):
        n.decibels = offsets[n.source] + r[k] * add
        n.x = n.x * np.float32(10 ** (n.decibels / 20))
    return offsets, way


def uneven(notes, slope, most):
    """dB that bring each note to within `most` dB of a straight line over pitch (and the rule of velocity): where a player was by chance 6 dB louder
    than at the next note, a scale must not be. Needs sound."""
    y = np.array([decibels(n) + n.decibels for n in notes])
    r = np.array([20 / np.log(10) * slope * rule(n.velocity) for n in notes])
    a = np.stack([np.ones(len(y)), [(n.key - 60) / 24 for n in notes], (r - r.mean()) * (r.max() - r.min() > 1)], axis=1)
    w = np.ones(len(y))
    for _ in range(10):
        x = np.linalg.solve((a * w[:, None]).T @ a + np.diag([1e-3, 0.3, 0.3]), (a * w[:, None]).T @ y)
        w = 1 / np.maximum(np.abs(y - a @ x), 1.0)
    off = y - a @ x
    return np.clip(off, -most, most) - off
