/* prompt.h - the silence that a voice begins with left out, for streams that answer keys. */
#ifndef SX_API_PROMPT_H
#define SX_API_PROMPT_H

#include <stdbool.h>
#include <stdint.h>

/* What a stream gives first is kept here until a sound is in it. */
struct sx_prompt {
    float *kept;                /* [room]; NULL: the stream begins as the voice does */
    int room, count, next;      /* kept[next, count) is still to be read */
    int rate;                   /* samples a second */
    bool begun;                 /* the first sound was found, or there is none */
    uint64_t cut;               /* samples that were left out before it */
};

/* `more`: samples that may come at once. False: no memory. */
bool sx_prompt_init(struct sx_prompt *prompt, int rate, int more);
void sx_prompt_reset(struct sx_prompt *prompt);
void sx_prompt_free(struct sx_prompt *prompt);
/* Takes the next samples, not once it has begun; `volume` in decibels. */
void sx_prompt_take(struct sx_prompt *prompt, const float *samples, int count, float volume);
/* Nothing more comes for now, and there was no sound in what came: it is given as it is. */
void sx_prompt_give_up(struct sx_prompt *prompt);
/* Where a sample of the voice is heard. */
uint64_t sx_prompt_place(const struct sx_prompt *prompt, uint64_t sample);

#endif
