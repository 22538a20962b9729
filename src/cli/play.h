/* play.h - what `syrinx play` is asked for, and its two ends: a list of notes, and sound. */
#ifndef SYRINX_CLI_PLAY_H
#define SYRINX_CLI_PLAY_H

#include "cli.h"

struct cli_play {
    const char *score_path, *output, *stems, *events, *format, *bars, *solo, *mute, *balance, *room;
    float tempo, transpose, fermata, others, loudness, peak, limit;
    int tune, sample_rate, loop;        /* loop: -1 not asked for, 0 without end */
    syrinx_music_options music;
    syrinx_score *score;
};

/* Writes the notes to a file ("-": standard output). */
int cli_play_list(const syrinx_score *score, const char *path, bool json);
/* Plays the score, as it was performed, to the speakers or to files. */
int cli_play_sound(struct cli_play *play);

#endif
