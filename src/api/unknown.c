/* unknown.c - the words of a document that nobody told us how to say, so that an editor can before a night's rendering. */
#include <stdlib.h>
#include <string.h>

#include "api/handles.h"

#ifdef SX_HAVE_FILES
#include "base/arena.h"
#include "base/buffer.h"
#include "document/document.h"
#include "text/front.h"
#include "text/print.h"
#include "text/pronounce.h"

struct word {
    const char *text;           /* NULL: a free place of the table */
    const char *phones;
    uint64_t count, begin;
};

struct words {
    struct word *table;         /* [size], open addressing; size is a power of two */
    size_t size, count;
    struct sx_arena arena;
    struct sx_printer printer;
    struct sx_buffer phones;
};

static size_t hash(const char *text)
{
    size_t value = 14695981039346656037u;       /* FNV-1a */
    for (; *text; text++)
        value = (value ^ (unsigned char)*text) * 1099511628211u;
    return value;
}

static struct word *find(const struct words *words, const char *text)
{
    size_t at = hash(text) & (words->size - 1);
    while (words->table[at].text && strcmp(words->table[at].text, text) != 0)
        at = (at + 1) & (words->size - 1);
    return &words->table[at];
}

static bool grow(struct words *words)
{
    struct words bigger = { .size = words->size ? 2 * words->size : 256 };
    bigger.table = calloc(bigger.size, sizeof *bigger.table);
    if (!bigger.table)
        return false;
    for (size_t i = 0; i < words->size; i++) {
        if (words->table[i].text)
            *find(&bigger, words->table[i].text) = words->table[i];
    }
    free(words->table);
    words->table = bigger.table;
    words->size = bigger.size;
    return true;
}

static bool count_word(struct words *words, const struct sx_utterance *utterance, const struct sx_word *word)
{
    if (2 * words->count >= words->size && !grow(words))
        return false;
    struct word *place = find(words, word->text);
    if (!place->text) {
        sx_buffer_clear(&words->phones);
        sx_print_phones(&words->printer, utterance, word);
        place->phones = sx_arena_strdup(&words->arena, words->phones.data ? words->phones.data : "", words->phones.length);
        place->begin = word->begin;
        place->text = sx_arena_strdup(&words->arena, word->text, strlen(word->text));
        if (!place->phones || !place->text || words->phones.failed)
            return false;
        words->count++;
    }
    place->count++;
    return true;
}

/* A word of letters that neither the user's lexicon nor ours holds, nor one with an ending. */
static bool is_unknown(const struct sx_lexicon *lexicon, const struct sx_word *word)
{
    size_t length = strlen(word->text);
    if (word->count == 0 || length < 2 || word->style->phones || word->style->language)
        return false;
    return !(lexicon && sx_lexicon_find(lexicon, word->text, length)) && sx_pronounce_source(word->text, length) == SX_WORD_LETTERS;
}

static int count_ready(struct words *words, struct sx_reader *reader, const struct sx_lexicon *lexicon, struct sx_error *error)
{
    struct sx_utterance utterance;
    int got;
    while ((got = sx_reader_next(reader, &utterance, error)) > 0) {
        for (int i = 0; i < utterance.word_count; i++) {
            if (is_unknown(lexicon, &utterance.words[i]) && !count_word(words, &utterance, &utterance.words[i]))
                return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
        }
    }
    return got;
}

static int by_count(const void *a, const void *b)
{
    const struct word *first = a, *second = b;
    if (first->count != second->count)
        return first->count > second->count ? -1 : 1;
    return first->begin < second->begin ? -1 : first->begin > second->begin;
}

static int by_place(const void *a, const void *b)
{
    const struct word *first = *(struct word *const *)a, *second = *(struct word *const *)b;
    return first->begin < second->begin ? -1 : first->begin > second->begin;
}

/* Writes the lines; the places are found in one walk through the source. */
static int print_words(const struct sx_document *document, struct words *words, struct sx_buffer *out, struct sx_error *error)
{
    struct word **places = malloc((words->count + 1) * sizeof *places);
    const char **names = malloc((words->count + 1) * sizeof *names);
    struct sx_buffer name = { 0 };
    struct sx_place cursor = { 0 };
    size_t n = 0;
    for (size_t i = 0; i < words->size; i++) {
        if (words->table[i].text)
            words->table[n++] = words->table[i];
    }
    if (n > 1)
        qsort(words->table, n, sizeof *words->table, by_count);
    for (size_t i = 0; i < n && places; i++)
        places[i] = &words->table[i];
    if (n > 1 && places)
        qsort(places, n, sizeof *places, by_place);
    bool good = places && names;
    for (size_t i = 0; i < n && good; i++) {
        sx_buffer_clear(&name);
        sx_document_place(document, places[i]->begin, &cursor, &name);
        size_t k = (size_t)(places[i] - words->table);
        names[k] = name.data ? sx_arena_strdup(&words->arena, name.data, name.length) : NULL;
        good = names[k] != NULL;
    }
    for (size_t i = 0; i < n && good; i++)
        sx_buffer_printf(out, "%s\t%llu\t%s\t%s\n", words->table[i].text, (unsigned long long)words->table[i].count, words->table[i].phones, names[i]);
    sx_buffer_free(&name);
    free(places);
    free(names);
    return good && !out->failed ? SYRINX_OK : sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
}

int syrinx_front_unknown(syrinx_front *front, const syrinx_document *document, int alphabet, char **result)
{
    struct sx_text *text;
    struct sx_error *error;
    struct sx_markup_sink sink;
    struct sx_buffer out = { 0 };
    if (!front)
        return SYRINX_ERROR_ARGUMENT;
    struct sx_reader *reader = sx_front_reader(front, &text, &error);
    if (!document || !result || alphabet < SYRINX_IPA || alphabet > SYRINX_TOKENS)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "syrinx_front_unknown: a NULL, or no known alphabet");
    *result = NULL;
    struct words words = { .size = 0 };
    words.printer = (struct sx_printer){ .form = sx_print_form(alphabet), .out = &words.phones };
    struct sx_lexicon *lexicon = text->lexicon ? sx_lexicon_watch_get(text->lexicon, NULL, NULL) : NULL;
    sx_document_sink(reader, &sink);
    int code = SYRINX_OK, count = sx_document_chapters(document->document);
    for (int i = 0; i < count && code >= 0; i++) {      /* by chapters, so that memory stays bounded */
        code = sx_document_play(document->document, i, &sink, error);
        if (code >= 0)
            code = count_ready(&words, reader, lexicon, error);
    }
    sx_reader_end(reader);
    if (code >= 0)
        code = count_ready(&words, reader, lexicon, error);
    if (code >= 0)
        code = print_words(document->document, &words, &out, error);
    sx_reader_reset(reader);
    sx_lexicon_close(lexicon);
    sx_arena_free(&words.arena);
    sx_buffer_free(&words.phones);
    free(words.table);
    if (code >= 0 && !out.data)
        sx_buffer_puts(&out, "");
    if (code < 0 || out.failed)
        sx_buffer_free(&out);
    *result = out.data;
    return code < 0 ? code : *result ? SYRINX_OK : sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
}

#else

int syrinx_front_unknown(syrinx_front *front, const syrinx_document *document, int alphabet, char **result)
{
    (void)front, (void)document, (void)alphabet;
    if (result)
        *result = NULL;
    return sx_fail(sx_thread_error(), SYRINX_ERROR_UNSUPPORTED, "this build of Syrinx (FILES=0) reads no documents");
}

#endif
