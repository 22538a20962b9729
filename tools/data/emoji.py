#!/usr/bin/python3
"""Makes emoji_en.tsv and regions_en.tsv, or adds what they lack, from Unicode's emoji-test.txt (Debian: package unicode-data).

    tools/data/emoji.py /usr/share/unicode/emoji/emoji-test.txt src/text/data/emoji_en.tsv src/text/data/regions_en.tsv

Lines that are there stay. Sequences that the library composes (src/text/say_emoji.c: skin tones, man and woman, families, flags, keycaps) get no line.
"""
import re
import sys

ACRONYMS = {"A", "B", "O", "AB", "CD", "DVD", "ATM", "UFO", "SOS", "VS", "ID", "CL", "WC", "TV", "DNA", "P"}
WORDS = {"&": "and", "#": "hash", "*": "star", "(blood": "blood", "1st": "first", "2nd": "second", "3rd": "third", "ñ": "n"}
NUMBERS = {"1": "one", "2": "two", "3": "three", "100": "hundred", "1234": "one two three four", "18": "eighteen", "24": "twenty four"}
# Said under the punctuation levels of characters_en.tsv, or by the symbols of mathematics.
ELSEWHERE = set("▪▫◻◼▶◀☑✔✖©®™ℹⓂ‼⁉↔↕↖↗↘↙↩↪➡⬅⬆⬇⤴⤵☎⌚⌛⌨⏏☹☺♀♂♠♣♥♦♟〰")


def speakable(name):
    name = name.replace("“", "").replace("”", "").replace("’", "'").replace("!", "").replace("-", " ").replace("ô", "o").replace("é", "e").replace("Å", "A")
    name = name.replace("ç", "c").replace("ã", "a").replace("í", "i").replace(".", "")
    out = []
    for word in re.sub(r"[,:()]", " ", name).split():
        if word in NUMBERS:
            out.append(NUMBERS[word])
        elif word in ACRONYMS and not (word == "A" and out):
            out += list(word)
        else:
            out.append(WORDS.get(word, word).lower())
    if out == ["a"]:
        out = ["A"]
    return " ".join(out)


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read().split("\n")
    except OSError:
        lines = []
    while lines and not lines[-1]:
        lines.pop()
    return lines, {line.split("\t")[0] for line in lines if "\t" in line}


def main():
    source, emoji_path, region_path = sys.argv[1:4]
    emoji, have = read(emoji_path)
    regions, have_regions = read(region_path)
    for line in open(source, encoding="utf-8"):
        match = re.match(r"([0-9A-F ]+?) *; (fully-qualified|component) *# \S+ E[\d.]+ (.*)", line)
        if not match:
            continue
        codes = [int(c, 16) for c in match[1].split() if c != "FE0F"]
        key, name = "".join(map(chr, codes)), match[3]
        if 0x1F1E6 <= codes[0] <= 0x1F1FF:
            region = "".join(chr(c - 0x1F1E6 + 65) for c in codes)
            if region not in have_regions:
                regions.append(region + "\t" + speakable(name.split(": ", 1)[1]))
        elif key in have or key in ELSEWHERE or 0x20E3 in codes or any(0x1F3FB <= c <= 0x1F3FF for c in codes) or 0xE007F in codes:
            continue
        elif 0x200D in codes and (codes[-1] in (0x2640, 0x2642) or codes[0] in (0x1F468, 0x1F469, 0x1F9D1)):
            continue
        else:
            emoji.append(key + "\t" + speakable(name))
    for path, lines in ((emoji_path, emoji), (region_path, regions)):
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
