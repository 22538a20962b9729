/* print.c - what a reader reads, printed: words, phones in one of two alphabets, or the tokens that a voice gets. */
#include "text/print.h"

#include "text/phones.h"
#include "text/syllable.h"

enum sx_print_form sx_print_form(int alphabet)
{
    return alphabet == SYRINX_ARPABET ? SX_PRINT_ARPABET : alphabet == SYRINX_TOKENS ? SX_PRINT_TOKENS : SX_PRINT_IPA;
}

/* The stress mark that IPA puts before each phone: that of its syllable, where it begins. */
static void place_marks(const struct sx_token *tokens, int count, uint8_t marks[SX_WORD_PHONES])
{
    struct sx_phone phones[SX_WORD_PHONES] = {{0, 0}};
    int starts[SX_WORD_PHONES];
    for (int i = 0; i < count; i++) {
        phones[i] = (struct sx_phone){(uint8_t)tokens[i].phone, tokens[i].stress};
        marks[i] = 0;
    }
    int n = sx_syllables(phones, count, starts);
    for (int k = 0, i = 0; k < n; k++)
        for (; i < (k + 1 < n ? starts[k + 1] : count); i++)
            if (phones[i].stress)
                marks[starts[k]] = phones[i].stress;
}

/* A mark, or a phone in IPA with the digit of its stress unless that is 0. */
static void print_token(struct sx_buffer *out, const struct sx_token *token)
{
    const char *name = sx_phone_ipa(token->phone);
    sx_buffer_puts(out, name ? name : "");
    if (token->stress)
        sx_buffer_putc(out, (char)('0' + token->stress));
}

/* IPA: phones run together, ˈ or ˌ before the stressed syllable. ARPAbet: parted by spaces, a digit on each vowel. Phones that ARPAbet lacks are written
 * in IPA. */
void sx_print_phones(struct sx_printer *p, const struct sx_utterance *u, const struct sx_word *word)
{
    const struct sx_token *tokens = &u->tokens[word->first];
    int count = word->count < SX_WORD_PHONES ? word->count : SX_WORD_PHONES;
    uint8_t marks[SX_WORD_PHONES];
    if (p->form == SX_PRINT_IPA)
        place_marks(tokens, count, marks);
    for (int i = 0; i < count; i++) {
        const char *name = p->form == SX_PRINT_ARPABET ? sx_phone_arpabet(tokens[i].phone, tokens[i].stress) : NULL;
        if (p->form != SX_PRINT_IPA && i)
            sx_buffer_putc(p->out, ' ');
        if (p->form == SX_PRINT_TOKENS) {
            print_token(p->out, &tokens[i]);
            continue;
        }
        if (p->form == SX_PRINT_IPA && marks[i])
            sx_buffer_puts(p->out, marks[i] == 1 ? "ˈ" : "ˌ");
        if (!name)
            name = sx_phone_ipa(tokens[i].phone);
        sx_buffer_puts(p->out, name ? name : "");
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

static void print_utterance(struct sx_printer *p, const struct sx_utterance *u)
{
    if (p->form == SX_PRINT_TOKENS && !p->json) {
        for (int i = 0; i < u->token_count; i++, p->any = true) {
            if (p->any)
                sx_buffer_putc(p->out, ' ');
            print_token(p->out, &u->tokens[i]);
        }
        return;
    }
    for (int i = 0; i < u->word_count; i++) {
        const struct sx_word *word = &u->words[i];
        if (p->json) {
            sx_buffer_puts(p->out, p->any ? ", {\"text\": " : "{\"text\": ");
            print_json_string(p->out, word->text);
            sx_buffer_printf(p->out, ", \"begin\": %llu, \"end\": %llu, \"phones\": \"", (unsigned long long)word->begin, (unsigned long long)word->end);
            sx_print_phones(p, u, word);       /* names of phones need no escapes */
            sx_buffer_puts(p->out, "\"}");
        } else {
            if (p->any)
                sx_buffer_puts(p->out, p->form == SX_PRINT_ARPABET ? " | " : " ");
            if (p->form == SX_PRINT_WORDS)
                sx_buffer_puts(p->out, word->text);
            else
                sx_print_phones(p, u, word);
        }
        p->any = true;
    }
}

void sx_print_begin(struct sx_printer *printer)
{
    printer->any = false;
    if (printer->json)
        sx_buffer_putc(printer->out, '[');
}

int sx_print_ready(struct sx_printer *printer, struct sx_reader *reader, struct sx_error *error)
{
    struct sx_utterance utterance;
    int status;
    while ((status = sx_reader_next(reader, &utterance, error)) > 0)
        print_utterance(printer, &utterance);
    return status;
}

void sx_print_end(struct sx_printer *printer)
{
    if (printer->json)
        sx_buffer_putc(printer->out, ']');
}
