/* play_list.c - the notes of a score as they are played, as CSV or JSON. */
#include <stdlib.h>
#include <string.h>

#include "play.h"

/* A field of a CSV line (RFC 4180). */
static void csv_text(FILE *file, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, file);
        return;
    }
    fputc('"', file);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', file);
        fputc(*text, file);
    }
    fputc('"', file);
}

static void write_csv(FILE *file, const syrinx_score *score)
{
    syrinx_note note;
    fputs("part,onset_seconds,duration_seconds,midi_pitch,velocity,lyric\n", file);
    for (int i = 0; i < syrinx_score_note_count(score) && syrinx_score_note(score, i, &note) == SYRINX_OK; i++) {
        csv_text(file, syrinx_score_part(score, note.part));
        fprintf(file, ",%.4f,%.4f,%g,%d,", note.onset, note.duration, (double)note.pitch, note.velocity);
        csv_text(file, note.lyric ? note.lyric : "");
        fputc('\n', file);
    }
}

static void json_text(FILE *file, const char *name, const char *text)
{
    fprintf(file, "\"%s\":", name);
    cli_json_string(file, text, strlen(text));
}

static void write_json(FILE *file, const syrinx_score *score)
{
    syrinx_note note;
    fputs("{", file);
    if (syrinx_score_title(score)) {
        json_text(file, "title", syrinx_score_title(score));
        fputs(",", file);
    }
    if (syrinx_score_composer(score)) {
        json_text(file, "composer", syrinx_score_composer(score));
        fputs(",", file);
    }
    fprintf(file, "\"seconds\":%.4f,\"parts\":[", syrinx_score_seconds(score));
    for (int i = 0; i < syrinx_score_part_count(score); i++) {
        fputs(i ? ",{" : "{", file);
        json_text(file, "id", syrinx_score_part_id(score, i));
        fputs(",", file);
        json_text(file, "name", syrinx_score_part(score, i));
        fputs("}", file);
    }
    fputs("],\"notes\":[", file);
    for (int i = 0; i < syrinx_score_note_count(score) && syrinx_score_note(score, i, &note) == SYRINX_OK; i++) {
        fprintf(file, "%s\n{\"part\":%d,\"bar\":%d,\"onset\":%.4f,\"duration\":%.4f,\"sounding\":%.4f,\"pitch\":%g,\"velocity\":%d,\"program\":%d", i ? "," : "",
                note.part, note.bar, note.onset, note.duration, note.sounding, (double)note.pitch, note.velocity, note.program);
        if (note.flags & SYRINX_NOTE_PERCUSSION)
            fputs(",\"percussion\":true", file);
        if (note.lyric) {
            static const char *const places[] = { "", "single", "begin", "middle", "end" };
            fputs(",", file);
            json_text(file, "lyric", note.lyric);
            fprintf(file, ",\"syllable\":\"%s\"", places[note.syllable >= 0 && note.syllable <= 4 ? note.syllable : 0]);
        }
        fputs("}", file);
    }
    fputs("\n]}\n", file);
}

int cli_play_list(const syrinx_score *score, const char *path, bool json)
{
    struct cli_output output;
    int status = cli_output_open(&output, path);
    if (status != CLI_DONE)
        return status;
    if (json)
        write_json(output.file, score);
    else
        write_csv(output.file, score);
    return cli_output_close(&output);
}
