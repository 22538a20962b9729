"""Aligned recordings -> what the readers did between words: takes of [(word, mark behind it in the text, pause in seconds)]."""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
import phones as P  # noqa: E402

# Silence behind a word that counts as a break. The aligner takes the closure of a stop, and of an affricate, for silence.
PAUSE, PAUSE_STOP = 0.06, 0.10
STOPS = {P.IDS[x] for x in ("P", "T", "K", "B", "D", "G", "CH", "JH")}


class Take:
    """words, marks and pauses [n]; the last word's mark is the end's and its pause is 0. broken[i]: a break behind word i."""

    def __init__(self, speaker, name, text, ids, frames):
        self.speaker, self.name, self.text = speaker, name, text
        self.words, marks, end = P.parse(text)
        self.marks = marks + [end]
        self.pauses, self.broken = [], []
        for i in range(1, len(ids) - 1):
            if ids[i] in P.MARKS:
                seconds = 0.01 * frames[i] if ids[i] not in P.END_MARKS else 0.0
                self.pauses.append(seconds)
                self.broken.append(seconds >= (PAUSE_STOP if ids[i + 1] in STOPS else PAUSE))
        assert len(self.pauses) == len(self.words), name


def load(features):
    """All aligned takes."""
    out = []
    for speaker in sorted(os.listdir(features)):
        path = os.path.join(features, speaker, "align.tsv")
        if not os.path.exists(path):
            continue
        with open(os.path.join(features, speaker, "list.tsv"), encoding="utf-8") as f:
            texts = {r.split("\t")[0]: r.rstrip("\n").split("\t")[2] for r in list(f)[1:]}
        with open(path, encoding="utf-8") as f:
            for row in list(f)[1:]:
                name, ids, _, frames = row.rstrip("\n").split("\t")
                out.append(Take(speaker, name, texts[name], [int(x) for x in ids.split()], [int(x) for x in frames.split()]))
    return out
