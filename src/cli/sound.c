/* sound.c - samples to a file, a pipe or the speakers: one face for the subcommands. */
#include <string.h>
#include <unistd.h>

#include "cli.h"

int cli_sound_open(struct cli_sound *sound, const char *path, int rate, const struct cli_sound_options *given)
{
    memset(sound, 0, sizeof *sound);
    sound->rate = rate;
    if (path) {
        syrinx_writer_options options;
        if (*path == '\0')
            return cli_misuse("-o: the output needs a name");
        if (strcmp(path, "-") == 0 && isatty(STDOUT_FILENO))
            return cli_misuse("-o -: sound is not written to a terminal");
        syrinx_writer_options_init(&options);
        options.format = given->format;
        options.sample_rate = rate;
        options.channels = given->channels ? given->channels : 1;
        options.music = given->music;
        options.output_rate = given->output_rate;
        options.artist = given->artist;
        options.title = given->title;
        options.album = given->album;
        options.track = given->track;
        options.comment = given->comment;
        options.loudness = given->loudness;
        options.peak = given->loudness != 0 ? given->peak : options.peak;
        int code = syrinx_writer_open(path, &options, &sound->writer);
        return code < 0 ? cli_failed(code, syrinx_last_message()) : CLI_DONE;
    }
    syrinx_player_options options;
    syrinx_player_options_init(&options);
    options.latency = 0.1f;             /* a busy machine must not be heard; a stop does not wait for it */
    int code = syrinx_player_new(rate, given->channels ? given->channels : 1, &options, &sound->player);
    if (code < 0) {
        int status = cli_failed(code, syrinx_last_message());
        if (code == SYRINX_ERROR_DEVICE || code == SYRINX_ERROR_UNSUPPORTED)
            cli_note("write to a file with -o FILE, or to a program with -o - |");
        return status;
    }
    return CLI_DONE;
}

int cli_sound_write(struct cli_sound *sound, const float *samples, int count)
{
    int code = sound->writer ? syrinx_writer_write(sound->writer, samples, count) : syrinx_player_write(sound->player, samples, count);
    if (code < 0)
        return cli_failed(code, sound->writer ? syrinx_writer_message(sound->writer) : syrinx_player_message(sound->player));
    sound->samples += (uint64_t)count;
    return CLI_DONE;
}

uint64_t cli_sound_position(const struct cli_sound *sound)
{
    return sound->player ? syrinx_player_position(sound->player) : sound->samples;
}

int cli_sound_close(struct cli_sound *sound, void (*tick)(void *user), void *user)
{
    int code = SYRINX_OK;
    if (sound->writer) {
        code = syrinx_writer_close(sound->writer);
        sound->writer = NULL;
        if (code < 0)
            return cli_failed(code, syrinx_last_message());
        if (tick)
            tick(user);
        return CLI_DONE;
    }
    if (!sound->player)
        return CLI_DONE;
    /* Wait for the last words in small steps, so that an interruption is silence at once; drain() has little left to wait for. A position
     * that stands still is for drain() to judge. */
    uint64_t at = syrinx_player_position(sound->player), last = at;
    double since = cli_seconds();
    while (at + (uint64_t)sound->rate / 20 < sound->samples && cli_seconds() - since < 1.0 && !cli_interrupted()) {
        if (tick)
            tick(user);
        cli_sleep(0.01);
        at = syrinx_player_position(sound->player);
        if (at != last)
            since = cli_seconds();
        last = at;
    }
    if (!cli_interrupted())
        code = syrinx_player_drain(sound->player);
    int status = code < 0 ? cli_failed(code, syrinx_player_message(sound->player)) : CLI_DONE;
    if (tick && !cli_interrupted())
        tick(user);
    cli_sound_abandon(sound);
    return status;
}

void cli_sound_abandon(struct cli_sound *sound)
{
    if (sound->player) {
        syrinx_player_stop(sound->player);
        syrinx_player_free(sound->player);
    }
    syrinx_writer_abandon(sound->writer);
    sound->writer = NULL;
    sound->player = NULL;
}
