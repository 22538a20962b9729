/* click.c - where the beats are (by meter; compound meters in groups of three), and a metronome's sound. */
#include "instrument/click.h"

#include <math.h>

#define LEVEL 0.3               /* of the tone's peak */
#define FADE 0.012              /* seconds to 1/e */

/* Ticks of a beat: the meter's unit, or three of it in 6/8, 9/8, 12/8, 6/16... */
static int64_t beat_ticks(const struct sx_meter *meter, int *beats)
{
    bool compound = meter->unit >= 8 && meter->beats > 3 && meter->beats % 3 == 0;
    *beats = compound ? meter->beats / 3 : meter->beats;
    int64_t ticks = sx_score_ticks(compound ? 12 : 4, meter->unit);
    return ticks > 0 ? ticks : 1;
}

static int64_t bar_end(const struct sx_performance *performance, size_t bar)
{
    const struct sx_score *score = performance->clock.score;
    return bar + 1 < score->bar_count && bar + 1 < performance->last_bar ? score->bars[bar + 1].tick : performance->cycle_end;
}

/* What the first bar lacks, in beats: it is a pickup. */
static int lacking(const struct sx_performance *performance, size_t bar)
{
    const struct sx_score *score = performance->clock.score;
    int beats;
    if (bar != performance->first_bar || bar >= score->bar_count || bar + 1 >= score->bar_count)
        return 0;
    int64_t from = score->bars[bar].tick, beat = beat_ticks(sx_score_meter(score, from), &beats), has = score->bars[bar + 1].tick - from;
    int64_t missing = (beat * beats - has + beat / 2) / beat;
    return missing > 0 && missing < beats ? (int)missing : 0;
}

void sx_beats_begin(struct sx_beats *beats, const struct sx_performance *performance, int bars, bool after)
{
    const struct sx_score *score = performance->clock.score;
    *beats = (struct sx_beats){ .performance = performance, .after = after, .bar = performance->first_bar, .tick = -1 };
    int64_t beat = beat_ticks(sx_score_meter(score, performance->begin), &beats->beats);
    bars = bars < 0 ? 0 : bars > SX_COUNT_IN_BARS ? SX_COUNT_IN_BARS : bars;
    beats->count = bars > 0 ? bars * beats->beats + lacking(performance, performance->first_bar) : 0;
    beats->beat = (sx_score_seconds(score, performance->begin + beat) - sx_score_seconds(score, performance->begin)) / performance->clock.tempo;
    beats->lead = beats->beat * beats->count;
}

void sx_beats_again(struct sx_beats *beats)
{
    beats->count = beats->next = 0;
    beats->lead = 0;
    beats->bar = beats->performance->first_bar;
    beats->tick = -1;
}

bool sx_beats_next(struct sx_beats *beats, double *seconds, bool *first)
{
    const struct sx_performance *performance = beats->performance;
    const struct sx_score *score = performance->clock.score;
    if (beats->next < beats->count) {
        *first = beats->next % beats->beats == 0;
        *seconds = beats->beat * beats->next++;
        return true;
    }
    size_t last = performance->last_bar < score->bar_count ? performance->last_bar : score->bar_count;
    for (; beats->after && beats->bar < last; beats->bar++, beats->tick = -1) {
        int64_t from = score->bars[beats->bar].tick, to = bar_end(performance, beats->bar);
        int count;
        int64_t beat = beat_ticks(sx_score_meter(score, from), &count);
        if (beats->tick < 0) {          /* a pickup's beats end with its bar */
            int missing = lacking(performance, beats->bar);
            beats->tick = missing ? to - beat * (count - missing) : from;
            beats->tick = beats->tick < from ? from : beats->tick;
        }
        if (beats->tick >= to)
            continue;
        *first = beats->tick == from && !lacking(performance, beats->bar);
        *seconds = beats->lead + sx_clock_seconds(&performance->clock, beats->tick);
        beats->tick += beat;
        return true;
    }
    return false;
}

void sx_click_strike(struct sx_click *click, bool first, int rate)
{
    double turn = 2 * M_PI * (first ? 2093.0 : 1396.9) / rate;      /* C7, F6 */
    *click = (struct sx_click){ .cosine = cos(turn), .sine = sin(turn), .re = 1, .fall = exp(-1 / (FADE * rate)), .level = first ? 1.4 * LEVEL : LEVEL };
}

bool sx_click_run(struct sx_click *click, float *samples, int frames)
{
    for (int i = 0; i < frames && click->level > 1e-5; i++) {
        double rise = click->age < 24 ? click->age++ / 24.0 : 1, re = click->re * click->cosine - click->im * click->sine;
        click->im = click->re * click->sine + click->im * click->cosine;
        click->re = re;
        samples[i] += (float)(click->im * click->level * rise);
        click->level *= click->fall;
    }
    return click->level > 1e-5;
}
