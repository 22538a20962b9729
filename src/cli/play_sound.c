/* play_sound.c - a score's sound to the speakers, to a file, to a file for each part. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "book.h"
#include "play.h"

#define BLOCK_PLAYER 960        /* 20 ms */
#define BLOCK_STEMS 1024        /* what a read with stems gives at most */
#define BLOCK_FILE 4800

struct playing {
    struct cli_play *play;
    syrinx_music *music;
    struct cli_sound sound;
    bool sounding;
    int stem_count;
    struct cli_sound *stems;    /* [stem_count] */
    char **paths;               /* [stem_count] */
    bool made_folder;
    struct cli_progress progress;
    uint64_t frames;            /* read */
    int rate;
    float samples[2 * BLOCK_FILE], stem[2 * BLOCK_STEMS];
};

static void tick(void *user)
{
    struct playing *playing = user;
    uint64_t at = playing->sounding ? cli_sound_position(&playing->sound) : playing->frames;
    double seconds = syrinx_music_seconds(playing->music);
    cli_progress_update(&playing->progress, at, (uint64_t)(seconds * playing->rate), (double)(playing->sounding ? at : playing->frames) / playing->rate);
}

static struct cli_sound_options sound_options(const struct playing *playing, const char *title)
{
    const struct cli_play *play = playing->play;
    const char *composer = syrinx_score_composer(play->score);
    return (struct cli_sound_options){ .format = play->format, .artist = composer, .title = title, .output_rate = play->sample_rate == playing->rate ? 0 : play->sample_rate,
                                       .channels = 2, .music = true };
}

/* ------------------------------------------------------------------ stems */

/* "01 Violin.wav" in the folder; the format is that of --format, else of -o's name, else WAV. */
static int name_stems(struct playing *playing)
{
    static const char *const known[] = { "wav", "flac", "ogg", "opus", "mp3", "raw" };
    const struct cli_play *play = playing->play;
    const char *dot = play->output ? strrchr(play->output, '.') : NULL, *format = play->format ? play->format : "wav";
    for (size_t i = 0; !play->format && dot && i < sizeof known / sizeof *known; i++)
        format = strcasecmp(dot + 1, known[i]) == 0 ? known[i] : format;
    playing->paths = calloc((size_t)playing->stem_count + 1, sizeof *playing->paths);
    for (int i = 0; playing->paths && i < playing->stem_count; i++) {
        char name[CLI_NAME_MOST + 1];
        cli_clean_name(syrinx_music_stem_name(playing->music, i), name);
        if (asprintf(&playing->paths[i], "%s/%02d%s%s.%s", play->stems, i + 1, *name ? " " : "", name, format) < 0) {
            playing->paths[i] = NULL;
            return cli_failed(SYRINX_ERROR_MEMORY, NULL);
        }
    }
    return playing->paths ? CLI_DONE : cli_failed(SYRINX_ERROR_MEMORY, NULL);
}

static int open_stems(struct playing *playing)
{
    const char *folder = playing->play->stems, *title = syrinx_score_title(playing->play->score);
    struct stat info;
    int count = syrinx_music_stem_count(playing->music);
    if (*folder == '\0')
        return cli_misuse("--stems: the folder needs a name");
    playing->made_folder = mkdir(folder, 0777) == 0;
    if (!playing->made_folder && errno != EEXIST) {
        cli_error("%s: %s", folder, strerror(errno));
        return CLI_FAILED;
    }
    if (stat(folder, &info) != 0 || !S_ISDIR(info.st_mode))
        return cli_misuse("--stems: '%s' is no folder", folder);
    playing->stems = calloc((size_t)count + 1, sizeof *playing->stems);
    if (!playing->stems)
        return cli_failed(SYRINX_ERROR_MEMORY, NULL);
    playing->stem_count = count;
    int status = name_stems(playing);
    for (int i = 0; i < count && status == CLI_DONE; i++) {
        struct cli_sound_options options = sound_options(playing, syrinx_music_stem_name(playing->music, i));
        options.album = title;
        options.track = i + 1;
        status = cli_sound_open(&playing->stems[i], playing->paths[i], playing->rate, &options);
    }
    return status;
}

static int write_stems(struct playing *playing)
{
    int status = CLI_DONE;
    for (int i = 0; i < playing->stem_count && status == CLI_DONE; i++) {
        int n = syrinx_music_stem(playing->music, i, playing->stem);
        status = n < 0 ? cli_failed(n, NULL) : cli_sound_write(&playing->stems[i], playing->stem, n);
    }
    return status;
}

/* ------------------------------------------------------------------ sound */

static int open_sound(struct playing *playing)
{
    struct cli_play *play = playing->play;
    struct cli_sound_options options = sound_options(playing, syrinx_score_title(play->score));
    options.loudness = play->loudness;
    options.peak = play->peak;
    int status = cli_sound_open(&playing->sound, play->output, playing->rate, &options);
    playing->sounding = status == CLI_DONE;
    return status;
}

static int run(struct playing *playing)
{
    const struct cli_play *play = playing->play;
    int block = play->stems ? BLOCK_STEMS : play->output ? BLOCK_FILE : BLOCK_PLAYER, status = CLI_DONE;
    while (status == CLI_DONE) {
        if (cli_interrupted())
            return cli_interrupt_status();
        int n = syrinx_music_read(playing->music, playing->samples, block);
        if (n < 0)
            return cli_failed(n, syrinx_music_message(playing->music));
        if (n == 0)
            break;
        playing->frames += (uint64_t)n;
        if (playing->sounding)
            status = cli_sound_write(&playing->sound, playing->samples, n);
        if (status == CLI_DONE)
            status = write_stems(playing);
        tick(playing);
    }
    return status;
}

static int open_music(struct playing *playing)
{
    struct cli_play *play = playing->play;
    play->music.stems = play->stems != NULL;
    if (play->sample_rate == 44100)
        play->music.sample_rate = 44100;
    playing->rate = play->music.sample_rate;
    int code = syrinx_music_new(play->score, &play->music, &playing->music);
    if (code < 0)
        return cli_failed(code, syrinx_last_message());
    int count = syrinx_score_note_count(play->score);
    syrinx_note last;
    if (count > 0 && syrinx_score_note(play->score, count - 1, &last) == SYRINX_OK && last.onset >= play->music.limit)
        cli_note("%s: longer than %g minutes: the rest is left out (--limit)", play->score_path, (double)play->limit);
    if (count == 0)
        cli_note("%s: no notes are played", play->score_path);
    return CLI_DONE;
}

int cli_play_sound(struct cli_play *play)
{
    struct playing *playing = calloc(1, sizeof *playing);
    if (!playing)
        return cli_failed(SYRINX_ERROR_MEMORY, NULL);
    playing->play = play;
    int status = open_music(playing);
    if (status == CLI_DONE && play->stems)
        status = open_stems(playing);
    if (status == CLI_DONE && (play->output || !play->stems))
        status = open_sound(playing);
    if (status == CLI_DONE) {
        cli_progress_begin(&playing->progress, true);
        playing->progress.what = "music";
        status = run(playing);
        for (int i = 0; i < playing->stem_count && status == CLI_DONE; i++)
            status = cli_sound_close(&playing->stems[i], NULL, NULL);
        if (status == CLI_DONE && playing->sounding)
            status = cli_sound_close(&playing->sound, tick, playing);
        cli_progress_end(&playing->progress);
    }
    if (cli_interrupted())
        status = cli_interrupt_status();
    cli_sound_abandon(&playing->sound);
    for (int i = 0; i < playing->stem_count; i++) {
        cli_sound_abandon(&playing->stems[i]);
        if (playing->paths)
            free(playing->paths[i]);
    }
    if (status != CLI_DONE && playing->made_folder && play->stems)
        rmdir(play->stems);             /* where nothing is in it */
    free(playing->paths);
    free(playing->stems);
    syrinx_music_free(playing->music);
    free(playing);
    return status;
}
