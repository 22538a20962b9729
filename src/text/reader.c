/* reader.c - text in pieces to utterances: cleaning, sentences, words, phones, then chunks that a voice can say at once. */
#include <stdlib.h>
#include <string.h>

#include "text/clean.h"
#include "text/front.h"
#include "text/pronounce.h"
#include "text/say.h"
#include "text/sentence.h"

struct sx_reader {
    const struct sx_text *text;
    struct sx_pronouncer pronouncer;
    struct sx_clean clean;
    struct sx_arena arena;          /* of the sentence at hand */
    struct sx_say say;
    struct sx_phone *phones;
    int *starts;                    /* [say.count + 1] */
    int next;                       /* first word that was not given out; say.count: the sentence is done */
    struct sx_sentence sentence;    /* clean.text begins with it while next < say.count */
    char flood;                     /* the only character of an endless run that was spoken once */
    int endless;                    /* pieces so far of a run of letters and digits without end */
};

int sx_reader_new(const struct sx_text *text, struct sx_reader **out, struct sx_error *error)
{
    struct sx_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    reader->text = text;
    reader->pronouncer.lexicon = text->lexicon;
    reader->pronouncer.no_lexicon = text->flags & SX_TEXT_NO_LEXICON;
    int status = sx_letters_new(text->letters, &reader->pronouncer.letters, error);
    if (status < 0) {
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
    sx_clean_free(&reader->clean);
    sx_arena_free(&reader->arena);
    free(reader);
}

void sx_reader_reset(struct sx_reader *reader)
{
    sx_clean_reset(&reader->clean);
    reader->say.count = reader->next = 0;
    memset(&reader->sentence, 0, sizeof reader->sentence);
    reader->flood = 0;
    reader->endless = 0;
}

int sx_reader_push(struct sx_reader *reader, const char *bytes, size_t length, struct sx_error *error)
{
    sx_clean_push(&reader->clean, bytes, length);
    return reader->clean.failed ? sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory") : 0;
}

void sx_reader_end(struct sx_reader *reader)
{
    sx_clean_end(&reader->clean);
}

/* A run of one character without end is said once; of any other run of letters and digits (a picture in base64, a key) the first ENDLESS pieces of
 * 1500 bytes are said, about ten minutes. */
static bool flooded(struct sx_reader *reader)
{
    enum { ENDLESS = 8 };
    const char *text = reader->clean.text.data;
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

/* Words that have no phones are left out; their pause goes to the word before. */
static void drop_silent(struct sx_reader *reader)
{
    struct sx_say *say = &reader->say;
    int n = 0;
    for (int i = 0; i < say->count; i++) {
        if (reader->starts[i] == reader->starts[i + 1]) {
            if (n && say->words[n - 1].mark < say->words[i].mark)
                say->words[n - 1].mark = say->words[i].mark;
            continue;
        }
        say->words[n] = say->words[i];
        reader->starts[n++] = reader->starts[i];
    }
    reader->starts[n] = reader->starts[say->count];
    say->count = n;
}

/* Takes the next sentence that is complete: 1, 0 none, < 0 failure. */
static int take_sentence(struct sx_reader *reader, struct sx_error *error)
{
    struct sx_clean *clean = &reader->clean;
    sx_clean_drop(clean, reader->sentence.consumed);
    memset(&reader->sentence, 0, sizeof reader->sentence);
    size_t skip = 0;
    while (skip < clean->text.length && strchr(" \n\x1E", clean->text.data[skip]))
        skip++;
    sx_clean_drop(clean, skip);
    reader->say.count = reader->next = 0;
    if (!clean->text.length || !sx_sentence_find(clean->text.data, clean->text.length, &reader->sentence))
        return 0;
    if (flooded(reader))
        return 1;
    sx_arena_reset(&reader->arena);
    struct sx_say *say = &reader->say;
    memset(say, 0, sizeof *say);
    say->arena = &reader->arena;
    say->lexicon = reader->text->lexicon;
    say->length = reader->sentence.length;
    say->text = sx_arena_strdup(&reader->arena, clean->text.data, say->length);
    if (!say->text)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    int status = sx_say_sentence(say, error);
    if (status >= 0 && say->count) {
        size_t count = (size_t)say->count;
        reader->phones = sx_arena_array(&reader->arena, count * SX_WORD_PHONES, sizeof *reader->phones);
        reader->starts = sx_arena_array(&reader->arena, count + 1, sizeof *reader->starts);
        if (!reader->phones || !reader->starts)
            status = sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
        else {
            reader->pronouncer.sentence = say->text;
            reader->pronouncer.sentence_length = say->length;
            status = sx_pronounce(&reader->pronouncer, say->words, say->count, reader->phones, reader->starts, error);
        }
        if (status >= 0)
            drop_silent(reader);
    }
    if (status < 0)
        say->count = 0;
    return status < 0 ? status : 1;
}

static bool joins(const char *word)
{
    static const char *const list[] = {"and", "but", "or", "which", "who", "that", "because", "although", "while", "when", "where", "if", "so", "as", "than", "then"};
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
        if (!strcmp(word, list[i]))
            return true;
    return false;
}

/* One past the last word of the next utterance: all that is left if it fits, else up to the best break in the later half of what fits. */
static int chunk_end(const struct sx_reader *reader)
{
    const struct sx_say *say = &reader->say;
    int first = reader->next, fit = first, base = reader->starts[first];
    while (fit < say->count && reader->starts[fit + 1] - base <= SX_UTTERANCE_PHONES)
        fit++;
    if (fit == say->count || fit == first)
        return fit == first ? first + 1 : fit;
    int best = fit, best_score = 0;
    for (int i = first + 1; i <= fit; i++) {
        if (reader->starts[i] - base < SX_UTTERANCE_PHONES * 2 / 5)
            continue;
        int mark = say->words[i - 1].mark;
        int score = mark == SX_PHONE_SEMICOLON ? 3 : mark == SX_PHONE_COMMA ? 2 : joins(say->words[i].text) ? 1 : 0;
        if (score >= best_score) {
            best = i;
            best_score = score;
        }
    }
    return best;
}

int sx_reader_next(struct sx_reader *reader, struct sx_utterance *utterance, struct sx_error *error)
{
    while (reader->next >= reader->say.count) {
        int status = take_sentence(reader, error);
        if (status <= 0)
            return status;
    }
    const struct sx_say *say = &reader->say;
    int first = reader->next, last = chunk_end(reader), count = last - first;
    bool whole = last == say->count;
    int phones = reader->starts[last] - reader->starts[first];
    struct sx_token *tokens = sx_arena_array(&reader->arena, (size_t)(phones + count + 2), sizeof *tokens);
    struct sx_word *words = sx_arena_array(&reader->arena, (size_t)count, sizeof *words);
    if (!tokens || !words)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    const struct sx_clean *clean = &reader->clean;
    int n = 0;
    tokens[n++] = (struct sx_token){SX_PHONE_BEGIN, 0, -1};
    for (int i = 0; i < count; i++) {
        const struct sx_spoken *spoken = &say->words[first + i];
        words[i] = (struct sx_word){clean->from[spoken->begin], clean->to[spoken->end - 1], n, 0, spoken->text};
        for (int p = reader->starts[first + i]; p < reader->starts[first + i + 1]; p++)
            tokens[n++] = (struct sx_token){reader->phones[p].id, reader->phones[p].stress, i};
        words[i].count = n - words[i].first;
        int mark = i + 1 < count ? spoken->mark : whole && !reader->sentence.cut ? say->end : SX_PHONE_STOP;
        tokens[n++] = (struct sx_token){(uint16_t)mark, 0, -1};
    }
    tokens[n++] = (struct sx_token){SX_PHONE_END, 0, -1};
    *utterance = (struct sx_utterance){
        .tokens = tokens, .token_count = n, .words = words, .word_count = count,
        .begin = first ? words[0].begin : clean->from[0],
        .end = whole ? clean->to[say->length - 1] : words[count - 1].end,
        .paragraph = whole && reader->sentence.paragraph,
        .cut = !whole || reader->sentence.cut,
    };
    reader->next = last;
    return 1;
}
