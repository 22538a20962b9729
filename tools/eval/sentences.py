"""What the robustness test says: sentences from a text, its commonest words, its letters, the digits."""
import collections
import re

ABBREVIATION = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|St|Capt|Col|Gen|No|Prof|bzw|etc|vgl|Nr|bijv|dhr|mevr)|\b[A-Za-z])\.$")
END = re.compile(r"[.!?…][”’\")]*\s+(?=[“‘\"(]?[A-ZÄÖÜÉ0-9])")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHORTEST, LONGEST = 3, 40       # words


def split(paragraph):
    """Sentences of a paragraph: a plain rule, for picking examples."""
    found, begin = [], 0
    for m in END.finditer(paragraph):
        piece = paragraph[begin:m.end()].strip()
        if not ABBREVIATION.search(piece):
            found.append(piece)
            begin = m.end()
    rest = paragraph[begin:].strip()
    return found + [rest] if rest else found


def words(text):
    return re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*", text)


def spread(items, count):
    """`count` of the items, evenly spread, in order; all when there are no more."""
    return [items[i * len(items) // count] for i in range(count)] if len(items) > count else list(items)


def choose(text, count, commonest):
    """[(group, text)]: sentences, letters, digits, words. A paragraph a line, so a sentence a line will do."""
    whole = [s for line in text.split("\n") for s in split(line) if SHORTEST <= len(words(s)) <= LONGEST]
    tally = collections.Counter(w.lower().replace("’", "'") for w in words(text))
    common = sorted(tally, key=lambda w: (-tally[w], w))
    characters = collections.Counter(c for c in text.lower() if c.isalpha())
    total = sum(characters.values())
    letters = list(LETTERS) + sorted(c for c in characters if c not in LETTERS and characters[c] > 0.001 * total)
    return ([("sentence", s) for s in spread(whole, count)] + [("letter", c.upper() if c.upper().lower() == c else c) for c in letters]
            + [("digit", d) for d in "0123456789"] + [("word", w) for w in [w for w in common if len(w) > 1 or w in ("a", "i")][:commonest]])
