#!/usr/bin/python3
"""The measuring tools on synthetic sounds, and both commands on renders of the base voice with a stand-in for the listening test: make test-eval.

    tools/eval/test_eval.py [BUILD]

Needs numpy, soundfile, and `syrinx` in BUILD (default build); no data from elsewhere.
"""
import importlib.machinery
import importlib.util
import json
import os
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

import numpy as np
import soundfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
sys.path.insert(0, HERE)
import checks
import figures
import picture
import sentences

BUILD = os.path.abspath("build")
RATE = 24000
TEXTS = ["The ship came in at dawn.", "Nobody saw the second boat.", "Seven lamps burned below."]

# A listening test that hears nothing: the interface that judge.py names. Naturalness is the loudness, distances are differences of length. The recogniser
# "hears" what a file beside it says, or what the text is.
STAND_IN = {
    "sound.py": """
import numpy as np, soundfile
def read(path):
    return soundfile.read(path)
def to_loudness(x, rate, lufs):
    return x * 10 ** (lufs / 20) / max(1e-9, float(np.sqrt(np.mean(x * x))))
""",
    "prosody.py": """
import numpy as np
def f0_track(x, rate):
    return np.full(len(x) // (rate // 100) + 1, 200.0)
def clicks(x, rate):
    return int(np.sum(np.abs(np.diff(x)) > 0.5))
def against(x, rx, y, ry):
    return {"mcd_db": abs(len(x) / rx - len(y) / ry), "f0_corr": 0.9, "voicing_error": 0.5}
""",
    "score.py": """
import os, sound, numpy as np
class Scorer:
    def __init__(self, english):
        self.english = english
    def score(self, path, text):
        with open(os.path.join(os.path.dirname(__file__), "calls"), "a") as f:
            f.write(os.path.basename(path) + "\\n")
        x, rate = sound.read(path)
        r = {"tts": 3 + float(np.abs(x).max()), "mos": 4.0, "energy_spread_db": 8.0, "edge_out_db": -60.0, "clicks": 0, "clipped": 0}
        if self.english:
            r.update(errors=1, words=10)
        return r
""",
    "phones.py": """
PHONES = ("AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH").split()
class Net:
    def logp(self, x, rate):
        return x
class Lexicon:
    def sentence(self, text):
        return text.split(), [[(1, 2, 3, 4)]]
class PhoneTest:
    def __init__(self):
        self.net, self.lex = Net(), Lexicon()
def greedy(x):
    return [1, 2, 3, 4]
def edits(variants, heard):
    return 0, [v[0] for v in variants]
""",
}


def program(name):
    """A script without an ending as a module."""
    loader = importlib.machinery.SourceFileLoader(name, os.path.join(HERE, name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


def write(folder, name, text):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
        f.write(text)


def tone(seconds, level=0.1):
    t = np.arange(int(seconds * RATE)) / RATE
    return level * np.sin(2 * np.pi * 180 * t) + 0.3 * level * np.sin(2 * np.pi * 900 * t)


def quiet(seconds):
    return 1e-5 * np.random.RandomState(1).randn(int(seconds * RATE))


class Signal(unittest.TestCase):
    def test_levels(self):
        db = checks.levels(np.concatenate([tone(0.5, 0.1), quiet(0.5)]), RATE)
        self.assertAlmostEqual(checks.active(db), 10 * np.log10(0.1 ** 2 * 1.09 / 2), delta=0.2)
        self.assertLess(checks.relative(np.concatenate([tone(0.5), quiet(0.5)]), RATE)[-10:].max(), -60)
        self.assertEqual(len(checks.levels(np.zeros(3), RATE)), 1)

    def test_silence_inside_a_word(self):
        x = np.concatenate([quiet(0.1), tone(0.2), quiet(0.1), tone(0.2), quiet(0.2)])
        db, whole = checks.relative(x, RATE), [(0.1, 0.6, "")]
        found = checks.silences(db, whole, [(0.1, 0.3, "ɛ"), (0.3, 0.6, "l")])
        self.assertEqual(len(found), 1)
        self.assertAlmostEqual(found[0][0], 0.3, delta=0.011)
        self.assertAlmostEqual(found[0][1], 0.1, delta=0.011)
        self.assertEqual(checks.silences(db, whole, [(0.1, 0.3, "ɛ"), (0.3, 0.41, "t"), (0.41, 0.6, "l")]), [], "the closure of a stop")
        self.assertEqual(checks.silences(db, [(0.1, 0.3, ""), (0.4, 0.6, "")], []), [], "between words")
        self.assertEqual(checks.silences(db, [(0.0, 0.3, ""), (0.4, 0.8, "")], []), [], "before and behind the sounds of a word")

    def test_long_closure(self):
        x = np.concatenate([tone(0.2), quiet(0.3), tone(0.2)])
        self.assertEqual(len(checks.silences(checks.relative(x, RATE), [(0, 0.7, "")], [(0, 0.2, "ɛ"), (0.2, 0.5, "t"), (0.5, 0.7, "l")])), 1)

    def test_short_gap(self):
        x = np.concatenate([tone(0.2), quiet(0.05), tone(0.2)])
        self.assertEqual(checks.silences(checks.relative(x, RATE), [(0, 0.45, "")], [(0, 0.45, "ɛ")]), [])

    def test_after_the_end(self):
        words = [(0, 0.5, "")]
        last, rest = checks.after_end(checks.relative(np.concatenate([tone(0.5), quiet(0.3)]), RATE), 0.8, words)
        self.assertLess(max(last, rest), -60)
        last, rest = checks.after_end(checks.relative(np.concatenate([tone(0.5), quiet(0.2), tone(0.05, 0.01), quiet(0.1)]), RATE), 0.85, words)
        self.assertLess(last, -60)
        self.assertAlmostEqual(rest, -20, delta=1.5)
        last, rest = checks.after_end(checks.relative(np.concatenate([tone(0.5), tone(0.05, 0.01)]), RATE), 0.55, words)
        self.assertAlmostEqual(last, -20, delta=1.5)
        self.assertEqual(rest, -np.inf)

    def test_phone_levels(self):
        level = checks.phone_levels(checks.relative(np.concatenate([tone(0.2), quiet(0.2), tone(0.2)]), RATE), [(0, 0.2, "a"), (0.21, 0.39, "b")])
        self.assertAlmostEqual(level[0], 0, delta=0.5)
        self.assertLess(level[1], -50)

    def test_flat_tops(self):
        self.assertEqual(checks.flat_tops(np.round(tone(1, 0.4) * 32768) / 32768), 0)
        self.assertGreater(checks.flat_tops(np.clip(tone(1, 0.4), -0.35, 0.35)), 100)
        self.assertGreater(checks.flat_tops(np.clip(tone(1, 1.5), -1, 32767 / 32768)), 100)
        self.assertEqual(checks.flat_tops(np.zeros(1000)), 0)

    def test_runs(self):
        whole = list("abcdefghij")
        self.assertEqual(checks.edit_runs(whole, whole), [])
        self.assertEqual(checks.edit_runs(whole, list("abcghij")), [("deleted", 3, 3)])
        self.assertEqual(checks.edit_runs(whole, list("abcdefxyzwghij")), [("inserted", 6, 4)])
        self.assertEqual(checks.edit_runs(whole, list("abxyzfghij")), [], "substitutions are none")
        self.assertEqual(checks.edit_runs(whole, list("acdfgij")), [], "three lost in three places")
        self.assertEqual(checks.edit_runs(list("abcabcabcd"), list("abcabcd")), [("deleted", 0, 3)], "one place for what may be lost in several")
        self.assertEqual(checks.edit_runs(whole, []), [("deleted", 0, 10)])
        self.assertEqual(checks.edit_runs([], list("abc")), [("inserted", 0, 3)])
        r = np.random.RandomState(3)
        robust = program("robust")
        for _ in range(50):         # the least edits, whatever the runs
            a, b = r.randint(0, 4, r.randint(0, 9)).tolist(), r.randint(0, 4, r.randint(0, 9)).tolist()
            lost = sum(n for _, _, n in checks.edit_runs(a, b, 1))
            self.assertLessEqual(lost, robust.distance(a, b))
            self.assertGreaterEqual(lost, abs(len(a) - len(b)))


class Pictures(unittest.TestCase):
    def test_png(self):
        p = picture.spectrogram(np.concatenate([quiet(0.5), tone(0.5)]), RATE)
        self.assertEqual(p.shape[0], int(picture.TOP * 0.02) + 1)
        self.assertAlmostEqual(p.shape[1], 200, delta=2)
        low = p.shape[0] - 1 - round(180 * 0.02)
        self.assertLess(p[low, 20:80].max(), picture.SHADES // 3)
        self.assertGreater(p[low, 120:180].min(), picture.SHADES // 2)
        p = picture.draw_pitch(p, np.concatenate([np.zeros(50), np.full(51, 200.0)]), 0.01)
        self.assertEqual((p[:, 20] == picture.SHADES).sum(), 0)
        self.assertEqual((p[:, 150] == picture.SHADES).sum(), 2)
        data = picture.png(p)
        self.assertEqual(data[:8], b"\x89PNG\r\n\x1a\n")
        at, chunks = 8, {}
        while at < len(data):
            n, kind = struct.unpack(">I4s", data[at:at + 8])
            body = data[at + 8:at + 8 + n]
            self.assertEqual(struct.unpack(">I", data[at + 8 + n:at + 12 + n])[0], zlib.crc32(kind + body))
            chunks[kind] = body
            at += 12 + n
        self.assertEqual(struct.unpack(">II", chunks[b"IHDR"][:8]), (p.shape[1], p.shape[0]))
        self.assertEqual(len(chunks[b"PLTE"]), 3 * (picture.SHADES + 1))
        pixels = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(p.shape[0], -1)
        self.assertTrue((pixels[:, 1:] == p).all() and (pixels[:, 0] == 0).all())

    def test_shorter_than_a_window(self):
        self.assertEqual(picture.spectrogram(np.zeros(10), RATE).shape[1], 1)


def measure(key):
    return [m for m in figures.MEASURES if m.key == key][0]


class Figures(unittest.TestCase):
    def test_level(self):
        a = [{"tts": v} for v in (3.0, 3.2, 3.4, 3.6)]
        b = [{"tts": v["tts"] + d} for v, d in zip(a, (0.4, 0.5, 0.6, 0.5))]
        own, value, difference, low, high = figures.compare(measure("tts"), a, b)
        self.assertAlmostEqual(own, 3.3)
        self.assertAlmostEqual(difference, 0.5)
        self.assertTrue(0.4 <= low < 0.5 < high <= 0.6)

    def test_rate_is_pooled(self):
        a, b = [{"errors": 0, "words": 1}, {"errors": 5, "words": 9}], [{"errors": 1, "words": 1}, {"errors": 5, "words": 9}]
        own, value, difference, low, high = figures.compare(measure("errors/words"), a, b)
        self.assertAlmostEqual(own, 50)
        self.assertAlmostEqual(value, 60)
        self.assertAlmostEqual(difference, 10)
        self.assertIsNone(figures.compare(measure("errors/words"), [{}], [{}]))

    def test_sentences_without_a_value(self):
        a, b = [{"phone_spread_ms": 40}, {}, {"phone_spread_ms": 60}], [{"phone_spread_ms": 30}, {"phone_spread_ms": 99}, {"phone_spread_ms": 45}]
        own, value, ratio, low, high = figures.compare(measure("phone_spread_ms"), a, b)
        self.assertAlmostEqual(ratio, 0.75)
        self.assertIsNone(figures.compare(measure("tts"), a, b))
        self.assertAlmostEqual(figures.compare(measure("mcd_db"), [{}, {}], [{"mcd_db": 4.0}, {}])[1], 4)

    def table(self, speaker, copy, synthesis, few=False, count=30):
        base = {"tts": 3.5, "mos": 4.0, "f0_spread_st": 3.0, "phone_errors": 2, "phones": 20, "clicks": 0}
        return {m.key: cells for m, _, cells in figures.rows(speaker, [base] * count, {"copy": [{**base, **copy}] * count, "synthesis": [{**base, **synthesis}] * count}, few)}

    def test_marks(self):
        t = self.table("kathleen", {"tts": 3.7, "f0_spread_st": 1.0}, {"tts": 3.9, "f0_spread_st": 2.5, "mcd_db": 5.1, "phone_errors": 3, "clicks": 2})
        self.assertTrue(t["tts"]["copy"].missed and not t["tts"]["synthesis"].missed)
        self.assertTrue(t["f0_spread_st"]["synthesis"].missed and not t["f0_spread_st"]["copy"].missed)
        self.assertTrue(t["mcd_db"]["synthesis"].missed and "copy" not in t["mcd_db"])
        self.assertTrue(t["phone_errors/phones"]["synthesis"].missed)
        self.assertTrue(t["clicks"]["synthesis"].alarm and not t["clicks"]["synthesis"].missed)
        t = self.table("linda", {"tts": 3.35}, {"tts": 3.3, "mos": 3.75, "mcd_db": 4.9, "phone_errors": 9})
        self.assertTrue(t["tts"]["synthesis"].missed and not t["tts"]["copy"].missed)
        self.assertTrue(t["mos"]["synthesis"].missed and not t["mos"]["copy"].missed)
        self.assertFalse(t["mcd_db"]["synthesis"].missed or t["phone_errors/phones"]["synthesis"].missed)
        t = self.table("kathleen", {}, {"mcd_db": 9}, few=True)
        self.assertFalse(any(c.missed or c.alarm for cells in t.values() for c in cells.values()))

    def test_every_figure_is_of_a_measure_and_a_rule(self):
        for f in figures.FIGURES:
            self.assertIn(f.key, [m.key for m in figures.MEASURES])
            self.assertIn(figures.missed(f, 0.0, 0.0, 0.0), (True, False))

    def test_lines(self):
        base = {"tts": 3.5}
        text = "\n".join(figures.lines("linda", figures.rows("linda", [base] * 3, {"copy": [{"tts": 3.6}] * 3, "synthesis": [{"tts": 3.0}] * 3}), ("copy", "synthesis")))
        self.assertRegex(text, r"NISQA-TTS, 1 to 5 +3\.50 +3\.60 +3\.00 ! +\+0\.10 \[\+0\.10, \+0\.10\] +-0\.50 \[-0\.50, -0\.50\] +interval at least -0\.16")


class Sentences(unittest.TestCase):
    def test_split(self):
        self.assertEqual(sentences.split("“Go!” said Mr. Brown. He went. J. Smith stayed… Why? 12 saw it."),
                         ["“Go!” said Mr. Brown.", "He went.", "J. Smith stayed…", "Why?", "12 saw it."])

    def test_choose(self):
        text = "\n".join("The cat number %d sat on the mat. It was the end." % i for i in range(50)) + "\nÄpfel ähnlich äh."
        got = sentences.choose(text, 10, 5)
        groups = [g for g, _ in got]
        self.assertEqual((groups.count("sentence"), groups.count("digit"), groups.count("word")), (10, 10, 5))
        self.assertEqual([t for g, t in got if g == "letter"], list("ABCDEFGHIJKLMNOPQRSTUVWXYZ") + ["Ä"])
        self.assertEqual([t for g, t in got if g == "word"][0], "the")
        self.assertEqual(len(set(t for g, t in got if g == "sentence" and t.startswith("The"))), 10)
        self.assertEqual(sentences.choose(text, 10, 5), got)


class Commands(unittest.TestCase):
    """Both commands from end to end; the "recordings" are renders, too, slower and softer."""

    @classmethod
    def setUpClass(cls):
        cls.work = tempfile.TemporaryDirectory()
        w = cls.work.name
        cls.scorer, cls.speech = os.path.join(w, "scorer"), os.path.join(w, "speech")
        for name, text in STAND_IN.items():
            write(cls.scorer, name, text)
        folder = os.path.join(cls.speech, "kathleen")
        write(folder, "val.tsv", "id\ttext\tseconds\n" + "".join("s%d\t%s\t0\n" % (i, t) for i, t in enumerate(TEXTS)) + "lost\tNo recording.\t0\n")
        os.makedirs(os.path.join(folder, "audio"))
        for i, t in enumerate(TEXTS):
            subprocess.run([os.path.join(BUILD, "syrinx"), "speak", "-q", "-v", os.path.join(ROOT, "voices", "base"), "--seed", "7", "--volume", "-6", "--rate", "0.9",
                            "-o", os.path.join(folder, "audio", "s%d.wav" % i), "--", t], check=True)
        write(os.path.join(w, "features", "kathleen"), "align.tsv", "id\tphones\tstress\tframes\ns0\t1 36 19 3 49 6 2\t0 0 0 0 0 0 0\t9 2 8 0 20 0 9\n")

    @classmethod
    def tearDownClass(cls):
        cls.work.cleanup()

    def run_tool(self, name, *arguments, status=0):
        r = subprocess.run([sys.executable, os.path.join(HERE, name), *arguments, "--build", BUILD, "--voice", os.path.join(ROOT, "voices", "base")],
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
        self.assertEqual(r.returncode, status, r.stdout + r.stderr)
        return r.stdout

    def test_voice(self):
        out = os.path.join(self.work.name, "out")
        arguments = ("voice", self.speech, self.scorer, "--out", out, "--align", os.path.join(self.work.name, "features"), "--shown", "2")
        text = self.run_tool(*arguments)
        self.assertIn("kathleen: 3 sentences, en-US", text)
        self.assertIn("1 without a recording", text)
        self.assertIn("too few to be judged", text)
        self.assertNotIn("linda", text.split("page:")[0])        # has no recordings
        self.assertRegex(text, r"NISQA-TTS, 1 to 5 +3\.\d\d +3\.\d\d +3\.\d\d")
        self.assertRegex(text, r"word error, % +10\.0 +10\.0 +10\.0")
        self.assertRegex(text, r"phone duration spread, ms +74\.8 +- +[0-9.]+")         # of 20, 80 and 200 ms
        with open(os.path.join(out, "kathleen", "synthesis.json"), encoding="utf-8") as f:
            scores = json.load(f)
        self.assertEqual(sorted(scores), ["s0.wav", "s1.wav", "s2.wav"])
        self.assertGreater(scores["s0.wav"]["mcd_db"], 0)
        page = os.path.join(out, "page")
        with open(os.path.join(page, "index.html"), encoding="utf-8") as f:
            html = f.read()
        self.assertEqual(html.count("<figure>"), 6)
        for part in html.split("src='")[1:]:
            path = os.path.join(page, part.split("'")[0])
            self.assertTrue(os.path.exists(path), path)
            if path.endswith(".flac"):
                self.assertEqual(soundfile.info(path).samplerate, RATE)
        self.assertNotIn("://", html)
        with open(os.path.join(self.scorer, "calls")) as f:
            calls = f.read().split()
        self.assertEqual(self.run_tool(*arguments), text)
        with open(os.path.join(self.scorer, "calls")) as f:
            self.assertEqual(f.read().split(), calls, "what is known is not scored again")

    def test_voice_without_speakers(self):
        self.run_tool("voice", self.speech, self.scorer, "--out", os.path.join(self.work.name, "o2"), "--speaker", "linda", status=1)
        self.run_tool("voice", self.speech, self.scorer, "--out", os.path.join(self.work.name, "o2"), "--speaker", "nobody", status=1)

    def test_robust(self):
        text, out = os.path.join(self.work.name, "text.txt"), os.path.join(self.work.name, "robust")
        write(self.work.name, "text.txt", "\n".join(TEXTS))
        # this recogniser hears four phones whatever is said, so most of each sentence is lost to it: a broken limit
        said = self.run_tool("robust", text, self.scorer, "--count", "3", "--words", "4", "--out", out, "--recordings", os.path.join(self.speech, "kathleen"), status=1)
        self.assertRegex(said, r"utterances +3 +3 +26 +10 +4 +43")
        self.assertRegex(said, r"runs, of 1000 phones.*!\n")
        self.assertRegex(said, r"no sound, or a failure +0 +0 +0 +0 +0 +none\n")
        self.assertRegex(said, r"limits broken: .*runs")
        with open(os.path.join(out, "kathleen.tsv"), encoding="utf-8") as f:
            rows = [line.rstrip("\n").split("\t") for line in f][1:]
        self.assertTrue(all(os.path.exists(os.path.join(out, "kathleen", r[1])) for r in rows))
        self.assertTrue(any(r[0] == "runs" and r[2] == TEXTS[0] for r in rows))
        self.assertEqual(sorted(os.listdir(os.path.join(out, "kathleen"))), sorted({r[1] for r in rows}), "only what offends is kept")


class Robust(unittest.TestCase):
    def test_swallowed(self):
        robust = program("robust")
        results = [{"group": "word", "text": str(i), "offences": [], "initial": [("s", -3.0 + 0.1 * i)]} for i in range(6)]
        results.append({"group": "word", "text": "bad", "offences": [], "initial": [("s", -40.0), ("s", -2.0)]})
        results.append({"group": "word", "text": "rare", "offences": [], "initial": [("z", -40.0)]})
        robust.swallowed(results)
        self.assertEqual([r["text"] for r in results if r["offences"]], ["bad"])

    def test_judged(self):
        robust = program("robust")
        good = [{"group": "sentence", "text": "", "offences": [], "clicks": 0, "phones": 50, "errors": 5, "runs": []} for _ in range(40)]
        spoken = [dict(r, runs=[("deleted", 1, 3)] if i % 10 == 0 else []) for i, r in enumerate(good)]
        self.assertEqual(robust.judged(good, spoken)[1], [])
        self.assertEqual(robust.judged(spoken, spoken)[1], [], "no more than in the recordings")
        self.assertEqual(robust.judged(spoken, good)[1], ["runs"])
        self.assertEqual(robust.judged(spoken, [])[1], ["runs"], "without recordings none is allowed")
        self.assertEqual(robust.judged([dict(r, clicks=2) for r in good], good)[1], ["clicks"])
        self.assertEqual(robust.judged(good[:-1] + [dict(good[0], offences=[("silence", "80 ms")])], good)[1], ["silence"])

    def test_phones(self):
        names = program("robust").arpabet()
        self.assertEqual([names[p] for p in ("ə", "ʌ", "ɝ", "ɚ", "tʃ", "oʊ")], ["AH", "AH", "ER", "ER", "CH", "OW"])
        self.assertEqual(len(set(names.values())), 39)


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        BUILD = os.path.abspath(sys.argv.pop(1))
    unittest.main()
