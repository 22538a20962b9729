/* lexicon.c - looking up a user's lexicon: an open hash table over readings in one arena. lexicon_read.c and pls.c fill it. */
#include "text/lexicon.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/ascii.h"
#include "base/utf8.h"
#include "text/lexicon_parts.h"

/* ------------------------------------------------------------------ the table */

/* FNV-1a (Fowler, Noll, Vo): it goes byte by byte, which sx_lexicon_match uses. */
static const uint64_t hash_begin = 14695981039346656037u;

static uint64_t hash_byte(uint64_t h, char byte)
{
    return (h ^ (unsigned char)byte) * 1099511628211u;
}

static struct sx_lexicon_slot *find(const struct sx_lexicon *lexicon, uint64_t h, const char *word, size_t length)
{
    size_t i = (size_t)(h ^ h >> 32) & (lexicon->room - 1);
    while (lexicon->slots[i].word && (lexicon->slots[i].length != length || memcmp(lexicon->slots[i].word, word, length)))
        i = (i + 1) & (lexicon->room - 1);
    return &lexicon->slots[i];
}

static uint64_t hash(const char *word, size_t length)
{
    uint64_t h = hash_begin;
    for (size_t i = 0; i < length; i++)
        h = hash_byte(h, word[i]);
    return h;
}

static bool grow(struct sx_lexicon *lexicon)
{
    if ((lexicon->count + 1) * 2 <= lexicon->room)
        return true;
    size_t old = lexicon->room;
    struct sx_lexicon_slot *slots = lexicon->slots, *bigger = calloc(old ? old * 2 : 256, sizeof *bigger);
    if (!bigger)
        return false;
    lexicon->slots = bigger;
    lexicon->room = old ? old * 2 : 256;
    for (size_t i = 0; i < old; i++)
        if (slots[i].word)
            *find(lexicon, hash(slots[i].word, slots[i].length), slots[i].word, slots[i].length) = slots[i];
    free(slots);
    return true;
}

static unsigned first_bytes(const char *word, size_t length)
{
    return (unsigned)(unsigned char)word[0] << 8 | (length > 1 ? (unsigned char)word[1] : 0);
}

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

int sx_lexicon_add(struct sx_lexicon *lexicon, const char *word, size_t length, const struct sx_lexicon_entry *entry)
{
    if (!grow(lexicon))
        return SYRINX_ERROR_MEMORY;
    struct sx_lexicon_slot *slot = find(lexicon, hash(word, length), word, length);
    struct sx_lexicon_entry *last = slot->entry;
    int readings = 0;
    for (struct sx_lexicon_entry *e = slot->entry; e; e = (struct sx_lexicon_entry *)e->next, readings++) {
        if (same(e->role, entry->role) && same(e->language, entry->language))
            return 0;
        last = e;
    }
    if (lexicon->count >= SX_LEXICON_ENTRIES || readings == SX_LEXICON_READINGS)
        return SYRINX_ERROR_INPUT;
    struct sx_lexicon_entry *copy = sx_arena_alloc(&lexicon->arena, sizeof *copy);
    if (!copy)
        return SYRINX_ERROR_MEMORY;
    *copy = *entry;
    if (entry->phones) {
        struct sx_phone *phones = sx_arena_array(&lexicon->arena, (size_t)entry->count, sizeof *phones);
        if (!phones)
            return SYRINX_ERROR_MEMORY;
        memcpy(phones, entry->phones, (size_t)entry->count * sizeof *phones);
        copy->phones = phones;
    } else if (!(copy->words = sx_arena_strdup(&lexicon->arena, entry->words, strlen(entry->words))))
        return SYRINX_ERROR_MEMORY;
    if (last) {
        last->next = copy;
        return 0;
    }
    const char *name = sx_arena_strdup(&lexicon->arena, word, length);
    if (!name)
        return SYRINX_ERROR_MEMORY;
    *slot = (struct sx_lexicon_slot){name, length, copy};
    lexicon->count++;
    if (length > lexicon->longest)
        lexicon->longest = length;
    unsigned bit = first_bytes(word, length);
    lexicon->begins[bit >> 3] |= (uint8_t)(1 << (bit & 7));
    return 0;
}

bool sx_lexicon_fold(const char *text, size_t length, char out[SX_LEXICON_WORD + 8], size_t *out_length)
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
        if (code == '\t' || code == '\n' || code == '\r' || code == 0xA0)
            code = ' ';
        if (code == ' ' && (!used || out[used - 1] == ' '))
            continue;
        fits = used <= SX_LEXICON_WORD - 4 && code;
        if (fits)
            used += (size_t)sx_utf8_encode((uint32_t)utf8proc_tolower((utf8proc_int32_t)code), out + used);
    }
    free(folded);
    while (used && out[used - 1] == ' ')
        used--;
    out[used] = 0;
    *out_length = used;
    return fits && used;
}

/* ------------------------------------------------------------------ parts of speech */

bool sx_lexicon_role(struct sx_lexicon *lexicon, const char *text, size_t length, const char **role)
{
    char *copy = length ? sx_arena_strdup(&lexicon->arena, text, length) : NULL, *out = copy;
    *role = NULL;
    if (!copy)
        return !length;
    for (const char *in = copy; *in;) {
        size_t blanks = strspn(in, " \t\r\n"), n = strcspn(in + blanks, " \t\r\n");
        in += blanks;
        const char *colon = memchr(in, ':', n);     /* "claws:VVD" */
        size_t prefix = colon ? (size_t)(colon - in) + 1 : 0;
        if (n > prefix && out > copy)
            *out++ = ' ';
        for (size_t i = prefix; i < n; i++)
            *out++ = sx_ascii_lower(in[i]);
        in += n;
    }
    *out = 0;
    *role = *copy ? copy : NULL;
    return true;
}

enum { NOUN = 1, NAME = 2, VERB = 4, PRESENT = 8, PAST = 16, ADJECTIVE = 32, ADVERB = 64 };

/* The class of a tag of the Penn Treebank, CLAWS, Universal Dependencies or a dictionary; 0: none of those that tell readings apart. */
static int role_class(const char *tag, size_t n)
{
    static const struct { const char *tag; int class; } whole[] = {
        {"n", NOUN}, {"noun", NOUN}, {"name", NOUN | NAME}, {"propn", NOUN | NAME}, {"v", VERB}, {"verb", VERB}, {"past", VERB | PAST}, {"present", VERB | PRESENT},
        {"a", ADJECTIVE}, {"adj", ADJECTIVE}, {"adjective", ADJECTIVE}, {"adv", ADVERB}, {"adverb", ADVERB}, {"r", ADVERB}};
    static const struct { const char *begin; int class; } begins[] = {
        {"nnp", NOUN | NAME}, {"np", NOUN | NAME}, {"nn", NOUN}, {"vbd", VERB | PAST}, {"vbn", VERB | PAST}, {"vvd", VERB | PAST}, {"vvn", VERB | PAST},
        {"vb", VERB | PRESENT}, {"vv", VERB | PRESENT}, {"jj", ADJECTIVE}, {"aj", ADJECTIVE}, {"rb", ADVERB}, {"rr", ADVERB}, {"av", ADVERB}};
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++)
        if (strlen(whole[i].tag) == n && !sx_ascii_compare_n(whole[i].tag, tag, n))
            return whole[i].class;
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++)
        if (n >= strlen(begins[i].begin) && n <= 4 && !sx_ascii_compare_n(begins[i].begin, tag, strlen(begins[i].begin)))
            return begins[i].class;
    return 0;
}

/* 2: one of `roles` is asked for by name, 1: one is a class that holds what is asked for, 0: neither. */
static int role_fits(const char *roles, const char *asked)
{
    int best = 0;
    while (*roles) {
        size_t n = strcspn(roles, " "), m;
        int class = role_class(roles, n);
        for (const char *a = asked; *a; a += m + strspn(a + m, " ")) {
            m = strcspn(a, " ");
            const char *colon = memchr(a, ':', m);
            const char *tag = colon ? colon + 1 : a;
            size_t length = (size_t)(a + m - tag);
            if (n == length && !sx_ascii_compare_n(roles, tag, n))
                return 2;
            if (class && (class & role_class(tag, length)) == class)
                best = 1;
        }
        roles += n + strspn(roles + n, " ");
    }
    return best;
}

/* Of a word's readings. */
static const struct sx_lexicon_entry *choose(const struct sx_lexicon_entry *entry, const char *role)
{
    const struct sx_lexicon_entry *any = NULL, *class = NULL;
    for (; entry; entry = entry->next) {
        int fits = entry->role && role ? role_fits(entry->role, role) : 0;
        if (fits == 2)
            return entry;
        if (fits == 1 && !class)
            class = entry;
        if (!entry->role && !any)
            any = entry;
    }
    return class ? class : any;
}

/* ------------------------------------------------------------------ looking up */

const struct sx_lexicon_entry *sx_lexicon_readings(const struct sx_lexicon *lexicon, const char *word, size_t length)
{
    if (lexicon && lexicon->first) {
        const struct sx_lexicon_entry *entry = sx_lexicon_readings(lexicon->first, word, length);
        return entry ? entry : sx_lexicon_readings(lexicon->second, word, length);
    }
    return lexicon && lexicon->count ? find(lexicon, hash(word, length), word, length)->entry : NULL;
}

const struct sx_lexicon_entry *sx_lexicon_find_role(const struct sx_lexicon *lexicon, const char *word, size_t length, const char *role)
{
    if (lexicon && lexicon->first) {
        const struct sx_lexicon_entry *entry = sx_lexicon_find_role(lexicon->first, word, length, role);
        return entry ? entry : sx_lexicon_find_role(lexicon->second, word, length, role);
    }
    return choose(sx_lexicon_readings(lexicon, word, length), role);
}

const struct sx_lexicon_entry *sx_lexicon_find(const struct sx_lexicon *lexicon, const char *word, size_t length)
{
    return sx_lexicon_find_role(lexicon, word, length, NULL);
}

static bool letter_or_digit(uint32_t code)
{
    utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)code);
    return c <= UTF8PROC_CATEGORY_ME || (c >= UTF8PROC_CATEGORY_ND && c <= UTF8PROC_CATEGORY_NO);
}

const struct sx_lexicon_entry *sx_lexicon_match(const struct sx_lexicon *lexicon, const char *text, size_t length, const char *role, size_t *took)
{
    *took = 0;
    if (!lexicon || !length)
        return NULL;
    if (lexicon->first) {
        size_t second = 0;
        const struct sx_lexicon_entry *a = sx_lexicon_match(lexicon->first, text, length, role, took);
        const struct sx_lexicon_entry *b = sx_lexicon_match(lexicon->second, text, length, role, &second);
        if (!a || second > *took) {
            *took = second;
            return b;
        }
        return a;
    }
    char word[SX_LEXICON_WORD + 8];
    const struct sx_lexicon_entry *best = NULL;
    uint64_t h = hash_begin;
    size_t used = 0, at = 0, next;
    uint32_t code = 0, following;
    for (; lexicon->count && at < length && used < lexicon->longest; at = next) {
        next = at + (size_t)sx_utf8_decode(text + at, length - at, &code);
        size_t before = used;
        if (code == 0x2019)
            code = '\'';
        if (code == ' ' || code == '\t' || code == '\n' || code == '\r' || code == 0xA0) {
            if (!used)
                return NULL;
            if (word[used - 1] == ' ')
                continue;
            code = ' ';
        }
        if (code < 0x80)
            word[used++] = sx_ascii_lower((char)code);
        else
            used += (size_t)sx_utf8_encode((uint32_t)utf8proc_tolower((utf8proc_int32_t)code), word + used);
        for (size_t i = before; i < used; i++)
            h = hash_byte(h, word[i]);
        if (before < 2) {
            unsigned bit = first_bytes(word, used);
            if (used > 1 && !(lexicon->begins[bit >> 3] >> (bit & 7) & 1))
                return best;
        }
        if (code == ' ')
            continue;
        bool inside = letter_or_digit(code);
        if (inside && next < length) {
            sx_utf8_decode(text + next, length - next, &following);
            inside = letter_or_digit(following);
        } else
            inside = false;
        if (inside)
            continue;
        const struct sx_lexicon_entry *entry = choose(find(lexicon, h, word, used)->entry, role);
        if (entry) {
            best = entry;
            *took = next;
        }
    }
    return best;
}

size_t sx_lexicon_count(const struct sx_lexicon *lexicon)
{
    return !lexicon ? 0 : lexicon->first ? sx_lexicon_count(lexicon->first) + sx_lexicon_count(lexicon->second) : lexicon->count;
}

/* ------------------------------------------------------------------ life */

struct sx_lexicon *sx_lexicon_ref(const struct sx_lexicon *lexicon)
{
    struct sx_lexicon *counted = (struct sx_lexicon *)lexicon;      /* the count is all that ever changes */
    if (counted)
        atomic_fetch_add_explicit(&counted->references, 1, memory_order_relaxed);
    return counted;
}

void sx_lexicon_close(struct sx_lexicon *lexicon)
{
    if (!lexicon || atomic_fetch_sub_explicit(&lexicon->references, 1, memory_order_acq_rel) > 1)
        return;
    sx_lexicon_close((struct sx_lexicon *)lexicon->first);
    sx_lexicon_close((struct sx_lexicon *)lexicon->second);
    free(lexicon->slots);
    sx_arena_free(&lexicon->arena);
    free(lexicon->path);
    free(lexicon);
}

int sx_lexicon_join(const struct sx_lexicon *first, const struct sx_lexicon *second, struct sx_lexicon **out, struct sx_error *error)
{
    struct sx_lexicon *lexicon = calloc(1, sizeof *lexicon);
    if (!lexicon)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    atomic_init(&lexicon->references, 1);
    lexicon->first = sx_lexicon_ref(first);
    lexicon->second = sx_lexicon_ref(second);
    *out = lexicon;
    return 0;
}
