/* spell.c - a sentence to the phonemes of a Piper voice, the ones that Piper itself would use (docs/PIPER.md).
 *
 * Text goes to libespeak-ng as it is written, clause by clause; each code point of the answer, decomposed (NFD), is a phoneme, and so is the mark behind the
 * clause. Voices of the type "text" get the code points of the text itself. "[[...]]" are phonemes as they stand. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/utf8.h"
#include "piper/piper.h"
#include "text/foreign.h"

enum { CLAUSES = 256 };                 /* of one piece of text: a sentence has at most 1 500 bytes */

/* A word in the making: where it stands in the sentence, and in the piece of text that is said. */
struct word {
    uint32_t begin, end;                /* bytes of the sentence */
    int first, last;                    /* tokens [first, last) that are its own */
    const struct sx_style *style;
    float share;
    bool ends;                          /* an utterance ends behind it */
    bool pause;                         /* a mark of a pause stands behind it */
};

struct spelling {
    struct sx_piper_speller *speller;
    const struct sx_piper_config *config;
    struct sx_say *say;
    struct sx_error *error;
    struct sx_buffer tokens, words;     /* of struct sx_token, struct word */
    const struct sx_style *style;       /* of the piece at hand */
    bool failed;
};

/* A piece of the sentence that is said in one way. `text` is what is said, of which byte i stands at begin + i of the sentence, or all of it at [begin, end). */
struct piece {
    const char *text;
    size_t length, begin, end;
    bool in_place;
    const char *language;               /* NULL: the voice's */
};

static int word_count(const struct spelling *s)
{
    return (int)(s->words.length / sizeof(struct word));
}

static struct word *word_at(const struct spelling *s, int i)
{
    return (struct word *)(void *)s->words.data + i;
}

static int token_count(const struct spelling *s)
{
    return (int)(s->tokens.length / sizeof(struct sx_token));
}

/* The passage that a byte of the sentence lies in. */
static const struct sx_say_passage *passage_at(const struct sx_say *say, size_t at)
{
    for (int i = 0; i < say->passage_count; i++)
        if (at < say->passages[i].end)
            return &say->passages[i];
    return say->passage_count ? &say->passages[say->passage_count - 1] : NULL;
}

static int add_word(struct spelling *s, size_t begin, size_t end)
{
    const struct sx_say_passage *passage = passage_at(s->say, begin);
    struct word word = {.begin = (uint32_t)begin, .end = (uint32_t)end, .first = -1, .style = passage ? passage->style : &sx_style_plain,
                        .share = passage ? passage->share : 1};
    sx_buffer_add(&s->words, &word, sizeof word);
    s->failed = s->failed || s->words.failed;
    return word_count(s) - 1;
}

static void add_token(struct spelling *s, int phoneme, int word)
{
    struct sx_token token = {.phone = (uint16_t)phoneme, .word = word};
    sx_buffer_add(&s->tokens, &token, sizeof token);
    s->failed = s->failed || s->tokens.failed;
}

/* ------------------------------------------------------------------ code points to phonemes */

static void tell_missing(struct spelling *s, uint32_t code)
{
    struct sx_piper_speller *speller = s->speller;
    char text[8] = "", message[160];
    for (int i = 0; i < speller->missing_count; i++)
        if (speller->missing[i] == code)
            return;
    if (!speller->warn || speller->missing_count == (int)(sizeof speller->missing / sizeof *speller->missing))
        return;
    speller->missing[speller->missing_count++] = code;
    text[sx_utf8_encode(code, text)] = 0;
    snprintf(message, sizeof message, "the voice has no phoneme \"%s\" (U+%04X): left out", text, code);
    speller->warn(speller->warn_user, message);
}

static int phoneme_of(const struct spelling *s, uint32_t code)
{
    char text[4];
    return sx_piper_phoneme(s->config, text, (size_t)sx_utf8_encode(code, text));
}

/* Adds code points as phonemes: several together where the voice has them as one, through its phoneme_map, others one by one. */
static void add_codes(struct spelling *s, const uint32_t *codes, const int *word_of, int count)
{
    const struct sx_piper_config *c = s->config;
    char text[80];
    for (int i = 0; i < count && !s->failed;) {
        int took = 0, found = -1;
        for (int k = 0; k < c->cluster_count; k++) {
            size_t n = strlen(c->clusters[k]), used = 0;
            int some = 0;
            while (used < n && i + some < count && used + 4 < sizeof text)
                used += (size_t)sx_utf8_encode(codes[i + some++], text + used);
            if (used == n && some > took && memcmp(text, c->clusters[k], n) == 0) {
                took = some;
                found = sx_piper_phoneme(c, text, n);
            }
        }
        if (found < 0) {
            took = 1;
            found = phoneme_of(s, codes[i]);
        }
        if (found < 0)
            tell_missing(s, codes[i]);
        else
            add_token(s, found, word_of[i]);
        i += took;
    }
}

/* One mark or blank of Piper's own, between words. */
static void add_mark(struct spelling *s, char mark)
{
    static const int nowhere = -1;
    uint32_t code = (unsigned char)mark;
    add_codes(s, &code, &nowhere, 1);
}

/* ------------------------------------------------------------------ text through libespeak-ng */

/* Code points of what the library said: decomposed, language marks "(en)" taken out, phoneme_map applied. */
static uint32_t *decompose(struct spelling *s, const char *said, size_t length, int *count)
{
    utf8proc_uint8_t *flat = NULL;
    uint32_t *codes = NULL;
    bool inside = false;
    *count = 0;
    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)said, (utf8proc_ssize_t)length, &flat, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE);
    size_t room = 64;
    for (utf8proc_ssize_t k = 0; k < n; k++)
        room += 64 * (s->config->map_count > 0) + 1;
    if (n >= 0)
        codes = sx_arena_array(s->say->arena, room, sizeof *codes);
    if (!codes)
        s->failed = true;
    for (size_t i = 0; codes && i < (size_t)n;) {
        uint32_t code;
        char text[5] = "";
        size_t took = (size_t)sx_utf8_decode((const char *)flat + i, (size_t)n - i, &code);
        memcpy(text, flat + i, took);
        i += took;
        if (code == '(' || inside) {
            inside = code != ')';
            continue;
        }
        const char *to = NULL;
        for (int k = 0; k < s->config->map_count && !to; k++)
            if (strcmp(s->config->map[k].from, text) == 0)
                to = s->config->map[k].to;
        for (size_t k = 0; to && to[k] && (size_t)*count < room;)
            k += (size_t)sx_utf8_decode(to + k, strlen(to + k), &codes[(*count)++]);
        if (!to && (size_t)*count < room)
            codes[(*count)++] = code;
    }
    free(flat);
    return codes;
}

static bool is_blank(uint32_t c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == 0x3000 || c == 0xA0;
}

static bool is_said(uint32_t c)
{
    utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)c);
    return (k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_NO);    /* letters, marks, numbers */
}

/* Chinese characters and kana are written without blanks: each is a word for whoever follows the text. */
static bool is_dense(uint32_t c)
{
    return (c >= 0x3040 && c < 0x3100) || (c >= 0x3400 && c < 0xA000) || (c >= 0xF900 && c < 0xFB00) || (c >= 0x20000 && c < 0x32000);
}

/* The next word at or behind *at: without blanks, its marks at both ends left out when anything else is in it. */
static bool next_word(const char *text, size_t end, size_t *at, size_t *begin, size_t *stop)
{
    size_t first = *at, last, said_from = SIZE_MAX, said_to = 0;
    uint32_t c;
    while (first < end) {
        size_t n = (size_t)sx_utf8_decode(text + first, end - first, &c);
        if (!is_blank(c))
            break;
        first += n;
    }
    for (last = first; last < end;) {
        size_t n = (size_t)sx_utf8_decode(text + last, end - last, &c);
        if (is_blank(c) || (is_dense(c) && said_to))
            break;
        if (is_said(c)) {
            said_from = said_from == SIZE_MAX ? last : said_from;
            said_to = last + n;
        }
        last += n;
        if (is_dense(c))
            break;
    }
    *at = last;
    *begin = said_to ? said_from : first;
    *stop = said_to ? said_to : last;
    return last > first;
}

/* What counts when words are compared: no blanks, no stress, no length. */
static bool is_sound(uint32_t c)
{
    return c != ' ' && c != 0x2C8 && c != 0x2CC && c != 0x2D0;
}

/* Adds the words of text[begin, end) of the piece, and what each is when it is said alone: code points in *said with their words in *owner. */
static int say_words(struct spelling *s, const struct piece *piece, const char *identifier, size_t begin, size_t end, uint32_t **said, int **owner, int *count)
{
    struct sx_buffer codes = {0}, owners = {0}, out = {0};
    struct sx_espeak_clause clauses[8];
    int first = word_count(s);
    *count = 0;
    for (size_t at = begin, from, to; !s->failed && next_word(piece->text, end, &at, &from, &to);) {
        int word = piece->in_place ? add_word(s, piece->begin + from, piece->begin + to) : add_word(s, piece->begin, piece->end);
        sx_buffer_clear(&out);
        if (sx_espeak_clauses(identifier, piece->text + from, to - from, &out, clauses, 8) < 0) {
            s->failed = true;
            break;
        }
        int some;
        const uint32_t *alone = decompose(s, out.data ? out.data : "", out.length, &some);
        for (int i = 0; alone && i < some; i++)
            if (is_sound(alone[i])) {
                sx_buffer_add(&codes, &alone[i], sizeof *alone);
                sx_buffer_add(&owners, &word, sizeof word);
                ++*count;
            }
    }
    *said = sx_arena_array(s->say->arena, (size_t)*count, sizeof **said);
    *owner = sx_arena_array(s->say->arena, (size_t)*count, sizeof **owner);
    s->failed = s->failed || codes.failed || owners.failed || !*said || !*owner;
    if (!s->failed && *count) {
        memcpy(*said, codes.data, codes.length);
        memcpy(*owner, owners.data, owners.length);
    }
    sx_buffer_free(&codes);
    sx_buffer_free(&owners);
    sx_buffer_free(&out);
    return first;
}

/* One clause: its phonemes, each with its word, and the mark behind it. */
static void add_clause(struct spelling *s, const struct piece *piece, const char *identifier, const struct sx_espeak_clause *clause, const char *phonemes)
{
    uint32_t *said;
    int *owner, count, said_count, sounds = 0;
    size_t end = clause->end < piece->length ? clause->end : piece->length;
    uint32_t *codes = decompose(s, phonemes, clause->length, &count);
    int first = say_words(s, piece, identifier, clause->begin < end ? clause->begin : end, end, &said, &owner, &said_count);
    uint32_t *only = codes ? sx_arena_array(s->say->arena, (size_t)count, sizeof *only) : NULL;
    int *words = sx_arena_array(s->say->arena, (size_t)count * 2, sizeof *words), *word_of = words ? words + count : NULL;
    if (!codes || !only || !words)
        s->failed = true;
    if (s->failed)
        return;
    for (int i = 0; i < count; i++)
        if (is_sound(codes[i]))
            only[sounds++] = codes[i];
    if (said_count == 0 && word_count(s) > first && sounds) {           /* words that say nothing alone, and something together */
        static const uint32_t any = 0;
        s->failed = sx_piper_align(&any, &first, 1, only, words, sounds, s->error) < 0;
    } else {
        s->failed = sx_piper_align(said, owner, said_count, only, words, sounds, s->error) < 0;
    }
    /* stress goes with the sound behind it, length with the one before, a blank with neither unless both are of one word */
    for (int i = count - 1, k = sounds, next = -1; i >= 0; i--) {
        if (is_sound(codes[i]))
            next = words[--k];
        int before = k > 0 ? words[k - 1] : -1;
        word_of[i] = is_sound(codes[i]) ? next : codes[i] == 0x2D0 ? before : codes[i] == ' ' && before != next ? -1 : next;
    }
    add_codes(s, codes, word_of, count);
    if (clause->mark)
        add_mark(s, clause->mark);
    if (clause->mark == ',' || clause->mark == ':' || clause->mark == ';')
        add_mark(s, ' ');
    int last = word_count(s) - 1;
    if (last >= 0 && clause->mark && !clause->sentence)
        word_at(s, last)->pause = true;
    if (last >= 0 && clause->sentence)
        word_at(s, last)->ends = true;
}

static bool find_voice(const struct spelling *s, const char *language, char identifier[64])
{
    const char *own = s->config->language;
    if (language && *language && !(strchr(language, '-') == NULL && sx_language_same(language, own)) && strcmp(language, own) != 0 &&
        sx_espeak_voice(language, identifier, 64))
        return true;
    return sx_espeak_exact(s->config->espeak, identifier, 64);
}

static void add_text(struct spelling *s, const struct piece *piece)
{
    char identifier[64];
    struct sx_buffer out = {0};
    struct sx_espeak_clause *clauses = sx_arena_array(s->say->arena, CLAUSES, sizeof *clauses);
    if (!find_voice(s, piece->language, identifier)) {
        s->failed = true;
        sx_piper_spell_check(s->config, s->error);
        return;
    }
    int count = clauses ? sx_espeak_clauses(identifier, piece->text, piece->length, &out, clauses, CLAUSES) : -1;
    if (count < 0)
        s->failed = true;
    for (int i = 0; i < count && !s->failed; i++)
        add_clause(s, piece, identifier, &clauses[i], (out.data ? out.data : "") + clauses[i].phonemes);
    sx_buffer_free(&out);
}

/* ------------------------------------------------------------------ phonemes as they stand, and voices that read letters */

/* Adds the code points of the piece, decomposed; words are what blanks part. With `fold` a capital that the voice lacks is a small letter. */
static void add_letters(struct spelling *s, const struct piece *piece, bool fold)
{
    size_t from = 0, to = 0, next = 0;
    int word = -1;
    for (size_t i = 0; i < piece->length && !s->failed;) {
        uint32_t code;
        utf8proc_int32_t parts[20];
        size_t n = (size_t)sx_utf8_decode(piece->text + i, piece->length - i, &code);
        while (i >= next && i >= to && next_word(piece->text, piece->length, &next, &from, &to))
            word = -1;
        bool inside = i >= from && i < to;
        if (inside && word < 0)
            word = piece->in_place ? add_word(s, piece->begin + from, piece->begin + to) : add_word(s, piece->begin, piece->end);
        if (is_blank(code))
            code = ' ';
        int options = UTF8PROC_DECOMPOSE;
        utf8proc_ssize_t some = utf8proc_decompose_char((utf8proc_int32_t)code, parts, 20, options, NULL);
        if (fold && some > 0 && some <= 20 && phoneme_of(s, (uint32_t)parts[0]) < 0)
            some = utf8proc_decompose_char((utf8proc_int32_t)code, parts, 20, options | UTF8PROC_CASEFOLD, NULL);
        for (utf8proc_ssize_t k = 0; k < some && some <= 20; k++) {
            uint32_t part = (uint32_t)parts[k];
            int of = inside ? word : -1;
            add_codes(s, &part, &of, 1);
        }
        i += n;
    }
}

/* "[[...]]" in a piece of text: what is before it, it, and the rest. Blanks around it are phonemes, as Piper has it. */
static void add_mixed(struct spelling *s, struct piece piece)
{
    while (piece.length && !s->failed) {
        const char *open = strstr(piece.text, "[["), *close = open && open < piece.text + piece.length ? strstr(open, "]]") : NULL;
        if (!close || close >= piece.text + piece.length) {
            add_text(s, &piece);
            return;
        }
        struct piece before = piece, inner = piece;
        before.length = (size_t)(open - piece.text);
        if (before.length)
            add_text(s, &before);
        size_t from = before.length + 2, to = (size_t)(close - piece.text), rest = to + 2;
        while (from < to && is_blank((unsigned char)piece.text[from]))
            from++;
        while (to > from && is_blank((unsigned char)piece.text[to - 1]))
            to--;
        if (word_count(s) > 0)                  /* the phonemes belong to the sentence before */
            word_at(s, word_count(s) - 1)->ends = false;
        if (before.length && is_blank((unsigned char)open[-1]))
            add_mark(s, ' ');
        inner.text += from;
        inner.length = to - from;
        inner.begin += inner.in_place ? from : 0;
        add_letters(s, &inner, false);
        piece.text += rest;
        piece.length -= rest;
        piece.begin += piece.in_place ? rest : 0;
        if (piece.length && is_blank((unsigned char)piece.text[0]))
            add_mark(s, ' ');
    }
}

/* ------------------------------------------------------------------ the sentence */

static bool same_language(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* Passages without anything of their own to say are read in one go. */
static bool is_plain(const struct sx_style *style)
{
    return !style->phones && !style->instead;
}

static void add_passages(struct spelling *s)
{
    const struct sx_say *say = s->say;
    for (int i = 0; i < say->passage_count && !s->failed;) {
        const struct sx_say_passage *p = &say->passages[i];
        const struct sx_style *style = p->style;
        size_t end = p->end;
        int next = i + 1;
        while (is_plain(style) && next < say->passage_count && is_plain(say->passages[next].style) &&
               same_language(say->passages[next].style->language, style->language))
            end = say->passages[next++].end;
        struct piece piece = {say->text + p->begin, end - p->begin, p->begin, end, true, style->language ? style->language : say->language};
        bool ipa = style->phones && style->alphabet == SYRINX_IPA;
        if (ipa || style->instead) {
            while (piece.begin + 1 < piece.end && is_blank((unsigned char)say->text[piece.begin]))
                piece.begin++;
            while (piece.end > piece.begin + 1 && is_blank((unsigned char)say->text[piece.end - 1]))
                piece.end--;
            piece.text = ipa ? style->phones : style->instead;
            piece.length = strlen(piece.text);
            piece.in_place = false;
        }
        if (ipa && s->config->type == SX_PIPER_ESPEAK) {
            if (token_count(s))
                add_mark(s, ' ');
            add_letters(s, &piece, false);
            add_mark(s, ' ');
        } else if (s->config->type == SX_PIPER_TEXT) {
            add_letters(s, &piece, true);
        } else {
            add_mixed(s, piece);
        }
        i = next;
    }
}

/* Hands on what there is: words that have tokens, in the order of those. */
static int hand_on(struct spelling *s, struct sx_spelled *spelled)
{
    struct sx_say *say = s->say;
    int words = word_count(s), tokens = token_count(s), kept = 0, at = 0;
    struct sx_token *list = (struct sx_token *)(void *)s->tokens.data;
    int *number = sx_arena_array(say->arena, (size_t)words + 1, sizeof *number);
    spelled->tokens = sx_arena_array(say->arena, (size_t)tokens, sizeof *list);
    spelled->starts = sx_arena_array(say->arena, (size_t)words + 1, sizeof *spelled->starts);
    spelled->ends = sx_arena_array(say->arena, (size_t)words + 1, sizeof *spelled->ends);
    say->words = sx_arena_array(say->arena, (size_t)words, sizeof *say->words);
    if (!number || !spelled->tokens || !spelled->starts || !spelled->ends || !say->words)
        return sx_fail(s->error, SYRINX_ERROR_MEMORY, "out of memory");
    for (int i = 0; i < words; i++)
        number[i] = -1;
    for (; at < tokens; at++) {
        int word = list[at].word;
        if (word >= 0 && number[word] < 0) {
            const struct word *from = word_at(s, word);
            char *text = sx_arena_strdup(say->arena, say->text + from->begin, from->end - from->begin);
            if (!text)
                return sx_fail(s->error, SYRINX_ERROR_MEMORY, "out of memory");
            say->words[kept] = (struct sx_spoken){.text = text, .begin = from->begin, .end = from->end, .mark = from->pause ? SX_PHONE_COMMA : SX_PHONE_WORD,
                                                  .style = from->style, .share = from->share, .phone_count = -1};
            spelled->starts[kept] = kept ? at : 0;
            number[word] = kept++;
        }
        spelled->tokens[at] = list[at];
        spelled->tokens[at].word = word < 0 ? -1 : number[word];
    }
    for (int i = 0, last = -1; i < words; i++) {        /* a word without a sound ends what the one before it ends */
        last = number[i] >= 0 ? number[i] : last;
        if (last >= 0 && word_at(s, i)->ends)
            spelled->ends[last] = true;
    }
    spelled->token_count = at;
    spelled->starts[kept] = at;
    say->count = kept;
    return SYRINX_OK;
}

int sx_piper_spell_check(const struct sx_piper_config *config, struct sx_error *error)
{
    char identifier[64];
    if (config->type != SX_PIPER_ESPEAK || sx_espeak_exact(config->espeak, identifier, sizeof identifier))
        return SYRINX_OK;
    if (!sx_foreign_present())
        return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "this Piper voice needs libespeak-ng (Debian package libespeak-ng1), which was not found");
    return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "libespeak-ng has no voice \"%s\", which this Piper voice needs", config->espeak);
}

int sx_piper_spell(void *user, struct sx_say *say, struct sx_spelled *spelled, struct sx_error *error)
{
    struct sx_piper_speller *speller = user;
    struct spelling s = {.speller = speller, .config = speller->config, .say = say, .error = error};
    int code = SYRINX_OK;
    say->count = 0;
    error->code = SYRINX_OK;
    add_passages(&s);
    if (s.failed)
        code = error->code < 0 ? error->code : sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    else
        code = hand_on(&s, spelled);
    sx_buffer_free(&s.tokens);
    sx_buffer_free(&s.words);
    return code;
}
