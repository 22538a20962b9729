#!/usr/bin/python3
"""Fills characters_en.tsv: adds a name for every symbol, punctuation mark and letter that has none yet, made from Unicode's character names.

    tools/data/characters.py src/text/data/characters_en.tsv

Lines above the line of dashes are left as they are (hand-made names win), the lines below it are written anew. What the library computes
(src/text/characters.c: accents, enclosed and compatibility forms, braille, syllables, scripts without names) gets no line.
"""
import re
import sys
import unicodedata

LINE = "# ---------------------------------------------------------------- made by tools/data/characters.py"

# Letters of these scripts are named one by one; the prefix that Unicode gives them, and ours.
LETTERS = [("GREEK SMALL LETTER ", ""), ("CYRILLIC SMALL LETTER ", "cyrillic "), ("HEBREW LETTER ", "hebrew "), ("ARABIC LETTER ", "arabic "),
           ("DEVANAGARI LETTER ", "devanagari "), ("DEVANAGARI VOWEL SIGN ", "devanagari vowel "), ("DEVANAGARI SIGN ", "devanagari "),
           ("HIRAGANA LETTER ", "hiragana "), ("THAI CHARACTER ", "thai "), ("ARMENIAN SMALL LETTER ", "armenian "), ("GEORGIAN LETTER ", "georgian "),
           ("LATIN SMALL LETTER ", "")]

# Blocks without single names: the library says the script and the number.
COMPUTED = [(0x0590, 0x05BD), (0x0610, 0x061A), (0x0700, 0x08FF), (0x0980, 0x0DFF), (0x0E80, 0x1CFF), (0x1D00, 0x1DFF), (0x2800, 0x28FF), (0x2C00, 0x2DFF), (0x2E80, 0x2FDF),
            (0x3100, 0x33FF), (0x4DC0, 0x4DFF), (0xA000, 0xABFF), (0xF900, 0xFE2F), (0xFE70, 0xFEFF), (0x10000, 0x1D0FF), (0x1D130, 0x1D15D), (0x1D165, 0x1F09F),
            (0x1F100, 0x1F2FF), (0x1FA00, 0x1FA6F), (0x1FB00, 0x1FBFF), (0xA640, 0xA69F)]

WORDS = {"RIGHTWARDS": "right", "LEFTWARDS": "left", "UPWARDS": "up", "DOWNWARDS": "down", "PARENTHESIS": "paren", "NORTH-EAST": "north east", "VERTICALLY": "vertically",
         "CENTRE": "center", "SANS-SERIF": "sans serif", "EQUAL-TO": "equal to"}
KANA = {"SI": "shi", "TI": "chi", "TU": "tsu", "HU": "fu", "ZI": "ji", "DI": "ji", "DU": "zu", "N": "N", "SMALL TU": "small tsu"}
DIGITS = "zero one two three four five six seven eight nine".split()


def shorten(name):
    """A Unicode name as a person would say it; only a-z, blanks and single capitals."""
    name = " ".join(WORDS.get(w, w) for w in name.split())
    name = name.replace("APL FUNCTIONAL SYMBOL", "A P L").replace("THREE-D", "raised")
    name = re.sub(r"^(BOX DRAWINGS|MUSICAL SYMBOL|SYMBOL FOR|ALCHEMICAL SYMBOL FOR|MODIFIER LETTER|PLAYING CARD|ALCHEMICAL SYMBOL)\b ?", "", name)
    name = re.sub(r" (SIGN|SYMBOL|PUNCTUATION)$", "", name) if len(name.split()) > 2 else name
    out = []
    for word in re.sub(r"[^A-Za-z0-9]", " ", name).split():
        if word.isdigit():
            out += [DIGITS[int(d)] for d in word]
        elif len(word) == 1 and (word != "A" or name.startswith("A P L")):
            out.append(word)
        elif re.search(r"\d", word):
            out += [DIGITS[int(c)] if c.isdigit() else c for c in word]
        else:
            out.append(word.lower())
    if out and out[-1] == "a":
        out[-1] = "A"
    return " ".join(out)


def level(c):
    k = unicodedata.category(c)
    if k[0] in "LM":
        return ""           # never part of punctuation
    if k == "Sc" or (k == "Sm" and not 0x2B00 <= ord(c) < 0x2C00):
        return "none"
    if k[0] == "P":
        return "all" if k == "Po" and ord(c) < 0x2000 else "most"
    return ""


def wanted(code):
    c = chr(code)
    k = unicodedata.category(c)
    letter = "CYRILLIC SMALL" in unicodedata.name(c, "") or "HIRAGANA LETTER" in unicodedata.name(c, "")    # a letter of its own, whatever it is made of
    if any(a <= code <= b for a, b in COMPUTED) or (unicodedata.decomposition(c) and not letter) or k[0] not in "LSPM":
        return None
    name = unicodedata.name(c, "")
    for prefix, ours in LETTERS:
        if name.startswith(prefix):
            rest = name[len(prefix):]
            if k[0] == "L" and len(rest) < 2 and not ours:
                return None                     # a plain letter
            if prefix.startswith("ARABIC") and code > 0x6D3:
                return None
            if prefix == "CYRILLIC SMALL LETTER " and code > 0x4FF or prefix == "LATIN SMALL LETTER " and code > 0x2AF:
                return None
            if k[0] == "L" or prefix.startswith("DEVA") or prefix.startswith("THAI"):
                return ours + KANA.get(rest, shorten(rest))
    return shorten(name) if k[0] in "SP" else None


def main():
    path = sys.argv[1]
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    lines = lines[:lines.index(LINE)] if LINE in lines else lines
    while lines and not lines[-1]:
        lines.pop()
    done = set()
    for line in lines:
        if line and not (line[0] == "#" and line[1:2] in ("", " ")):
            key = line.split("\t")[0]
            done.add(chr(int(key[2:], 16)) if key.startswith("U+") else key)
    try:                                        # an emoji has its name in the other table
        with open(path.replace("characters_", "emoji_"), encoding="utf-8") as file:
            done |= {line.split("\t")[0] for line in file}
    except OSError:
        pass
    lines.append(LINE)
    for code in range(0xA0, 0x1FB00):
        name = wanted(code) if chr(code) not in done else None
        if name:
            key = chr(code) if not unicodedata.combining(chr(code)) and unicodedata.category(chr(code))[0] != "M" else "U+%04X" % code
            lines.append("\t".join(filter(None, [key, name, level(chr(code))])))
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
