"""What can go wrong in a render, told from its samples and events: silence inside a word, sound after the end, a swallowed first phone, flattened
peaks; and runs of phones that a free recogniser misses or hears too many.

Levels are in dB over the active level of the utterance: the mean power of the frames within 35 dB of the loudest.
"""
import numpy as np

HOP = 0.005                 # seconds; frames are 10 ms wide
SILENT = -50.0              # dB
LONGEST = 0.06              # seconds of silence inside a word, outside of stops
LONGEST_STOP = 0.2          # with the closure of a stop
NEAR = 0.02                 # what lies so near to a stop may belong to its closure
STOPS = frozenset("b d ɡ k p t tʃ dʒ ʔ pf ts c".split())
LAST = 0.03                 # seconds at the end of the file that are to be quiet
TAIL = 0.12                 # seconds that a sound may take to die away behind the last word
QUIET = -35.0               # dB in those: 95 of 100 denoised recordings of the base voice are under it
SWALLOWED = -24.0           # dB of the first phone under the median of the same phone at the beginning of words; of those recordings 1 in 140
RUN = 3                     # phones


def levels(x, rate):
    """Power in dB of frames of 10 ms every 5 ms; frame i begins at i * HOP."""
    n, hop = int(2 * HOP * rate), int(HOP * rate)
    x = np.asarray(x, float)
    if len(x) < n:
        x = np.pad(x, (0, n - len(x)))
    c = np.concatenate([[0.0], np.cumsum(x * x)])
    at = np.arange(0, len(x) - n + 1, hop)
    return 10 * np.log10(np.maximum(c[at + n] - c[at], 0) / n + 1e-14)


def active(db):
    """The active level of frames in dB."""
    loud = db[db > db.max() - 35]
    return 10 * np.log10(np.mean(10 ** (loud / 10)))


def relative(x, rate):
    db = levels(x, rate)
    return db - active(db)


def of(events, kind, rate):
    """[(begin, end, name)] in seconds of the events of a kind."""
    return [(e["sample"] / rate, (e["sample"] + e["duration"]) / rate, e.get("name", "")) for e in events if e["type"] == kind]


def true_runs(mask):
    """[(first, behind the last)] of the runs of True."""
    edge = np.flatnonzero(np.diff(np.concatenate([[0], np.asarray(mask, int), [0]])))
    return list(zip(edge[::2], edge[1::2]))


def silences(db, words, phones):
    """[(begin, seconds)] of silences between sounds of one word that are too long. `db`: relative()."""
    found = []
    for begin, end, _ in words:
        first, behind = int(np.ceil(begin / HOP)), min(int(end / HOP) - 1, len(db))     # whole frames within the word
        quiet = db[first:behind] < SILENT
        sounding = np.flatnonzero(~quiet)
        if not len(sounding):
            continue
        for i, j in true_runs(quiet):
            if i < sounding[0] or j > sounding[-1]:
                continue
            s, e = (first + i) * HOP, (first + j + 1) * HOP         # the last frame is 10 ms wide
            free, at = [], s                    # what is left of [s, e) outside of stops
            for b, c, name in phones:
                if name in STOPS and c + NEAR > at and b - NEAR < e:
                    free.append(b - NEAR - at)
                    at = max(at, c + NEAR)
            free.append(e - at)
            if max(free) > LONGEST or e - s > LONGEST_STOP:
                found.append((s, e - s))
    return found


def after_end(db, seconds, words):
    """(level of the last 30 ms, loudest 20 ms after the last word has died away): dB, -inf where there is nothing."""
    def mean(frames):
        return 10 * np.log10(np.mean(10 ** (frames / 10)))
    first = max(0, int((seconds - LAST) / HOP))
    last = mean(db[first:]) if first < len(db) else mean(db[-1:])
    rest = db[int(np.ceil((words[-1][1] + TAIL) / HOP)):] if words else db
    return last, max((mean(rest[i:i + 3]) for i in range(len(rest))), default=-np.inf)


def phone_levels(db, phones):
    """The loudest frame of each phone, dB."""
    result = []
    for begin, end, _ in phones:
        piece = db[int(begin / HOP):max(int(begin / HOP) + 1, int(end / HOP) - 1)]
        result.append(float(piece.max()) if len(piece) else -np.inf)
    return result


def flat_tops(x):
    """Peaks that are cut off: runs of three or more equal samples (of 16 bits) within a tenth of the highest peak, and samples at full scale."""
    x = np.round(np.asarray(x, float) * 32768)
    peak = np.abs(x).max() if len(x) else 0
    if peak < 0.05 * 32768:
        return 0
    same = (np.diff(x) == 0) & (np.abs(x[1:]) >= 0.9 * peak)
    return sum(j - i >= 2 for i, j in true_runs(same)) + int(np.sum(np.abs(x) >= 32767))


def edit_runs(wanted, heard, least=RUN):
    """[(kind, place in `wanted`, length)] of the runs of `least` or more "deleted" or "inserted" in an alignment of least edits. Of several such alignments one
    with long runs is taken (going on with a run is preferred), for a word that is lost is lost at once."""
    n, m = len(wanted), len(heard)
    inf, unit = 10 ** 9, 1000                   # an edit; beginning a run costs 1 more
    rows, back = [], []                         # of (ends with a pair, a deletion, an insertion)
    for i in range(n + 1):
        row, origin = [], []
        for j in range(m + 1):
            pair, lost, more = (0 if i == j == 0 else inf, 0), (inf, 0), (inf, 0)
            if i and j:
                c = rows[i - 1][j - 1]
                k = c.index(min(c))
                pair = (c[k] + unit * (wanted[i - 1] != heard[j - 1]), k)
            if i:
                p, d, q = rows[i - 1][j]
                lost = min((d, 1), (p + 1, 0), (q + 1, 2))
                lost = (lost[0] + unit, lost[1])
            if j:
                p, d, q = row[j - 1]
                more = min((q, 2), (p + 1, 0), (d + 1, 1))
                more = (more[0] + unit, more[1])
            row.append((pair[0], lost[0], more[0]))
            origin.append((pair[1], lost[1], more[1]))
        rows.append(row)
        back.append(origin)
    steps, i, j = [], n, m
    k = rows[n][m].index(min(rows[n][m]))
    while i or j:
        before = back[i][j][k]
        i, j = (i - 1, j - 1) if k == 0 else (i - 1, j) if k == 1 else (i, j - 1)
        steps.append((k, i))
        k = before
    steps.reverse()
    found = []
    for kind, title in ((1, "deleted"), (2, "inserted")):
        for a, b in true_runs([s[0] == kind for s in steps]):
            if b - a >= least:
                found.append((title, steps[a][1], int(b - a)))
    return found
