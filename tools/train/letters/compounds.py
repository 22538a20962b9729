#!/usr/bin/env python3
"""Words that begin or end compounds, found in a dictionary: src/text/data/compounds_en.tsv.

usage: compounds.py TRAIN.tsv OUT.tsv        TRAIN: word<TAB>phones [| phones ...]

A part counts for a place (first or second) when at least two words of the dictionary that can be cut so are said as their two parts one
after the other (stress apart), and at least three in five of all that can be cut so. "carpet" is not "car" and "pet", "firewall" is.
"""
import re
import sys
from collections import defaultdict

SHORTEST = 3


def plain(phones):
    return re.sub(r"\d", "", phones)


def main():
    said = {}
    for line in open(sys.argv[1], encoding="utf-8"):
        word, phones = line.rstrip("\n").split("\t")
        if re.fullmatch("[a-z]+", word):
            said[word] = [plain(p) for p in phones.split(" | ")]
    tally = {"first": defaultdict(lambda: [0, 0]), "second": defaultdict(lambda: [0, 0])}
    for word, phones in said.items():
        for cut in range(SHORTEST, len(word) - SHORTEST + 1):
            a, b = word[:cut], word[cut:]
            if a in said and b in said:
                right = said[a][0] + " " + said[b][0] in phones
                tally["first"][a][right] += 1
                tally["second"][b][right] += 1
    places = defaultdict(list)
    for place, words in tally.items():
        for word, (wrong, right) in words.items():
            if right >= 2 and (right + 0.3) / (right + wrong + 1) >= 0.6:
                places[word].append(place)
    with open(sys.argv[2], "w", encoding="utf-8") as f:
        f.write("# Parts of compounds, by tools/train/letters/compounds.py from the CMU Pronouncing Dictionary. word<TAB>the places it takes: "
                "first, second or both.\n")
        for word in sorted(places):
            f.write("%s\t%s\n" % (word, "both" if len(places[word]) == 2 else places[word][0]))


if __name__ == "__main__":
    main()
