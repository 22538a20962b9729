/* plan.c - durations and the pitch contour of one utterance. */
#include "acoustic/plan.h"

#include <math.h>

#include "acoustic/acoustic.h"
#include "dsp/format.h"

enum { PAUSE_MIN = 3, WORD_GAP_MIN = 3, PHONE_MIN = 2, END_MIN = 4, END_MAX = 14, TOKEN_MAX = 3000 };

void sx_plan_begin(struct sx_plan *plan)
{
    plan->planned = plan->end = plan->points = plan->cursor = 0;
    plan->carry = 0;
    plan->squeeze = 1;
}

static bool is_end_mark(const struct sx_plan *plan, int i)
{
    return i == plan->count - 2 && plan->tokens[i].phone < SX_PHONE_FIRST;
}

static int whole(double frames)
{
    return frames < 0 ? 0 : frames > TOKEN_MAX ? TOKEN_MAX : (int)lrint(frames);
}

float sx_plan_length(const struct sx_plan *plan, int i)
{
    if (is_end_mark(plan, i))
        return 0;
    double own = exp(fmin(plan->log_duration[i], 8.0)) - 1;     /* NaN compares false in fmin: 8 */
    if (plan->tokens[i].phone == SX_PHONE_WORD)
        return whole(own) >= WORD_GAP_MIN ? (float)own : 0;
    return own < 0 ? 0 : (float)own;
}

/* Frames of token i at a rate; the rest of the rounding goes to the next token, so that the length of a phrase stays true. */
static int duration(struct sx_plan *plan, int i, float rate)
{
    int phone = plan->tokens[i].phone;
    if (is_end_mark(plan, i))
        return 0;
    if (plan->tokens[i].seconds > 0)
        return whole(plan->tokens[i].seconds * plan->squeeze * (SX_RATE / SX_HOP));
    if (plan->tempo)
        rate *= plan->tempo[i];
    double own = exp(fmin(plan->log_duration[i], 8.0)) - 1;
    own = own < 0 ? 0 : own / rate;
    if (phone == SX_PHONE_WORD) {
        int gap = whole(own);
        return gap >= (rate > 1 ? (int)fmax(1, WORD_GAP_MIN / rate) : WORD_GAP_MIN) ? gap : 0;
    }
    int least = PHONE_MIN;
    if (phone == SX_PHONE_BEGIN || phone == SX_PHONE_END)
        least = SX_LEAD_FRAMES;
    else if (phone < SX_PHONE_FIRST)
        least = PAUSE_MIN;
    if (rate > 1.5f)
        least = (int)fmax(phone == SX_PHONE_END ? END_MIN : 1, ceil(least / rate));     /* fast speech may have phones of one frame */
    plan->carry += own;
    int frames = whole(plan->carry);
    if (frames < least)
        frames = least;
    if (phone == SX_PHONE_END && frames > END_MAX)
        frames = END_MAX;           /* silence behind the last word is the caller's to give */
    plan->carry -= frames;
    plan->carry = plan->carry > 2 ? 2 : plan->carry < -2 ? -2 : plan->carry;
    return frames;
}

/* Pitch to 1/4096 (0.4 cent): phase sums up f0, so the last bits of the encoder, which differ between processor levels, would drift apart
 * to an audible degree (of a null test, not of the ear) within seconds. */
static float on_grid(float lnf0)
{
    return rintf(lnf0 * 4096) / 4096;
}

static void place(struct sx_plan *plan, float rate)
{
    int i = plan->planned++;
    int frames = duration(plan, i, rate);
    plan->start[i] = plan->end;
    plan->frames[i] = frames;
    if (frames > 0) {
        static const double at[3] = {1.0 / 6, 0.5, 5.0 / 6};
        for (int k = 0; k < 3; k++) {
            plan->point_x[plan->points] = (float)(plan->end + frames * at[k] - 0.5);
            plan->point_shift[plan->points] = plan->shift ? plan->shift[3 * i + k] : 0;
            plan->point_y[plan->points++] = on_grid(plan->pitch[3 * i + k]);
        }
    }
    plan->end += frames;
}

void sx_plan_word(struct sx_plan *plan, float rate)
{
    while (plan->planned < plan->count) {
        place(plan, rate);
        int i = plan->planned - 1;
        /* the begin mark goes with the first word, the end marks with the last one */
        bool mark = plan->tokens[i].phone < SX_PHONE_FIRST && i > 0;
        if (mark && plan->planned < plan->count && plan->tokens[plan->planned].phone >= SX_PHONE_FIRST)
            break;
    }
}

/* Between the points around the cursor, held at the ends. */
static float between(const struct sx_plan *plan, const float *y, int f)
{
    const float *x = plan->point_x;
    int i = plan->cursor;
    if ((float)f <= x[i] || i + 1 == plan->points)
        return y[i];
    return y[i] + (y[i + 1] - y[i]) * ((float)f - x[i]) / (x[i + 1] - x[i]);
}

float sx_plan_lnf0(struct sx_plan *plan, int f, float rate)
{
    while ((plan->points == 0 || plan->point_x[plan->points - 1] < (float)f) && plan->planned < plan->count)
        sx_plan_word(plan, rate);
    if (plan->points == 0)
        return 5;                   /* nothing has a duration: no frame is made either */
    while (plan->cursor + 1 < plan->points && plan->point_x[plan->cursor + 1] < (float)f)
        plan->cursor++;
    return between(plan, plan->point_y, f);
}

float sx_plan_shift(const struct sx_plan *plan, int f)
{
    return plan->points ? between(plan, plan->point_shift, f) : 0;
}
