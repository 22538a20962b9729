"""What is measured, the figures that were agreed on, and the table that shows both.

A measure of a render is a level (to be compared with the recording's own, paired by sentence), a distance from the recording of the same sentence,
a spread (a standard deviation, whose ratio to the recording's counts) or a rate (errors over words or phones, pooled over the sentences).
"""
import collections
import math

import numpy as np

Measure = collections.namedtuple("Measure", "key title digits kind take", defaults=(None,))     # take: another take of the same speaker
MEASURES = [
    Measure("tts", "NISQA-TTS, 1 to 5", 2, "level"),
    Measure("mos", "NISQA v2, 1 to 5", 2, "level"),
    Measure("mcd_db", "mel-cepstral distortion, dB", 2, "distance", 4.26),
    Measure("f0_corr", "f0 correlation", 2, "distance", 0.67),
    Measure("f0_rmse_cents", "f0 RMSE, cents", 0, "distance"),
    Measure("f0_rmse_centred_cents", "f0 RMSE, centred, cents", 0, "distance", 227),
    Measure("voicing_error", "voicing error", 3, "distance", 0.13),
    Measure("duration_corr", "duration correlation", 2, "distance", 0.93),
    Measure("f0_spread_st", "f0 spread, semitones", 2, "spread"),
    Measure("phone_spread_ms", "phone duration spread, ms", 1, "spread"),
    Measure("energy_spread_db", "energy spread, dB", 2, "spread"),
    Measure("phone_errors/phones", "phone error, %", 1, "rate"),
    Measure("errors/words", "word error, %", 1, "rate"),
    Measure("lufs", "loudness, LUFS", 1, "level"),
    Measure("edge_in_db", "level of the first 20 ms, dB", 0, "level"),
    Measure("edge_out_db", "level of the last 20 ms, dB", 0, "level"),
    Measure("clicks", "clicks a file", 2, "level"),
    Measure("clipped", "clipped samples a file", 2, "level"),
]

# The agreed figures. `rule` is about the value itself ("at least", "at most"), the difference from the recordings ("difference at least",
# "difference at most"), the lower end of its 95 % interval ("interval at least"), or the ratio to the recordings ("ratio within"). `alarm`: a reason to listen,
# not a figure to reach. `speakers`: None is all; "-name" is all but that one. Rates are in points of per cent.
Figure = collections.namedtuple("Figure", "key systems rule value speakers alarm", defaults=(None, False))
BOTH, SYNTHESIS = ("copy", "synthesis"), ("synthesis",)
FIGURES = [
    Figure("tts", BOTH, "difference at least", 0.3, "kathleen"),         # her recordings hiss: a denoised target beats them
    Figure("tts", BOTH, "interval at least", -0.16, "-kathleen"),
    Figure("mos", BOTH, "difference at least", -0.2),
    Figure("mcd_db", SYNTHESIS, "at most", 5.0),
    Figure("f0_corr", SYNTHESIS, "at least", 0.6),
    Figure("duration_corr", SYNTHESIS, "at least", 0.9),
    Figure("voicing_error", SYNTHESIS, "at most", 0.13),
    Figure("f0_spread_st", SYNTHESIS, "ratio within", 0.15),
    Figure("phone_spread_ms", SYNTHESIS, "ratio within", 0.15),
    Figure("energy_spread_db", SYNTHESIS, "ratio within", 0.15),
    Figure("phone_errors/phones", SYNTHESIS, "difference at most", 2.0, "kathleen"),     # the recogniser knows her voice, no other
    Figure("errors/words", BOTH, "at most", 32.0, None, True),
    Figure("edge_in_db", BOTH, "at most", -40, None, True),
    Figure("edge_out_db", BOTH, "at most", -40, None, True),
    Figure("clicks", BOTH, "difference at most", 1.0, None, True),
    Figure("clipped", BOTH, "difference at most", 2.0, None, True),
]
LEAST = 25              # a speaker with fewer sentences is shown and not judged
POOLED = "all speakers"

Cell = collections.namedtuple("Cell", "value difference low high ratio missed alarm")   # difference: of a spread the ratio, of a distance None


def bootstrap(count, draws=4000, seed=1):
    """Indices of resampled sentences: [draws, count]."""
    return np.random.default_rng(seed).integers(0, count, (draws, count))


def ends(values):
    return float(np.percentile(values, 2.5)), float(np.percentile(values, 97.5))


def column(scores, key):
    """Values by sentence (NaN where there is none); of a rate, errors and counts."""
    if "/" in key:
        return [np.array([s.get(k, math.nan) for s in scores], float) for k in key.split("/")]
    return np.array([math.nan if s.get(key) is None else s[key] for s in scores], float)


def compare(measure, recordings, renders):
    """(value of the recordings, value of the renders, difference or ratio, low, high); None where there is nothing. Lists of scores, paired."""
    if measure.kind == "rate":
        (ea, na), (eb, nb) = column(recordings, measure.key), column(renders, measure.key)
        use = np.isfinite(ea + na + eb + nb)
        if not use.any() or na[use].sum() == 0 or nb[use].sum() == 0:
            return None
        ea, na, eb, nb = (100 * ea[use], na[use], 100 * eb[use], nb[use])
        i = bootstrap(len(ea))
        draws = (eb[i].sum(1) / np.maximum(nb[i].sum(1), 1)) - (ea[i].sum(1) / np.maximum(na[i].sum(1), 1))
        a, b = ea.sum() / na.sum(), eb.sum() / nb.sum()
        return (a, b, b - a) + ends(draws)
    b = column(renders, measure.key)
    if measure.kind == "distance":
        b = b[np.isfinite(b)]
        return (None, b.mean(), None) + ends(b[bootstrap(len(b))].mean(1)) if len(b) else None
    a = column(recordings, measure.key)
    use = np.isfinite(a + b)
    if not use.any():
        return None
    a, b = a[use], b[use]
    i = bootstrap(len(a))
    if measure.kind == "spread":
        if a.mean() <= 0:
            return None
        return (a.mean(), b.mean(), b.mean() / a.mean()) + ends(b[i].mean(1) / np.maximum(a[i].mean(1), 1e-9))
    return (a.mean(), b.mean(), (b - a).mean()) + ends((b - a)[i].mean(1))


def agreed(key, speaker, system):
    """The figure for this measure, speaker and system, or None."""
    for f in FIGURES:
        if f.key == key and system in f.systems:
            if f.speakers is None or f.speakers == speaker or f.speakers[0] == "-" and f.speakers[1:] != speaker:
                return f
    return None


def missed(figure, value, difference, low):
    if figure.rule == "at least":
        return value < figure.value
    if figure.rule == "at most":
        return value > figure.value
    if figure.rule == "difference at least":
        return difference < figure.value
    if figure.rule == "difference at most":
        return difference > figure.value
    if figure.rule == "interval at least":
        return not low >= figure.value
    if figure.rule == "ratio within":
        return abs(difference - 1) > figure.value
    raise ValueError(figure.rule)


def rows(speaker, recordings, systems, few=False):
    """[(measure, value of the recordings or None, {system: Cell})]. `systems`: {name: scores}, each paired with `recordings`. few: nothing is judged."""
    result = []
    for m in MEASURES:
        cells, own = {}, None
        for system, scores in systems.items():
            c = compare(m, recordings, scores)
            if c is None:
                continue
            own = c[0]
            f = agreed(m.key, speaker, system)
            miss = bool(f and not few and missed(f, c[1], c[2], c[3]))
            cells[system] = Cell(c[1], None if m.kind == "spread" else c[2], c[3], c[4], c[2] if m.kind == "spread" else None,
                                 miss and not f.alarm, miss and f.alarm)
        if cells:
            result.append((m, own, cells))
    return result


def wanted(key, speaker, systems):
    """The figure in words; empty where there is none."""
    found = [f for f in (agreed(key, speaker, s) for s in systems) if f]
    if not found:
        return ""
    f = found[-1]
    sign = "%+g" if f.rule.split()[0] in ("difference", "interval") else "%g"
    text = "%s %s" % (f.rule, sign % f.value) if f.rule != "ratio within" else "ratio 1 ± %g" % f.value
    return ("alarm unless " if f.alarm else "") + text


def number(measure, cell):
    mark = " !" if cell.missed else " ?" if cell.alarm else "  "
    return "%.*f%s" % (measure.digits, cell.value, mark)


def change(measure, cell):
    """The difference from the recordings with its interval; of a distance the interval alone, of a spread the ratio."""
    d = measure.digits
    if cell.ratio is not None:
        return "x %.2f [%.2f, %.2f]" % (cell.ratio, cell.low, cell.high)
    if cell.difference is None:
        return "[%.*f, %.*f]" % (d, cell.low, d, cell.high)
    return "%+.*f [%+.*f, %+.*f]" % (d, cell.difference, d, cell.low, d, cell.high)


def recorded(measure, own):
    if own is not None:
        return "%.*f" % (measure.digits, own)
    return "(%.*f)" % (measure.digits, measure.take) if measure.take is not None else ""


def lines(speaker, result, systems):
    """The table as text."""
    head = "%-28s %10s" % ("", "recording") + "".join(" %11s" % s for s in systems)
    yield head + "".join("  %-24s" % (s + " [95 %]") for s in systems) + "  agreed"
    for m, own, cells in result:
        line = "%-28s %10s" % (m.title, recorded(m, own))
        line += "".join(" %11s" % (number(m, cells[s]) if s in cells else "-  ") for s in systems)
        line += "".join("  %-24s" % (change(m, cells[s]) if s in cells else "") for s in systems)
        yield (line + "  " + wanted(m.key, speaker, systems)).rstrip()
