/* express.c - structure and styles to plain numbers before the plan is made. Emphasis is what readers do in the recordings' terms: longer, higher, a little
 * louder; the amounts are ours. */
#include "acoustic/express.h"

#include <math.h>
#include <string.h>

#include "dsp/format.h"

static const struct { float tempo, pitch, energy; } emphases[] = {
    [SX_EMPHASIS_NORMAL] = {1, 0, 0},
    [SX_EMPHASIS_NONE] = {1, 0, 0},
    [SX_EMPHASIS_REDUCED] = {1.1f, -1, -0.25f},
    [SX_EMPHASIS_MODERATE] = {0.88f, 1.5f, 0.25f},
    [SX_EMPHASIS_STRONG] = {0.78f, 3, 0.5f},
};

#define SEMITONE 0.057762265f       /* ln(2) / 12 */

/* Style of token i: its word's; a mark belongs to the word before it, the first one to the first word. */
static const struct sx_style *style_of(const struct sx_utterance *u, int i)
{
    while (i > 0 && u->tokens[i].word < 0)
        i--;
    int word = u->tokens[i].word;
    return u->words[word < 0 ? 0 : word].style;
}

static bool plain(const struct sx_style *s)
{
    return s->rate == 1 && s->pitch == 0 && s->range == 1 && s->seconds == 0 && !s->contour_count && emphases[s->emphasis].tempo == 1;
}

/* Semitones of the contour at `at`, linear between its points, held outside. */
static float contour(const struct sx_style *s, float at)
{
    int n = s->contour_count, i = 0;
    while (i < n && s->contour[i].at <= at)
        i++;
    if (i == 0 || i == n)
        return s->contour[i ? n - 1 : 0].pitch;
    float span = s->contour[i].at - s->contour[i - 1].at;
    return s->contour[i - 1].pitch + (s->contour[i].pitch - s->contour[i - 1].pitch) * (span > 0 ? (at - s->contour[i - 1].at) / span : 1);
}

/* Tempo of tokens [from, to), a passage that is to last a given time. Subtitles may be slower to say than their time allows, never quicker. */
static void fit(const struct sx_express *e, const struct sx_plan *plan, const struct sx_style *style, float share, int from, int to, float *tempo)
{
    double frames = 0, want = style->seconds * share * (SX_RATE / SX_HOP);
    for (int i = from; i < to; i++)
        if (plan->tokens[i].phone != SX_PHONE_BEGIN && plan->tokens[i].phone != SX_PHONE_END)
            frames += sx_plan_length(plan, i) / tempo[i];
    double factor = want > 0 ? frames / want / e->rate : 1;
    if (style->structure == SX_STRUCTURE_CUE)
        factor = fmin(fmax(factor, 1), 2);
    factor = fmin(fmax(factor, 0.2), 6);
    for (int i = from; i < to; i++)
        tempo[i] *= (float)factor;
}

/* What is changed: copies of the plan's arrays. */
struct copies {
    float *length, *tempo, *pitch, *shift, *loud;
};

static bool copy(struct copies *c, struct sx_plan *plan, const float **energy, struct sx_arena *arena)
{
    size_t count = (size_t)plan->count;
    c->length = sx_arena_array(arena, count, sizeof *c->length);
    c->tempo = sx_arena_array(arena, count, sizeof *c->tempo);
    c->pitch = sx_arena_array(arena, count * 3, sizeof *c->pitch);
    c->shift = sx_arena_array(arena, count * 3, sizeof *c->shift);
    c->loud = sx_arena_array(arena, count, sizeof *c->loud);
    if (!c->length || !c->tempo || !c->pitch || !c->shift || !c->loud)
        return false;
    memcpy(c->length, plan->log_duration, count * sizeof *c->length);
    memcpy(c->pitch, plan->pitch, 3 * count * sizeof *c->pitch);
    memcpy(c->loud, *energy, count * sizeof *c->loud);
    for (size_t i = 0; i < count; i++)
        c->tempo[i] = 1;
    for (size_t i = 0; i < 3 * count; i++)
        c->shift[i] = 0;
    plan->log_duration = c->length;
    plan->tempo = c->tempo;
    plan->pitch = c->pitch;
    plan->shift = c->shift;
    *energy = c->loud;
    return true;
}

/* The structure: small changes of the voice's own contour, which the decoder hears as if the voice had made them. */
static bool apply_manner(const struct sx_express *e, const struct copies *c, int count, struct sx_arena *arena)
{
    struct sx_manner *manner = sx_arena_array(arena, (size_t)count, sizeof *manner);
    if (!manner)
        return false;
    sx_manner_fill(e->utterance, e->place, manner);
    for (int i = 0; i < count; i++) {
        const struct sx_manner *m = &manner[i];
        c->tempo[i] *= m->tempo;
        c->loud[i] += m->energy;
        for (int k = 0; k < 3; k++) {
            float *pitch = &c->pitch[3 * i + k];
            *pitch += (*pitch - e->mean) * (m->range - 1) + m->pitch[k] * SEMITONE;
        }
        if (m->gap)
            c->length[i] = fmaxf(c->length[i], logf(1 + (float)m->gap));
    }
    return true;
}

/* The style of tokens [from, to). */
static void apply_style(const struct sx_express *e, const struct sx_plan *plan, const struct copies *c, const struct sx_style *s, int from, int to)
{
    for (int i = from; i < to; i++) {
        float add = s->pitch + emphases[s->emphasis].pitch;
        c->tempo[i] *= s->rate * emphases[s->emphasis].tempo;
        c->loud[i] += emphases[s->emphasis].energy;
        for (int k = 0; k < 3; k++) {
            float at = ((float)(i - from) + (float)(2 * k + 1) / 6) / (float)(to - from);
            float semitones = add + (s->contour_count ? contour(s, at) : 0);
            c->shift[3 * i + k] = (c->pitch[3 * i + k] - e->mean) * (s->range - 1) + semitones * SEMITONE;
        }
    }
    if (s->seconds > 0) {
        int word = plan->tokens[from].word;
        for (int i = from; word < 0 && i < to; i++)
            word = plan->tokens[i].word;
        fit(e, plan, s, word < 0 ? 1 : e->utterance->words[word].share, from, to, c->tempo);
    }
}

int sx_express_apply(const struct sx_express *e, struct sx_plan *plan, const float **energy, struct sx_arena *arena, struct sx_error *error)
{
    const struct sx_utterance *u = e->utterance;
    struct copies copies;
    bool structured = sx_manner_any(u, e->place), all_plain = !structured;
    for (int i = 0; i < u->word_count; i++)
        all_plain &= plain(u->words[i].style);
    plan->tempo = plan->shift = NULL;
    if (all_plain)
        return 0;
    if (!copy(&copies, plan, energy, arena) || (structured && !apply_manner(e, &copies, plan->count, arena)))
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    for (int from = 0, to; from < plan->count; from = to) {
        const struct sx_style *s = style_of(u, from);
        to = from + 1;
        while (to < plan->count && style_of(u, to) == s)
            to++;
        if (!plain(s))
            apply_style(e, plan, &copies, s, from, to);
    }
    return 0;
}
