/* inspect_parts.c - what the pages of `syrinx inspect` are made of: marks in a template, text that is no markup, sound, and bytes. */
#include <string.h>

#include "inspect.h"

struct base64 {
    FILE *file;
    unsigned held;
    int count;
};

static void base64_put(struct base64 *base64, unsigned char byte)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    base64->held = base64->held << 8 | byte;
    if (++base64->count == 3) {
        for (int shift = 18; shift >= 0; shift -= 6)
            fputc(digits[base64->held >> shift & 63], base64->file);
        base64->held = 0;
        base64->count = 0;
    }
}

static void base64_end(struct base64 *base64)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (base64->count == 1)
        fprintf(base64->file, "%c%c==", digits[base64->held >> 2 & 63], digits[base64->held << 4 & 63]);
    else if (base64->count == 2)
        fprintf(base64->file, "%c%c%c=", digits[base64->held >> 10 & 63], digits[base64->held >> 4 & 63], digits[base64->held << 2 & 63]);
    base64->count = 0;
}

static void put_little(struct base64 *base64, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        base64_put(base64, (unsigned char)(value >> (8 * i) & 0xFF));
}

static void put_text(struct base64 *base64, const char *text)
{
    for (; *text; text++)
        base64_put(base64, (unsigned char)*text);
}

static const char *comment_of(bool music)
{
    return music ? "synthetic music, Syrinx" : "synthetic speech, Syrinx";
}

/* With its NUL, filled up to an even number. */
static int comment_length(bool music)
{
    int length = (int)strlen(comment_of(music)) + 1;
    return length + length % 2;
}

int cli_page_header(bool music)
{
    return 64 + comment_length(music);
}

void cli_page_base64(FILE *file, const unsigned char *bytes, size_t count)
{
    struct base64 base64 = { file, 0, 0 };
    for (size_t i = 0; i < count; i++)
        base64_put(&base64, bytes[i]);
    base64_end(&base64);
}

void cli_page_audio(FILE *file, const float *samples, size_t count, int samples_a_second, bool music)
{
    struct base64 base64 = { file, 0, 0 };
    const char *comment = comment_of(music);
    int comment_bytes = comment_length(music);
    uint32_t data_bytes = (uint32_t)count * 2, rate = (uint32_t)samples_a_second;
    fputs("data:audio/wav;base64,", file);
    put_text(&base64, "RIFF");
    put_little(&base64, (uint32_t)cli_page_header(music) - 8 + data_bytes, 4);
    put_text(&base64, "WAVEfmt ");
    put_little(&base64, 16, 4);
    put_little(&base64, 1, 2);
    put_little(&base64, 1, 2);
    put_little(&base64, rate, 4);
    put_little(&base64, rate * 2, 4);
    put_little(&base64, 2, 2);
    put_little(&base64, 16, 2);
    put_text(&base64, "LIST");
    put_little(&base64, (uint32_t)comment_bytes + 12, 4);
    put_text(&base64, "INFOICMT");
    put_little(&base64, (uint32_t)strlen(comment) + 1, 4);
    put_text(&base64, comment);
    for (int i = (int)strlen(comment); i < comment_bytes; i++)
        base64_put(&base64, 0);
    put_text(&base64, "data");
    put_little(&base64, data_bytes, 4);
    for (size_t i = 0; i < count; i++) {
        float scaled = samples[i] * 32767.0f;
        put_little(&base64, (uint32_t)(int32_t)(scaled < 0.0f ? scaled - 0.5f : scaled + 0.5f), 2);
    }
    base64_end(&base64);
}

void cli_page_text(FILE *file, const char *text, size_t length)
{
    for (size_t i = 0, n; i < length; i += n) {
        bool valid;
        unsigned char byte = (unsigned char)text[i];
        n = cli_utf8(text + i, length - i, &valid);
        if (!valid)
            fputs("&#xFFFD;", file);
        else if (byte == '<' || byte == '>' || byte == '&' || byte == '"' || byte == '\'')
            fprintf(file, "&#%u;", byte);
        else if (byte < 0x20 || byte == 0x7F)
            fputc(' ', file);
        else
            fwrite(text + i, 1, n, file);
    }
}

bool cli_page_generator(FILE *file, const void *user)
{
    (void)user;
    fprintf(file, "Syrinx %s", syrinx_version());
    return true;
}

/* What no mark's name stands between is an at-rule of the style sheet. */
bool cli_page_fill(FILE *file, const char *page, const struct cli_page_mark *marks, int count, const void *user)
{
    const char *at = page, *mark;
    while ((mark = strchr(at, '@')) != NULL) {
        const struct cli_page_mark *found = NULL;
        fwrite(at, 1, (size_t)(mark - at), file);
        at = mark + 1;
        for (int i = 0; i < count && !found; i++) {
            size_t length = strlen(marks[i].name);
            if (strncmp(at, marks[i].name, length) == 0 && at[length] == '@')
                found = &marks[i];
        }
        if (!found) {
            fputc('@', file);
            continue;
        }
        if (!found->put(file, user))
            return false;
        at += strlen(found->name) + 1;
    }
    fputs(at, file);
    return true;
}
