/* play.c - `syrinx play`: a score to the speakers or to a file, or as a list of notes in seconds. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "play.h"

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

/* csv and json are of the list, all else of the sound. */
static bool is_list(const char *format)
{
    return format && (strcmp(format, "csv") == 0 || strcmp(format, "json") == 0);
}

static bool find_room(const char *name, int *room)
{
    static const char *const names[] = { "none", "studio", "hall", "church" };
    for (int i = 0; name && i < 4; i++) {
        if (strcmp(name, names[i]) == 0) {
            *room = i;
            return true;
        }
    }
    if (name)
        cli_misuse("--room: '%s' is none of none, studio, hall, church", name);
    return !name;
}

/* What the options must be to each other. */
static int check(struct cli_play *play, bool sound)
{
    bool file = play->output || play->stems;
    if (play->output && play->events && strcmp(play->output, play->events) == 0)
        return cli_misuse("sound and events cannot both go to %s", strcmp(play->output, "-") == 0 ? "standard output" : play->output);
    if (!sound && play->format && !is_list(play->format))
        return cli_misuse("the format of the list is csv or json, not '%s'", play->format);
    if (sound && is_list(play->format) && !play->events)
        return cli_misuse("--format %s is for --events", play->format);
    if (play->loop == 0 && file)
        return cli_misuse("--loop without an end needs the speakers; give --loop=N for a file");
    if (!isnan(play->others) && !play->solo)
        return cli_misuse("--others is for --solo");
    if (play->loudness != 0 && !play->output)
        return cli_misuse("--loudness is for files: it needs -o");
    if (!isnan(play->peak) && play->loudness == 0)
        return cli_misuse("--peak without --loudness");
    if (play->sample_rate && !file)
        return cli_misuse("--sample-rate is for files: it needs -o or --stems");
    if (!find_room(play->room, &play->music.room))
        return CLI_USAGE;
    if (isnan(play->peak))
        play->peak = -1;
    return CLI_DONE;
}

/* What is no file of a known size, from its first to its last byte: standard input, a pipe. */
static int read_score(FILE *file, const char *name, int tune, syrinx_score **score)
{
    enum { MOST = (64 << 20) + 1, FIRST = 1 << 16 };    /* a byte more than a score may have: the library says so */
    size_t room = FIRST, length = 0, n;
    char *bytes = malloc(room);
    while (bytes && length < MOST && (n = fread(bytes + length, 1, room - length, file)) > 0) {
        if (cli_interrupted())
            break;
        length += n;
        if (length == room) {
            char *grown = realloc(bytes, room *= 2);
            if (!grown)
                free(bytes);
            bytes = grown;
        }
    }
    int status = cli_interrupted() ? cli_interrupt_status() : !bytes ? cli_failed(SYRINX_ERROR_MEMORY, NULL) : CLI_DONE;
    if (status == CLI_DONE && ferror(file)) {
        cli_error("%s: %s", name, strerror(errno));
        status = CLI_FAILED;
    }
    int code = status == CLI_DONE ? syrinx_score_read(bytes, length, SYRINX_SCORE_AUTO, tune, score) : SYRINX_OK;
    free(bytes);
    return code < 0 ? cli_failed(code, syrinx_last_message()) : status;
}

static int open_score(struct cli_play *play)
{
    struct stat info;
    if (strcmp(play->score_path, "-") == 0) {
        play->score_path = "standard input";
        return read_score(stdin, play->score_path, play->tune, &play->score);
    }
    if (stat(play->score_path, &info) == 0 && (S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode) || S_ISCHR(info.st_mode))) {
        FILE *file = fopen(play->score_path, "re");
        if (!file) {
            cli_error("%s: %s", play->score_path, strerror(errno));
            return CLI_FAILED;
        }
        int status = read_score(file, play->score_path, play->tune, &play->score);
        fclose(file);
        return status;
    }
    int code = syrinx_score_open(play->score_path, SYRINX_SCORE_AUTO, play->tune, &play->score);
    return code < 0 ? cli_failed(code, syrinx_last_message()) : CLI_DONE;
}

static int perform(struct cli_play *play, bool sound)
{
    syrinx_perform_options how;
    syrinx_perform_options_init(&how);
    how.tempo = (double)play->tempo / 100;
    how.transpose = (double)play->transpose;
    how.fermata = isnan(play->fermata) ? sound ? 0.5 : 0 : (double)play->fermata / 100;
    how.solo = play->solo;
    how.mute = play->mute;
    how.others = isnan(play->others) ? (double)-INFINITY : (double)play->others;
    how.balance = play->balance;
    if (play->bars && !read_bars(play->bars, &how.first_bar, &how.last_bar))
        return cli_misuse("bars are A-B, such as 12-20, not '%s'", play->bars);
    int status = open_score(play), code;
    if (status != CLI_DONE)
        return status;
    for (int i = 0; syrinx_score_warning(play->score, i); i++)
        cli_note("%s: %s", play->score_path, syrinx_score_warning(play->score, i));
    code = syrinx_score_perform(play->score, &how);
    return code < 0 ? cli_failed(code, syrinx_last_message()) : CLI_DONE;
}

int cli_play(int argc, char **argv)
{
    struct cli_play play = { .tempo = 100, .fermata = NAN, .others = NAN, .peak = NAN, .loop = -1, .limit = 60 };
    syrinx_music_options_init(&play.music);
    const struct cli_option options[] = {
        { "output", 'o', CLI_STRING, &play.output, "FILE", "write sound to FILE; - is standard output (WAV)", 0, 0 },
        { "stems", 0, CLI_STRING, &play.stems, "DIR", "write a file for each part, dry, and one for the room and the click, into DIR", 0, 0 },
        { "events", 0, CLI_STRING, &play.events, "FILE", "write the notes as they are played to FILE, .csv or .json; without -o nothing is heard", 0, 0 },
        { "format", 0, CLI_STRING, &play.format, "FORMAT", "wav, flac, ogg, opus, mp3 or raw; of the list: csv or json; by the name's ending", 0, 0 },
        { "bars", 0, CLI_STRING, &play.bars, "A-B", "play bars A to B only, by their printed numbers", 0, 0 },
        { "tempo", 0, CLI_FLOAT, &play.tempo, "PERCENT", "of the written tempo (100)", 10, 1000 },
        { "transpose", 0, CLI_FLOAT, &play.transpose, "SEMITONES", "up, or down where negative; percussion stays", -60, 60 },
        { "solo", 0, CLI_STRING, &play.solo, "PARTS", "play these parts only: names or numbers, commas between", 0, 0 },
        { "mute", 0, CLI_STRING, &play.mute, "PARTS", "leave these parts out", 0, 0 },
        { "others", 0, CLI_FLOAT, &play.others, "DB", "with --solo: the others are not silent but softer, such as -12", -60, 0 },
        { "balance", 0, CLI_STRING, &play.balance, "PART:DB,...", "parts louder or softer by decibels, such as Alto:3,Bass:-6", 0, 0 },
        { "loop", 0, CLI_MAYBE_INT, &play.loop, "N", "again and again, or N times", 0, 100000 },
        { "click", 0, CLI_FLAG, &play.music.click, NULL, "a metronome on the beats", 0, 0 },
        { "count-in", 0, CLI_MAYBE_INT, &play.music.count_in, "BARS", "of clicks before the music (1)", 1, 16 },
        { "fermata", 0, CLI_FLOAT, &play.fermata, "PERCENT", "longer, a note with a fermata is held (50; in a list alone 0)", 0, 400 },
        { "room", 0, CLI_STRING, &play.room, "ROOM", "none, studio, hall (if not given) or church", 0, 0 },
        { "wet", 0, CLI_FLOAT, &play.music.wet, "DB", "more or less of the room, -60 to 12 decibels", -60, 12 },
        { "gain", 0, CLI_FLOAT, &play.music.gain, "DB", "louder or softer, -60 to 20 decibels; it never clips", -60, 20 },
        { "loudness", 0, CLI_FLOAT, &play.loudness, "LUFS", "bring the file to this loudness, -70 to -5, such as -16", -70, -5 },
        { "peak", 0, CLI_FLOAT, &play.peak, "DBTP", "with --loudness: true peaks stay under this; -1 if not given", -20, 0 },
        { "sample-rate", 0, CLI_INT, &play.sample_rate, "HZ", "of the files; 48000 if not given", 1000, 384000 },
        { "seed", 0, CLI_UINT64, &play.music.seed, "N", "of what differs from one playing to the next", 0, 0 },
        { "tune", 0, CLI_INT, &play.tune, "N", "of a file with several tunes (ABC), the Nth", 1, 100000 },
        { "limit", 0, CLI_FLOAT, &play.limit, "MINUTES", "of the score, what is behind is left out (60)", 0.1, 1440 },
        { NULL, 0, 0, NULL, NULL, NULL, 0, 0 },
    };
    const struct cli_usage usage = {
        "play", "[OPTION]... SCORE",
        "Plays a score (.mid, .abc, .musicxml, .xml, .mxl) to the speakers or to a file, with instruments that are\n"
        "small neural networks, or lists the notes that are played. Repeats are written out. - is standard input.", options,
    };
    int operands, status;
    if (!cli_options(&usage, argc, argv, &operands, &status))
        return status;
    if (operands != 1)
        return cli_misuse(operands ? "one score at a time" : "no score");
    bool sound = play.output || play.stems || !play.events;
    play.score_path = argv[1];
    play.music.limit = 60 * (double)play.limit;
    play.music.times = play.loop < 0 ? 1 : play.loop;
    play.music.warn = cli_warn;
    status = check(&play, sound);
    if (status == CLI_DONE)
        status = perform(&play, sound);
    if (status == CLI_DONE && play.events) {
        const char *dot = strrchr(play.events, '.');
        bool json = is_list(play.format) ? strcmp(play.format, "json") == 0 : dot && strcmp(dot, ".json") == 0;
        status = cli_play_list(play.score, play.events, json);
    }
    if (is_list(play.format))
        play.format = NULL;
    if (status == CLI_DONE && sound)
        status = cli_play_sound(&play);
    syrinx_score_close(play.score);
    return status;
}
