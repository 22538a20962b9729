/* ssml_value.c - numbers with units. Limits are those of the stream's own rate, pitch and volume (syrinx.h); labels have the values of docs/SSML.md. */
#include "text/ssml_value.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/ascii.h"
#include "base/number.h"

static const float rate_least = 0.25f, rate_most = 6;
static const float pitch_most = 24;
static const float range_most = 4;
static const float volume_least = -60, volume_most = 20;
static const float usual_range = 12;        /* semitones between the lows and highs of lively speech */

struct label {
    const char *name;
    float value;
};

static const struct label rates[] = {{"x-slow", 0.5f}, {"slow", 0.75f}, {"medium", 1}, {"fast", 1.35f}, {"x-fast", 1.8f}, {"default", 1}, {NULL, 0}};
static const struct label pitches[] = {{"x-low", -6}, {"low", -3}, {"medium", 0}, {"high", 3}, {"x-high", 6}, {"default", 0}, {NULL, 0}};
static const struct label ranges[] = {{"x-low", 0.25f}, {"low", 0.6f}, {"medium", 1}, {"high", 1.4f}, {"x-high", 1.8f}, {"default", 1}, {NULL, 0}};
static const struct label volumes[] = {{"silent", -INFINITY}, {"x-soft", -12}, {"soft", -6}, {"medium", 0}, {"loud", 6}, {"x-loud", 10}, {"default", 0}, {NULL, 0}};

/* A number and its unit. */
struct quantity {
    bool sign;              /* written with + or - */
    double value;
    char unit[8];           /* in small letters, "" for none */
};

static const char *skip(const char *text)
{
    while (*text == ' ' || *text == '\t' || *text == '\n' || *text == '\r')
        text++;
    return text;
}

/* Up to the text's end or one of `stops`; NULL when there is no number. */
static const char *read_quantity(const char *text, const char *stops, struct quantity *q)
{
    text = skip(text);
    q->sign = *text == '+' || *text == '-';
    const char *end;
    q->value = sx_parse_decimal(text, &end);
    if (end == text || !isfinite(q->value))
        return NULL;
    text = skip(end);
    size_t n = 0;
    while (*text && *text != ' ' && !strchr(stops, *text) && n < sizeof q->unit - 1) {
        char c = *text++;
        q->unit[n++] = sx_ascii_lower(c);
    }
    q->unit[n] = 0;
    text = skip(text);
    return !*text || strchr(stops, *text) ? text : NULL;
}

static bool unit(const struct quantity *q, const char *name)
{
    return !strcmp(q->unit, name);
}

static bool labelled(const char *text, const struct label *labels, float *value)
{
    text = skip(text);
    size_t n = strlen(text);
    while (n && *skip(text + n - 1) == 0)
        n--;
    for (; labels->name; labels++)
        if (strlen(labels->name) == n && !sx_ascii_compare_n(labels->name, text, n)) {
            *value = labels->value;
            return true;
        }
    return false;
}

static enum sx_value clamp(double value, float least, float most, float *out)
{
    if (isnan(value))
        return SX_VALUE_BAD;
    *out = (float)fmin(fmax(value, least), most);
    return value < least - 1e-6 || value > most + 1e-6 ? SX_VALUE_CLAMPED : SX_VALUE_GOOD;
}

/* "80%" is that much of what was, "+20%" and "-20%" change it by so much. */
static double factor(const struct quantity *q)
{
    return q->sign ? 1 + q->value / 100 : q->value / 100;
}

enum sx_value sx_value_time(const char *text, float most, float *seconds)
{
    struct quantity q;
    if (!read_quantity(text, "", &q) || (!unit(&q, "s") && !unit(&q, "ms")) || q.value < 0)
        return SX_VALUE_BAD;
    return clamp(unit(&q, "ms") ? q.value / 1000 : q.value, 0, most, seconds);
}

enum sx_value sx_value_rate(const char *text, float *rate)
{
    struct quantity q;
    if (labelled(text, rates, rate))
        return SX_VALUE_GOOD;
    if (!read_quantity(text, "", &q) || (q.unit[0] && !unit(&q, "%")))
        return SX_VALUE_BAD;
    /* SSML 1.0 had numbers: 1.5 is half as fast again, +0.5 the same as a change; "+10" is meant as per cent */
    double f = q.unit[0] || (q.sign && fabs(q.value) > 3) ? factor(&q) : q.sign ? 1 + q.value : q.value;
    return clamp(*rate * f, rate_least, rate_most, rate);
}

/* Semitones over the speaker's mean after a change of one that has `from` semitones; NAN when it is none. */
static double pitch_of(const struct quantity *q, float hertz, double from)
{
    if (unit(q, "st"))
        return from + q->value;
    if (unit(q, "%")) {
        double f = factor(q);
        return f > 0 ? from + 12 * log2(f) : -INFINITY;
    }
    if (!unit(q, "hz") && (q->unit[0] || !q->sign))     /* "+10" is so many Hertz in SSML 1.0 */
        return NAN;
    double now = q->sign ? hertz * exp2(from / 12) + q->value : q->value;
    return now > 0 ? 12 * log2(now / hertz) : -INFINITY;
}

enum sx_value sx_value_pitch(const char *text, float hertz, float *pitch)
{
    struct quantity q;
    if (labelled(text, pitches, pitch))
        return SX_VALUE_GOOD;
    if (!read_quantity(text, "", &q))
        return SX_VALUE_BAD;
    return clamp(pitch_of(&q, hertz, *pitch), -pitch_most, pitch_most, pitch);
}

enum sx_value sx_value_range(const char *text, float hertz, float *range)
{
    struct quantity q;
    if (labelled(text, ranges, range))
        return SX_VALUE_GOOD;
    if (!read_quantity(text, "", &q))
        return SX_VALUE_BAD;
    if (unit(&q, "%"))
        return clamp(*range * factor(&q), 0, range_most, range);
    double semitones = q.value;
    if (unit(&q, "hz")) {
        double half = fmin(fabs(q.value) / 2, hertz * 0.9);
        semitones = copysign(12 * log2((hertz + half) / (hertz - half)), q.value);
    } else if (!unit(&q, "st"))
        return SX_VALUE_BAD;
    return clamp(q.sign ? *range + semitones / usual_range : semitones / usual_range, 0, range_most, range);
}

enum sx_value sx_value_volume(const char *text, float *volume)
{
    struct quantity q;
    if (labelled(text, volumes, volume))
        return SX_VALUE_GOOD;
    if (!read_quantity(text, "", &q))
        return SX_VALUE_BAD;
    double decibels;
    if (unit(&q, "db"))
        decibels = *volume + q.value;
    else if (unit(&q, "%")) {
        double f = factor(&q);
        decibels = f > 0 ? *volume + 20 * log10(f) : -INFINITY;
    } else if (!q.unit[0]) {        /* SSML 1.0: 0 is silence and 100 what is usual; +10 a change on that scale */
        double hundred = q.sign ? 100 * pow(10, *volume / 20) + q.value : q.value;
        decibels = hundred > 0 ? 20 * log10(hundred / 100) : -INFINITY;
    } else
        return SX_VALUE_BAD;
    if (decibels == -INFINITY) {    /* nothing at all is a volume too */
        *volume = -INFINITY;
        return SX_VALUE_GOOD;
    }
    return clamp(decibels, volume_least, volume_most, volume);
}

enum sx_value sx_value_contour(const char *text, float hertz, struct sx_style *style)
{
    enum sx_value all = SX_VALUE_GOOD;
    int count = 0;
    for (text = skip(text); *text; text = skip(text)) {
        struct quantity at, to;
        float pitch;
        if (*text == ',') {
            text++;
            continue;
        }
        const char *comma = *text == '(' ? read_quantity(text + 1, ",)", &at) : NULL;
        if (!comma || *comma != ',' || !unit(&at, "%"))
            return SX_VALUE_BAD;
        const char *close = comma + 1, *end = strchr(close, ')');
        char label[16];
        if (!end)
            return SX_VALUE_BAD;
        size_t n = (size_t)(end - close);
        memcpy(label, close, n < sizeof label ? n : sizeof label - 1);
        label[n < sizeof label ? n : sizeof label - 1] = 0;
        enum sx_value one;
        if (labelled(label, pitches, &pitch))
            one = SX_VALUE_GOOD;
        else if ((close = read_quantity(comma + 1, ")", &to)) && close == end)
            one = clamp(pitch_of(&to, hertz, style->pitch), -pitch_most, pitch_most, &pitch);
        else
            return SX_VALUE_BAD;
        if (one == SX_VALUE_BAD)
            return one;
        text = end + 1;
        if (at.value < 0 || at.value > 100 || count == SX_CONTOUR_POINTS) {     /* "positions outside are ignored" */
            all = SX_VALUE_CLAMPED;
            continue;
        }
        if (one == SX_VALUE_CLAMPED)
            all = one;
        int i = count++;
        for (; i && style->contour[i - 1].at > (float)(at.value / 100); i--)
            style->contour[i] = style->contour[i - 1];
        style->contour[i].at = (float)(at.value / 100);
        style->contour[i].pitch = pitch - style->pitch;
    }
    style->contour_count = (uint8_t)count;
    return all;
}
