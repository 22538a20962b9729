/* inspect_page.c - fills the page of `syrinx inspect`: text, sound, spectrum, words and phones go where the template has @MARKS@. */
#include <string.h>

#include "inspect.h"
#include "spectrum.h"

static const char page[] =
#include "cli/inspect_page.h"
    ;

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
    if (cli_spectrum_make(&spectrum, inspection->samples, inspection->count, inspection->rate) != 0)
        return false;
    fprintf(file, "{\"rate\":%d,\"samples\":%zu,\"header\":%d,", inspection->rate, inspection->count, cli_page_header(false));
    put_words(file, inspection, source);
    fputc(',', file);
    put_frames(file, inspection);
    fprintf(file, ",\"spectrum\":{\"columns\":%zu,\"bins\":%d,\"hop\":%d,\"top\":%.1f,\"values\":\"", spectrum.columns, spectrum.bins, spectrum.hop,
            spectrum.top);
    cli_page_base64(file, spectrum.values, spectrum.columns * (size_t)spectrum.bins);
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
            cli_page_text(file, text, length);
            word++;
        }
        fprintf(file, "</td><td>%s", phone->stress == 1 ? "ˈ" : phone->stress == 2 ? "ˌ" : "");
        cli_page_text(file, phone->name, strlen(phone->name));
        fprintf(file, "</td><td class=\"n\">%.3f</td><td class=\"n\">%.3f</td></tr>\n", (double)phone->sample / inspection->rate,
                (double)phone->duration / inspection->rate);
    }
}

struct sources { const struct cli_inspection *inspection; const struct cli_source *source; };

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
    cli_page_text(file, inspection->voice, strlen(inspection->voice));
    if (inspection->speaker) {
        fputs(" / ", file);
        cli_page_text(file, inspection->speaker, strlen(inspection->speaker));
    }
    fprintf(file, "</b> · <b>%.2f</b> seconds · <b>%zu</b> words, <b>%zu</b> phones", (double)inspection->count / inspection->rate,
            inspection->word_count, inspection->phone_count);
    if (voiced)
        fprintf(file, " · mean pitch <b>%.0f Hz</b>", f0 / (double)voiced);
    fprintf(file, " · %d Hz", inspection->rate);
}

static bool fill_text(FILE *file, const void *user)
{
    const struct sources *from = user;
    size_t length;
    const char *text = cli_source_text(from->source, 0, UINT64_MAX, &length);
    cli_page_text(file, text, length);
    return true;
}

static bool fill_title(FILE *file, const void *user)
{
    const struct sources *from = user;
    size_t length;
    const char *text = cli_source_text(from->source, 0, UINT64_MAX, &length);
    cli_page_text(file, text, length < 120 ? length : 120);
    fputs(" – Syrinx", file);
    return true;
}

static bool fill_facts(FILE *file, const void *user)
{
    put_facts(file, ((const struct sources *)user)->inspection);
    return true;
}

static bool fill_audio(FILE *file, const void *user)
{
    const struct cli_inspection *inspection = ((const struct sources *)user)->inspection;
    cli_page_audio(file, inspection->samples, inspection->count, inspection->rate, false);
    return true;
}

static bool fill_table(FILE *file, const void *user)
{
    const struct sources *from = user;
    put_table(file, from->inspection, from->source);
    return true;
}

static bool fill_data(FILE *file, const void *user)
{
    const struct sources *from = user;
    return put_data(file, from->inspection, from->source);
}

bool cli_inspection_page(const struct cli_inspection *inspection, const struct cli_source *source, FILE *file)
{
    static const struct cli_page_mark marks[] = {
        { "TITLE", fill_title }, { "TEXT", fill_text }, { "FACTS", fill_facts }, { "AUDIO", fill_audio }, { "TABLE", fill_table }, { "DATA", fill_data },
        { "GENERATOR", cli_page_generator },
    };
    const struct sources from = { inspection, source };
    return cli_page_fill(file, page, marks, (int)(sizeof marks / sizeof *marks), &from);
}
