"""Tokens of a sentence around a word, the same as src/text/homograph.c sees them.

Works on bytes of UTF-8. A token is a word (letters, an apostrophe between letters), a number (digits, with '.' or ',' between digits) or one other
character; white space parts tokens. ASCII letters are put into lower case, nothing else is changed.
"""
WORD, NUMBER, OTHER = 0, 1, 2


class Token:
    __slots__ = ("text", "kind", "capital")

    def __init__(self, text, kind, capital):
        self.text, self.kind, self.capital = text, kind, capital


def lower(b):
    return b.lower()        # bytes.lower: ASCII only


def plain(sentence):
    """Typographic quotes and dashes as their ASCII kind: the front end's clean text has them so."""
    for a, b in (("\u2018", "'"), ("\u2019", "'"), ("\u201c", '"'), ("\u201d", '"')):
        sentence = sentence.replace(a.encode(), b.encode())
    return sentence


def is_letter(b, i):
    """Bytes at i that belong to a letter: 0 none. Characters beyond ASCII are letters but for U+0080-00BF, U+2000-2BFF and U+3000-303F."""
    c = b[i]
    if 65 <= c <= 90 or 97 <= c <= 122:
        return 1
    if c < 0x80:
        return 0
    n = 1
    while i + n < len(b) and n < 4 and b[i + n] & 0xC0 == 0x80:
        n += 1
    d = b[i + 1] if i + 1 < len(b) else 0
    if c == 0xC2 or (c == 0xE2 and d < 0xB0) or (c == 0xE3 and d == 0x80):
        return 0
    return n


def tokenize(b):
    out, i, n = [], 0, len(b)
    while i < n:
        c = b[i]
        if c <= 32:
            i += 1
            continue
        start = i
        k = is_letter(b, i)
        if k:
            while True:
                i += k
                if i >= n:
                    break
                k = is_letter(b, i)
                if not k and b[i] == 39 and i + 1 < n and is_letter(b, i + 1):
                    k = 1
                if not k:
                    break
            kind = WORD
        elif 48 <= c <= 57:
            i += 1
            while i < n and (48 <= b[i] <= 57 or (b[i] in b".," and i + 1 < n and 48 <= b[i + 1] <= 57)):
                i += 1
            kind = NUMBER
        else:
            i += 1
            while c >= 0x80 and i < n and b[i] & 0xC0 == 0x80:
                i += 1
            kind = OTHER
        text = b[start:i]
        out.append(Token(lower(text), kind, 65 <= c <= 90))
    return out


def name(token):
    """The token as features know it: numbers by their look."""
    if token.kind == NUMBER:
        t = token.text
        if len(t) == 4 and t[:1] in (b"1", b"2") and t.isdigit():
            return b"#year"
        return b"#1" if len(t) == 1 else b"#2" if len(t) == 2 else b"#n"
    return token.text
