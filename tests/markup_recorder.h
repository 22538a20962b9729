/* markup_recorder.h - a sink that writes down what it gets, one line a call; text that follows on is one line, whatever the cuts. */
#ifndef SX_TESTS_MARKUP_RECORDER_H
#define SX_TESTS_MARKUP_RECORDER_H

#include <math.h>
#include <string.h>

#include "base/buffer.h"
#include "text/lexicon.h"
#include "text/markup.h"

struct recorder {
    struct sx_buffer lines, warnings;
    bool open, exact;           /* a line of text is not complete; it is byte for byte */
    struct sx_buffer text;
    uint64_t begin, end, last;
    int bad;                    /* calls that break the contract */
    int fail_at;                /* this call fails; 0: none */
    int calls;
};

static void recorder_close(struct recorder *r)
{
    if (r->open)
        sx_buffer_printf(&r->lines, "T %llu-%llu%s|%s|\n", (unsigned long long)r->begin, (unsigned long long)r->end, r->exact ? "" : "~", r->text.data);
    sx_buffer_clear(&r->text);
    r->open = false;
}

static int recorder_call(struct recorder *r, struct sx_error *error)
{
    if (++r->calls == r->fail_at)
        return sx_fail(error, SYRINX_ERROR_CANCELLED, "the sink is full");
    return 0;
}

static int recorder_text(void *user, const char *bytes, size_t length, uint64_t begin, uint64_t end, struct sx_error *error)
{
    struct recorder *r = user;
    bool exact = end - begin == length;
    r->bad += begin < r->last || end < begin || !length;
    r->last = begin;
    if (r->open && !(exact && r->exact && begin == r->end))
        recorder_close(r);
    if (!r->open)
        r->begin = begin;
    r->open = true;
    r->exact = exact;
    r->end = end;
    sx_buffer_add(&r->text, bytes, length);
    return recorder_call(r, error);
}

static int recorder_style(void *user, const struct sx_style *s, struct sx_error *error)
{
    struct recorder *r = user;
    recorder_close(r);
    struct sx_buffer *b = &r->lines;
    sx_buffer_puts(b, "S");
    if (s->rate != 1)
        sx_buffer_printf(b, " rate=%.3g", (double)s->rate);
    if (s->pitch != 0)
        sx_buffer_printf(b, " pitch=%.3g", (double)s->pitch);
    if (s->range != 1)
        sx_buffer_printf(b, " range=%.3g", (double)s->range);
    if (s->volume != 0)
        sx_buffer_printf(b, " volume=%.3g", (double)s->volume);
    if (s->seconds != 0)
        sx_buffer_printf(b, " seconds=%.3g", (double)s->seconds);
    if (s->emphasis)
        sx_buffer_printf(b, " emphasis=%d", s->emphasis);
    if (s->as)
        sx_buffer_printf(b, " as=%d", s->as);
    if (s->one_word)
        sx_buffer_puts(b, " one_word");
    for (int i = 0; i < s->contour_count; i++)
        sx_buffer_printf(b, " (%.3g,%.3g)", (double)s->contour[i].at, (double)s->contour[i].pitch);
    const char *const names[] = {"format", "detail", "language", "speaker", "instead", "phones", "role"};
    const char *const values[] = {s->format, s->detail, s->language, s->speaker, s->instead, s->phones, s->role};
    for (int i = 0; i < 7; i++)
        if (values[i])
            sx_buffer_printf(b, " %s=%s", names[i], values[i]);
    if (s->phones)
        sx_buffer_printf(b, " alphabet=%d", s->alphabet);
    if (s->lexicon) {           /* what it says of q and of r */
        const struct sx_lexicon_entry *q = sx_lexicon_find(s->lexicon, "q", 1), *r2 = sx_lexicon_find(s->lexicon, "r", 1);
        sx_buffer_printf(b, " lexicon=%s/%s", q ? q->words : "-", r2 ? r2->words : "-");
    }
    sx_buffer_puts(b, "\n");
    r->bad += !(s->rate >= 0.2f && s->rate <= 6) || !(s->pitch >= -24 && s->pitch <= 24) || !(s->range >= 0 && s->range <= 4) ||
              !(s->volume <= 20) || !(s->seconds >= 0 && s->seconds <= 600) || s->contour_count > SX_CONTOUR_POINTS;
    for (int i = 0; i < s->contour_count; i++)
        r->bad += !(s->contour[i].at >= (i ? s->contour[i - 1].at : 0) && s->contour[i].at <= 1) || !isfinite(s->contour[i].pitch);
    return recorder_call(r, error);
}

static int recorder_boundary(void *user, enum sx_boundary boundary, struct sx_error *error)
{
    struct recorder *r = user;
    recorder_close(r);
    sx_buffer_printf(&r->lines, "B %d\n", (int)boundary);
    return recorder_call(r, error);
}

static int recorder_point(void *user, const struct sx_point *p, struct sx_error *error)
{
    struct recorder *r = user;
    recorder_close(r);
    sx_buffer_printf(&r->lines, "P %d", p->kind);
    if (p->kind == SX_POINT_BREAK)
        sx_buffer_printf(&r->lines, " %d %.3g", p->strength, (double)p->seconds);
    sx_buffer_printf(&r->lines, " %llu-%llu%s%s\n", (unsigned long long)p->begin, (unsigned long long)p->end, p->name ? " " : "", p->name ? p->name : "");
    r->bad += p->end < p->begin || !(p->seconds == -1 || (p->seconds >= 0 && p->seconds <= 10));
    return recorder_call(r, error);
}

static void recorder_warn(void *user, const char *message)
{
    struct recorder *r = user;
    sx_buffer_printf(&r->warnings, "%s\n", message);
}

static inline struct sx_markup_sink recorder_sink(struct recorder *r)
{
    return (struct sx_markup_sink){r, recorder_text, recorder_style, recorder_boundary, recorder_point};
}

static inline void recorder_free(struct recorder *r)
{
    sx_buffer_free(&r->lines);
    sx_buffer_free(&r->warnings);
    sx_buffer_free(&r->text);
}

#endif
