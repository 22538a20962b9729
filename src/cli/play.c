/* play.c - `syrinx play`: a score as a list of notes in seconds. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

struct play {
    const char *events, *format, *bars, *solo, *mute;
    float tempo, transpose, fermata;
    int tune;
    syrinx_score *score;
};

/* "12-20", "12-" or "12" */
static bool read_bars(const char *text, int *first, int *last)
{
    char *end;
    long a = strtol(text, &end, 10), b = a;
    if (end == text || a < 0 || a > 1000000)
        return false;
    if (*end == '-') {
        const char *second = end + 1;
        b = *second ? strtol(second, &end, 10) : 1000000;
        if (*second && (end == second || *end))
            return false;
    } else if (*end) {
        return false;
    }
    *first = (int)a;
    *last = (int)(b > 1000000 ? 1000000 : b);
    return b >= a;
}

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

static int write_events(const struct play *play, bool json)
{
    struct cli_output output;
    int status = cli_output_open(&output, play->events);
    if (status != CLI_DONE)
        return status;
    if (json)
        write_json(output.file, play->score);
    else
        write_csv(output.file, play->score);
    return cli_output_close(&output);
}

int cli_play(int argc, char **argv)
{
    struct play play = { .tempo = 100 };
    const struct cli_option options[] = {
        { "events", 0, CLI_STRING, &play.events, "FILE", "write the notes as they are played to FILE, .csv or .json; - is standard output", 0, 0 },
        { "format", 0, CLI_STRING, &play.format, "FORMAT", "of the list: csv or json; else by the ending of FILE", 0, 0 },
        { "bars", 0, CLI_STRING, &play.bars, "A-B", "play bars A to B only, by their printed numbers", 0, 0 },
        { "tempo", 0, CLI_FLOAT, &play.tempo, "PERCENT", "of the written tempo (100)", 10, 1000 },
        { "transpose", 0, CLI_FLOAT, &play.transpose, "SEMITONES", "up, or down where negative; percussion stays", -60, 60 },
        { "solo", 0, CLI_STRING, &play.solo, "PARTS", "play these parts only: names or numbers, commas between", 0, 0 },
        { "mute", 0, CLI_STRING, &play.mute, "PARTS", "leave these parts out", 0, 0 },
        { "fermata", 0, CLI_FLOAT, &play.fermata, "PERCENT", "longer, a note with a fermata is held (0: as written)", 0, 400 },
        { "tune", 0, CLI_INT, &play.tune, "N", "of a file with several tunes (ABC), the Nth", 1, 100000 },
        { NULL, 0, 0, NULL, NULL, NULL, 0, 0 },
    };
    const struct cli_usage usage = {
        "play", "[OPTION]... --events FILE SCORE",
        "Turns a score (.mid, .abc, .musicxml, .xml, .mxl) into the notes that are played, in seconds: repeats are written out, ties\n"
        "are one note, pitches sound as given. This version makes the list of notes; it has no instruments yet that sound.", options,
    };
    syrinx_perform_options how;
    int operands, status;
    if (!cli_options(&usage, argc, argv, &operands, &status))
        return status;
    if (operands != 1)
        return cli_misuse(operands ? "one score at a time" : "no score");
    if (!play.events)
        return cli_misuse("this version has no instruments yet: --events FILE writes the notes");
    const char *dot = strrchr(play.events, '.');
    bool json = play.format ? strcmp(play.format, "json") == 0 : dot && strcmp(dot, ".json") == 0;
    if (play.format && !json && strcmp(play.format, "csv") != 0)
        return cli_misuse("the format is csv or json, not '%s'", play.format);
    syrinx_perform_options_init(&how);
    how.tempo = (double)play.tempo / 100;
    how.transpose = play.transpose;
    how.fermata = (double)play.fermata / 100;
    how.solo = play.solo;
    how.mute = play.mute;
    if (play.bars && !read_bars(play.bars, &how.first_bar, &how.last_bar))
        return cli_misuse("bars are A-B, such as 12-20, not '%s'", play.bars);
    int code = syrinx_score_open(argv[1], SYRINX_SCORE_AUTO, play.tune, &play.score);
    if (code < 0)
        return cli_failed(code, syrinx_last_message());
    for (int i = 0; syrinx_score_warning(play.score, i); i++)
        cli_note("%s: %s", argv[1], syrinx_score_warning(play.score, i));
    code = syrinx_score_perform(play.score, &how);
    status = code < 0 ? cli_failed(code, syrinx_last_message()) : write_events(&play, json);
    syrinx_score_close(play.score);
    return status;
}
