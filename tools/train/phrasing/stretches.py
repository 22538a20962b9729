"""Prose -> stretches of words between strong marks, with the commas that the author put inside: what the break model learns from.

A stretch is [(word, label)]; the label of the boundary behind the word: 0 nothing, 1 a comma with room on both sides, 2 a comma that
says nothing about breaks in long stretches (an item of a list, an address, before "he said": under ROOM words to the next mark).
"""
import re

ROOM = 3
STRONG = re.compile(r"[.?!;:()\[\]\"“”…]+|—|–|--+|\s-\s")


def paragraphs(path):
    with open(path, encoding="utf-8") as f:
        return [" ".join(p.split()) for p in f.read().split("\n\n") if p.strip()]


def words(text):
    """As the front end cuts them: letters with apostrophes inside, hyphens part; numbers are one class of word."""
    text = text.lower().replace("’", "'").replace("‘", "'").replace("-", " ")
    return [w.strip("'") or w for w in re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*'?|\d[\d.]*|,", text)]


def stretch(piece):
    out = []
    for w in words(piece):
        if w == ",":
            if out:
                out[-1][1] = 1
        else:
            out.append([w, 0])
    if out:
        out[-1][1] = 0
    marks = [-1] + [i for i, (_, m) in enumerate(out) if m] + [len(out) - 1]
    for a, b, c in zip(marks, marks[1:], marks[2:]):
        if b - a < ROOM or c - b < ROOM:
            out[b][1] = 2
    return [(w, m) for w, m in out]


def stretches(text):
    # a stop behind an abbreviation or an initial parts nothing
    text = re.sub(r"\b(Mr|Mrs|Ms|Dr|St|Prof|Col|Capt|etc|[A-Z])\.", r"\1", text)
    return [s for s in (stretch(p) for p in STRONG.split(text)) if len(s) >= 2]


def load(path, held=10):
    """[stretches] for training, for judging: each tenth paragraph."""
    train, judge = [], []
    for k, p in enumerate(paragraphs(path)):
        (judge if k % held == 0 else train).extend(stretches(p))
    return train, judge
