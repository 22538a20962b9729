/* prompt.c - where the first sound is.
 *
 * A voice begins with some silence, a "t" with the silence in which it is held, an "f" or "h" so softly that nobody hears the first of it: between words these belong
 * to speech, behind a key stroke they are waiting time. Over the letters, digits and 50 words of each speaker of the voice base 1.1, what the threshold takes of a
 * first phone is a fiftieth of its energy at most (tools/bench/onset). */
#include "api/prompt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define QUIET 0.0063f           /* amplitude that nobody misses before speech: -44 dB of full scale, less at lower volumes */

enum {
    MOST = 200,                 /* milliseconds that are left out at most */
    EDGE = 2                    /* of it stay, to fade in */
};

static int samples_of(const struct sx_prompt *prompt, int milliseconds)
{
    return (int)((int64_t)milliseconds * prompt->rate / 1000);
}

bool sx_prompt_init(struct sx_prompt *prompt, int rate, int more)
{
    memset(prompt, 0, sizeof *prompt);
    prompt->rate = rate;
    prompt->room = samples_of(prompt, MOST) + more;
    prompt->kept = malloc((size_t)prompt->room * sizeof *prompt->kept);
    return prompt->kept != NULL;
}

void sx_prompt_reset(struct sx_prompt *prompt)
{
    prompt->count = prompt->next = 0;
    prompt->begun = false;
    prompt->cut = 0;
}

void sx_prompt_free(struct sx_prompt *prompt)
{
    free(prompt->kept);
    memset(prompt, 0, sizeof *prompt);
}

/* Zeros are no voice but a pause that was asked for: that stays. */
void sx_prompt_take(struct sx_prompt *prompt, const float *samples, int count, float volume)
{
    const float quiet = QUIET * powf(10, fminf(0, volume) / 20);
    const int edge = samples_of(prompt, EDGE);
    bool pause = false;
    int at = prompt->count;
    count = count < prompt->room - at ? count : prompt->room - at;
    memcpy(prompt->kept + at, samples, (size_t)count * sizeof *samples);
    prompt->count += count;
    for (; at < prompt->count && !pause && fabsf(prompt->kept[at]) < quiet; at++)
        pause = prompt->kept[at] == 0 && at + 1 < prompt->count && prompt->kept[at + 1] == 0;
    bool found = !pause && at < prompt->count;
    prompt->begun = pause || found || prompt->count >= samples_of(prompt, MOST);
    if (!found || at <= edge)
        return;
    prompt->next = at - edge;
    prompt->cut = (uint64_t)prompt->next;
    for (int i = 0; i < edge; i++)
        prompt->kept[prompt->next + i] *= (float)(i + 1) / (float)edge;
}

void sx_prompt_give_up(struct sx_prompt *prompt)
{
    prompt->begun = true;
}

uint64_t sx_prompt_place(const struct sx_prompt *prompt, uint64_t sample)
{
    return sample > prompt->cut ? sample - prompt->cut : 0;
}
