/* level.c - gain ramps over a hop, samples over 0.8 are bent towards 1. */
#include "api/level.h"

#include <math.h>

#include "dsp/format.h"

static float linear(const struct sx_level *level, float decibels)
{
    return level->unity * powf(10, decibels / 20);
}

/* Linear up to 0.8, then a tanh that meets it with the same slope and never passes 1: no state, so no pumping and no delay. */
static float limit(float x)
{
    const float knee = 0.8f, room = 0.2f;
    float size = fabsf(x);
    if (size <= knee)
        return x;
    float bent = knee + room * tanhf((size - knee) / room);
    return x < 0 ? -bent : bent;
}

void sx_level_reset(struct sx_level *level, float decibels)
{
    level->markup = 0;
    level->gain = linear(level, decibels);
}

void sx_level_mark(struct sx_level *level, float decibels, float markup)
{
    level->markup = markup;
    level->gain = linear(level, decibels + markup);
}

void sx_level_apply(struct sx_level *level, float decibels, float *samples, int count)
{
    float target = linear(level, decibels + level->markup), gain = level->gain;
    if (target == gain) {
        for (int i = 0; i < count; i++)
            samples[i] = limit(samples[i] * gain);
        return;
    }
    int ramp = count < SX_HOP ? count : SX_HOP;
    for (int i = 0; i < count; i++)
        samples[i] = limit(samples[i] * (i < ramp ? gain + (target - gain) * (float)(i + 1) / (float)ramp : target));
    level->gain = target;
}
