"""What the model looks at: features of a word's place in its sentence, as byte strings. src/text/homograph.c does the same, step by step."""
import os
import re

from tokens import NUMBER, OTHER, WORD, name, tokenize

HEADER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "src", "text", "homograph_words.h")


def read_words():
    text = open(HEADER, encoding="utf-8").read()
    words, endings = text.split("*const endings[]")
    closed = {w.encode(): t.encode() for w, t in re.findall(r"\{\"([^\"]+)\", '(.)'\}", words)}
    return closed, [s.encode() for s in re.findall(r'"([^"]+)"', endings)]


CLOSED, ENDINGS = read_words()
EDGE = b"<>"
REACH = 256         # bytes of the sentence on each side


def ending(word):
    for s in ENDINGS:
        if word.endswith(s) and len(word) > len(s) + 1:
            return s
    return b"-"


class Look:
    """A token with what the features ask of it."""
    __slots__ = ("word", "tag", "cluster", "closed", "kind")

    def __init__(self, token, classes, shout):
        self.kind = token.kind
        self.word = name(token)
        self.cluster = classes(self.word, token.kind == WORD)
        self.closed = token.kind != NUMBER and self.word in CLOSED
        if token.kind == NUMBER:
            self.tag = b"#"
        elif self.closed:
            self.tag = CLOSED[self.word]
        elif token.kind == OTHER:
            self.tag = self.word
        else:
            self.tag = (b"^" if token.capital and not shout else b"") + ending(self.word)


class Edge:
    word = tag = cluster = EDGE
    closed, kind = False, OTHER


def sides(sentence, begin, end):
    """Bytes before and behind the word, at most REACH, cut at white space."""
    left, right = sentence[:begin], sentence[end:]
    if len(left) > REACH:
        left = left[-REACH:]
        while left and left[0] > 32:
            left = left[1:]
    if len(right) > REACH:
        right = right[:REACH]
        while right and right[-1] > 32:
            right = right[:-1]
    return left, right


def capital(word, left, shout):
    """a: small, A: capital within a sentence, B: capital at a begin, C: all capitals."""
    first, rest = word[:1], word[1:]
    if shout or not first.isupper():
        return b"a"
    if rest and not re.search(rb"[a-z]", rest):
        return b"C"
    return b"A" if any(t.kind != OTHER for t in left) and left[-1].text not in (b".", b":", b'"', b"?", b"!") else b"B"


def features(sentence, begin, end, classes):
    """[feature] of the word at bytes [begin, end). classes(word, is_word) gives the word class. The last ones are words of the neighbourhood."""
    before, behind = sides(sentence, begin, end)
    target = sentence[begin:end]
    shout = not re.search(rb"[a-z]", before + target + behind)
    left_tokens, right_tokens = tokenize(before), tokenize(behind)
    left = [Look(t, classes, shout) for t in reversed(left_tokens)]      # nearest first
    right = [Look(t, classes, shout) for t in right_tokens]
    at = lambda row, i: row[i] if i < len(row) else Edge
    L, R = [at(left, i) for i in range(4)], [at(right, i) for i in range(4)]
    f = []

    def add(key, *parts):
        f.append(key + b"=" + b"|".join(parts))

    cap = capital(target, left_tokens, shout)
    add(b"one")
    add(b"cap", cap)
    for side, row, whole in ((b"L", L, left), (b"R", R, right)):
        for i in range(4):
            k = side + b"%d" % (i + 1)
            add(k + b"w", row[i].word)
            add(k + b"t", row[i].tag)
            add(k + b"c", row[i].cluster)
        add(side + b"12c", row[0].cluster, row[1].cluster)
        add(side + b"12w", row[0].word, row[1].word)
        add(side + b"12t", row[0].tag, row[1].tag)
        add(side + b"123t", row[0].tag, row[1].tag, row[2].tag)
        near = []           # closed-class words on this side, the first two within eight tokens
        for i, t in enumerate(whole[:8]):
            if t.closed and len(near) < 2:
                near.append(t.tag)
                if len(near) == 1:
                    add(side + b"near", t.tag, b"%d" % min(i + 1, 4))
        add(side + b"nears", *near)
    add(b"LRw", L[0].word, R[0].word)
    add(b"LRc", L[0].cluster, R[0].cluster)
    add(b"LRt", L[0].tag, R[0].tag)
    add(b"LtRc", L[0].tag, R[0].cluster)
    add(b"LcRt", L[0].cluster, R[0].tag)
    add(b"LLRt", L[1].tag, L[0].tag, R[0].tag)
    add(b"LRRt", L[0].tag, R[0].tag, R[1].tag)
    add(b"Lcap", L[0].tag, cap)
    i = 0                   # what stands before adverbs
    while i < 3 and (L[i].tag == b"N" or L[i].tag == b"ly"):
        i += 1
    add(b"lead", L[i].tag, b"%d" % min(i, 1))
    aux = b"-"              # the word that governs a verb's form: have, be, do, a modal, to; not beyond a mark or a conjunction
    for i, t in enumerate(left[:6]):
        if t.tag in (b"H", b"B", b"A", b"M", b"T", b"V"):
            aux = t.tag
            break
        if t.tag in (b"C", b"R") or (t.kind == OTHER and not t.closed):
            break
    add(b"aux", aux)
    add(b"auxL", aux, L[0].tag)
    add(b"auxR", aux, R[0].tag)
    for t in left + right:
        if t.kind == WORD and len(t.word) > 3:
            add(b"in", t.word)
    return f
