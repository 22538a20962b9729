/* inspect_score.c - `syrinx inspect SCORE`: plays a score into memory and shows its notes as a piano roll over the spectrogram. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "inspect.h"
#include "spectrum.h"

#define BLOCK 4800
#define MAX_SECONDS 300         /* a page is for looking; what is behind is left out */

static const char page[] =
#include "cli/inspect_score_page.h"
    ;

struct picture {
    syrinx_score *score;
    syrinx_music *music;
    const char *path;
    float *samples;             /* [count] mono */
    size_t count, capacity;
    int rate, low, high;        /* keys that are shown */
};

bool cli_is_score(const char *path)
{
    static const char *const endings[] = { ".mid", ".midi", ".kar", ".rmi", ".abc", ".musicxml", ".mxl", ".xml" };
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++) {
        if (strcasecmp(dot, endings[i]) == 0)
            return true;
    }
    return false;
}

static int play(struct picture *picture)
{
    float block[2 * BLOCK];
    int n;
    while ((n = syrinx_music_read(picture->music, block, BLOCK)) > 0) {
        if (cli_interrupted())
            return cli_interrupt_status();
        if (picture->count + (size_t)n > picture->capacity) {
            size_t capacity = 2 * picture->capacity + BLOCK;
            float *grown = realloc(picture->samples, capacity * sizeof *grown);
            if (!grown)
                return cli_failed(SYRINX_ERROR_MEMORY, NULL);
            picture->samples = grown;
            picture->capacity = capacity;
        }
        for (int i = 0; i < n; i++)
            picture->samples[picture->count++] = 0.5f * (block[2 * i] + block[2 * i + 1]);
    }
    return n < 0 ? cli_failed(n, syrinx_music_message(picture->music)) : CLI_DONE;
}

/* The notes' keys with some room: an octave of partials above. */
static void choose_keys(struct picture *picture)
{
    syrinx_note note;
    float low = 128, high = -1;
    for (int i = 0; syrinx_score_note_count(picture->score) > i && syrinx_score_note(picture->score, i, &note) == SYRINX_OK; i++) {
        low = fminf(low, note.pitch);
        high = fmaxf(high, note.pitch);
    }
    if (high < 0) {
        low = 60;
        high = 72;
    }
    picture->low = (int)low - 3 < 12 ? 12 : (int)low - 3;
    picture->high = (int)high + 15 > 132 ? 132 : (int)high + 15;
    if (picture->high - picture->low < 36)
        picture->high = picture->low + 36;
}

/* ------------------------------------------------------------------ the page */

static void put_notes(FILE *file, const struct picture *picture)
{
    syrinx_note note;
    fputs("\"parts\":[", file);
    for (int i = 0; i < syrinx_score_part_count(picture->score); i++) {
        const char *name = syrinx_score_part(picture->score, i);
        fputs(i ? "," : "", file);
        cli_json_string(file, name, strlen(name));
    }
    fputs("],\"notes\":[", file);
    for (int i = 0; syrinx_score_note_count(picture->score) > i && syrinx_score_note(picture->score, i, &note) == SYRINX_OK && note.onset < MAX_SECONDS; i++) {
        fprintf(file, "%s{\"part\":%d,\"begin\":%.4f,\"length\":%.4f,\"pitch\":%g,\"velocity\":%d", i ? ",\n" : "", note.part, note.onset, note.sounding,
                (double)note.pitch, note.velocity);
        if (note.flags & SYRINX_NOTE_PERCUSSION)
            fputs(",\"drum\":1", file);
        if (note.lyric) {
            fputs(",\"lyric\":", file);
            cli_json_string(file, note.lyric, strlen(note.lyric));
        }
        fputc('}', file);
    }
    fputs("],\"bars\":[", file);
    syrinx_place last = { -2, 0, 0, 0 }, place;
    bool first = true;
    for (size_t at = 0; at < picture->count; at += (size_t)picture->rate / 100) {      /* to 10 ms: it is a picture */
        if (syrinx_music_place(picture->music, at, &place) < 0 || place.bar < 0 || (place.bar == last.bar && place.pass == last.pass))
            continue;
        fprintf(file, "%s{\"begin\":%.2f,\"number\":%d,\"pass\":%d}", first ? "" : ",", (double)at / picture->rate, place.bar, place.pass);
        first = false;
        last = place;
    }
    fputc(']', file);
}

static bool put_data(FILE *file, const void *user)
{
    const struct picture *picture = user;
    struct cli_spectrum spectrum = { 0 };
    if (cli_spectrum_keys(&spectrum, picture->samples, picture->count, picture->rate, picture->low, picture->high) != 0)
        return false;
    fprintf(file, "{\"rate\":%d,\"samples\":%zu,\"header\":%d,", picture->rate, picture->count, cli_page_header(true));
    put_notes(file, picture);
    fprintf(file, ",\"spectrum\":{\"columns\":%zu,\"bins\":%d,\"hop\":%d,\"low\":%g,\"high\":%g,\"values\":\"", spectrum.columns, spectrum.bins, spectrum.hop,
            picture->low - 0.5, picture->high - 0.5);
    cli_page_base64(file, spectrum.values, spectrum.columns * (size_t)spectrum.bins);
    fputs("\"}}", file);
    cli_spectrum_free(&spectrum);
    return true;
}

/* "C4", "F#5", with cents where it is none of the keys. */
static void put_pitch(FILE *file, const syrinx_note *note)
{
    static const char *const steps[] = { "C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B" };
    int key = (int)lrintf(note->pitch), cents = (int)lrintf(100 * (note->pitch - (float)key));
    if (note->flags & SYRINX_NOTE_PERCUSSION)
        fprintf(file, "%d", key);
    else
        fprintf(file, "%s%d", steps[key % 12], key / 12 - 1);
    if (cents)
        fprintf(file, " %+d¢", cents);
}

static bool put_table(FILE *file, const void *user)
{
    const struct picture *picture = user;
    syrinx_note note;
    for (int i = 0; syrinx_score_note_count(picture->score) > i && syrinx_score_note(picture->score, i, &note) == SYRINX_OK && note.onset < MAX_SECONDS; i++) {
        const char *part = syrinx_score_part(picture->score, note.part);
        fprintf(file, "<tr><td class=\"n\">%d</td><td>", note.bar);
        cli_page_text(file, part, strlen(part));
        fputs("</td><td>", file);
        put_pitch(file, &note);
        fputs("</td><td>", file);
        if (note.lyric)
            cli_page_text(file, note.lyric, strlen(note.lyric));
        fprintf(file, "</td><td class=\"n\">%.3f</td><td class=\"n\">%.3f</td><td class=\"n\">%d</td></tr>\n", note.onset, note.duration, note.velocity);
    }
    return true;
}

static bool put_text(FILE *file, const void *user)
{
    const struct picture *picture = user;
    const char *title = syrinx_score_title(picture->score), *slash = strrchr(picture->path, '/');
    title = title && *title ? title : slash ? slash + 1 : picture->path;
    cli_page_text(file, title, strlen(title));
    return true;
}

static bool put_title(FILE *file, const void *user)
{
    put_text(file, user);
    fputs(" – Syrinx", file);
    return true;
}

static bool put_facts(FILE *file, const void *user)
{
    const struct picture *picture = user;
    const char *composer = syrinx_score_composer(picture->score);
    if (composer) {
        cli_page_text(file, composer, strlen(composer));
        fputs(" · ", file);
    }
    fprintf(file, "<b>%.2f</b> seconds · <b>%d</b> notes · <b>%d</b> parts · %d Hz", (double)picture->count / picture->rate,
            syrinx_score_note_count(picture->score), syrinx_score_part_count(picture->score), picture->rate);
    return true;
}

static bool put_audio(FILE *file, const void *user)
{
    const struct picture *picture = user;
    cli_page_audio(file, picture->samples, picture->count, picture->rate, true);
    return true;
}

static bool put_page(FILE *file, const struct picture *picture)
{
    static const struct cli_page_mark marks[] = {
        { "TITLE", put_title }, { "TEXT", put_text }, { "FACTS", put_facts }, { "AUDIO", put_audio }, { "TABLE", put_table }, { "DATA", put_data },
        { "GENERATOR", cli_page_generator },
    };
    return cli_page_fill(file, page, marks, (int)(sizeof marks / sizeof *marks), picture);
}

static int write_page(const struct picture *picture, const char *path)
{
    struct cli_output output;
    int status = cli_output_open(&output, path);
    if (status != CLI_DONE)
        return status;
    if (!put_page(output.file, picture)) {
        cli_output_abandon(&output);
        return cli_failed(SYRINX_ERROR_MEMORY, NULL);
    }
    return cli_output_close(&output);
}

int cli_inspect_score(const char *path, uint64_t seed, const char *output)
{
    struct picture picture = { .path = path };
    syrinx_perform_options how;
    syrinx_music_options options;
    syrinx_music_options_init(&options);
    syrinx_perform_options_init(&how);
    options.seed = seed;
    options.limit = MAX_SECONDS;
    options.warn = cli_warn;
    how.fermata = 0.5;
    picture.rate = options.sample_rate;
    int code = syrinx_score_open(path, SYRINX_SCORE_AUTO, 0, &picture.score);
    for (int i = 0; code == SYRINX_OK && syrinx_score_warning(picture.score, i); i++)
        cli_note("%s: %s", path, syrinx_score_warning(picture.score, i));
    if (code == SYRINX_OK)
        code = syrinx_score_perform(picture.score, &how);
    if (code == SYRINX_OK)
        code = syrinx_music_new(picture.score, &options, &picture.music);
    int status = code < 0 ? cli_failed(code, syrinx_last_message()) : CLI_DONE;
    if (status == CLI_DONE && syrinx_score_seconds(picture.score) > MAX_SECONDS)
        cli_note("%s: the page shows the first %d seconds", path, MAX_SECONDS);
    if (status == CLI_DONE)
        status = play(&picture);
    if (status == CLI_DONE) {
        choose_keys(&picture);
        status = write_page(&picture, output);
    }
    if (cli_interrupted())
        status = cli_interrupt_status();
    syrinx_music_free(picture.music);
    syrinx_score_close(picture.score);
    free(picture.samples);
    return status;
}
