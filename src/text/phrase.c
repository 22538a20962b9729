/* phrase.c - where a reader would break a long stretch: candidates by word class, a network's rating of each, and the best set of them.
 *
 * The model is trained on authors' commas by tools/train/phrasing (model.py says the same as this file in Python). A candidate is a place where the
 * word behind opens something and the word before does not lean on it. A set of breaks is worth the sum of rating - threshold of its places
 * less what its phrases cost: nothing up to `room` letters, then growing with the square. Dynamic programming over the candidates finds the best. */
#include "text/phrase.h"

#include <string.h>

#include "text/coded.h"
#include "text/data.h"
#include "text/data/phrasing_en.inc"

/* The large ones of those tables are in the text data, one behind another (tool/phrasing.c); here they count for their sizes alone. */
struct tables {
    const char *pool;
    const unsigned char *offsets, *slots;       /* [WORDS], [SLOTS] u16, little-endian */
    const int8_t *vectors, *rows;               /* [CLASSES][SIZE], [BEFORE + AFTER][SIZE][HIDDEN] */
};

static bool open_tables(struct tables *tables)
{
    const struct sx_section section = sx_data(SX_DATA_phrasing);
    const unsigned char *p = section.data;
    if ((size_t)(section.end - p) != sizeof pool + sizeof offsets + sizeof slots + sizeof vectors + sizeof first)
        return false;           /* there is no text data */
    tables->pool = (const char *)p;
    tables->offsets = p += sizeof pool;
    tables->slots = p += sizeof offsets;
    tables->vectors = (const int8_t *)(p += sizeof slots);
    tables->rows = (const int8_t *)(p + sizeof vectors);
    return true;
}

_Static_assert(LONG == (int)SX_PHRASE_LONG && ROOM_WORDS == (int)SX_PHRASE_ROOM, "phrase.h says what the model was made for");

enum {
    BLOCK = 256,                /* words looked at together; a longer stretch is taken in pieces */
    PLACES = BLOCK + 2
};

static int class_of(const struct tables *tables, const struct sx_spoken *word)
{
    if (word->kind == SX_SPOKEN_LETTER)
        return CLASS_OTHER;
    const char *text = word->text;
    uint32_t hash = 2166136261u;
    size_t length = 0;
    for (; text[length]; length++)
        hash = (hash ^ (unsigned char)text[length]) * 16777619u;
    int slot;
    for (uint32_t k = hash % SLOTS; (slot = (int)sx_read16(tables->slots + 2 * k)); k = (k + 1) % SLOTS)
        if (!strcmp(tables->pool + sx_read16(tables->offsets + 2 * (slot - 1)), text))
            return slot - 1;
    if (!length)
        return CLASS_OTHER;
    if (text[0] >= '0' && text[0] <= '9')
        return CLASS_DIGIT;
    char last = text[length - 1];
    for (int i = 0; i < ENDINGS; i++) {
        size_t n = endings[i].length;
        if (endings[i].text[n - 1] == last && length > n + 2 && !memcmp(text + length - n, endings[i].text, n))
            return endings[i].class;
    }
    return CLASS_OTHER;
}

/* May a break be in the middle of classes[BEFORE + AFTER], behind the word `before`? model.py says why. */
static bool candidate(const struct sx_spoken *before, const uint16_t *classes)
{
    int left = classes[BEFORE - 1], right = classes[BEFORE], behind = classes[BEFORE + 1];
    if (!(flags[right] & OPENS) || (flags[left] & LEANS) || ((flags[classes[BEFORE - 2]] & MODAL) && (flags[right] & TAKEN)))
        return false;
    if (flags[right] & VERB)
        for (int i = 0; i < BEFORE; i++)
            if (flags[classes[i]] & HEAD)
                return false;
    if (flags[right] & JOINS) {
        if (left == behind && left != CLASS_OTHER)
            return false;
        for (int i = 0; i < PAIRS; i++)
            if (pairs[2 * i] == left && pairs[2 * i + 1] == behind)
                return false;
    }
    /* not inside a number or another language */
    return before[0].begin != before[1].begin && !before->fixed && !(before[0].phone_count >= 0 && before[1].phone_count >= 0);
}

/* The log odds of a comma between classes[BEFORE - 1] and classes[BEFORE]; `left` and `right` words lie between there and the stretch's first and last. */
static float rating(const struct tables *tables, const uint16_t *classes, int left, int right)
{
    int32_t sum[HIDDEN] = {0};
    for (int w = 0; w < BEFORE + AFTER; w++) {
        const int8_t *vector = tables->vectors + classes[w] * SIZE;
        const int8_t *row = tables->rows + w * SIZE * HIDDEN;
        for (int k = 0; k < SIZE; k++, row += HIDDEN) {
            int16_t v = vector[k];
            for (int h = 0; h < HIDDEN; h++)
                sum[h] += v * (int16_t)row[h];
        }
    }
    const int8_t *l = left_distance + (left < FAR ? left : FAR) * HIDDEN, *r = right_distance + (right < FAR ? right : FAR) * HIDDEN;
    float out = offset;
    for (int h = 0; h < HIDDEN; h++) {
        float x = (float)sum[h] * first_scale + (float)l[h] * left_scale + (float)r[h] * right_scale;
        out += (x > 0 ? x : 0) * second[h];
    }
    return out;
}

static float cost(int letters)
{
    float over = ((float)letters - room) / 10;
    return over > 0 ? weight * over * over : 0;
}

/* The breaks of words[0..count), count <= BLOCK; false: the stretch goes on behind it. Returns the words that are settled: all, or up to the last break. */
static int break_block(const struct tables *tables, struct sx_spoken *words, int count, bool whole)
{
    uint16_t classes[BEFORE + BLOCK + AFTER];
    int letters[BLOCK + 1];
    for (int i = 0; i < BEFORE; i++)
        classes[i] = CLASS_EDGE;
    letters[0] = 0;
    for (int i = 0; i < count; i++) {
        classes[BEFORE + i] = (uint16_t)class_of(tables, &words[i]);
        letters[i + 1] = letters[i] + (int)strnlen(words[i].text, 100) + 1;
    }
    for (int i = 0; i < AFTER; i++)
        classes[BEFORE + count + i] = CLASS_EDGE;

    /* place p ends a phrase behind words[ends[p] - 1]; the first is the stretch's begin, the last its end */
    int16_t ends[PLACES], back[PLACES];
    float best[PLACES];
    int n = 1;
    ends[0] = 0;
    best[0] = 0;
    for (int at = SX_PHRASE_ROOM; at <= count; at++) {
        bool end = at == count;
        if (!end && (at > count - SX_PHRASE_ROOM || !candidate(&words[at - 1], classes + at)))
            continue;
        float most = 0;
        int from = -1;
        for (int p = n - 1; p >= 0; p--) {
            if (at - ends[p] < SX_PHRASE_ROOM)
                continue;
            float value = best[p] - cost(letters[at] - letters[ends[p]]);
            if (from < 0 || value >= most) {
                most = value;
                from = p;
            }
        }
        ends[n] = (int16_t)at;
        back[n] = (int16_t)from;
        best[n++] = most + (end ? 0 : rating(tables, classes + at, at - 1, count - at - 1) - threshold);
    }
    int settled = count;
    for (int p = back[n - 1]; p > 0; p = back[p]) {
        words[ends[p] - 1].mark = SX_PHONE_COMMA;
        if (!whole && settled == count)
            settled = ends[p];
    }
    return settled;
}

void sx_phrase(struct sx_spoken *words, int count)
{
    struct tables tables;
    for (int from = open_tables(&tables) ? 0 : count; from < count;) {
        int to = from;
        while (to < count && words[to].mark == SX_PHONE_WORD)
            to++;
        to += to < count;
        while (to - from > SX_PHRASE_LONG) {
            bool whole = to - from <= BLOCK;
            from += break_block(&tables, words + from, whole ? to - from : BLOCK, whole);
        }
        from = to > from ? to : from;
    }
}

int sx_phrase_part(const struct sx_spoken *words, int count, int first_word, int last)
{
    int best = last - 1, mark = SX_PHONE_WORD;
    for (int i = first_word; i < last; i++)
        if (words[i].mark > SX_PHONE_WORD && words[i].mark >= mark) {
            best = i;
            mark = words[i].mark;
        }
    if (mark > SX_PHONE_WORD)
        return best;
    struct tables tables;
    if (!open_tables(&tables))
        return best;
    uint16_t classes[BEFORE + AFTER];
    bool found = false;
    float most = 0;
    for (int i = first_word; i < last && i + 1 < count; i++) {
        for (int k = 0; k < BEFORE + AFTER; k++) {
            int w = i + 1 - BEFORE + k;
            classes[k] = (uint16_t)(w < 0 || w >= count ? CLASS_EDGE : class_of(&tables, &words[w]));
        }
        if (!candidate(&words[i], classes))
            continue;
        float value = rating(&tables, classes, FAR, FAR);
        if (!found || value >= most) {
            most = value;
            best = i;
            found = true;
        }
    }
    return best;
}
