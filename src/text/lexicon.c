/* lexicon.c - reading and looking up a user's lexicon: an open hash table over entries in one arena. */
#include "text/lexicon.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/utf8.h"

enum { MAX_ENTRIES = 1 << 20, MAX_WORD = 200, MAX_LINE = 1000 };

struct slot {
    const char *word;       /* NULL: free */
    size_t length;
    struct sx_lexicon_entry entry;
};

struct sx_lexicon {
    struct sx_arena arena;
    struct slot *slots;
    size_t room, count;     /* room is a power of two, at most half full */
};

/* FNV-1a (Fowler, Noll, Vo). */
static size_t hash(const char *word, size_t length)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < length; i++)
        h = (h ^ (unsigned char)word[i]) * 1099511628211u;
    return (size_t)(h ^ h >> 32);
}

static struct slot *find(const struct sx_lexicon *lexicon, const char *word, size_t length)
{
    size_t i = hash(word, length) & (lexicon->room - 1);
    while (lexicon->slots[i].word && (lexicon->slots[i].length != length || memcmp(lexicon->slots[i].word, word, length)))
        i = (i + 1) & (lexicon->room - 1);
    return &lexicon->slots[i];
}

const struct sx_lexicon_entry *sx_lexicon_find(const struct sx_lexicon *lexicon, const char *word, size_t length)
{
    if (!lexicon || !lexicon->count)
        return NULL;
    const struct slot *slot = find(lexicon, word, length);
    return slot->word ? &slot->entry : NULL;
}

static bool grow(struct sx_lexicon *lexicon)
{
    if ((lexicon->count + 1) * 2 <= lexicon->room)
        return true;
    struct sx_lexicon bigger = *lexicon;
    bigger.room = lexicon->room ? lexicon->room * 2 : 256;
    bigger.slots = calloc(bigger.room, sizeof *bigger.slots);
    if (!bigger.slots)
        return false;
    for (size_t i = 0; i < lexicon->room; i++)
        if (lexicon->slots[i].word)
            *find(&bigger, lexicon->slots[i].word, lexicon->slots[i].length) = lexicon->slots[i];
    free(lexicon->slots);
    *lexicon = bigger;
    return true;
}

/* Lower case and NFC, as the words of a text are; false when it does not fit. */
static bool fold(const char *text, size_t length, char out[MAX_WORD + 8], size_t *out_length)
{
    utf8proc_uint8_t *folded = NULL;
    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)length, &folded, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (n < 0)
        return false;
    size_t used = 0;
    bool fits = true;
    for (utf8proc_ssize_t i = 0; i < n && fits;) {
        uint32_t code;
        i += sx_utf8_decode((const char *)folded + i, (size_t)(n - i), &code);
        if (code == 0x2019)
            code = '\'';
        fits = used <= MAX_WORD - 4;
        if (fits)
            used += (size_t)sx_utf8_encode((uint32_t)utf8proc_tolower((utf8proc_int32_t)code), out + used);
    }
    free(folded);
    out[used] = 0;
    *out_length = used;
    return fits && used;
}

/* Phones of an ARPAbet value; -1 when it is not one. */
static int arpabet(const char *text, size_t length, struct sx_phone out[SX_WORD_PHONES])
{
    int n = 0;
    for (size_t i = 0; i < length;) {
        if (text[i] == ' ') {
            i++;
            continue;
        }
        size_t end = i;
        while (end < length && text[end] != ' ')
            end++;
        if (n == SX_WORD_PHONES || !sx_phone_parse_arpabet(text + i, end - i, &out[n]))
            return -1;
        n++;
        i = end;
    }
    return n ? n : -1;
}

static int add_line(struct sx_lexicon *lexicon, const char *path, size_t number, const char *line, size_t length, struct sx_error *error)
{
    const char *tab = memchr(line, '\t', length);
    if (!tab)
        return sx_fail(error, SYRINX_ERROR_INPUT, "%s:%zu: a tab between word and pronunciation is missing", path, number);
    if (length > MAX_LINE)
        return sx_fail(error, SYRINX_ERROR_INPUT, "%s:%zu: the line is longer than %d bytes", path, number, MAX_LINE);
    char word[MAX_WORD + 8];
    size_t word_length;
    size_t key = (size_t)(tab - line);
    while (key && line[key - 1] == ' ')
        key--;
    if (!fold(line, key, word, &word_length))
        return sx_fail(error, SYRINX_ERROR_INPUT, "%s:%zu: the word is empty, not UTF-8 or longer than %d bytes", path, number, MAX_WORD);
    const char *value = tab + 1;
    size_t n = length - (size_t)(value - line);
    while (n && (*value == ' ' || *value == '\t')) {
        value++;
        n--;
    }
    while (n && (value[n - 1] == ' ' || value[n - 1] == '\t'))
        n--;
    if (!n)
        return sx_fail(error, SYRINX_ERROR_INPUT, "%s:%zu: the pronunciation is missing", path, number);

    struct sx_phone phones[SX_WORD_PHONES];
    struct sx_lexicon_entry entry = {0};
    if (n >= 2 && !memcmp(value, "[[", 2)) {
        if (n < 5 || memcmp(value + n - 2, "]]", 2) != 0)
            return sx_fail(error, SYRINX_ERROR_INPUT, "%s:%zu: \"[[\" without phones and \"]]\"", path, number);
        entry.count = sx_phone_parse_ipa(value + 2, n - 4, phones, SX_WORD_PHONES);
        if (entry.count <= 0)
            return sx_fail(error, SYRINX_ERROR_INPUT, "%s:%zu: \"%.*s\" is not IPA that Syrinx knows", path, number, (int)n, value);
    } else {
        bool capitals = false, small = false;
        for (size_t i = 0; i < n; i++) {
            capitals |= value[i] >= 'A' && value[i] <= 'Z';
            small |= (value[i] >= 'a' && value[i] <= 'z') || (unsigned char)value[i] >= 0x80;
        }
        if (capitals && !small) {
            entry.count = arpabet(value, n, phones);
            if (entry.count < 0)
                return sx_fail(error, SYRINX_ERROR_INPUT, "%s:%zu: \"%.*s\" is not ARPAbet", path, number, (int)n, value);
        } else {
            char words[MAX_WORD + 8];
            size_t words_length;
            if (!fold(value, n, words, &words_length))
                return sx_fail(error, SYRINX_ERROR_INPUT, "%s:%zu: the words to be said are too long or not UTF-8", path, number);
            entry.words = sx_arena_strdup(&lexicon->arena, words, words_length);
            if (!entry.words)
                return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
        }
    }
    if (!grow(lexicon))
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    struct slot *slot = find(lexicon, word, word_length);
    if (slot->word)
        return 0;
    if (lexicon->count >= MAX_ENTRIES)
        return sx_fail(error, SYRINX_ERROR_INPUT, "%s:%zu: more than %d words", path, number, MAX_ENTRIES);
    if (entry.count) {
        struct sx_phone *copy = sx_arena_array(&lexicon->arena, (size_t)entry.count, sizeof *copy);
        if (!copy)
            return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
        memcpy(copy, phones, (size_t)entry.count * sizeof *copy);
        entry.phones = copy;
    }
    const char *name = sx_arena_strdup(&lexicon->arena, word, word_length);
    if (!name)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    *slot = (struct slot){name, word_length, entry};
    lexicon->count++;
    return 0;
}

int sx_lexicon_open(const char *path, struct sx_lexicon **out, struct sx_error *error)
{
    struct sx_map map;
    int status = sx_map_open(path, &map, error);
    if (status < 0)
        return status;
    struct sx_lexicon *lexicon = calloc(1, sizeof *lexicon);
    if (!lexicon) {
        sx_map_close(&map);
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    }
    const char *text = map.size ? (const char *)map.data : "", *end = text + map.size;
    if (map.size >= 3 && !memcmp(text, "\xEF\xBB\xBF", 3))
        text += 3;
    for (size_t number = 1; text < end && status >= 0; number++) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        size_t length = (size_t)((stop ? stop : end) - text);
        const char *line = text;
        text = stop ? stop + 1 : end;
        while (length && (line[length - 1] == '\r' || line[length - 1] == ' '))
            length--;
        if (length && line[0] != '#')
            status = add_line(lexicon, path, number, line, length, error);
    }
    sx_map_close(&map);
    if (status < 0) {
        sx_lexicon_close(lexicon);
        return status;
    }
    *out = lexicon;
    return 0;
}

void sx_lexicon_close(struct sx_lexicon *lexicon)
{
    if (!lexicon)
        return;
    free(lexicon->slots);
    sx_arena_free(&lexicon->arena);
    free(lexicon);
}
