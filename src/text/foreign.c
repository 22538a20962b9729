/* foreign.c - a passage in another language: cut into words, said some at a time for their context, each word with its bytes. */
#include "text/foreign.h"

#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#include "base/utf8.h"
#include "text/script.h"

enum {
    RUN = 10,               /* words that go into one call: libespeak-ng 1.51 overruns a buffer on long runs of some scripts */
    WORD = 96,              /* bytes of a word; a longer one is cut */
    SPELLED = 8,            /* groups of phonemes that a word without digits may have */
    CLUSTER = 12            /* characters of a word in a script without blanks */
};

struct token {
    uint32_t begin, end;
    uint8_t script;         /* of its first letter */
    bool plain;             /* nothing but letters: one group of phonemes is likely */
    bool digits;
    bool follows;           /* only blanks, or nothing, between it and the token before */
};

int sx_foreign_check(const char *language, struct sx_error *error)
{
    char identifier[64], name[64];
    if (sx_espeak_voice(language, identifier, sizeof identifier))
        return SYRINX_OK;
    sx_language_name(language, name, sizeof name);
    if (!sx_foreign_present())
        return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "%s needs libespeak-ng (Debian package libespeak-ng1), which was not found", name);
    return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "%s: libespeak-ng has no such language", name);
}

/* ------------------------------------------------------------------ words */

static bool joins_digits(char c)
{
    return c == '.' || c == ',' || c == ':' || c == '/';
}

static bool dense(enum sx_script s)
{
    return s == SX_SCRIPT_KANA || s == SX_SCRIPT_THAI || s == SX_SCRIPT_LAO || s == SX_SCRIPT_KHMER || s == SX_SCRIPT_MYANMAR || s == SX_SCRIPT_TIBETAN;
}

/* The next token at or behind *at; false at the end. */
static bool next_token(const char *text, size_t length, size_t *at, struct token *token)
{
    size_t i = *at;
    int characters = 0;
    bool open = false, was_odd = false, digit = false, letter = false, dotted = false;
    *token = (struct token){.plain = true, .follows = true};
    while (i < length) {
        uint32_t code;
        size_t n = (size_t)sx_utf8_decode(text + i, length - i, &code);
        utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)code);
        bool is_letter = c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO;
        bool is_mark = c >= UTF8PROC_CATEGORY_MN && c <= UTF8PROC_CATEGORY_ME;
        bool is_digit = c >= UTF8PROC_CATEGORY_ND && c <= UTF8PROC_CATEGORY_NO;
        /* signs among the letters of a script (the lone accents of Greek) say nothing, and would be named in that script's language */
        bool is_sign = (c >= UTF8PROC_CATEGORY_SM && c <= UTF8PROC_CATEGORY_SO && (code < 0x100 || code >= 0x2000)) || (code < 0x80 && strchr("%@&#", (char)code) && code);
        if (code == '-' && !open && (i == 0 || strchr(" \n(", text[i - 1])) && i + 1 < length)         /* -5 */
            is_sign = text[i + 1] >= '0' && text[i + 1] <= '9';
        enum sx_script script = is_letter ? sx_script_of(code) : SX_SCRIPT_COMMON;
        bool inside = is_letter || is_digit || is_sign || (open && (is_mark || c == UTF8PROC_CATEGORY_CF));
        if (!inside && open && code < 0x80 && i + n < length) {
            /* punctuation within a word: l'eau, U-Bahn, 3,5, z.B. */
            uint32_t behind;
            sx_utf8_decode(text + i + n, length - i - n, &behind);
            utf8proc_category_t b = utf8proc_category((utf8proc_int32_t)behind);
            bool letter_behind = b >= UTF8PROC_CATEGORY_LU && b <= UTF8PROC_CATEGORY_LO, digit_behind = b == UTF8PROC_CATEGORY_ND;
            inside = ((code == '\'' || code == '-' || code == '.') && letter && letter_behind) || (digit && digit_behind && joins_digits((char)code)) ||
                     (code == '-' && (letter || digit) && (letter_behind || digit_behind)) || (code == '_' && (letter_behind || digit_behind));
            dotted |= inside && code == '.';
        }
        if (!inside && open && code == '.' && dotted && letter)
            inside = true;          /* the last of z.B. */
        if (!inside) {
            if (open)
                break;
            if (code != ' ' && code != '\n')
                token->follows = false;
            i += n;
            continue;
        }
        /* Letters and marks of one script, and signs that every voice knows: a word with anything else would be spelled in several languages by turns, which
           libespeak-ng 1.51 does from memory that it has freed. */
        if (is_mark)
            script = sx_script_of(code);
        bool odd = code >= 0x100 && !(code >= 0x20A0 && code < 0x20D0) && !is_letter && !is_mark && c != UTF8PROC_CATEGORY_ND;
        if (odd)
            script = sx_script_of(code);
        bool same = open && odd == was_odd && (script == token->script || script == SX_SCRIPT_COMMON || (token->script == SX_SCRIPT_COMMON && is_letter));
        if (open && (!same || i + n - token->begin > WORD || (token->script == SX_SCRIPT_HAN && is_letter) || (dense(token->script) && characters >= CLUSTER && is_letter)))
            break;
        if (!open)
            token->begin = (uint32_t)i;
        if (token->script == SX_SCRIPT_COMMON && (is_letter || odd))
            token->script = (uint8_t)script;
        token->digits |= is_digit;
        token->plain &= (is_letter || is_mark || code == '\'') && (code < 0xFB00 || code >= 0xFFF0);   /* presentation forms may be several words */
        open = true;
        was_odd = odd;
        digit = is_digit;
        letter = is_letter || is_mark;
        characters++;
        i += n;
        token->end = (uint32_t)i;
    }
    *at = i;
    return open;
}

/* ------------------------------------------------------------------ saying them */

struct work {
    const char *text;
    struct sx_arena *arena;
    struct sx_foreign_word *words;
    int count, room;
    bool belarusian, failed;
};

static void add_word(struct work *w, const struct token *t, const struct sx_phone *phones, int count)
{
    if (w->count == w->room) {
        int room = w->room ? 2 * w->room : 32;
        struct sx_foreign_word *more = sx_arena_array(w->arena, (size_t)room, sizeof *more);
        if (!more) {
            w->failed = true;
            return;
        }
        if (w->count)
            memcpy(more, w->words, (size_t)w->count * sizeof *more);
        w->words = more;
        w->room = room;
    }
    struct sx_phone *copy = sx_arena_array(w->arena, count > 0 ? (size_t)count : 0, sizeof *copy);
    if (!copy) {
        w->failed = true;
        return;
    }
    if (count > 0)
        memcpy(copy, phones, (size_t)count * sizeof *copy);
    w->words[w->count++] = (struct sx_foreign_word){t->begin, t->end, copy, count};
}

/* Hebrew and Arabic are written, and so said by libespeak-ng, without short vowels: of two consonants in a row a reader puts an a between. */
static int add_vowels(const char *home, struct sx_phone *phones, int count, int room)
{
    bool consonant = false, parted = false;
    if (strcmp(home, "he") && strcmp(home, "ar"))
        return count;
    for (int i = 0; i < count; i++) {
        bool vowel = sx_phone_vowel(phones[i].id);
        bool insert = !vowel && consonant && !parted && count < room && phones[i].id != phones[i - 1].id;
        if (insert) {
            memmove(phones + i + 1, phones + i, (size_t)(count - i) * sizeof *phones);
            phones[i++] = (struct sx_phone){SX_PHONE_A, 0};
            count++;
        }
        consonant = !vowel;
        parted = insert;
    }
    return count;
}

/* A consonant or two without any vowel are a word of a few languages; more are letters that the library could not read. */
static bool unsayable(const struct sx_phone *phones, int count)
{
    for (int i = 0; i < count; i++)
        if (sx_phone_vowel(phones[i].id) || phones[i].id == SX_PHONE_TRILL || phones[i].stress)
            return false;
    return count > 2;
}

/* Groups of phonemes in `said` that have phones: their number; each is given to tokens[0], [1], … when `add`, all to the only one when there is one. */
static int groups(struct work *w, const char *home, const char *said, size_t length, const struct token *tokens, int count, bool add)
{
    struct sx_phone phones[512];
    char language[16];
    int found = 0, start = w->count;
    snprintf(language, sizeof language, "%s", home);
    for (size_t i = 0; i < length && !w->failed;) {
        size_t n = i;
        while (n < length && said[n] != ' ')
            n++;
        int m = sx_ipa_parse(language, home, said + i, n - i, phones, (int)(sizeof phones / sizeof phones[0]), NULL);
        m = add_vowels(home, phones, m, (int)(sizeof phones / sizeof phones[0]));
        if (m) {
            const struct token *t = &tokens[count == 1 ? 0 : found];
            if (add && t->script > SX_SCRIPT_LATIN && unsayable(phones, m)) {
                add_word(w, t, NULL, 0);
                m = 0;
            }
            /* A number may be a group of sixty phones; a row of letters that libespeak-ng spells is not heard to its end. */
            for (int first = 0; add && first < m && (t->digits || w->count - start < SPELLED);) {
                int some = m - first <= SX_FOREIGN_PHONES ? m - first : SX_FOREIGN_PHONES * 3 / 4;
                add_word(w, t, phones + first, some);
                first += some;
            }
            if (count > 1)
                start = w->count;
            found++;
        }
        i = n + 1;
    }
    return found;
}

/* Says tokens[0..count) with one voice: together when each gives one group, else each half by itself. */
static void say_tokens(struct work *w, const char *identifier, const char *home, const struct token *tokens, int count)
{
    struct sx_buffer said = {0};
    size_t begin = tokens[0].begin, end = tokens[count - 1].end;
    bool done = false;
    if (w->failed)
        return;
    if (count == 1 || end - begin <= SX_FOREIGN_PIECE) {
        char piece[SX_FOREIGN_PIECE];
        size_t length = end - begin < sizeof piece ? end - begin : sizeof piece;
        memcpy(piece, w->text + begin, length);
        length = sx_foreign_spell(w->belarusian ? "be" : home, piece, length);
        if (!sx_espeak_say(identifier, piece, length, &said) && said.failed)
            w->failed = true;
        int found = groups(w, home, said.data ? said.data : "", said.length, tokens, count, false);
        done = count == 1 || found == count;
        if (done && found)
            groups(w, home, said.data, said.length, tokens, count, true);
        else if (done)
            add_word(w, &tokens[0], NULL, 0);
    }
    sx_buffer_free(&said);
    if (!done) {
        say_tokens(w, identifier, home, tokens, count / 2);
        say_tokens(w, identifier, home, tokens + count / 2, count - count / 2);
    }
}

/* The part of an identifier that names the language: "roa/pt-BR" -> "pt". */
static void home_language(const char *identifier, char out[16])
{
    const char *slash = strrchr(identifier, '/');
    const char *p = slash ? slash + 1 : identifier;
    size_t n = strcspn(p, "-");
    if (n > 15)
        n = 15;
    memcpy(out, p, n);
    out[n] = 0;
}

int sx_foreign_say(const char *language, const char *text, size_t length, struct sx_arena *arena, const struct sx_foreign_word **words, int *count,
                   struct sx_error *error)
{
    struct work w = {.text = text, .arena = arena, .belarusian = sx_language_same(language, "be")};
    char identifier[2][64], home[2][16];
    char scripts[64];
    bool latin = !sx_language_field(language, 2, scripts, sizeof scripts) || strstr(scripts, "Latn");
    int kept = -1;                  /* script of the voice in identifier[1] */
    *words = NULL;
    *count = 0;
    if (!sx_espeak_voice(language, identifier[0], sizeof identifier[0]))
        return sx_foreign_check(language, error);
    home_language(identifier[0], home[0]);
    struct token tokens[RUN];
    struct token token;
    int n = 0, which = 0;           /* tokens that wait, and their voice */
    for (size_t at = 0; !w.failed;) {
        bool more = next_token(text, length, &at, &token);
        if (n && (!more || !token.follows || !token.plain || !tokens[n - 1].plain || n == RUN || token.script != tokens[0].script ||
                  token.end - tokens[0].begin > SX_FOREIGN_PIECE)) {
            say_tokens(&w, identifier[which], home[which], tokens, n);
            n = 0;
        }
        if (!more)
            break;
        which = 0;
        if (token.script == SX_SCRIPT_LATIN && !latin) {
            add_word(&w, &token, NULL, SX_FOREIGN_ENGLISH);
            continue;
        }
        /* Japanese and Korean voices know no Chinese characters: better their Mandarin sound than "Chinese letter". */
        bool strange = !sx_script_used((enum sx_script)token.script, language) || (token.script == SX_SCRIPT_HAN && !strcmp(home[0], "ja"));
        if (strange) {
            const char *other = token.script == SX_SCRIPT_HAN ? "cmn" : sx_script_language((enum sx_script)token.script, text + token.begin, length - token.begin);
            if (!other || (kept != token.script && !sx_espeak_voice(other, identifier[1], sizeof identifier[1]))) {
                add_word(&w, &token, NULL, 0);
                continue;
            }
            kept = token.script;
            home_language(identifier[1], home[1]);
            which = 1;
        }
        tokens[n++] = token;
    }
    if (w.failed)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    *words = w.words;
    *count = w.count;
    return SYRINX_OK;
}
