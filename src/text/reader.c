/* reader.c - text in pieces to utterances: cleaning, sentences, words, phones, then chunks that a voice can say at once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "text/clean.h"
#include "text/detect.h"
#include "text/foreign.h"
#include "text/front.h"
#include "text/passage.h"
#include "text/phrase.h"
#include "text/pronounce.h"
#include "text/say.h"
#include "text/sentence.h"
#include "text/speller.h"

/* A kind of point that does not leave this file: a section ends. */
enum { SX_POINT_SECTION = 100 };

#define LONGEST_BREAK 1.0f      /* seconds of pause that a voice is asked to make; longer ones are silence between utterances */

struct sx_reader {
    const struct sx_text *text;
    struct sx_pronouncer pronouncer;
    struct sx_known known;          /* the voice's phones, where pronouncer.known points here */
    int punctuation;                /* SYRINX_PUNCTUATION_… */
    char *language;                 /* of text that has none of its own; NULL: none given */
    bool detect;                    /* it is found sentence by sentence */
    char detected[SX_LANGUAGE_TAG]; /* of the last sentence that told */
    char warned[SX_LANGUAGE_TAG];   /* the last language of a passage that could not be said */
    struct sx_lexicon *lexicon;     /* the user's, as it was when the sentence at hand was taken */
    void (*warn)(void *user, const char *message);
    void *warn_user;
    struct sx_clean clean;
    size_t begin;                   /* clean.text from here on was not taken yet, or is the sentence at hand */
    struct sx_passages passages;
    struct sx_arena arena;          /* of the sentence at hand */
    struct sx_say say;
    struct sx_phone *phones;
    int *starts;                    /* [say.count + 1] */
    struct sx_speller speller;      /* spell NULL: none */
    struct sx_spelled spelled;
    int next;                       /* first word that was not given out; say.count: the sentence is done */
    struct sx_point *points;        /* of the sentence; `word` counts the sentence's */
    int point_count, next_point;
    bool section;                   /* a section ends behind the sentence */
    int sections;                   /* ends of sections among the points that were not taken */
    struct sx_sentence sentence;    /* at clean.text + begin while next < say.count */
    char flood;                     /* the only character of an endless run that was spoken once */
    bool inside;                    /* a text has begun and not ended */
    int endless;                    /* pieces so far of a run of letters and digits without end */
};

int sx_reader_new(const struct sx_text *text, struct sx_reader **out, struct sx_error *error)
{
    struct sx_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    reader->text = text;
    reader->clean.backticks = SX_TEXT_PUNCTUATION_OF(text->flags) > SYRINX_PUNCTUATION_NONE;
    reader->punctuation = SX_TEXT_PUNCTUATION_OF(text->flags);
    reader->pronouncer.no_lexicon = text->flags & SX_TEXT_NO_LEXICON;
    reader->pronouncer.recall = sx_recall_new();
    int status = reader->pronouncer.recall ? sx_letters_new(text->letters, &reader->pronouncer.letters, error) :
                                             sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    if (status < 0) {
        sx_recall_free(reader->pronouncer.recall);
        free(reader);
        return status;
    }
    *out = reader;
    return 0;
}

void sx_reader_free(struct sx_reader *reader)
{
    if (!reader)
        return;
    sx_letters_free(reader->pronouncer.letters);
    sx_recall_free(reader->pronouncer.recall);
    sx_clean_free(&reader->clean);
    sx_passages_free(&reader->passages);
    sx_arena_free(&reader->arena);
    sx_lexicon_close(reader->lexicon);
    free(reader->language);
    free(reader);
}

void sx_reader_reset(struct sx_reader *reader)
{
    sx_clean_reset(&reader->clean);
    sx_passages_reset(&reader->passages);
    reader->begin = 0;
    reader->say.count = reader->next = reader->point_count = reader->next_point = 0;
    memset(&reader->sentence, 0, sizeof reader->sentence);
    reader->flood = 0;
    reader->detected[0] = 0;
    reader->sections = 0;
    reader->inside = false;
    reader->endless = 0;
}

/* ------------------------------------------------------------------ what comes in */

static int no_memory(struct sx_error *error)
{
    return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
}

static int pushed(const struct sx_reader *reader, struct sx_error *error)
{
    return reader->clean.failed ? no_memory(error) : 0;
}

void sx_reader_warn(struct sx_reader *reader, void (*warn)(void *user, const char *message), void *user)
{
    reader->warn = warn;
    reader->warn_user = user;
}

void sx_reader_known(struct sx_reader *reader, const struct sx_known *known)
{
    reader->known = *known;
    reader->pronouncer.known = &reader->known;
}

void sx_reader_speller(struct sx_reader *reader, const struct sx_speller *speller)
{
    reader->speller = *speller;
    reader->clean.raw = true;
}

void sx_reader_punctuation(struct sx_reader *reader, int level)
{
    reader->punctuation = level;
}

int sx_reader_language(struct sx_reader *reader, const char *language, struct sx_error *error)
{
    bool detect = language && !sx_ascii_compare(language, "auto");
    if (detect)
        language = NULL;
    if (language && !sx_language_same(language, "en")) {
        int status = sx_foreign_check(language, error);
        if (status < 0)
            return status;
    }
    char *copy = language ? strdup(language) : NULL;
    if (language && !copy)
        return no_memory(error);
    free(reader->language);
    reader->language = copy;
    reader->detect = detect;
    return 0;
}

int sx_reader_push(struct sx_reader *reader, const char *bytes, size_t length, struct sx_error *error)
{
    sx_clean_push(&reader->clean, bytes, length);
    return pushed(reader, error);
}

int sx_reader_push_at(struct sx_reader *reader, const char *bytes, size_t length, uint64_t begin, uint64_t end, struct sx_error *error)
{
    sx_clean_push_at(&reader->clean, bytes, length, begin, end);
    return pushed(reader, error);
}

uint64_t sx_reader_position(const struct sx_reader *reader)
{
    return reader->clean.position;
}

int sx_reader_style(struct sx_reader *reader, const struct sx_style *style, struct sx_error *error)
{
    sx_clean_part(&reader->clean);
    return sx_passages_style(&reader->passages, reader->clean.text.length, style) ? 0 : no_memory(error);
}

int sx_reader_boundary(struct sx_reader *reader, enum sx_boundary boundary, struct sx_error *error)
{
    static const struct sx_point section = {.kind = SX_POINT_SECTION};
    if (boundary != SX_BOUNDARY_SENTENCE)
        sx_clean_space(&reader->clean, 2);
    if (boundary == SX_BOUNDARY_SECTION) {
        if (!sx_passages_point(&reader->passages, reader->clean.text.length, &section))
            return no_memory(error);
        reader->sections++;
    }
    sx_clean_end(&reader->clean);
    return pushed(reader, error);
}

int sx_reader_point(struct sx_reader *reader, const struct sx_point *point, struct sx_error *error)
{
    return sx_passages_point(&reader->passages, reader->clean.text.length, point) ? 0 : no_memory(error);
}

static int sink_text(void *user, const char *bytes, size_t length, uint64_t begin, uint64_t end, struct sx_error *error)
{
    return sx_reader_push_at(user, bytes, length, begin, end, error);
}

static int sink_style(void *user, const struct sx_style *style, struct sx_error *error)
{
    return sx_reader_style(user, style, error);
}

static int sink_boundary(void *user, enum sx_boundary boundary, struct sx_error *error)
{
    return sx_reader_boundary(user, boundary, error);
}

static int sink_point(void *user, const struct sx_point *point, struct sx_error *error)
{
    return sx_reader_point(user, point, error);
}

void sx_reader_sink(struct sx_reader *reader, struct sx_markup_sink *sink)
{
    *sink = (struct sx_markup_sink){reader, sink_text, sink_style, sink_boundary, sink_point};
}

void sx_reader_end(struct sx_reader *reader)
{
    sx_clean_end(&reader->clean);
    sx_clean_close(&reader->clean);
}

/* ------------------------------------------------------------------ a sentence */

/* Forgets `length` bytes of clean text. They leave memory many at a time, so that a long text given at once costs no more than one in pieces. */
static void drop(struct sx_reader *reader, size_t length)
{
    enum { MANY = 1 << 14 };
    reader->begin += length;
    sx_passages_pass(&reader->passages, reader->begin);
    bool all = reader->begin == reader->clean.text.length;
    if (!reader->begin || (!all && (reader->begin < MANY || reader->begin < reader->clean.text.length / 2)))
        return;
    sx_passages_move(&reader->passages, reader->begin);
    sx_clean_drop(&reader->clean, reader->begin);
    reader->begin = 0;
}

/* A run of one character without end is said once; of any other run of letters and digits (a picture in base64, a key) the first ENDLESS pieces of
 * 1500 bytes are said, about ten minutes. */
static bool flooded(struct sx_reader *reader)
{
    enum { ENDLESS = 8 };
    const char *text = reader->clean.text.data + reader->begin;
    const struct sx_sentence *s = &reader->sentence;
    bool same = s->flood, run = s->flood;
    for (size_t i = 1; i < s->length; i++) {
        unsigned char c = (unsigned char)text[i];
        same &= text[i] == text[0];
        run &= c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '+' || c == '/' || c == '=';
    }
    reader->endless = run ? reader->endless + 1 : 0;
    if (reader->endless > ENDLESS)
        return true;
    bool again = same && reader->flood == text[0];
    reader->flood = same ? text[0] : 0;
    return again;
}

/* Words that have no phones are left out; their pause goes to the word before, points that stood before them stand before the next one. */
static void drop_silent(struct sx_reader *reader)
{
    struct sx_say *say = &reader->say;
    int n = 0, point = 0;
    uint8_t open = 0;
    for (int i = 0; i < say->count; i++) {
        for (; point < reader->point_count && reader->points[point].word <= i; point++)
            reader->points[point].word = n;
        if (reader->starts[i] == reader->starts[i + 1]) {
            if (n && say->words[n - 1].mark < say->words[i].mark)
                say->words[n - 1].mark = say->words[i].mark;
            if (n)
                say->words[n - 1].close |= say->words[i].close;
            open |= say->words[i].open & (uint8_t)~say->words[i].close;
            continue;
        }
        say->words[n] = say->words[i];
        say->words[n].open |= open;
        open = 0;
        reader->starts[n++] = reader->starts[i];
    }
    for (; point < reader->point_count; point++)
        reader->points[point].word = n;
    reader->starts[n] = reader->starts[say->count];
    say->count = n;
}

static const struct sx_passage *next_passage(const struct sx_passages *passages, const struct sx_passage *p)
{
    return p ? p + 1 : passages->items ? passages->items + passages->first : NULL;
}

/* A passage in a language that libespeak-ng cannot say is read as English: the program is told once. */
static void warn_language(struct sx_reader *reader, const char *language)
{
    struct sx_error error;
    if (!language || !reader->warn || sx_language_same(language, "en") || !strncmp(language, reader->warned, sizeof reader->warned - 1) ||
        sx_foreign_check(language, &error) == 0)
        return;
    snprintf(reader->warned, sizeof reader->warned, "%s", language);
    sx_context(&error, "read as English");
    reader->warn(reader->warn_user, error.message);
}

/* Passages of the sentence, for sx_say_sentence: NULL and 0 when all is plain. */
static int find_passages(struct sx_reader *reader, struct sx_error *error)
{
    const struct sx_passages *passages = &reader->passages;
    struct sx_say *say = &reader->say;
    size_t begin = reader->begin, end = begin + reader->sentence.length;
    const struct sx_passage *p = sx_passages_find(passages, begin);
    int count = 0;
    for (size_t at = begin; at < end; count++) {
        at = sx_passages_end(passages, p, end);
        p = next_passage(passages, p);
    }
    say->passages = sx_arena_array(&reader->arena, (size_t)count, sizeof *say->passages);
    if (!say->passages)
        return no_memory(error);
    p = sx_passages_find(passages, begin);
    for (size_t at = begin; at < end;) {
        size_t stop = sx_passages_end(passages, p, end);
        size_t all = p ? p->length + sx_passages_end(passages, p, reader->clean.text.length) - p->at : 1;
        say->passages[say->passage_count++] = (struct sx_say_passage){
            .begin = at - begin, .end = stop - begin, .style = p ? p->style : &sx_style_plain, .share = (float)(stop - at) / (float)all};
        warn_language(reader, p ? p->style->language : NULL);
        at = stop;
        p = next_passage(passages, p);
    }
    return 0;
}

/* The points up to the sentence's end, each before the word that it stands before. */
static int take_points(struct sx_reader *reader, size_t end, struct sx_error *error)
{
    struct sx_passages *passages = &reader->passages;
    const struct sx_say *say = &reader->say;
    size_t count = 0, first = passages->point_first;
    reader->point_count = reader->next_point = 0;
    /* a section's end may stand behind the white space */
    while (first + count < passages->point_count &&
           (passages->points[first + count].at < end || (passages->points[first + count].at == end && passages->points[first + count].point.kind == SX_POINT_SECTION)))
        count++;
    if (!count)
        return 0;
    reader->points = sx_arena_array(&reader->arena, count, sizeof *reader->points);
    if (!reader->points)
        return no_memory(error);
    int word = 0;
    for (size_t i = 0; i < count; i++) {
        struct sx_placed_point *placed = &passages->points[first + i];
        size_t at = placed->at > reader->begin ? placed->at - reader->begin : 0;
        if (placed->point.kind == SX_POINT_SECTION) {
            reader->section = true;
            reader->sections--;
            continue;
        }
        while (word < say->count && say->words[word].begin < at)
            word++;
        struct sx_point *point = &reader->points[reader->point_count++];
        *point = placed->point;
        point->word = word;
        if (point->name && !(point->name = sx_arena_strdup(&reader->arena, point->name, strlen(point->name))))
            return no_memory(error);
    }
    sx_passages_pass_points(passages, count);
    return 0;
}

/* The mark that a break inside a sentence is for a voice. */
static uint8_t break_mark(const struct sx_point *point)
{
    if (point->seconds >= 0)
        return point->seconds < 0.02f ? SX_PHONE_WORD : point->seconds < 0.3f ? SX_PHONE_COMMA : SX_PHONE_SEMICOLON;
    return point->strength == SX_BREAK_NONE ? SX_PHONE_WORD : point->strength >= SX_BREAK_STRONG ? SX_PHONE_SEMICOLON : SX_PHONE_COMMA;
}

/* A break inside the sentence becomes the mark behind the word before it; of several at one place the longest counts. */
static void apply_breaks(struct sx_reader *reader)
{
    struct sx_say *say = &reader->say;
    int last = 0;
    for (int i = 0; i < reader->point_count; i++) {
        const struct sx_point *point = &reader->points[i];
        if (point->kind != SX_POINT_BREAK || !point->word || point->word >= say->count)
            continue;
        struct sx_spoken *before = &say->words[point->word - 1];
        uint8_t mark = break_mark(point);
        before->mark = point->word == last && before->mark > mark ? before->mark : mark;
        before->fixed = true;
        last = point->word;
    }
}

/* Is there nothing of the text behind clean.text + at? */
static bool is_last(const struct sx_reader *reader, size_t at)
{
    const struct sx_buffer *text = &reader->clean.text;
    while (at < text->length && strchr(" \n\x1E", text->data[at]))
        at++;
    return at < text->length && text->data[at] == SX_CLEAN_CLOSE;
}

/* The language of the sentence at hand by its words; that of the sentence before where they do not tell. English without libespeak-ng. */
static const char *detect(struct sx_reader *reader)
{
    if (!sx_foreign_present())
        return NULL;
    char found[SX_LANGUAGE_TAG];
    if (sx_detect_language(reader->clean.text.data + reader->begin, reader->sentence.length, reader->detected[0] ? reader->detected : "en", found))
        memcpy(reader->detected, found, sizeof found);
    return reader->detected[0] ? reader->detected : NULL;
}

/* The lexicon's file may have changed since the last sentence. */
static void take_lexicon(struct sx_reader *reader)
{
    if (!reader->text->lexicon)
        return;
    sx_lexicon_close(reader->lexicon);
    reader->lexicon = sx_lexicon_watch_get(reader->text->lexicon, reader->warn, reader->warn_user);
    reader->pronouncer.lexicon = reader->lexicon;
}

/* A stop before a small letter ends no clause for libespeak-ng, and so no sentence for a speller: the next sentence belongs to this one. False: more text is
 * needed to tell. */
static bool join_sentences(struct sx_reader *reader)
{
    struct sx_sentence *s = &reader->sentence;
    const char *text = reader->clean.text.data + reader->begin;
    size_t left = reader->clean.text.length - reader->begin;
    while (!s->cut && !s->paragraph && s->length && text[s->length - 1] == '.' && s->consumed < SX_SENTENCE_LIMIT) {
        if (s->consumed >= left)
            return false;
        char c = text[s->consumed];
        struct sx_sentence next;
        if (c < 'a' || c > 'z')
            return true;
        if (!sx_sentence_find(text + s->consumed, left - s->consumed, &next))
            return false;
        next.length += s->consumed;
        next.consumed += s->consumed;
        *s = next;
    }
    return true;
}

/* The words of the sentence by the speller. */
static int spell(struct sx_reader *reader, struct sx_error *error)
{
    memset(&reader->spelled, 0, sizeof reader->spelled);
    int status = reader->speller.spell(reader->speller.user, &reader->say, &reader->spelled, error);
    reader->starts = reader->spelled.starts;
    return status;
}

/* Takes the next sentence that is complete: 1, 0 none, < 0 failure. */
static int take_sentence(struct sx_reader *reader, struct sx_error *error)
{
    struct sx_clean *clean = &reader->clean;
    struct sx_say *say = &reader->say;
    drop(reader, reader->sentence.consumed);
    memset(&reader->sentence, 0, sizeof reader->sentence);
    memset(say, 0, sizeof *say);
    reader->next = reader->point_count = reader->next_point = 0;
    reader->section = false;
    sx_arena_reset(&reader->arena);
    size_t skip = 0, left = clean->text.length - reader->begin;
    bool ended = false, closed = false;
    for (char c; skip < left && strchr(" \n\x1E\x1D", c = clean->text.data[reader->begin + skip]); skip++) {
        ended |= c == SX_CLEAN_END || c == SX_CLEAN_CLOSE;
        closed |= c == SX_CLEAN_CLOSE;
    }
    reader->inside &= !closed;
    if (skip == left && !ended)
        return 0;           /* more white space may come, and a sentence behind what stands in it */
    drop(reader, skip);
    /* points behind the last word; as long as words may come they wait for these, however the text was cut */
    if (skip == left && !closed && !reader->sections)
        return 0;
    if (skip == left)
        return take_points(reader, SIZE_MAX, error) < 0 ? error->code : reader->point_count > 0;
    if (!sx_sentence_find(clean->text.data + reader->begin, left - skip, &reader->sentence) || (reader->speller.spell && !join_sentences(reader))) {
        memset(&reader->sentence, 0, sizeof reader->sentence);
        return 0;
    }
    size_t end = reader->begin + reader->sentence.consumed;
    bool inside = reader->inside;
    reader->inside = true;
    if (flooded(reader)) {
        int status = take_points(reader, end, error);
        return status < 0 ? status : 1;
    }
    say->arena = &reader->arena;
    take_lexicon(reader);
    say->lexicon = reader->lexicon;
    say->alone = !inside && is_last(reader, end);
    say->punctuation = reader->punctuation;
    say->language = reader->detect ? detect(reader) : reader->language;
    say->length = reader->sentence.length;
    say->text = sx_arena_strdup(&reader->arena, clean->text.data + reader->begin, say->length);
    if (!say->text)
        return no_memory(error);
    int status = find_passages(reader, error);
    if (status >= 0)
        status = reader->speller.spell ? spell(reader, error) : sx_say_sentence(say, error);
    if (status >= 0)
        status = take_points(reader, end, error);
    if (status >= 0 && say->count && !reader->speller.spell) {
        apply_breaks(reader);
        sx_phrase(say->words, say->count);
        size_t count = (size_t)say->count;
        reader->phones = sx_arena_array(&reader->arena, count * SX_WORD_PHONES, sizeof *reader->phones);
        reader->starts = sx_arena_array(&reader->arena, count + 1, sizeof *reader->starts);
        if (!reader->phones || !reader->starts)
            status = no_memory(error);
        else {
            reader->pronouncer.sentence = say->text;
            reader->pronouncer.sentence_length = say->length;
            status = sx_pronounce(&reader->pronouncer, say->words, say->count, reader->phones, reader->starts, error);
        }
        if (status >= 0)
            drop_silent(reader);
    }
    if (status < 0)
        say->count = reader->point_count = 0;
    return status < 0 ? status : 1;
}

/* Must a new utterance begin before word i: another speaker, a passage with a length of its own, a wait, a recording, a long silence,
 * the end of a question that somebody asked? */
static bool must_part(const struct sx_reader *reader, int i)
{
    if (reader->say.words[i - 1].mark >= SX_PHONE_STOP)
        return true;
    const struct sx_style *a = reader->say.words[i - 1].style, *b = reader->say.words[i].style;
    bool spelled = reader->speller.spell != NULL;
    if (spelled && (reader->spelled.ends[i - 1] || a->rate != b->rate))     /* such voices have one tempo and no pauses inside an utterance */
        return true;
    if (a != b && (a->seconds > 0 || b->seconds > 0 || (a->speaker != b->speaker && (!a->speaker || !b->speaker || strcmp(a->speaker, b->speaker) != 0))))
        return true;
    for (int p = reader->next_point; p < reader->point_count && reader->points[p].word <= i; p++) {
        const struct sx_point *point = &reader->points[p];
        if (point->word == i && (point->kind == SX_POINT_WAIT || point->kind == SX_POINT_AUDIO || (point->kind == SX_POINT_BREAK && (spelled ? point->seconds > 0 || (point->seconds < 0 && point->strength > SX_BREAK_X_WEAK) : point->seconds > LONGEST_BREAK))))
            return true;
    }
    return false;
}

/* One past the last word of the next utterance: all that is left if it fits, else up to the best break in the later half of what fits. */
static int chunk_end(const struct sx_reader *reader)
{
    const struct sx_say *say = &reader->say;
    int first = reader->next, fit = first, base = reader->starts[first];
    int longest = reader->speller.spell ? reader->speller.longest : SX_UTTERANCE_PHONES;
    while (fit < say->count && reader->starts[fit + 1] - base <= longest) {
        if (fit > first && must_part(reader, fit))
            return fit;
        fit++;
    }
    if (fit == say->count || fit == first)
        return fit == first ? first + 1 : fit;
    int from = first;
    while (reader->starts[from + 1] - base < longest * 2 / 5)
        from++;
    return sx_phrase_part(say->words, say->count, from, fit) + 1;
}

/* The pause that a break asks for inside an utterance, seconds; 0: the mark's own. */
static float break_seconds(const struct sx_point *point)
{
    if (point->seconds >= 0)
        return point->seconds;
    return point->strength == SX_BREAK_X_STRONG ? 0.8f : point->strength == SX_BREAK_STRONG ? 0.5f : 0;
}

/* The same of a sentence that a speller has spelled: the tokens are its own. */
static int build_spelled(struct sx_reader *reader, int first, int last, struct sx_utterance *utterance, struct sx_error *error)
{
    const struct sx_say *say = &reader->say;
    const struct sx_clean *clean = &reader->clean;
    int base = reader->starts[first], tokens = reader->starts[last] - base, count = last - first;
    struct sx_token *copy = sx_arena_array(&reader->arena, (size_t)tokens, sizeof *copy);
    struct sx_word *words = sx_arena_array(&reader->arena, (size_t)count, sizeof *words);
    if (!copy || !words)
        return no_memory(error);
    for (int i = 0; i < tokens; i++) {
        copy[i] = reader->spelled.tokens[base + i];
        if (copy[i].word >= 0)
            copy[i].word -= first;
    }
    for (int i = 0; i < count; i++) {
        const struct sx_spoken *spoken = &say->words[first + i];
        words[i] = (struct sx_word){.begin = clean->from[reader->begin + spoken->begin], .end = clean->to[reader->begin + spoken->end - 1],
                                    .first = reader->starts[first + i] - base, .count = reader->starts[first + i + 1] - reader->starts[first + i],
                                    .text = spoken->text, .style = spoken->style, .share = spoken->share};
    }
    utterance->tokens = copy;
    utterance->token_count = tokens;
    utterance->words = words;
    utterance->word_count = count;
    return 0;
}

/* Where the utterance of words [first, last) begins and ends. */
static void set_bounds(const struct sx_reader *reader, int first, bool whole, struct sx_utterance *utterance)
{
    const struct sx_clean *clean = &reader->clean;
    utterance->begin = first ? utterance->words[0].begin : clean->from[reader->begin];
    utterance->end = whole ? clean->to[reader->begin + reader->say.length - 1] : utterance->words[utterance->word_count - 1].end;
}

/* Tokens and words [first, last) of the sentence. */
static int build(struct sx_reader *reader, int first, int last, bool whole, struct sx_utterance *utterance, struct sx_error *error)
{
    const struct sx_say *say = &reader->say;
    const struct sx_clean *clean = &reader->clean;
    int count = last - first, phones = reader->starts[last] - reader->starts[first], n = 0;
    struct sx_token *tokens = sx_arena_array(&reader->arena, (size_t)(phones + count + 2), sizeof *tokens);
    struct sx_word *words = sx_arena_array(&reader->arena, (size_t)count, sizeof *words);
    if (!tokens || !words)
        return no_memory(error);
    tokens[n++] = (struct sx_token){.phone = SX_PHONE_BEGIN, .word = -1};
    for (int i = 0; i < count; i++) {
        const struct sx_spoken *spoken = &say->words[first + i];
        words[i] = (struct sx_word){.begin = clean->from[reader->begin + spoken->begin], .end = clean->to[reader->begin + spoken->end - 1],
                                    .first = n, .text = spoken->text, .style = spoken->style, .share = spoken->share,
                                    .open = spoken->open, .close = spoken->close};
        for (int p = reader->starts[first + i]; p < reader->starts[first + i + 1]; p++)
            tokens[n++] = (struct sx_token){.phone = reader->phones[p].id, .stress = reader->phones[p].stress, .word = i};
        words[i].count = n - words[i].first;
        int mark = i + 1 < count ? spoken->mark : whole && !reader->sentence.cut ? say->end : spoken->mark > SX_PHONE_STOP ? spoken->mark : SX_PHONE_STOP;
        tokens[n++] = (struct sx_token){.phone = (uint16_t)mark, .word = -1};
    }
    tokens[n++] = (struct sx_token){.phone = SX_PHONE_END, .word = -1};
    for (int i = 0; i < utterance->point_count; i++) {
        const struct sx_point *point = &utterance->points[i];
        if (point->kind == SX_POINT_BREAK && point->word > 0 && point->word < count) {
            struct sx_token *mark = &tokens[words[point->word].first - 1];
            float seconds = break_seconds(point);
            mark->seconds = seconds > mark->seconds ? seconds : mark->seconds;
        }
    }
    utterance->tokens = tokens;
    utterance->token_count = n;
    utterance->words = words;
    utterance->word_count = count;
    return 0;
}

int sx_reader_next(struct sx_reader *reader, struct sx_utterance *utterance, struct sx_error *error)
{
    while (reader->next >= reader->say.count && reader->next_point >= reader->point_count) {
        int status = take_sentence(reader, error);
        if (status <= 0)
            return status;
    }
    const struct sx_say *say = &reader->say;
    int first = reader->next, last = first < say->count ? chunk_end(reader) : first;
    bool whole = last == say->count;
    memset(utterance, 0, sizeof *utterance);
    /* what stands where two utterances part goes with the later one */
    utterance->points = reader->point_count ? reader->points + reader->next_point : NULL;
    while (reader->next_point < reader->point_count && (whole || reader->points[reader->next_point].word < last)) {
        reader->points[reader->next_point++].word -= first;
        utterance->point_count++;
    }
    if (first < last) {
        int status = reader->speller.spell ? build_spelled(reader, first, last, utterance, error) : build(reader, first, last, whole, utterance, error);
        if (status < 0)
            return status;
        set_bounds(reader, first, whole, utterance);
    }
    utterance->paragraph = whole && reader->sentence.paragraph;
    utterance->section = whole && reader->section;
    utterance->cut = !whole ? !(reader->speller.spell && last > first && reader->spelled.ends[last - 1]) : reader->sentence.cut;
    reader->next = last;
    return 1;
}
