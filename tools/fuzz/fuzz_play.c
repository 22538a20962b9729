/* fuzz_play.c - any bytes as a score that is played, with the instruments of the tree (voices/, from its root): samples are numbers within -1..1, stems add up to as many. The
 * first byte chooses what it is played with. */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "syrinx.h"

enum { BLOCK = 1000, MOST = 40 /* blocks */ };

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    return setenv("SYRINX_VOICES", "voices", 0);
}

static void listen(syrinx_music *music, bool stems)
{
    float block[2 * BLOCK], stem[2 * BLOCK];
    syrinx_place place;
    int n = 1;
    uint64_t frames = 0;
    for (int i = 0; i < MOST && (n = syrinx_music_read(music, block, BLOCK)) > 0; i++) {
        for (int k = 0; k < 2 * n; k++) {
            if (!(fabsf(block[k]) <= 1))
                abort();
        }
        frames += (uint64_t)n;
        if (syrinx_music_place(music, frames, &place) < 0 || (stems && syrinx_music_stem(music, 0, stem) != n && syrinx_music_stem_count(music) > 0))
            abort();
    }
    if (n < 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const balances[] = { NULL, "1:3", "2:-200,1:24", "a:b:3" };
    syrinx_perform_options how;
    syrinx_music_options options;
    syrinx_score *score;
    syrinx_music *music;
    if (size < 1 || syrinx_score_read(data + 1, size - 1, SYRINX_SCORE_AUTO, 0, &score) < 0)
        return 0;
    syrinx_perform_options_init(&how);
    how.tempo = data[0] & 1 ? 10 : 1;
    how.transpose = data[0] & 2 ? 40.5 : 0;
    how.solo = data[0] & 4 ? "1" : NULL;
    how.others = data[0] & 4 ? -12 : how.others;
    how.fermata = data[0] & 8 ? 4 : 0;
    how.balance = balances[data[0] >> 4 & 3];
    syrinx_music_options_init(&options);
    options.stems = data[0] & 1;
    options.click = data[0] >> 6 & 1;
    options.count_in = data[0] >> 7;
    options.times = 3;
    options.limit = 0.5;
    if (syrinx_score_perform(score, &how) >= 0 && syrinx_music_new(score, &options, &music) >= 0) {
        listen(music, options.stems != 0);
        syrinx_music_cancel(music);
        float frame[2];
        if (syrinx_music_read(music, frame, 1) != SYRINX_ERROR_CANCELLED)
            abort();
        listen(music, options.stems != 0);
        syrinx_music_free(music);
    }
    syrinx_score_close(score);
    return 0;
}
