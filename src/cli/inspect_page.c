/* inspect_page.c - fills the page of `syrinx inspect`: text, sound, spectrum, words and phones go where the template has @MARKS@. */
#include <string.h>

#include "inspect.h"
#include "spectrum.h"

static const char page[] =
#include "cli/inspect_page.h"
    ;

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

#define COMMENT "synthetic speech, Syrinx\0"        /* 25 bytes with its NUL, 26 with the padding */
#define HEADER 90

/* A 16-bit WAV file that says what it is, as a data address. */
static void put_audio(FILE *file, const struct cli_inspection *inspection)
{
    struct base64 base64 = { file, 0, 0 };
    uint32_t data_bytes = (uint32_t)inspection->count * 2, rate = (uint32_t)inspection->rate;
    fputs("data:audio/wav;base64,", file);
    put_text(&base64, "RIFF");
    put_little(&base64, HEADER - 8 + data_bytes, 4);
    put_text(&base64, "WAVEfmt ");
    put_little(&base64, 16, 4);
    put_little(&base64, 1, 2);
    put_little(&base64, 1, 2);
    put_little(&base64, rate, 4);
    put_little(&base64, rate * 2, 4);
    put_little(&base64, 2, 2);
    put_little(&base64, 16, 2);
    put_text(&base64, "LIST");
    put_little(&base64, 38, 4);
    put_text(&base64, "INFOICMT");
    put_little(&base64, 25, 4);
    for (int i = 0; i < 26; i++)
        base64_put(&base64, (unsigned char)COMMENT[i]);
    put_text(&base64, "data");
    put_little(&base64, data_bytes, 4);
    for (size_t i = 0; i < inspection->count; i++) {
        float scaled = inspection->samples[i] * 32767.0f;
        put_little(&base64, (uint32_t)(int32_t)(scaled < 0.0f ? scaled - 0.5f : scaled + 0.5f), 2);
    }
    base64_end(&base64);
}

/* Text as HTML: no byte of it is markup, whatever it is. */
static void put_html(FILE *file, const char *text, size_t length)
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

static void put_span(FILE *file, const struct cli_span *span, bool first)
{
    fprintf(file, "%s{\"begin\":%llu,\"length\":%llu", first ? "" : ",", (unsigned long long)span->sample, (unsigned long long)span->duration);
}

static void put_words(FILE *file, const struct cli_inspection *inspection, const struct cli_source *source)
{
    fputs("\"words\":[", file);
    for (size_t i = 0; i < inspection->word_count; i++) {
        size_t length;
        const char *text = cli_source_text(source, inspection->words[i].text_begin, inspection->words[i].text_end, &length);
        put_span(file, &inspection->words[i], i == 0);
        fputs(",\"text\":", file);
        cli_json_string(file, text, length);
        fputc('}', file);
    }
    fputs("],\"phones\":[", file);
    for (size_t i = 0; i < inspection->phone_count; i++) {
        put_span(file, &inspection->phones[i], i == 0);
        fputs(",\"name\":", file);
        cli_json_string(file, inspection->phones[i].name, strlen(inspection->phones[i].name));
        fprintf(file, ",\"stress\":%d}", inspection->phones[i].stress);
    }
    fputc(']', file);
}

static void put_frames(FILE *file, const struct cli_inspection *inspection)
{
    fputs("\"frames\":{\"sample\":[", file);
    for (size_t i = 0; i < inspection->frame_count; i++)
        fprintf(file, "%s%llu", i ? "," : "", (unsigned long long)inspection->frames[i].sample);
    fputs("],\"f0\":[", file);
    for (size_t i = 0; i < inspection->frame_count; i++)
        fprintf(file, "%s%.1f", i ? "," : "", (double)inspection->frames[i].f0);
    fputs("],\"voiced\":[", file);
    for (size_t i = 0; i < inspection->frame_count; i++)
        fprintf(file, "%s%d", i ? "," : "", inspection->frames[i].voiced != 0);
    fputs("]}", file);
}

static bool put_data(FILE *file, const struct cli_inspection *inspection, const struct cli_source *source)
{
    struct cli_spectrum spectrum;
    struct base64 base64 = { file, 0, 0 };
    if (cli_spectrum_make(&spectrum, inspection->samples, inspection->count, inspection->rate) != 0)
        return false;
    fprintf(file, "{\"rate\":%d,\"samples\":%zu,\"header\":%d,", inspection->rate, inspection->count, HEADER);
    put_words(file, inspection, source);
    fputc(',', file);
    put_frames(file, inspection);
    fprintf(file, ",\"spectrum\":{\"columns\":%zu,\"bins\":%d,\"hop\":%d,\"top\":%.1f,\"values\":\"", spectrum.columns, spectrum.bins, spectrum.hop,
            spectrum.top);
    for (size_t i = 0; i < spectrum.columns * (size_t)spectrum.bins; i++)
        base64_put(&base64, spectrum.values[i]);
    base64_end(&base64);
    fputs("\"}}", file);
    cli_spectrum_free(&spectrum);
    return true;
}

/* One row a phone; the word stands in the row of its first one. */
static void put_table(FILE *file, const struct cli_inspection *inspection, const struct cli_source *source)
{
    size_t word = 0;
    for (size_t i = 0; i < inspection->phone_count; i++) {
        const struct cli_span *phone = &inspection->phones[i];
        fputs("<tr><td>", file);
        if (word < inspection->word_count && inspection->words[word].sample <= phone->sample) {
            size_t length;
            const char *text = cli_source_text(source, inspection->words[word].text_begin, inspection->words[word].text_end, &length);
            put_html(file, text, length);
            word++;
        }
        fprintf(file, "</td><td>%s", phone->stress == 1 ? "ˈ" : phone->stress == 2 ? "ˌ" : "");
        put_html(file, phone->name, strlen(phone->name));
        fprintf(file, "</td><td class=\"n\">%.3f</td><td class=\"n\">%.3f</td></tr>\n", (double)phone->sample / inspection->rate,
                (double)phone->duration / inspection->rate);
    }
}

static void put_facts(FILE *file, const struct cli_inspection *inspection)
{
    double f0 = 0.0;
    size_t voiced = 0;
    for (size_t i = 0; i < inspection->frame_count; i++) {
        if (inspection->frames[i].voiced) {
            f0 += (double)inspection->frames[i].f0;
            voiced++;
        }
    }
    fputs("Voice <b>", file);
    put_html(file, inspection->voice, strlen(inspection->voice));
    if (inspection->speaker) {
        fputs(" / ", file);
        put_html(file, inspection->speaker, strlen(inspection->speaker));
    }
    fprintf(file, "</b> · <b>%.2f</b> seconds · <b>%zu</b> words, <b>%zu</b> phones", (double)inspection->count / inspection->rate,
            inspection->word_count, inspection->phone_count);
    if (voiced)
        fprintf(file, " · mean pitch <b>%.0f Hz</b>", f0 / (double)voiced);
    fprintf(file, " · %d Hz", inspection->rate);
}

bool cli_inspection_page(const struct cli_inspection *inspection, const struct cli_source *source, FILE *file)
{
    size_t length;
    const char *text = cli_source_text(source, 0, UINT64_MAX, &length), *at = page, *mark;
    while ((mark = strchr(at, '@')) != NULL) {
        fwrite(at, 1, (size_t)(mark - at), file);
        if (strncmp(mark, "@TITLE@", 7) == 0) {
            put_html(file, text, length < 120 ? length : 120);
            fputs(" – Syrinx", file);
        } else if (strncmp(mark, "@TEXT@", 6) == 0) {
            put_html(file, text, length);
        } else if (strncmp(mark, "@FACTS@", 7) == 0) {
            put_facts(file, inspection);
        } else if (strncmp(mark, "@AUDIO@", 7) == 0) {
            put_audio(file, inspection);
        } else if (strncmp(mark, "@TABLE@", 7) == 0) {
            put_table(file, inspection, source);
        } else if (strncmp(mark, "@GENERATOR@", 11) == 0) {
            fprintf(file, "Syrinx %s", syrinx_version());
        } else if (strncmp(mark, "@DATA@", 6) == 0) {
            if (!put_data(file, inspection, source))
                return false;
        } else {                        /* an at-rule of the style sheet */
            fputc('@', file);
            at = mark + 1;
            continue;
        }
        at = strchr(mark + 1, '@') + 1;
    }
    fputs(at, file);
    return true;
}
