"""The break model: classes of words, the places where a break may be at all, and a small network that rates them.

src/text/phrase.c does the same; what export.py writes is all that it needs. A place is the boundary behind a word. It is a candidate
when the word behind it opens something (a conjunction, a relative, a preposition, a pronoun, an article, a verb's auxiliary, a form in
-ing or -ed) and the word before it does not lean on what follows (an article, a preposition, an auxiliary, "to", "very").
"""
import collections

import numpy as np

BEFORE, AFTER = 4, 4                      # words that the network sees on either side of a place
SIZE, HIDDEN, FAR = 12, 32, 15            # of a word's vector, of the hidden layer; distances are counted up to FAR words

SUFFIXES = """n't 'd 'll 'm 're 's 've ing ings ingly ed edly ly tion tions sion ness ment ments ity ence ance ous ious ful less able ible ive al
ic ary ory ist er ers or est ies es s ess en y e""".split()

PREPOSITIONS = """about above across after against along alongside amid among around as at before behind below beneath beside besides between
beyond by concerning despite during except excepting for from in inside into like near of on onto outside over past per regarding since than
through throughout till to toward towards under underneath until unto upon via with within without""".split()
DETERMINERS = "a an the my your his its our their this that these those every each no some any such both several many few".split()
CONJUNCTIONS = """and or but nor yet so which who whom whose that what how why when where while whilst because although though if unless
whether whenever wherever whereas lest""".split()
AUXILIARIES = """am is are was were be been being has have had do does did will would shall should can could may might must cannot ought let
i'm""".split()
SUBJECTS = "i he she we they you it there".split()
DEGREES = """very too quite rather most more less least almost nearly only even just never not so as how mr mrs ms dr st saint sir miss
one's hundred thousand million point dollars' o' de la van von le""".split()

# the word before must not be one of these
LEANS = set(PREPOSITIONS + DETERMINERS + CONJUNCTIONS + AUXILIARIES + DEGREES) - {"it", "you", "so", "more", "most", "less"} | {
    "i", "he", "she", "we", "they", "other", "own", "same"}
CLIPPED = ("n't", "'d", "'ll", "'m", "'re", "'s", "'ve")
# the word behind must be one of these, or end so
OPENS = (set(PREPOSITIONS + DETERMINERS + CONJUNCTIONS + AUXILIARIES + SUBJECTS)
         | {"then", "perhaps", "according", "because", "instead", "even", "not", "just", "either", "neither", "together", "thus", "due",
            "including", "rather", "still", "all", "most", "her", "more", "only", "ing", "ed"}
         ) - {"of", "than", "be", "been", "let", "i'm", "few", "per"}
# behind one of these stands a verb, and what it takes is not parted from it
MODALS = set("""to will would shall should can could may might must cannot won't wouldn't shouldn't can't couldn't mustn't do does did don't doesn't
didn't let i'll you'll he'll she'll we'll they'll i'd you'd he'd she'd we'd they'd""".split())
TAKEN = set(DETERMINERS + SUBJECTS + ["her", "him", "them", "me", "us", "all", "more", "most", "even", "not", "only", "still", "so", "together"])
# "now and then"
PAIRS = """now then, now again, here there, up down, back forth, in out, on off, to fro, far wide, more less, once twice, sooner later, first last,
one two, two three, three four, five six, nine ten, day night, arts crafts""".replace("\n", " ").split(", ")

# a clause begins with one of these; its verb follows its subject without a break
HEADS = set(CONJUNCTIONS + ["before", "after", "since", "until", "till", "as", "than"])

# they are no verbs' forms
SOLID = """thing nothing something anything everything king ring string spring wing evening morning ceiling wedding red bed hundred
indeed need seed feed speed bed shed kindred sacred naked wicked""".split()


class Classes:
    """Words -> class numbers: the commonest words have their own, the others that of their longest ending."""

    def __init__(self, words):
        self.words = list(words)
        self.endings = sorted(SUFFIXES, key=lambda s: (-len(s), s))
        names = self.words + ["-" + s for s in self.endings] + ["#", "-", "|"]      # digits, no known ending, past the stretch's end
        self.number = {w: i for i, w in enumerate(names)}
        self.names, self.edge, self.other = names, len(names) - 1, len(names) - 2
        self.leans = np.array([w in LEANS or w.endswith(CLIPPED) for w in names])
        self.opens = np.array([w in OPENS or w in ("-ing", "-ed")
                               or (w in self.words and w.endswith(("ing", "ed")) and len(w) > 4 and w not in SOLID) for w in names])

        self.modal = np.array([w in MODALS for w in names])
        self.taken = np.array([w in TAKEN for w in names])
        self.heads = np.array([w in HEADS for w in names])
        self.verbs = self.opens & np.array([w in AUXILIARIES or w.endswith("ed") for w in names])
        self.pairs = {tuple(self.of(w) for w in p.split()) for p in PAIRS}
        self.joins = {self.number[w] for w in ("and", "or", "nor")}

    @staticmethod
    def choose(stretches, count):
        """The words that get a class: all that the rules name, then the commonest."""
        seen = collections.Counter(w for s in stretches for w, _ in s)
        always = sorted(w for w in LEANS | OPENS | MODALS | TAKEN | set(SOLID) | set(" ".join(PAIRS).split()) if w not in ("ing", "ed"))
        rest = [w for w, _ in sorted(seen.items(), key=lambda x: (-x[1], x[0])) if w not in always and not w[0].isdigit() and w.isascii()]
        return always + rest[:count - len(always)]

    def of(self, word):
        i = self.number.get(word)
        if i is not None and i < len(self.words):
            return i
        if word[0].isdigit():
            return self.number["#"]
        size = len(word.encode())
        for s in self.endings:
            if size > len(s) + 2 and word.endswith(s):
                return self.number["-" + s]
        return self.other

    def candidate(self, near):
        """Classes of BEFORE + AFTER words in a row: may a break be in their middle?"""
        before, left, right, behind = near[BEFORE - 2:BEFORE + 2]
        if self.verbs[right] and self.heads[near[:BEFORE]].any():
            return False
        if not self.opens[right] or self.leans[left] or (self.modal[before] and self.taken[right]):
            return False
        # "now and then", "round and round", "slowly and calmly"
        return not (right in self.joins and ((left, behind) in self.pairs or left == behind != self.other))


def inputs(classes, words):
    """Words of a stretch -> places (index of the word before) [K], inputs [K, BEFORE + AFTER + 2]."""
    c = [classes.of(w) for w in words]
    padded = [classes.edge] * BEFORE + c + [classes.edge] * AFTER
    places, rows = [], []
    for i in range(len(c) - 1):
        if classes.candidate(padded[i + 1:i + 1 + BEFORE + AFTER]):
            places.append(i)
            rows.append(padded[i + 1:i + 1 + BEFORE + AFTER] + [min(i, FAR), min(len(c) - i - 2, FAR)])
    return places, rows


class Network:
    """Weights as C has them: int8 with one scale a matrix; scores are log odds of a comma."""

    def __init__(self, vectors, first, left, right, bias, second, offset):
        """vectors [classes, SIZE], first [(BEFORE + AFTER) * SIZE, HIDDEN], left and right [FAR + 1, HIDDEN], bias, second [HIDDEN], offset."""
        def small(a):
            s = np.abs(a).max() / 127
            return np.round(a / s).astype(np.int8), np.float32(s)
        self.vectors, self.vectors_scale = small(vectors)
        self.first, self.first_scale = small(first)
        self.left, self.left_scale = small(left + bias)
        self.right, self.right_scale = small(right)
        self.second, self.offset = second.astype(np.float32), np.float32(offset)

    def score(self, rows):
        """Inputs of inputs() -> log odds [K]."""
        if not len(rows):
            return np.zeros(0, np.float32)
        x = np.array(rows)
        v = self.vectors[x[:, :-2]].reshape(len(x), -1).astype(np.int32)
        h = (v @ self.first.astype(np.int32)).astype(np.float32) * (self.vectors_scale * self.first_scale)
        h = h + self.left[x[:, -2]] * self.left_scale + self.right[x[:, -1]] * self.right_scale
        return np.maximum(h, 0) @ self.second + self.offset


class Plan:
    """When to break: stretches of over `long` words; a place counts score - threshold, and a phrase of more than `room` letters (with the
    spaces) costs weight * ((letters - room) / 10)^2; phrases have at least ROOM words. The best sum wins."""
    ROOM = 4

    def __init__(self, long, threshold, room, weight):
        self.long, self.threshold, self.room, self.weight = long, threshold, room, weight

    def cost(self, letters):
        return self.weight * (max(0, letters - self.room) / 10.0) ** 2

    def breaks(self, words, places, scores):
        """Indices of the words with a break behind them."""
        if len(words) <= self.long:
            return []
        at = np.concatenate([[0], np.cumsum([len(w.encode()) + 1 for w in words])])
        ends = [-1] + [i for i in places if self.ROOM <= i + 1 <= len(words) - self.ROOM] + [len(words) - 1]
        gain = [0.0] + [s - self.threshold for i, s in zip(places, scores) if self.ROOM <= i + 1 <= len(words) - self.ROOM] + [0.0]
        best, back = [0.0] * len(ends), [0] * len(ends)
        for j in range(1, len(ends)):
            options = []
            for i in range(j):
                if ends[j] - ends[i] >= self.ROOM:
                    options.append((best[i] - self.cost(at[ends[j] + 1] - at[ends[i] + 1]), -i))
            if not options:
                best[j] = -1e9
                continue
            m = max(options)
            best[j], back[j] = m[0] + gain[j], -m[1]
        out, j = [], back[-1]
        while j > 0:
            out.append(ends[j])
            j = back[j]
        return out[::-1]


# What is shipped: chosen on linda's and kathleen's training recordings and the held commas (README.md).
PLAN = Plan(13, 0.0, 55, 0.1)

# A rule's worth of a place by the word behind it: what an author's comma says of conjunctions and relatives, in steps of a log odds.
RULES = {"but": 2.0, "because": 1.0, "although": 1.5, "though": 1.0, "which": 0.5, "who": 0.3, "while": 0.8, "where": 0.4, "and": 0.0,
         "until": 0.3, "when": 0.2, "if": -0.3, "or": -0.6, "so": -0.3, "before": -0.5, "after": -0.5, "since": 0.0, "whether": -0.5,
         "that": -1.2, "as": -0.8, "for": -1.2, "with": -1.2, "without": -0.8, "by": -1.5, "in": -1.5, "at": -1.6, "on": -1.6, "from": -1.5,
         "during": -0.8, "to": -2.5, "into": -2.0}


def rule_scores(classes, words, places):
    """The rules' stand-in for Network.score."""
    out = []
    for i in places:
        r = words[i + 1]
        auxiliary = r in AUXILIARIES and words[i] not in SUBJECTS and i >= 5
        out.append(RULES.get(r, -1.5 if auxiliary else -3.0))
    return np.array(out, np.float32)
