"""A folder of recordings in LJSpeech layout: reading it, and saying what is wrong with it in words that need no expert.

metadata.csv has lines id|text or id|text|text with numbers written out; wavs/ID.wav (or .flac, .ogg, .opus, .mp3) is the sound, at
any rate, mono or stereo, of any width. A Finding is about one recording (or about all: id None); `bad` ones cannot be used.
"""
import collections
import glob
import math
import os
import re

import numpy as np
from scipy.signal import resample_poly

import phones as P
from format import RATE, frames

Finding = collections.namedtuple("Finding", "id bad text")
Recording = collections.namedtuple("Recording", "id text path")
ENDINGS = ("wav", "flac", "opus", "ogg", "mp3", "WAV", "FLAC")
SHORTEST, LONGEST = 0.4, 25.0             # seconds of a recording
EDGE = 0.3                                # seconds that are left of a longer silence at the ends
# The commonest words that tell languages apart
COMMON = {
    "en": "the and of to is that it was for you with his he not are this have be from had they which were there",
    "de": "der die das und ist nicht ein eine zu den mit sich auf ich für dem von es auch wird sind wir war",
    "nl": "de het een van en dat niet is zijn op te voor met die er maar ik aan wordt naar heeft we ook",
    "fr": "le la les et est une des du que pas dans pour qui il elle sur ce au avec je nous vous",
    "es": "el los las y es una del que no por con para se lo como más está pero su muy",
    "it": "il gli e è una di che non per con del sono della più come questo nel si lo anche"}
NAMES = {"en": "English", "de": "German", "nl": "Dutch", "fr": "French", "es": "Spanish", "it": "Italian"}


def metadata(folder):
    """-> [Recording], [Finding]. Raises ValueError if there is nothing to work with."""
    path = os.path.join(folder, "metadata.csv")
    if not os.path.isdir(folder):
        raise ValueError("there is no folder %s" % folder)
    if not os.path.exists(path):
        raise ValueError("%s is missing. It is a text file with one line for each recording:\n    001|What is said in wavs/001.wav." % path)
    with open(path, "rb") as f:
        data = f.read()
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as e:
        raise ValueError("%s, line %d: this is not UTF-8 text. Save the file again with the encoding UTF-8." % (
            path, data[:e.start].count(b"\n") + 1))
    found, out, seen = [], [], set()
    for n, line in enumerate(lines, 1):
        if not line.strip():
            continue
        cells = [c.strip() for c in line.split("|")]
        name = re.sub(r"\.(%s)$" % "|".join(ENDINGS), "", cells[0])
        text = next((c for c in cells[2:1:-1] + cells[1:2] if c), "")
        if len(cells) < 2:
            found.append(Finding(None, True, "metadata.csv, line %d has no | between name and text: %.60s" % (n, line)))
        elif not name or "/" in name or "\\" in name or "\t" in name or name.startswith("."):
            found.append(Finding(None, True, "metadata.csv, line %d: \"%s\" cannot be the name of a recording" % (n, name)))
        elif name in seen:
            found.append(Finding(None, False, "metadata.csv, line %d: \"%s\" stands there twice; the first line is taken" % (n, name)))
        elif not re.search(r"\w", text):
            found.append(Finding(name, True, "has no text in metadata.csv"))
        else:
            sound = next((p for d in ("wavs", "audio", "") for e in ENDINGS
                          for p in [os.path.join(folder, d, "%s.%s" % (name, e))] if os.path.exists(p)), None)
            if sound:
                out.append(Recording(name, " ".join(text.split()), sound))
            else:
                found.append(Finding(name, True, "there is no sound file wavs/%s.wav (or .flac, .opus, .ogg, .mp3)" % name))
        seen.add(name)
    extra = [p for p in sorted(glob.glob(os.path.join(glob.escape(folder), "wavs", "*")))
             if p.rsplit(".", 1)[-1] in ENDINGS and os.path.basename(p).rsplit(".", 1)[0] not in seen]
    if extra:
        found.append(Finding(None, False, "%d sound files have no line in metadata.csv and are not used, e.g. %s" % (
            len(extra), os.path.basename(extra[0]))))
    if not out:
        raise ValueError("no recording of %s can be used:\n%s" % (path, "\n".join(
            "    %s%s" % (f.id + ": " if f.id else "", f.text) for f in found[:5])))
    return out, found


def load(path):
    """Any sound file -> mono samples float64 in ±1 at its own rate, rate. Stereo: the louder channel (a sum could cancel)."""
    import soundfile
    x, rate = soundfile.read(path, dtype="float64", always_2d=True)
    return x[:, int(np.argmax((x ** 2).sum(0)))], rate


def levels(x, rate):
    """Power of 20 ms frames."""
    n = max(1, int(0.02 * rate))
    x = x[:len(x) // n * n].reshape(-1, n)
    return (x ** 2).mean(1) if len(x) else np.zeros(1)


def clipped(x):
    """Share of samples in runs of 3 or more at the top of the range of the take (flat tops, as too much gain leaves)."""
    top = np.abs(x).max()
    if top < 0.25:
        return 0.0
    flat = np.abs(x) > 0.9995 * top
    runs = flat[2:] & flat[1:-1] & flat[:-2] & (np.sign(x[2:]) == np.sign(x[:-2]))
    return float(runs.mean()) if len(runs) else 0.0


def at_rate(x, rate):
    if rate == RATE:
        return x
    g = math.gcd(RATE, rate)
    return resample_poly(x, RATE // g, rate // g, window=("kaiser", 8.0))


def trim(x):
    """Samples at RATE without what is over EDGE of silence at each end."""
    e = (frames(x, 480) ** 2).mean(1)
    loud = np.flatnonzero(e > max(e.max() * 1e-3, 4 * np.percentile(e, 3)))
    if not len(loud):
        return x
    edge = int(EDGE * RATE)
    return x[max(0, loud[0] * 240 - edge):loud[-1] * 240 + edge]


def examine(job):
    """Recording -> (facts, [Finding]) of the sound alone. facts: seconds, active seconds, level in dB, noise in dB, rate; or None."""
    try:
        x, rate = load(job.path)
    except Exception as e:                 # soundfile's own kinds differ between its versions
        return None, [Finding(job.id, True, "cannot be read as a sound file (%s): save it as WAV or FLAC" % str(e).split(": ")[-1].strip(" ."))]
    found, seconds = [], len(x) / rate

    def bad(text):
        return None, found + [Finding(job.id, True, text)]

    if not np.isfinite(x).all():
        return bad("the file is damaged: it holds values that are no numbers")
    if seconds < SHORTEST:
        return bad("is only %.2f seconds long" % seconds)
    if seconds > LONGEST:
        return bad("is %.0f seconds long: cut it into sentences (at most %.0f seconds each)" % (seconds, LONGEST))
    if rate < 8000:
        return bad("has only %d samples a second: too muffled to be used" % rate)
    e = levels(x, rate)
    level = 10 * np.log10(np.mean(e[e >= e.max() * 1e-3]) + 1e-12)
    noise = 10 * np.log10(np.percentile(e, 5) + 1e-12)
    if level < -75:
        return bad("is silent")
    if level < -50:
        return bad("is far too quiet (%.0f dB): record nearer to the microphone or with more gain" % level)
    if level - noise < 8:
        return bad("nothing stands out of the noise: is there speech in it?")
    if level < -38:
        found.append(Finding(job.id, False, "is rather quiet (%.0f dB)" % level))
    if level - noise < 16:
        found.append(Finding(job.id, False, "is noisy (the voice is only %.0f dB over the noise): is a fan or a computer running?" % (level - noise)))
    c = clipped(x)
    if c > 2e-3:
        return bad("is badly distorted: it was recorded too loud (%.1f %% of it is cut off). Turn the gain down and record it again" % (100 * c))
    if c > 5e-5:
        found.append(Finding(job.id, False, "is cut off at loud places: record with less gain"))
    return {"seconds": seconds, "active": 0.02 * float((e >= e.max() * 1e-3).sum()), "level": level, "noise": noise, "rate": rate}, found


def guess_language(texts):
    """-> the language of COMMON whose words are most frequent, or None if that is not clear; and the share of each."""
    words = re.findall(r"[^\W\d_]+", " ".join(texts).lower())
    share = {k: sum(w in v for w in words) / max(1, len(words)) for k, v in ((k, set(v.split())) for k, v in COMMON.items())}
    best = max(share, key=share.get)
    second = max(v for k, v in share.items() if k != best)
    return (best if len(words) >= 20 and share[best] > 0.08 and share[best] > 1.5 * second else None), share


def language_finding(texts, language):
    guess, _ = guess_language(texts)
    said = language.split("-")[0]
    if guess and guess != said and said in COMMON:
        return Finding(None, True, "the texts look like %s, but the language given is %s (--language)" % (NAMES[guess], language))
    return None


def length_findings(rows, facts, said):
    """Is a text too long or too short for its sound? rows [Recording], their facts and token lines -> [Finding]."""
    found, speed = [], {}
    for r, f, s in zip(rows, facts, said):
        n = int((P.parse(s)[0] >= P.FIRST).sum())
        letters = len(re.findall(r"[^\W\d_]", r.text))
        if n < max(1, 0.25 * letters):
            found.append(Finding(r.id, True, "most of its text cannot be read in this language: \"%.50s\"" % r.text))
        else:
            speed[r.id] = n / max(0.1, f["active"])
    usual = float(np.median(list(speed.values()))) if speed else 10.0
    for r in rows:
        v = speed.get(r.id)
        if v is None:
            continue
        if v > 30 or (v > 1.9 * usual and v > 12):
            found.append(Finding(r.id, True, "the text is far too long for the sound (%.0f sounds a second; usual here: %.0f). Was the "
                                 "recording cut off, or is it another text?" % (v, usual)))
        elif v < 2.5 or (v < usual / 2.2 and v < 7):
            found.append(Finding(r.id, True, "the text is far too short for the sound (%.1f sounds a second; usual here: %.0f). Is more "
                                 "said than stands in metadata.csv?" % (v, usual)))
    return found


def folder_findings(facts):
    """What the recordings have in common. facts: [dict]."""
    found, rates = [], sorted({f["rate"] for f in facts})
    level = np.array([f["level"] for f in facts])
    if len(rates) > 1:
        found.append(Finding(None, False, "the recordings have different sampling rates (%s Hz): were they all made alike?" % ", ".join(map(str, rates))))
    if rates[0] < 22050:
        found.append(Finding(None, False, "some recordings have only %d samples a second: the voice will sound muffled. 24000 or more is good" % rates[0]))
    if len(level) > 4 and np.percentile(level, 95) - np.percentile(level, 5) > 12:
        found.append(Finding(None, False, "the loudness differs much between recordings (%.0f dB): keep the distance to the microphone" % (
            np.percentile(level, 95) - np.percentile(level, 5))))
    return found


def pitch_findings(pitches):
    """{id: median f0 in Hz}: takes that another person may have spoken."""
    usual = np.median(list(pitches.values()))
    return [Finding(k, False, "the voice is %s than usual here (%.0f Hz; usual: %.0f): is it the same person?" % (
        "higher" if v > usual else "lower", v, usual)) for k, v in sorted(pitches.items()) if not 1 / 1.5 < v / usual < 1.5]


def match_findings(result):
    """[(take, frames of each token)] of the aligner: takes in which most phones are as short as can be, for they do not fit."""
    share = {t.name: float((d[t.ids >= P.FIRST] <= 3).mean()) for t, d in result if (t.ids >= P.FIRST).any()}
    usual = np.median(list(share.values()))
    return [Finding(k, False, "text and sound fit badly together: listen to it and compare it with the text")
            for k, v in sorted(share.items()) if v > max(0.4, 2.5 * usual)]
