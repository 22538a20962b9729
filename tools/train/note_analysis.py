"""What a recording of a note consists of, in the terms of docs/INSTRUMENT_FORMAT.md: partials, bands of noise, the transient.

Partials are fitted to each frame by least squares, all at once, with a window of four periods that is cut at the onset, so that attacks stay
sharp. Sustained notes are first warped in time so that their pitch stands still. Noise is what lies between the partials.
"""
import numpy as np
from scipy.interpolate import CubicSpline

from notes import HOP, LEAD, RATE

BANDS, STEPS, STEP, TRANSIENT = 32, 24, 64, 16
TOP = 23000.0
FLOOR = 1e-6                    # of an amplitude


def band_index(f, bands):
    """Place of a frequency on the scale of the bands, 0 to bands - 1."""
    return (bands - 1) / np.log(41) * np.log1p(np.asarray(f) / 600)


def hann(n):
    return 0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(n) + 0.5) / n)


def gather(x, starts, n):
    """Pieces of x (zero outside) -> [len(starts), n]."""
    lo = max(0, -int(min(starts)))
    hi = max(0, int(max(starts)) + n - len(x))
    x = np.pad(x, (lo, hi))
    return np.lib.stride_tricks.sliding_window_view(x, n)[np.asarray(starts) + lo]


def fit(x, centres, hertz, length, begin):
    """Complex amplitudes of sines of fixed frequency [N, K], phase at sample 0; x sounds from sample begin on."""
    k = len(hertz)
    w = hann(length)
    t = np.arange(length) - (length - 1) / 2
    phase = 2 * np.pi * np.outer(t, hertz) / RATE                       # [L, K], 0 in the middle
    basis = np.concatenate([np.cos(phase), np.sin(phase)], axis=1)
    out = np.zeros((len(centres), k), complex)
    starts = np.round(np.asarray(centres) - (length - 1) / 2).astype(int)

    def project(keep):
        b = basis[keep]
        bw = b * w[keep][:, None]
        g = bw.T @ b
        g[np.diag_indices(2 * k)] += 0.01 * w[keep].sum() / 2
        return np.linalg.solve(g, bw.T).astype(np.float32)              # [2K, kept]

    whole = np.flatnonzero(starts >= begin)
    p = project(np.arange(length)) * 1.01
    for c in range(0, len(whole), 256):
        i = whole[c:c + 256]
        y = gather(x, starts[i], length) @ p.T
        out[i] = y[:, :k] - 1j * y[:, k:]
    for i in np.flatnonzero(starts < begin):
        keep = np.arange(begin - starts[i], length)
        y = project(keep) @ gather(x, [starts[i]], length)[0, keep] * 1.01
        out[i] = y[:k] - 1j * y[k:]
    middle = starts + (length - 1) / 2
    return out * np.exp(-2j * np.pi * np.outer(middle, hertz) / RATE)


def window_of(hertz):
    """Samples of the window of the partials for a spacing of so many Hz."""
    return int(np.clip(4 * RATE / hertz, 768, 5000)) // 2 * 2


def track(x, hertz, frames):
    """Cents of f0 against hertz in each frame, out of the phases of the lowest partials, weighted by their power."""
    k = np.arange(1, max(2, min(7, int(3000 / hertz) + 1)))
    c = fit(x, LEAD + HOP * np.arange(frames + 1), hertz * k, window_of(hertz), LEAD)
    turn = np.angle(c[1:] * np.conj(c[:-1])) * RATE / (2 * np.pi * HOP)                # Hz beside k hertz
    w = (np.abs(c[1:] * c[:-1])) * k ** 2 + 1e-16
    off = (w * turn / k).sum(1) / w.sum(1)
    cents = 1200 * np.log2(1 + np.clip(off / hertz, -0.06, 0.06))
    cents = np.concatenate([cents[:1], 0.5 * (cents[1:] + cents[:-1]), cents[-1:]])[:frames]
    power = (np.abs(c[:frames]) ** 2).sum(1)
    weak = power < 1e-4 * np.median(power)
    if weak.any() and not weak.all():
        cents[weak] = np.interp(np.flatnonzero(weak), np.flatnonzero(~weak), cents[~weak])
    pad = np.pad(cents, 2, mode="edge")
    return np.median(np.lib.stride_tricks.sliding_window_view(pad, 5), axis=1)


def warp(x, cents):
    """x with a pitch that stands still -> samples, and where each old sample lies among the new ones (a function)."""
    t = np.arange(len(x), dtype=float)
    frames = LEAD + HOP * np.arange(len(cents))
    speed = 2 ** (np.interp(t, frames, cents) / 1200)
    place = np.concatenate([[0], np.cumsum(0.5 * (speed[1:] + speed[:-1]))])
    place += LEAD - place[LEAD]
    n = int(place[-1])
    return CubicSpline(t, x)(np.interp(np.arange(n), place, t)).astype(np.float32), lambda s: np.interp(s, t, place)


def spectrum(x, begin, seconds, pad=4):
    """Power of a stretch (Hann window), and Hz of a bin."""
    s = x[begin:begin + int(seconds * RATE)]
    w = hann(len(s))
    n = 1 << int(np.ceil(np.log2(len(s) * pad)))
    return np.abs(np.fft.rfft(s * w, n)) ** 2 / (w.sum() / 2) ** 2, RATE / n


def peak_near(power, bin_hz, f, reach):
    """Frequency of the highest peak within reach Hz of f, its power, and how far it stands over what is around; None at the edges."""
    a, b = int((f - reach) / bin_hz), int((f + reach) / bin_hz) + 2
    if a < 2 or b >= len(power) - 2 or b - a < 3:
        return None
    i = a + int(np.argmax(power[a:b]))
    if i in (a, b - 1):
        return None
    y = np.log(power[i - 1:i + 2] + 1e-30)
    d = 0.5 * (y[0] - y[2]) / (y[0] - 2 * y[1] + y[2] - 1e-12)
    around = np.median(power[max(0, a - (b - a)):b + (b - a)])
    return (i + d) * bin_hz, power[i], power[i] / (around + 1e-30)


def string_cents(x, hertz, count, seconds):
    """Cents of each partial of a string against k f0, by peaks and the law of the stiff string -> cents [count], B."""
    s = min(max(0.25, 24 / hertz), max(0.2, seconds - 0.06), 1.5)
    power, bin_hz = spectrum(x, LEAD + 1500, s)
    k = np.arange(1, count + 1)
    measured, weight, b, f0 = np.full(count, np.nan), np.zeros(count), 1e-5, hertz
    top = power.max()
    for n in range(1, count + 1):
        want = f0 * n * np.sqrt(1 + b * n * n)
        if want > 16000:
            break
        p = peak_near(power, bin_hz, want, min(0.25 * hertz, max(3 * bin_hz, 0.012 * want)))
        if p is None or p[2] < 30 or p[1] < 1e-8 * top:
            continue
        measured[n - 1], weight[n - 1] = p[0] / n, 1
        if n >= 4:                        # (f/k)^2 = f0^2 + f0^2 B k^2: a line over k^2
            i = np.flatnonzero(weight)
            if len(i) >= 4:
                w = np.ones(len(i))
                for _ in range(3):
                    a = np.stack([np.ones(len(i)), k[i] ** 2.0], axis=1)
                    y = measured[i] ** 2
                    c = np.linalg.solve(a.T @ (a * w[:, None]), a.T @ (y * w))
                    w = 1 / (1e-4 * hertz ** 2 + np.abs(a @ c - y))
                if c[0] > 0 and abs(1200 * np.log2(np.sqrt(c[0]) / hertz)) < 60:
                    f0, b = np.sqrt(c[0]), float(np.clip(c[1] / c[0], 0, 5e-3))
    law = 1200 * np.log2(f0 * np.sqrt(1 + b * k * k) / hertz)
    cents = np.where(weight > 0, 1200 * np.log2(np.where(weight > 0, measured, 1) / hertz), law)
    return np.where(np.abs(cents - law) < 30, cents, law), b


def peaks(x, hertz, seconds, count):
    """The strongest peaks of a struck body: [(Hz, power)]."""
    s = min(0.6, max(0.12, seconds - 0.05))
    power, bin_hz = spectrum(x, LEAD + 600, s)
    width = max(2, int(2.2 / s / bin_hz))
    f = np.arange(len(power)) * bin_hz
    out, left = [], power.copy()
    left[(f < max(30, 0.35 * hertz)) | (f > 20000)] = 0
    around = np.exp(np.convolve(np.log(power + 1e-20), np.ones(40 * width) / (40 * width), mode="same"))
    limit = power.max() * 1e-6
    while len(out) < count:
        i = int(np.argmax(left))
        if left[i] < limit:
            break
        if power[i] == power[max(0, i - width):i + width + 1].max() and power[i] > 12 * around[i]:
            p = peak_near(power, bin_hz, f[i], 2 * bin_hz)
            out.append((p[0] if p else f[i], power[i]))
        left[max(0, i - width):i + width + 1] = 0
    return out


def noise_bands(x, centres, hertz, spacing, seconds):
    """ln gain of the bands of noise [N, BANDS] between partials at hertz, of windows of eight periods that begin behind the attack."""
    length = int(np.clip(8 * RATE / spacing, 1024, 9600)) // 32 * 32
    w = np.blackman(length + 2)[1:-1]
    n = np.arange(length // 2 + 1)
    f = n * RATE / length
    free = np.ones(len(f), bool)
    for h in hertz[hertz < TOP]:
        i = h * length / RATE
        free[max(0, int(np.ceil(i - 3.2))):int(i + 3.2) + 1] = False
    free[f < 25] = False
    if free.sum() < 8:
        free[:] = f >= 25
    place = band_index(f, BANDS)
    tri = np.maximum(0, 1 - np.abs(place[:, None] - np.arange(BANDS))) * free[:, None]
    total = tri.sum(0)
    known = total > 0.3
    tri /= np.maximum(total, 1e-9)
    tri = tri[:, known].astype(np.float32)
    starts = np.clip(np.asarray(centres) - length // 2, LEAD + 1024, max(LEAD + 1024, LEAD + int(seconds * RATE) - length)).astype(int)
    out = np.zeros((len(starts), BANDS), np.float32)
    for c in range(0, len(starts), 128):
        s = gather(x, starts[c:c + 128], length) * w
        p = np.log(np.abs(np.fft.rfft(s, axis=1)) ** 2 / (w ** 2).sum() + 1e-16)
        y = p.astype(np.float32) @ tri + np.float32(0.5772)              # the mean of ln of an exponential variable is 0.58 below ln of its mean
        for r in range(len(y)):
            out[c + r] = np.interp(np.arange(BANDS), np.flatnonzero(known), y[r])
    return 0.5 * out


def transient(x, c, hertz):
    """ln gain of the grid [STEPS, TRANSIENT] of what the partials c [frames, K] leave of the first samples."""
    n = STEPS * STEP
    t = np.arange(-64, n + 64)
    frame = np.clip(t / HOP, 0, len(c) - 1.001)
    i = frame.astype(int)
    a = (c[i] * (1 - (frame - i))[:, None] + c[i + 1] * (frame - i)[:, None])
    s = (a * np.exp(2j * np.pi * np.outer(t + LEAD, hertz) / RATE)).real.sum(1)
    s[t < 0] = 0
    r = x[LEAD - 64:LEAD + n + 64] - s
    w = hann(128)
    f = np.arange(129) * RATE / 256
    tri = np.maximum(0, 1 - np.abs(band_index(f, TRANSIENT)[:, None] - np.arange(TRANSIENT)))
    tri /= np.maximum(tri.sum(0), 1e-9)
    starts = 64 + STEP * np.arange(STEPS) + STEP // 2 - 64
    p = np.abs(np.fft.rfft(gather(r, starts, 128) * w, 256, axis=1)) ** 2 / (w ** 2).sum()
    step = (np.arange(STEPS) + 0.5) * STEP
    rise = np.clip((step - (STEPS * STEP - 512)) / 512, 0, 1)           # of the frames' noise, which takes over: what is left of the power
    return (0.5 * np.log(p @ tri * (1 - rise ** 2)[:, None] + 1e-14)).astype(np.float32)


def analyse(note, sustained, ratios, cents):
    """-> dictionary of arrays: amplitude, floor (ln, [N, K]), cents [N] of f0, noise [N, 32], transient [24, 16]."""
    frames = max(8, int(note.seconds * RATE / HOP))
    x, centres = note.x, LEAD + HOP * np.arange(frames)
    hertz = note.hertz * ratios * 2 ** (cents / 1200)
    bend = np.zeros(frames)
    spacing = note.hertz
    if sustained:
        bend = track(x, note.hertz, frames)
        x, place = warp(x, bend)
        centres = np.round(place(centres)).astype(int)
    good = hertz < TOP
    if not good.any():
        good[0] = True
    length = window_of(max(spacing, 60) if len(ratios) > 40 else 2 * spacing if spacing > 200 else 120)
    c = np.zeros((frames, len(ratios)), complex)
    c[:, good] = fit(x, centres, hertz[good], length, LEAD)
    noise = noise_bands(x, centres, hertz[good], max(40, spacing), note.seconds)
    w = hann(length)
    place = band_index(np.minimum(hertz, TOP), BANDS)
    i = np.minimum(place.astype(int), BANDS - 2)
    at = noise[:, i] * (1 - (place - i)) + noise[:, i + 1] * (place - i)
    floor = at + np.log(2 * np.sqrt((w ** 2).sum()) / w.sum())
    grid = transient(x, c[:9, good], hertz[good])
    return {"amplitude": np.log(np.abs(c) + FLOOR).astype(np.float32), "floor": np.maximum(floor, np.log(FLOOR)).astype(np.float32),
            "cents": bend.astype(np.float32), "noise": noise.astype(np.float32), "transient": grid, "hertz": hertz.astype(np.float32)}
