"""Scores of sound files by the listening test, which lies outside of this repository, kept by content so that nothing is scored twice.

The folder must hold the Python modules `score` (a class Scorer(english) with score(path, text): {measure: value}), `prosody` (against(x, rate, y, rate):
distances of y from x; f0_track(x, rate); clicks(x, rate)) and `sound` (read(path): samples, rate; to_loudness(x, rate, LUFS)), and for the robustness
test `phones` (PhoneTest: net.logp, lex.sentence; greedy, edits, PHONES). They are imported from there.
"""
import glob
import hashlib
import importlib
import json
import os
import sys


def load(folder, *names):
    """Modules of the scorer's folder."""
    folder = os.path.abspath(folder)
    if folder not in sys.path:
        sys.path.insert(1, folder)
    try:
        return [importlib.import_module(n) for n in names]
    except ImportError as e:
        sys.exit("the listening test in %s cannot be used: %s (Debian's Python: . tools/train/env.sh, /usr/bin/python3)" % (folder, e))


def digest(*parts):
    h = hashlib.sha256()
    for p in parts:
        h.update(p if isinstance(p, bytes) else p.encode())
        h.update(b"\0")
    return h.hexdigest()[:24]


def content(path):
    with open(path, "rb") as f:
        return f.read()


class Judge:
    """score() and distance() with a memory in a JSON file; a changed scorer, sound or text is scored anew."""

    def __init__(self, folder, english, memory):
        self.score_module, self.prosody, self.sound = load(folder, "score", "prosody", "sound")
        self.english, self.path, self.test = english, memory, None
        self.version = digest(*[content(p) for p in sorted(glob.glob(os.path.join(folder, "*.py")))], str(english))
        self.known = {}
        if os.path.exists(memory):
            with open(memory, encoding="utf-8") as f:
                kept = json.load(f)
            self.known = kept["scores"] if kept.get("version") == self.version else {}

    def score(self, path, text):
        key = digest(content(path), text)
        if key not in self.known:
            self.test = self.test or self.score_module.Scorer(self.english)
            self.known[key] = self.test.score(path, text)
        return dict(self.known[key])

    def distance(self, recording, render):
        key = digest(content(recording), content(render))
        if key not in self.known:
            self.known[key] = self.prosody.against(*self.sound.read(recording), *self.sound.read(render))
        return dict(self.known[key])

    def save(self):
        with open(self.path + ".new", "w", encoding="utf-8") as f:
            json.dump({"version": self.version, "scores": self.known}, f)
        os.replace(self.path + ".new", self.path)
