/* abc_macro.c - macros (m: ~G2 = {A}G{F}G, and m: ~n2 = {o}n{m}n for any note): replaced in the text of a line before it is read. */
#include <stdlib.h>
#include <string.h>

#include "score/abc.h"

enum { MACROS = 64, MACRO_BYTES = 64 << 10, OFFSETS_FROM = 'h' };

static char *copy(const char *text, size_t length)
{
    char *fresh = malloc(length + 1);
    if (fresh) {
        memcpy(fresh, text, length);
        fresh[length] = 0;
    }
    return fresh;
}

void sx_abc_macro(struct sx_abc_reader *reader, const char *text, size_t length)
{
    const char *equals = memchr(text, '=', length);
    if (!equals)
        return;
    const char *from = text, *from_end = equals, *to = equals + 1, *to_end = text + length;
    while (from < from_end && from[0] == ' ')
        from++;
    while (from_end > from && from_end[-1] == ' ')
        from_end--;
    while (to < to_end && *to == ' ')
        to++;
    while (to_end > to && to_end[-1] == ' ')
        to_end--;
    size_t n = (size_t)(from_end - from), m = (size_t)(to_end - to);
    if (n == 0)
        return;
    if (reader->macro_count == MACROS || reader->macro_bytes + n + m > MACRO_BYTES) {
        if (sx_abc_first_warning(reader, ABC_W_MACRO))
            sx_abc_warn(reader, "too many macros, or too long ones; the others are left out");
        return;
    }
    if (!reader->macros && !(reader->macros = calloc(MACROS, sizeof *reader->macros))) {
        sx_abc_fail_memory(reader);
        return;
    }
    struct sx_abc_macro macro = { copy(from, n), copy(to, m), n, m, false };
    if (!macro.pattern || !macro.text) {
        free(macro.pattern);
        free(macro.text);
        sx_abc_fail_memory(reader);
        return;
    }
    macro.transposing = memchr(from, 'n', n) != NULL;
    reader->macro_bytes += n + m;
    reader->macros[reader->macro_count++] = macro;
}

void sx_abc_macros_free(struct sx_abc_reader *reader)
{
    for (size_t i = 0; i < reader->macro_count; i++) {
        free(reader->macros[i].pattern);
        free(reader->macros[i].text);
    }
    free(reader->macros);
    reader->macros = NULL;
    reader->macro_count = 0;
}

static bool is_letter_note(char c)
{
    return (c >= 'A' && c <= 'G') || (c >= 'a' && c <= 'g');
}

/* The bytes that the macro takes at `at`, 0: it is not there. *note is the diatonic number of the n in it, *compared grows by the bytes looked at. */
static size_t match(const struct sx_abc_macro *macro, const char *at, const char *end, int *note, size_t *compared)
{
    const char *begin = at;
    for (size_t i = 0; i < macro->pattern_length; i++) {
        ++*compared;
        char c = macro->pattern[i];
        if (at == end)
            return 0;
        if (macro->transposing && c == 'n') {
            if (!is_letter_note(*at))
                return 0;
            *note = *at >= 'a' ? (*at - 'a' + 5) % 7 + 7 : (*at - 'A' + 5) % 7;
            for (at++; at < end && (*at == '\'' || *at == ',') && *note > -70 && *note < 70; at++)
                *note += *at == '\'' ? 7 : -7;
        } else if (*at++ != c) {
            return 0;
        }
    }
    /* ~G2 is not in ~G24 */
    char last = macro->pattern[macro->pattern_length - 1];
    if (at < end && last >= '0' && last <= '9' && *at >= '0' && *at <= '9')
        return 0;
    return (size_t)(at - begin);
}

static void add_step(struct sx_buffer *out, int note)
{
    static const char letters[] = "CDEFGAB";
    int octave = note >= 0 ? note / 7 : -((6 - note) / 7);
    char letter = letters[note - 7 * octave];
    sx_buffer_putc(out, octave >= 1 ? (char)(letter - 'A' + 'a') : letter);
    for (; octave > 1; octave--)
        sx_buffer_putc(out, '\'');
    for (; octave < 0; octave++)
        sx_buffer_putc(out, ',');
}

static void add_macro(struct sx_buffer *out, const struct sx_abc_macro *macro, int note)
{
    char quote = 0;
    for (size_t i = 0; i < macro->text_length; i++) {
        char c = macro->text[i];
        if (c == '!' || c == '"')
            quote = quote == c ? 0 : quote ? quote : c;
        if (macro->transposing && !quote && c >= OFFSETS_FROM && c <= 'z' && c != 'u' && c != 'v')
            add_step(out, note + c - 'n');
        else
            sx_buffer_putc(out, c);
    }
}

void sx_abc_expand_macros(struct sx_abc_reader *reader, const char **text, size_t *length)
{
    if (reader->macro_count == 0)
        return;
    bool first[256] = { false };
    for (size_t i = 0; i < reader->macro_count; i++) {
        const struct sx_abc_macro *macro = &reader->macros[i];
        if (macro->transposing && macro->pattern[0] == 'n')
            for (int c = 'A'; c <= 'g'; c++)
                first[c] |= is_letter_note((char)c);
        first[(unsigned char)macro->pattern[0]] = true;
    }
    struct sx_buffer *out = &reader->macro_text;
    sx_buffer_clear(out);
    const char *at = *text, *end = *text + *length;
    bool quoted = false;
    while (at < end && !out->failed && reader->status == SYRINX_OK) {
        size_t taken = 0, compared = 0;
        quoted ^= *at == '"';
        for (size_t i = reader->macro_count; i-- > 0 && !quoted && taken == 0 && first[(unsigned char)*at] && out->length < ABC_LINE;) {
            int note = 0;
            taken = match(&reader->macros[i], at, end, &note, &compared);
            if (taken)
                add_macro(out, &reader->macros[i], note);
        }
        sx_abc_spend(reader, compared);
        if (taken == 0)
            sx_buffer_putc(out, *at);
        at += taken ? taken : 1;
    }
    if (out->length >= ABC_LINE && sx_abc_first_warning(reader, ABC_W_MACRO))
        sx_abc_warn(reader, "macros make this line too long; from some place on they are not replaced");
    if (out->failed) {
        sx_abc_fail_memory(reader);
        return;
    }
    *text = out->data ? out->data : "";
    *length = out->length;
}
