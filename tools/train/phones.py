"""English text -> tokens of docs/VOICE_FORMAT.md. What the C front end does in full, for the training texts only:
no numbers, abbreviations or unknown words beyond spelling them out.

Pronunciation: the reduced form if listed, else the first entry of the dictionary, else the stem of a possessive with
its ending, else the letters. "the" before a vowel is DH IY0.
"""
import os
import re

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "..", "src", "text", "data")
PAUSES = ("^", "$", ",", ";", ".", "?", "!")
LETTERS = dict(zip("abcdefghijklmnopqrstuvwxyz", (
    "EY1|B IY1|S IY1|D IY1|IY1|EH1 F|JH IY1|EY1 CH|AY1|JH EY1|K EY1|EH1 L|EH1 M|EH1 N|OW1|P IY1|K Y UW1|AA1 R|EH1 S|"
    "T IY1|Y UW1|V IY1|D AH1 B AH0 L Y UW0|EH1 K S|W AY1|Z IY1").split("|")))


def read_table(path):
    """A tsv data file without its comments -> rows."""
    with open(path, encoding="utf-8") as f:
        return [line.rstrip("\n").split("\t") for line in f if line.strip() and not line.startswith("#")]


def phone_ids(path=os.path.join(DATA, "phones.tsv")):
    """{mark or ARPAbet name: id}; AH and ER as AH0, AH1, ER0, ER1."""
    with open(path, encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f if not line.startswith("# ") and line.strip()]
    return {(r[1] if r[3] == "mark" else r[2]): int(r[0]) for r in rows if r[3] == "mark" or r[2] != "-"}


IDS = phone_ids()
NAMES = {v: k for k, v in IDS.items()}
PHONES = 1 + max(int(r[0]) for r in read_table(os.path.join(DATA, "phones.tsv")))
PAUSE_IDS = tuple(IDS[m] for m in PAUSES)
BOUNDARY, BEGIN, END = IDS["_"], IDS["^"], IDS["$"]
END_MARKS = tuple(IDS[m] for m in ".?!")
MARKS = tuple(range(1, 14))


class Lexicon:
    """Words -> lists of ARPAbet phones with stress digits."""

    def __init__(self, cmudict=None):
        self.words = {}
        if cmudict:
            with open(cmudict, encoding="utf-8") as f:
                for line in f:
                    p = line.split("#")[0].split()
                    if p and "(" not in p[0]:
                        self.words.setdefault(p[0], p[1:])
        for name in (os.path.join(HERE, "extra_en.tsv"), os.path.join(DATA, "reduced_en.tsv")):
            self.words.update((r[0], r[1].split()) for r in read_table(name))
        self.unknown = set()

    def word(self, w):
        if w in self.words:
            return self.words[w]
        if w.endswith("'s") or w.endswith("s'"):
            p = self.word(w[:-2] if w.endswith("'s") else w[:-1])
            if w.endswith("s'"):
                return p
            last = p[-1].rstrip("012")
            return p + (["IH0", "Z"] if last in ("S", "Z", "SH", "CH", "JH", "ZH") else
                        ["S"] if last in ("P", "T", "K", "F", "TH") else ["Z"])
        self.unknown.add(w)
        return sum((LETTERS[c].split() for c in w if c in LETTERS), []) or ["AH0"]

    def say(self, words):
        """[word] -> [phones of the word]; knows the rule of "the"."""
        out = [self.word(w) for w in words]
        for k, w in enumerate(words[:-1]):
            if w == "the" and out[k + 1][0][-1].isdigit():
                out[k] = ["DH", "IY0"]
        return out


def parse(text):
    """Text -> words, the mark after each word but the last ('_', ',' or ';'), end mark ('.', '?' or '!')."""
    t = text.strip().lower().replace("’", "'").replace("‘", "'")
    end = re.search(r"[.?!][^a-z.?!]*$", t)
    end = end.group(0)[0] if end else "."
    t = re.sub(r"--+|—|–|\s-+\s|[:.?!]|…", " ; ", t).replace("-", " ")
    words, marks = [], []
    for x in re.findall(r"[a-z']+|[,;]", t):
        if x in ",;":
            if marks and (marks[-1] == "_" or x == ";"):
                marks[-1] = x
        elif x.strip("'"):
            words.append(x.strip("'") if not re.fullmatch(r"[a-z]+s'", x) else x)
            marks.append("_")
    return words, marks[:-1], end


def number(arpabet):
    """'AH0' -> (19, 0): id and stress."""
    name, stress = (arpabet[:-1], int(arpabet[-1])) if arpabet[-1].isdigit() else (arpabet, 0)
    if name in ("AH", "ER"):
        name += "1" if stress else "0"
    return IDS[name], stress


def tokens(text, lexicon):
    """Text of one sentence -> phone ids [N], stresses [N] (numpy int64)."""
    words, marks, end = parse(text)
    out = [(BEGIN, 0)]
    for k, p in enumerate(lexicon.say(words)):
        out += [number(x) for x in p]
        out.append((IDS[marks[k] if k < len(marks) else end], 0))
    if len(out) == 1:
        out.append((IDS[end], 0))
    out.append((END, 0))
    a = np.array(out, np.int64)
    return a[:, 0].copy(), a[:, 1].copy()


def positions(phones):
    """Phone ids [N] -> [N, 4]: i/n, tokens to the next and from the last pause mark (at most 40, /20), ln(n)/4."""
    n, i = len(phones), np.arange(len(phones))
    p = np.flatnonzero(np.isin(phones, PAUSE_IDS))
    after = p[np.searchsorted(p, i, "left").clip(0, len(p) - 1)] - i
    before = i - p[(np.searchsorted(p, i, "right") - 1).clip(0)]
    return np.stack([i / n, np.minimum(after, 40) / 20, np.minimum(before, 40) / 20, np.full(n, np.log(n) / 4)],
                    1).astype(np.float32)
