/* homograph_context.c - tokens around a word and their features: names like "L1w=the" ("the word before is the"), kept as hashes only. The same as
 * tools/train/homographs/tokens.py and features.py; a test compares. */
#include "text/homograph_context.h"

#include <stdbool.h>
#include <string.h>

#include "base/ascii.h"
#include "text/homograph_words.h"

enum kind { WORD, NUMBER, OTHER };

enum { TOKENS = SX_HOMOGRAPH_REACH, NEAR = 8, AROUND = 4 };

struct token {
    const char *text;       /* lower case */
    uint16_t length;
    uint8_t kind;
    bool capital;
};

/* Bytes of a feature's part. */
struct part {
    const char *text;
    size_t length;
};

struct look {
    struct part word, tag, class;
    bool closed, other;
    char class_byte, tag_text[12];
};

struct features {
    uint64_t *hashes;
    int count;
};

uint64_t sx_fnv(uint64_t hash, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001B3);
    return hash;
}

int sx_fuse_find(const struct sx_fuse *map, uint64_t key)
{
    uint64_t h = key ^ map->seed;       /* the finaliser of SplitMix64 */
    h = (h ^ (h >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    h = (h ^ (h >> 27)) * UINT64_C(0x94D049BB133111EB);
    h ^= h >> 31;
    size_t first = (size_t)((h >> 32) * map->segments >> 32) * map->size, mask = map->size - 1;
    const unsigned char *a = map->slots + 2 * (first + (h & mask));
    const unsigned char *b = map->slots + 2 * (first + map->size + (h >> 10 & mask));
    const unsigned char *c = map->slots + 2 * (first + 2 * map->size + (h >> 20 & mask));
    unsigned slot = (unsigned)(a[0] ^ b[0] ^ c[0]) | (unsigned)(a[1] ^ b[1] ^ c[1]) << 8;
    unsigned fingerprint = (unsigned)(h * UINT64_C(0x9E3779B97F4A7C15) >> (48 + map->bits));
    return slot >> map->bits == fingerprint ? (int)(slot & ((1u << map->bits) - 1)) : -1;
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Bytes of the letter at text[0..length), 0 when it is none. Beyond ASCII all are letters but U+0080-00BF, U+2000-2BFF and U+3000-303F. */
static size_t letter(const char *text, size_t length)
{
    unsigned char c = (unsigned char)text[0], d = length > 1 ? (unsigned char)text[1] : 0;
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (c == 0xC2 || (c == 0xE2 && d < 0xB0) || (c == 0xE3 && d == 0x80))
        return 0;
    size_t n = 1;
    while (n < length && n < 4 && ((unsigned char)text[n] & 0xC0) == 0x80)
        n++;
    return n;
}

/* `low` is text in lower case. */
static int tokenize(const char *text, const char *low, size_t length, struct token *tokens)
{
    int count = 0;
    for (size_t i = 0; i < length;) {
        if ((unsigned char)text[i] <= ' ') {
            i++;
            continue;
        }
        size_t start = i, n = letter(text + i, length - i);
        struct token *token = &tokens[count++];
        if (n) {
            token->kind = WORD;
            do {
                i += n;
                n = i < length ? letter(text + i, length - i) : 0;
                if (!n && i + 1 < length && text[i] == '\'' && letter(text + i + 1, length - i - 1))
                    n = 1;
            } while (n);
        } else if (digit(text[i])) {
            token->kind = NUMBER;
            i++;
            while (i < length && (digit(text[i]) || ((text[i] == '.' || text[i] == ',') && i + 1 < length && digit(text[i + 1]))))
                i++;
        } else {
            token->kind = OTHER;
            i++;
            if ((unsigned char)text[start] >= 0x80)
                while (i < length && ((unsigned char)text[i] & 0xC0) == 0x80)
                    i++;
        }
        token->text = low + start;
        token->length = (uint16_t)(i - start);
        token->capital = text[start] >= 'A' && text[start] <= 'Z';
    }
    return count;
}

static struct part part_of(const char *text)
{
    return (struct part){text, strlen(text)};
}

/* The word, numbers by their look. */
static struct part name(const struct token *token)
{
    if (token->kind != NUMBER)
        return (struct part){token->text, token->length};
    size_t n = token->length;
    if (n == 4 && (token->text[0] == '1' || token->text[0] == '2') && digit(token->text[1]) && digit(token->text[2]) && digit(token->text[3]))
        return part_of("#year");
    return part_of(n == 1 ? "#1" : n == 2 ? "#2" : "#n");
}

static bool equals(struct part part, const char *text)
{
    return part.length == strlen(text) && !memcmp(part.text, text, part.length);
}

/* Tag of a closed-class word, 0 for others. */
static char closed_tag(struct part word)
{
    size_t low = 0, high = sizeof closed_class / sizeof closed_class[0];
    while (low < high) {
        size_t middle = (low + high) / 2, n = strlen(closed_class[middle].word);
        int c = memcmp(word.text, closed_class[middle].word, word.length < n ? word.length : n);
        if (!c && word.length == n)
            return closed_class[middle].tag;
        if (c < 0 || (!c && word.length < n))
            high = middle;
        else
            low = middle + 1;
    }
    return 0;
}

static const char *ending_of(struct part word)
{
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        size_t n = strlen(endings[i]);
        if (word.length > n + 1 && !memcmp(word.text + word.length - n, endings[i], n))
            return endings[i];
    }
    return "-";
}

/* One byte, 128 + class; a word that is not in the table has that of its ending. */
static char class_of(const struct sx_fuse *classes, struct part word, bool is_word)
{
    int found = sx_fuse_find(classes, sx_fnv(SX_FNV, word.text, word.length));
    for (size_t n = 4; found < 0 && is_word && n > 0; n--)
        if (word.length > n)
            found = sx_fuse_find(classes, sx_fnv(sx_fnv(SX_FNV, "-", 1), word.text + word.length - n, n));
    return found < 0 ? '?' : (char)(128 + found);
}

static void look_at(const struct token *token, const struct sx_fuse *classes, bool shout, struct look *look)
{
    if (!token) {
        look->word = look->tag = look->class = part_of("<>");
        look->closed = false;
        look->other = true;
        return;
    }
    look->word = name(token);
    look->class_byte = class_of(classes, look->word, token->kind == WORD);
    look->class = (struct part){&look->class_byte, 1};
    char tag = token->kind == NUMBER ? '#' : closed_tag(look->word);
    look->closed = tag && token->kind != NUMBER;
    look->other = token->kind == OTHER;
    if (tag) {
        look->tag_text[0] = tag;
        look->tag = (struct part){look->tag_text, 1};
    } else if (token->kind == OTHER) {
        look->tag = look->word;
    } else {
        size_t n = 0;
        if (token->capital && !shout)
            look->tag_text[n++] = '^';
        const char *ending = ending_of(look->word);
        memcpy(look->tag_text + n, ending, strlen(ending));
        look->tag = (struct part){look->tag_text, n + strlen(ending)};
    }
}

/* "key=a|b|c" */
static void add(struct features *f, const char *key, int count, const struct part *a, const struct part *b, const struct part *c)
{
    const struct part *parts[] = {a, b, c};
    uint64_t h = sx_fnv(sx_fnv(SX_FNV, key, strlen(key)), "=", 1);
    for (int i = 0; i < count; i++) {
        if (i)
            h = sx_fnv(h, "|", 1);
        h = sx_fnv(h, parts[i]->text, parts[i]->length);
    }
    f->hashes[f->count++] = h;
}

/* What one side alone says; looks[0] is nearest. */
static void add_side(struct features *f, char side, const struct look *looks)
{
    char key[8];
    for (int i = 0; i < AROUND; i++) {
        memcpy(key, (char[]){side, (char)('1' + i), 'w', 0}, 4);
        add(f, key, 1, &looks[i].word, NULL, NULL);
        key[2] = 't';
        add(f, key, 1, &looks[i].tag, NULL, NULL);
        key[2] = 'c';
        add(f, key, 1, &looks[i].class, NULL, NULL);
    }
    memcpy(key, (char[]){side, '1', '2', 'c', 0}, 5);
    add(f, key, 2, &looks[0].class, &looks[1].class, NULL);
    key[3] = 'w';
    add(f, key, 2, &looks[0].word, &looks[1].word, NULL);
    key[3] = 't';
    add(f, key, 2, &looks[0].tag, &looks[1].tag, NULL);
    memcpy(key + 3, "3t", 3);
    add(f, key, 3, &looks[0].tag, &looks[1].tag, &looks[2].tag);
    /* the first two closed-class words */
    int near[2], count = 0;
    for (int i = 0; i < NEAR && count < 2; i++)
        if (looks[i].closed)
            near[count++] = i;
    memcpy(key + 1, "near", 5);
    if (count) {
        char distance = (char)('0' + (near[0] + 1 < 4 ? near[0] + 1 : 4));
        add(f, key, 2, &looks[near[0]].tag, &(struct part){&distance, 1}, NULL);
    }
    memcpy(key + 5, "s", 2);
    add(f, key, count, count ? &looks[near[0]].tag : NULL, count > 1 ? &looks[near[1]].tag : NULL, NULL);
}

static void add_both(struct features *f, const struct look *left, const struct look *right, char capital)
{
    add(f, "LRw", 2, &left[0].word, &right[0].word, NULL);
    add(f, "LRc", 2, &left[0].class, &right[0].class, NULL);
    add(f, "LRt", 2, &left[0].tag, &right[0].tag, NULL);
    add(f, "LtRc", 2, &left[0].tag, &right[0].class, NULL);
    add(f, "LcRt", 2, &left[0].class, &right[0].tag, NULL);
    add(f, "LLRt", 3, &left[1].tag, &left[0].tag, &right[0].tag);
    add(f, "LRRt", 3, &left[0].tag, &right[0].tag, &right[1].tag);
    add(f, "Lcap", 2, &left[0].tag, &(struct part){&capital, 1}, NULL);
    int i = 0;      /* what stands before adverbs */
    while (i < 3 && (equals(left[i].tag, "N") || equals(left[i].tag, "ly")))
        i++;
    add(f, "lead", 2, &left[i].tag, &(struct part){i ? "1" : "0", 1}, NULL);
    /* the word that governs a verb's form: have, be, do, a modal, to; not beyond a mark or a conjunction */
    struct part aux = {"-", 1};
    for (i = 0; i < 6; i++) {
        char tag = left[i].tag.text[0];
        if (left[i].closed && strchr("HBAMTV", tag)) {
            aux = left[i].tag;
            break;
        }
        if (left[i].closed ? tag == 'C' || tag == 'R' : left[i].other)
            break;
    }
    add(f, "aux", 1, &aux, NULL, NULL);
    add(f, "auxL", 2, &aux, &left[0].tag, NULL);
    add(f, "auxR", 2, &aux, &right[0].tag, NULL);
}

static void add_words(struct features *f, const struct token *tokens, int count)
{
    for (int i = 0; i < count; i++)
        if (tokens[i].kind == WORD && tokens[i].length > 3 && f->count < SX_HOMOGRAPH_FEATURES)
            add(f, "in", 1, &(struct part){tokens[i].text, tokens[i].length}, NULL, NULL);
}

/* a: small, A: capital within a sentence, B: capital at a begin, C: all capitals. */
static char capital_of(const char *word, size_t length, const struct token *left, int count, bool shout)
{
    if (shout || word[0] < 'A' || word[0] > 'Z')
        return 'a';
    bool small = length == 1, words = false;
    for (size_t i = 1; i < length; i++)
        small |= word[i] >= 'a' && word[i] <= 'z';
    if (!small)
        return 'C';
    for (int i = 0; i < count; i++)
        words |= left[i].kind != OTHER;
    return words && !(left[count - 1].length == 1 && strchr(".:\"?!", left[count - 1].text[0])) ? 'A' : 'B';
}

/* ASCII letters of text in lower case; true when it has a small one already. */
static bool lower(const char *text, size_t length, char *low)
{
    bool small = false;
    for (size_t i = 0; i < length; i++) {
        small |= text[i] >= 'a' && text[i] <= 'z';
        low[i] = sx_ascii_lower(text[i]);
    }
    return small;
}

int sx_homograph_context(const char *sentence, size_t length, size_t begin, size_t end, const struct sx_fuse *classes,
                         uint64_t features[SX_HOMOGRAPH_FEATURES], int *shared)
{
    /* the sides, cut at white space where they are long */
    const char *left_text = sentence, *right_text = sentence + end;
    size_t left_length = begin, right_length = length - end;
    if (left_length > SX_HOMOGRAPH_REACH) {
        left_text = sentence + begin - SX_HOMOGRAPH_REACH;
        left_length = SX_HOMOGRAPH_REACH;
        while (left_length && (unsigned char)left_text[0] > ' ') {
            left_text++;
            left_length--;
        }
    }
    if (right_length > SX_HOMOGRAPH_REACH) {
        right_length = SX_HOMOGRAPH_REACH;
        while (right_length && (unsigned char)right_text[right_length - 1] > ' ')
            right_length--;
    }
    char left_low[SX_HOMOGRAPH_REACH], right_low[SX_HOMOGRAPH_REACH];
    bool small = lower(left_text, left_length, left_low);
    small |= lower(right_text, right_length, right_low);
    for (size_t i = begin; i < end; i++)
        small |= sentence[i] >= 'a' && sentence[i] <= 'z';
    struct token left[TOKENS], right[TOKENS];
    int left_count = tokenize(left_text, left_low, left_length, left), right_count = tokenize(right_text, right_low, right_length, right);

    struct look left_looks[NEAR], right_looks[NEAR];        /* nearest first */
    for (int i = 0; i < NEAR; i++) {
        look_at(i < left_count ? &left[left_count - 1 - i] : NULL, classes, !small, &left_looks[i]);
        look_at(i < right_count ? &right[i] : NULL, classes, !small, &right_looks[i]);
    }
    struct features f = {features, 0};
    char capital = capital_of(sentence + begin, end - begin, left, left_count, !small);
    add(&f, "one", 0, NULL, NULL, NULL);
    add(&f, "cap", 1, &(struct part){&capital, 1}, NULL, NULL);
    add_side(&f, 'L', left_looks);
    add_side(&f, 'R', right_looks);
    add_both(&f, left_looks, right_looks, capital);
    *shared = f.count;
    add_words(&f, left, left_count);
    add_words(&f, right, right_count);
    return f.count;
}
