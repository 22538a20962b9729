/* text.c - the front end as a whole, and its two printed forms: spoken words and phones. */
#include "text/text.h"

#include <stdlib.h>
#include <string.h>

#include "text/front.h"

int sx_text_new(const char *lexicon, int flags, struct sx_text **out, struct sx_error *error)
{
    struct sx_text *text = calloc(1, sizeof *text);
    if (!text)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    text->flags = flags;
    int status = sx_letters_model_new(&text->letters, error);
    if (status >= 0 && lexicon)
        status = sx_lexicon_open(lexicon, &text->lexicon, error);
    if (status < 0) {
        sx_text_free(text);
        return status;
    }
    *out = text;
    return 0;
}

void sx_text_free(struct sx_text *text)
{
    if (!text)
        return;
    sx_lexicon_close(text->lexicon);
    sx_letters_model_free(text->letters);
    free(text);
}

/* Calls `visit` for every utterance of one piece of text. */
static int each(const struct sx_text *text, const char *bytes, size_t length, void (*visit)(void *user, const struct sx_utterance *utterance), void *user,
                struct sx_error *error)
{
    struct sx_reader *reader;
    int status = sx_reader_new(text, &reader, error);
    if (status < 0)
        return status;
    /* in pieces, so that memory stays bounded */
    for (size_t at = 0; at <= length && status >= 0;) {
        size_t n = length - at < 8192 ? length - at : 8192;
        status = sx_reader_push(reader, bytes + at, n, error);
        at += n;
        if (at == length) {
            sx_reader_end(reader);
            at++;
        }
        struct sx_utterance utterance;
        while (status >= 0 && (status = sx_reader_next(reader, &utterance, error)) > 0)
            visit(user, &utterance);
    }
    sx_reader_free(reader);
    return status;
}

static void print_words(void *user, const struct sx_utterance *u)
{
    struct sx_buffer *out = user;
    for (int i = 0; i < u->word_count; i++) {
        if (out->length)
            sx_buffer_putc(out, ' ');
        sx_buffer_puts(out, u->words[i].text);
    }
}

int sx_text_normalize(const struct sx_text *text, const char *bytes, size_t length, struct sx_buffer *out, struct sx_error *error)
{
    struct sx_buffer words = {0};
    int status = each(text, bytes, length, print_words, &words, error);
    if (status >= 0) {
        sx_buffer_add(out, words.data ? words.data : "", words.length);
        if (words.failed || out->failed)
            status = sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    }
    sx_buffer_free(&words);
    return status < 0 ? status : 0;
}

struct printer {
    struct sx_buffer out;
    int alphabet;
    bool json, any;
};

/* IPA: phones run together, ˈ or ˌ directly before the stressed vowel. ARPAbet: parted by spaces, a digit on each vowel. Phones that ARPAbet lacks are
 * written in IPA. */
static void print_phones(struct printer *p, const struct sx_utterance *u, const struct sx_word *word)
{
    for (int i = 0; i < word->count; i++) {
        const struct sx_token *t = &u->tokens[word->first + i];
        const char *name = p->alphabet == SYRINX_ARPABET ? sx_phone_arpabet(t->phone, t->stress) : NULL;
        if (p->alphabet == SYRINX_ARPABET && i)
            sx_buffer_putc(&p->out, ' ');
        if (!name) {
            if (p->alphabet == SYRINX_IPA && t->stress)
                sx_buffer_puts(&p->out, t->stress == 1 ? "ˈ" : "ˌ");
            name = sx_phone_ipa(t->phone);
        }
        sx_buffer_puts(&p->out, name ? name : "");
    }
}

static void print_json_string(struct sx_buffer *out, const char *text)
{
    sx_buffer_putc(out, '"');
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            sx_buffer_putc(out, '\\');
        if (c < 0x20)
            sx_buffer_printf(out, "\\u%04x", c);
        else
            sx_buffer_putc(out, (char)c);
    }
    sx_buffer_putc(out, '"');
}

static void print_utterance(void *user, const struct sx_utterance *u)
{
    struct printer *p = user;
    for (int i = 0; i < u->word_count; i++) {
        const struct sx_word *word = &u->words[i];
        if (p->json) {
            sx_buffer_puts(&p->out, p->any ? ", {\"text\": " : "{\"text\": ");
            print_json_string(&p->out, word->text);
            sx_buffer_printf(&p->out, ", \"begin\": %llu, \"end\": %llu, \"phones\": \"", (unsigned long long)word->begin, (unsigned long long)word->end);
            print_phones(p, u, word);       /* names of phones need no escapes */
            sx_buffer_puts(&p->out, "\"}");
        } else {
            if (p->any)
                sx_buffer_puts(&p->out, p->alphabet == SYRINX_ARPABET ? " | " : " ");
            print_phones(p, u, word);
        }
        p->any = true;
    }
}

int sx_text_phonemize(const struct sx_text *text, const char *bytes, size_t length, int alphabet, bool json, struct sx_buffer *out, struct sx_error *error)
{
    struct printer p = {.alphabet = alphabet, .json = json};
    if (json)
        sx_buffer_putc(&p.out, '[');
    int status = each(text, bytes, length, print_utterance, &p, error);
    if (json)
        sx_buffer_putc(&p.out, ']');
    if (status >= 0) {
        sx_buffer_add(out, p.out.data ? p.out.data : "", p.out.length);
        if (p.out.failed || out->failed)
            status = sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    }
    sx_buffer_free(&p.out);
    return status < 0 ? status : 0;
}
