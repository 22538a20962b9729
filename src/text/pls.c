/* pls.c - the W3C's Pronunciation Lexicon Specification 1.0: lexemes with graphemes, phonemes and aliases. */
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/buffer.h"
#include "text/lexicon_parts.h"
#include "text/xml.h"
#include "text/xsampa.h"

enum { GRAPHEMES = 64, MAX_TEXT = 2000 };

enum alphabet { IPA, ARPABET, XSAMPA, OTHER };

struct pls {
    struct sx_xml xml;              /* first */
    struct sx_lexicon *lexicon;
    enum alphabet alphabet, at_hand;        /* the file's, the phoneme's */
    char alphabet_name[40];
    const char *language;           /* in the lexicon's arena */
    int skipped;                    /* depth of an element that is not read; 0: none */
    struct sx_buffer text;          /* of the element at hand */
    bool collect, prefer;
    struct {                        /* the lexeme at hand */
        char words[GRAPHEMES][SX_LEXICON_WORD + 8];
        size_t lengths[GRAPHEMES];
        int count;
        const char *role;
        bool found, preferred;
        struct sx_phone phones[SX_WORD_PHONES];
        int phone_count;
        char alias[SX_LEXICON_WORD + 8];
    } lexeme;
};

static enum alphabet alphabet_of(const char *name)
{
    if (!sx_ascii_compare_n(name, "x-", 2))
        name += 2;
    return !sx_ascii_compare(name, "ipa") ? IPA : !sx_ascii_compare(name, "arpabet") || !sx_ascii_compare(name, "cmu") || !sx_ascii_compare(name, "cmu-arpabet") ? ARPABET :
           !sx_ascii_compare(name, "sampa") || !sx_ascii_compare(name, "xsampa") ? XSAMPA : OTHER;
}

static void set_alphabet(struct pls *pls, const char *name)
{
    pls->at_hand = name ? alphabet_of(name) : pls->alphabet;
    if (pls->at_hand == OTHER)
        sx_xml_fail(&pls->xml, SYRINX_ERROR_INPUT, "the alphabet \"%.40s\" is not ipa, x-arpabet or x-sampa", name ? name : "");
}

static void no_memory(struct pls *pls)
{
    struct sx_error error;
    sx_fail(&error, SYRINX_ERROR_MEMORY, "out of memory");
    sx_xml_fail_with(&pls->xml, &error);
}

static void on_start(struct sx_xml *xml, const char *name, const char **attributes)
{
    struct pls *pls = (struct pls *)xml;
    const char *local = sx_xml_local(name), *value;
    if (pls->skipped)
        return;
    if (xml->depth == 1) {
        if (strcmp(local, "lexicon") != 0) {
            sx_xml_fail(xml, SYRINX_ERROR_INPUT, "a lexicon begins with <lexicon>, not with <%.40s>", name);
            return;
        }
        if ((value = sx_xml_attribute(attributes, "alphabet"))) {
            set_alphabet(pls, value);
            pls->alphabet = pls->at_hand;
        }
        if ((value = sx_xml_attribute(attributes, "xml:lang")) && *value && !(pls->language = sx_arena_strdup(&pls->lexicon->arena, value, strlen(value))))
            no_memory(pls);
    } else if (xml->depth == 2 && !strcmp(local, "lexeme")) {
        pls->lexeme.count = 0;
        pls->lexeme.found = pls->lexeme.preferred = false;
        pls->lexeme.phone_count = 0;
        value = sx_xml_attribute(attributes, "role");
        if (!sx_lexicon_role(pls->lexicon, value, value ? strlen(value) : 0, &pls->lexeme.role))
            no_memory(pls);
    } else if (xml->depth == 3 && (!strcmp(local, "grapheme") || !strcmp(local, "phoneme") || !strcmp(local, "alias"))) {
        sx_buffer_clear(&pls->text);
        pls->collect = true;
        value = sx_xml_attribute(attributes, "prefer");
        pls->prefer = value && (!strcmp(value, "true") || !strcmp(value, "1"));
        if (local[0] == 'p')
            set_alphabet(pls, sx_xml_attribute(attributes, "alphabet"));
    } else
        pls->skipped = xml->depth;      /* meta, metadata, example, what later versions add */
}

static void on_text(struct sx_xml *xml, const char *bytes, size_t length)
{
    struct pls *pls = (struct pls *)xml;
    if (pls->skipped || !pls->collect)
        return;
    if (pls->text.length + length > MAX_TEXT) {
        sx_xml_fail(xml, SYRINX_ERROR_INPUT, "more than %d bytes for one word", MAX_TEXT);
        return;
    }
    sx_buffer_add(&pls->text, bytes, length);
    if (pls->text.failed)
        no_memory(pls);
}

static void grapheme(struct pls *pls, const char *text, size_t length)
{
    int i = pls->lexeme.count;
    if (i == GRAPHEMES)
        sx_xml_fail_open(&pls->xml, SYRINX_ERROR_INPUT, "more than %d graphemes in one lexeme", GRAPHEMES);
    else if (!sx_lexicon_fold(text, length, pls->lexeme.words[i], &pls->lexeme.lengths[i]))
        sx_xml_fail_open(&pls->xml, SYRINX_ERROR_INPUT, "the grapheme is empty or longer than %d bytes", SX_LEXICON_WORD);
    else
        pls->lexeme.count++;
}

static void phoneme(struct pls *pls, const char *text, size_t length)
{
    struct sx_phone phones[SX_WORD_PHONES];
    char converted[MAX_TEXT * 2];
    int n = pls->at_hand == XSAMPA ? sx_xsampa_to_ipa(text, length, converted, sizeof converted) : 0;
    if (n > 0) {
        text = converted;
        length = (size_t)n;
    }
    n = n < 0 ? -1 : pls->at_hand == ARPABET ? sx_lexicon_arpabet(text, length, phones) : sx_phone_parse_ipa(text, length, phones, SX_WORD_PHONES);
    if (n <= 0) {
        sx_xml_fail_open(&pls->xml, SYRINX_ERROR_INPUT, "\"%.*s\" is not %s that Syrinx knows", (int)(length < 80 ? length : 80), text,
                         pls->at_hand == ARPABET ? "ARPAbet" : pls->at_hand == XSAMPA ? "X-SAMPA" : "IPA");
        return;
    }
    memcpy(pls->lexeme.phones, phones, (size_t)n * sizeof *phones);
    pls->lexeme.phone_count = n;
}

static void alias(struct pls *pls, const char *text, size_t length)
{
    size_t n;
    if (!sx_lexicon_fold(text, length, pls->lexeme.alias, &n))
        sx_xml_fail_open(&pls->xml, SYRINX_ERROR_INPUT, "the alias is empty or longer than %d bytes", SX_LEXICON_WORD);
    pls->lexeme.phone_count = 0;
}

static void lexeme(struct pls *pls)
{
    struct sx_lexicon_entry entry = {.role = pls->lexeme.role, .language = pls->language};
    if (!pls->lexeme.count) {
        sx_xml_fail_open(&pls->xml, SYRINX_ERROR_INPUT, "the lexeme lacks a grapheme");
        return;
    }
    if (!pls->lexeme.found)
        return;
    entry.count = pls->lexeme.phone_count;
    if (entry.count)
        entry.phones = pls->lexeme.phones;
    else
        entry.words = pls->lexeme.alias;
    for (int i = 0; i < pls->lexeme.count; i++) {
        int status = sx_lexicon_add(pls->lexicon, pls->lexeme.words[i], pls->lexeme.lengths[i], &entry);
        if (status == SYRINX_ERROR_INPUT)
            sx_xml_fail_open(&pls->xml, SYRINX_ERROR_INPUT, "more than %d words, or %d readings of one", SX_LEXICON_ENTRIES, SX_LEXICON_READINGS);
        else if (status < 0)
            no_memory(pls);
    }
}

static void on_end(struct sx_xml *xml, const char *name)
{
    struct pls *pls = (struct pls *)xml;
    const char *local = sx_xml_local(name);
    if (pls->skipped) {
        if (pls->skipped == xml->depth)
            pls->skipped = 0;
        return;
    }
    if (xml->depth == 2)
        lexeme(pls);
    if (xml->depth != 3)
        return;
    const char *text = pls->text.data ? pls->text.data : "";
    size_t length = pls->text.length;
    while (length && strchr(" \t\r\n", *text)) {
        text++;
        length--;
    }
    while (length && strchr(" \t\r\n", text[length - 1]))
        length--;
    pls->collect = false;
    if (local[0] == 'g') {
        grapheme(pls, text, length);
        return;
    }
    /* the first one, unless a later one is preferred */
    if (pls->lexeme.found && !(pls->prefer && !pls->lexeme.preferred))
        return;
    pls->lexeme.found = true;
    pls->lexeme.preferred = pls->prefer;
    if (local[0] == 'p')
        phoneme(pls, text, length);
    else
        alias(pls, text, length);
}

static const struct sx_xml_handlers handlers = {on_start, on_end, on_text, NULL};

int sx_lexicon_read_pls(struct sx_lexicon *lexicon, const char *path, const char *text, size_t length, struct sx_error *error)
{
    struct pls *pls = calloc(1, sizeof *pls);
    if (!pls)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    int status = sx_xml_open(&pls->xml, &handlers, "lexicon", error);
    if (status >= 0) {
        pls->lexicon = lexicon;
        status = sx_xml_push(&pls->xml, text, length, error);
        if (status >= 0)
            status = sx_xml_end(&pls->xml, error);
        if (status < 0 && pls->xml.line)
            status = sx_fail(error, status, "%s:%lu:%lu: %s", path, pls->xml.line, pls->xml.column, pls->xml.error.message + pls->xml.prefix);
        sx_xml_close(&pls->xml);
    }
    sx_buffer_free(&pls->text);
    free(pls);
    return status;
}
