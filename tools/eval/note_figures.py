"""Figures and pictures of single notes for tools/eval/instruments: spectral distance, pitch, attack."""
import json
import os

import numpy as np
from scipy.signal import resample_poly

import note_render
import note_train
import notes as N
import picture as P
from note_analysis import hann

SIZES = (512, 1024, 2048, 4096)
LONGEST = 2.0                   # seconds that are compared
DEPTH = 70.0


def levels(x, size):
    """dB [frames, bins] of a STFT, hop a quarter."""
    x = np.pad(x, (size // 2, size))
    s = np.lib.stride_tricks.sliding_window_view(x, size)[::size // 4] * hann(size)
    return 20 * np.log10(np.abs(np.fft.rfft(s.astype(np.float32), axis=1)) / (size / 4) + 1e-7)


def distance(recording, other):
    """Mean over resolutions of the mean absolute difference in dB, of what lies within DEPTH of the recording's peak in either."""
    n = len(recording)
    other = np.pad(other[:n], (0, max(0, n - len(other))))
    out = []
    for size in SIZES:
        a, b = levels(recording, size), levels(other, size)
        bottom = a.max() - DEPTH
        a, b = np.maximum(a, bottom), np.maximum(b, bottom)
        heard = (a > bottom) | (b > bottom)
        out.append(np.abs(a - b)[heard].mean())
    return float(np.mean(out))


def shifted(x, semitones):
    """Played faster or slower, so that the pitch moves."""
    r = 2 ** (semitones / 12)
    up, down = int(round(480 / r)), 480
    return resample_poly(x, up, down) if up != down else x


def pitch_of(x, hertz, partials=3):
    """Median cents of f0 against hertz over frames of the first 2 seconds: the best fundamental of a harmonic comb on a fine scale.

    Of bars and drums only the fundamental counts (partials 1), as no comb fits them."""
    s = x[int(0.05 * N.RATE):int(2.05 * N.RATE)]
    size = int(np.clip(N.RATE / hertz * 16, 4096, 24000))
    out = []
    for at in range(0, max(1, len(s) - size), size // 2):
        piece = s[at:at + size]
        if len(piece) < size // 2:
            break
        w = np.hanning(len(piece))
        n = 1 << int(np.ceil(np.log2(len(piece) * 8)))
        spec = np.abs(np.fft.rfft(piece * w, n))
        k = np.arange(1, partials + 1 if hertz < 4000 else 2)
        cents = np.arange(-90, 91, 1.0)
        f = np.outer(2 ** (cents / 1200) * hertz, k) * n / N.RATE
        score = (spec[np.minimum(np.round(f).astype(int), len(spec) - 1)]).sum(1)
        i = int(np.clip(np.argmax(score), 1, len(score) - 2))
        y = score[i - 1:i + 2]
        d = 0.5 * (y[0] - y[2]) / (y[0] - 2 * y[1] + y[2] - 1e-12)
        out.append((cents[i] + np.clip(d, -1, 1), score[i]))
    if not out:
        return float("nan")
    out = np.array(out)
    return float(np.median(out[out[:, 1] > 0.05 * out[:, 1].max(), 0]))


def attack(x):
    """ms from the onset to half of the level (of 5 ms) that is reached within the first 0.6 s."""
    e = np.convolve(x[:int(0.6 * N.RATE)].astype(float) ** 2, np.ones(240) / 240)[::24] ** 0.5
    return int(np.argmax(e > 0.5 * np.percentile(e, 95))) * 0.5


PERCEIVED = 10 ** (-np.arange(6, 16) / 20)     # Vos and Rasch, "The perceptual onset of musical tones" (1981): 6 to 15 dB under the highest level


def perceived(x, hertz):
    """ms until the sound is heard to begin: mean of the times at which the level, of two periods of hertz and at least 5 ms, reaches PERCEIVED."""
    w = int(max(240, 2 * N.RATE / hertz))
    e = np.convolve(x[:int(0.6 * N.RATE)].astype(float) ** 2, np.ones(w) / w)[::24] ** 0.5
    top = np.percentile(e, 95)
    return float(np.mean([int(np.argmax(e > q * top)) * 0.5 for q in PERCEIVED]))


def spread(notes, rise):
    """ms that attack times of the recordings differ by from what their neighbours let expect (median of the others, near ones in pitch and
    velocity count more), median over the notes: nobody who knows pitch and velocity alone comes nearer."""
    rise, out = np.asarray(rise), []
    for i, n in enumerate(notes):
        w = np.array([np.exp(-0.5 * ((t.key - n.key) / 7) ** 2 - 0.5 * ((t.velocity - n.velocity) / 0.1) ** 2) * (t is not n) + 1e-12 for t in notes])
        order = np.argsort(rise)
        total = np.cumsum(w[order])
        out.append(abs(rise[order][np.searchsorted(total, total[-1] / 2)] - rise[i]))
    return float(np.median(out))


VELOCITIES = (32, 80, 115)      # pp, mf, ff


def loudness(package, key, velocity):
    """K-weighted level in dB of the typical note, 0.1 to 0.5 s behind its onset, out of the networks' numbers."""
    t = np.linspace(0.1, 0.5, 9)
    y = package.frames(key, velocity, note_render.clock(package.card, t)[0]).astype(float)
    cents, _ = package.onset(key, velocity)
    k = package.partials
    hertz = 440 * 2 ** ((key - 69) / 12) * package.ratios * 2 ** (cents / 1200)
    there = hertz < note_render.TOP
    f = (np.arange(460) + 0.5) * 50
    place = np.minimum(note_render.band_index(f, note_render.BANDS), note_render.BANDS - 1)
    noise = np.stack([np.exp(2 * np.interp(place, np.arange(note_render.BANDS), row)) for row in y[:, k:k + note_render.BANDS]])
    power = (np.exp(2 * y[:, :k])[:, there] / 2 * note_render.weighting(hertz[there])).sum(1) + (noise * note_render.weighting(f)).sum(1) / 480
    return float(10 * np.log10(power.mean() + 1e-12))


def evenness(package):
    """Loudness of each key of the range at VELOCITIES [keys, 3]."""
    low, high = (int(k) for k in package.card_range)
    return np.array([[loudness(package, k, v / 127) for v in VELOCITIES] for k in range(low, high + 1)])


def judge(folder, package_folder, every=False, library=None):
    """-> row of figures, (recording, synthesis, text) of one note."""
    package = note_render.Package.open(package_folder)
    name = os.path.basename(package_folder)
    s = note_train.settings(os.path.join(os.path.dirname(os.path.abspath(note_train.__file__)), "instruments.tsv"), name)
    notes = N.read(folder)
    for n in notes:
        N.sound(n, package.card["sustained"], s["kind"] in note_train.SLOW)
    if not package.card.get("percussion"):
        N.normalise(notes, float(s["dynamics"]))
    train = [n for n in notes if n.split == "train"] or notes
    val = [n for n in notes if n.split != "train"]
    held = bool(val)
    val = (notes if every else val) or train
    ours, near, pitch, tone, rise, other_rise, late, other_late = [], [], [], [], [], [], [], []
    shown = None
    percussion = package.card.get("percussion")
    def played(n, count):
        v = package.card.get("vibrato") if (package.card.get("vibrato") or {}).get("measured") else None
        at = n.key if percussion else n.pitch
        if library:
            return library.render(package_folder, package.card["gain"], at, n.velocity, count / N.RATE, n.number)
        return note_render.render(package, at, n.velocity, count / N.RATE, seed=n.number, vibrato=v)

    for n in val:
        count = int(min(LONGEST, n.seconds) * N.RATE)
        x = n.x[N.LEAD:N.LEAD + count]
        others = [t for t in train if t is not n]
        o = min(others, key=lambda t: (abs(t.key - n.key), abs(t.velocity - n.velocity), t.number))
        y = shifted(o.x[N.LEAD:], 0 if percussion else n.pitch - o.pitch)[:count]
        z = played(n, count)
        ours.append(distance(x, z))
        near.append(distance(x, y))
        rise.append(attack(z) - attack(x))
        other_rise.append(attack(y) - attack(x))
        late.append(perceived(z, n.hertz) - perceived(x, n.hertz))
        other_late.append(perceived(y, n.hertz) - perceived(x, n.hertz))
        if not percussion:
            teeth = 1 if package.card.get("ratios") else 3
            pitch.append(abs(pitch_of(z, n.hertz, teeth)))
            tone.append(abs(pitch_of(x, n.hertz, teeth)))
        if shown is None or abs(n.key - np.mean([t.key for t in train])) < abs(shown[3] - np.mean([t.key for t in train])):
            shown = (x, z, n.name, n.key)
    whole = int(0.7 * N.RATE)
    typical, typical_heard = [], []
    for n in notes:
        z = played(n, whole)
        typical.append(attack(z) - attack(n.x[N.LEAD:]))
        typical_heard.append(perceived(z, n.hertz) - perceived(n.x[N.LEAD:], n.hertz))
    even = None if percussion else evenness(package)
    size = sum(os.path.getsize(os.path.join(package_folder, f)) for f in os.listdir(package_folder))
    row = {"name": name, "held_out": held, "notes": len(val), "distance": float(np.mean(ours)), "neighbour": float(np.mean(near)),
           "cents": float(np.nanmedian(pitch)) if pitch else None, "recording_cents": float(np.nanmedian(tone)) if pitch else None,
           "attack": float(np.median(np.abs(rise))), "neighbour_attack": float(np.median(np.abs(other_rise))),
           "perceived": float(np.median(np.abs(late))), "neighbour_perceived": float(np.median(np.abs(other_late))),
           "typical": float(np.median(typical)), "spread": spread(notes, [attack(n.x[N.LEAD:]) for n in notes]),
           "perceived_typical": float(np.median(typical_heard)), "perceived_spread": spread(notes, [perceived(n.x[N.LEAD:], n.hertz) for n in notes]),
           "steps": None if even is None else float(np.abs(np.diff(even, axis=0)).max()),
           "even": None if even is None else np.round(even - even.mean(0), 1).T.tolist(),
           "weights": package.card["figures"]["weights"], "bytes": size}
    return row, shown[:3]


def mean(rows):
    def over(k, f=np.mean):
        v = [r[k] for r in rows if r[k] is not None]
        return float(f(v)) if v else None
    return {"name": "all", "held_out": True, "notes": sum(r["notes"] for r in rows), "distance": over("distance"), "neighbour": over("neighbour"),
            "cents": over("cents", np.median), "recording_cents": over("recording_cents", np.median), "attack": over("attack", np.median),
            "neighbour_attack": over("neighbour_attack", np.median), "perceived": over("perceived", np.median),
            "neighbour_perceived": over("neighbour_perceived", np.median), "typical": over("typical", lambda v: np.median(np.abs(v))),
            "spread": over("spread", np.median), "perceived_typical": over("perceived_typical", lambda v: np.median(np.abs(v))),
            "perceived_spread": over("perceived_spread", np.median), "steps": over("steps", max),
            "weights": sum(r["weights"] for r in rows), "bytes": sum(r["bytes"] for r in rows)}


# What a table tells: its columns, how wide, and what stands in them
FIGURES = (("instrument", 18, lambda r: r["name"] + ("" if r["held_out"] else "*")), ("notes", 6, lambda r: "%d" % r["notes"]),
           ("ours dB", 8, lambda r: "%.2f" % r["distance"]), ("neighbour dB", 13, lambda r: "%.2f" % r["neighbour"]),
           ("f0 cents", 9, lambda r: "" if r["cents"] is None else "%.1f" % r["cents"]), ("attack ms", 10, lambda r: "%.1f" % r["attack"]),
           ("heard ms", 9, lambda r: "%.1f" % r["perceived"]), ("step dB", 8, lambda r: "" if r["steps"] is None else "%.1f" % r["steps"]),
           ("weights", 8, lambda r: "%d" % r["weights"]), ("KB", 5, lambda r: "%.0f" % (r["bytes"] / 1000)))
ATTACKS = (FIGURES[0], ("attack ms", 10, lambda r: "%.1f" % r["attack"]), ("neighbour's", 12, lambda r: "%.1f" % r["neighbour_attack"]),
           ("recordings'", 12, lambda r: "%.1f" % r["spread"]), ("typical", 8, lambda r: "%+.1f" % r["typical"]),
           ("heard ms", 9, lambda r: "%.1f" % r["perceived"]), ("neighbour's", 12, lambda r: "%.1f" % r["neighbour_perceived"]),
           ("recordings'", 12, lambda r: "%.1f" % r["perceived_spread"]), ("typical", 8, lambda r: "%+.1f" % r["perceived_typical"]))


def head(markdown, table=FIGURES):
    if markdown:
        return "| %s |\n| --- %s|" % (" | ".join(c[0] for c in table), "| ---: " * (len(table) - 1))
    return "".join("%*s" % (-c[1] if c is table[0] else c[1], c[0]) for c in table)


def line(r, markdown, table=FIGURES):
    cells = [c[2](r) for c in table]
    return "| %s |" % " | ".join(cells) if markdown else "".join("%*s" % (-c[1] if c is table[0] else c[1], k) for c, k in zip(table, cells))


def verdict(rows):
    worse = [r["name"] for r in rows if r["distance"] > r["neighbour"]]
    off = [r["name"] for r in rows if r["cents"] is not None and not r["cents"] < 5]
    slow = [r["name"] for r in rows if r["attack"] > 10]
    late = [r["name"] for r in rows if r["perceived"] > 10]
    shifted_all = [r["name"] for r in rows if abs(r["typical"]) > 10]
    rough = [r["name"] for r in rows if r["steps"] is not None and r["steps"] > 3]
    return "\n".join("%s: %s" % (a, " ".join(b) or "none") for a, b in (
        ("farther from the recording than the neighbour", worse), ("f0 5 cents off or more", off), ("attack over 10 ms off", slow), ("heard over 10 ms off", late),
        ("typical attack over 10 ms off", shifted_all), ("neighbouring keys over 3 dB apart", rough)))


def into_card(path, r):
    with open(path, encoding="utf-8") as f:
        c = json.load(f)
    c["figures"].update({"judged_on": "%d %s" % (r["notes"], "notes held out" if r["held_out"] else "training notes (none was held out)"),
                         "distance_db": round(r["distance"], 2), "neighbour_db": round(r["neighbour"], 2), "attack_ms": round(r["attack"], 1),
                         "neighbour_attack_ms": round(r["neighbour_attack"], 1), "heard_ms": round(r["perceived"], 1),
                         "typical_attack_ms": round(r["typical"], 1), "attack_spread_ms": round(r["spread"], 1)})
    if r["steps"] is not None:
        c["figures"]["largest_step_db"] = round(r["steps"], 1)
    if r["cents"] is not None:
        c["figures"]["f0_cents"] = round(r["cents"], 1)
    with open(path, "w", encoding="utf-8") as f:
        json.dump(c, f, indent=1, ensure_ascii=False)
        f.write("\n")


WIDTH, HEIGHT = 360, 130


def mel_picture(x, seconds):
    """[HEIGHT, WIDTH] shades, 60 Hz to 18 kHz on a logarithmic scale."""
    size = 4096
    at = np.linspace(0, max(1, int(seconds * N.RATE)), WIDTH).astype(int)
    x = np.pad(x, (size // 2, size))[:int(seconds * N.RATE) + 2 * size]
    s = np.stack([x[k:k + size] if k + size <= len(x) else np.zeros(size) for k in at]) * hann(size)
    p = np.abs(np.fft.rfft(s, axis=1)) ** 2
    edges = 60 * 300 ** (np.arange(HEIGHT + 1) / HEIGHT) * size / N.RATE
    out = np.zeros((HEIGHT, WIDTH))
    for k in range(HEIGHT):
        a, b = edges[k], edges[k + 1]
        i = np.arange(int(a), int(np.ceil(b)) + 1)
        w = np.clip(np.minimum(i + 0.5, b) - np.maximum(i - 0.5, a), 0, None)
        out[HEIGHT - 1 - k] = p[:, i] @ w / max(w.sum(), 1e-9)
    return 10 * np.log10(out + 1e-10)


def picture(path, recording, synthesis, name):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    seconds = len(recording) / N.RATE
    a, b = mel_picture(recording, seconds), mel_picture(synthesis, seconds)
    top = max(a.max(), b.max())
    shade = [np.round(np.clip((k - top + 75) / 75, 0, 1) * 15).astype(np.uint8) * 4 - 0 for k in (a, b)]
    shade = [np.minimum(k, P.SHADES - 1) for k in shade]
    bar = np.full((4, WIDTH), P.SHADES, np.uint8)
    with open(path, "wb") as f:
        f.write(P.png(np.concatenate([shade[0], bar, shade[1]])))
