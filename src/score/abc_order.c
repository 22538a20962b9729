/* abc_order.c - the bars of all voices on one written time line, and the order in which they are played: repeats, endings, jumps and P: parts. */
#include <stdlib.h>
#include <string.h>

#include "score/abc.h"

enum { PARTS_WRITTEN = 10000, PARTS_DEPTH = 16, PARTS_WORK = 100000 };

static bool has_end(const struct sx_abc_voice *voice, int64_t *end)
{
    *end = voice->now > voice->far ? voice->now : voice->far;
    return *end > 0;
}

static size_t structure_of(const struct sx_abc_voice *voice)
{
    size_t n = 0;
    for (size_t i = 0; i < voice->bar_count; i++)
        n += (voice->bars[i].flags & ~(uint32_t)SX_BAR_ENDING_END) != 0 || voice->bars[i].coda;
    return n;
}

/* The voice whose repeats are played: the first one with the most of them; of voices without, the one with the most bars. */
static size_t choose_master(const struct sx_abc_reader *reader)
{
    size_t best = 0;
    for (size_t i = 1; i < reader->voice_count; i++) {
        const struct sx_abc_voice *a = &reader->voices[best], *b = &reader->voices[i];
        size_t x = structure_of(a), y = structure_of(b);
        if (y > x || (y == x && b->bar_count > a->bar_count))
            best = i;
    }
    return best;
}

static int64_t bar_end(const struct sx_abc_voice *voice, size_t k)
{
    int64_t end;
    has_end(voice, &end);
    return k + 1 < voice->bar_count ? voice->bars[k + 1].begin : end;
}

/* Whether most bars are as long as the master's: then bar k of one is meant to sound with bar k of the other. */
static bool similar(const struct sx_abc_voice *a, const struct sx_abc_voice *b)
{
    size_t n = a->bar_count < b->bar_count ? a->bar_count : b->bar_count, same = 0;
    for (size_t k = 0; k < n; k++)
        same += bar_end(a, k) - a->bars[k].begin == bar_end(b, k) - b->bars[k].begin;
    return n > 1 && same < n && 10 * same >= 8 * n;
}

/* Moves what a voice has by how its bars move; starts: [bar_count + 1] where they begin now. */
static void move_voice(struct sx_abc_voice *voice, const int64_t *starts)
{
    size_t k = 0;
    for (size_t i = 0; i < voice->note_count; i++) {
        struct sx_abc_note *note = &voice->notes[i];
        while (k + 1 < voice->bar_count && note->time >= voice->bars[k + 1].begin)
            k++;
        while (k > 0 && note->time < voice->bars[k].begin)      /* overlays go back */
            k--;
        note->time += starts[k] - voice->bars[k].begin;
    }
    k = 0;
    for (size_t i = 0; i < voice->event_count; i++) {
        struct sx_abc_event *event = &voice->events[i];
        while (k + 1 < voice->bar_count && event->time >= voice->bars[k + 1].begin)
            k++;
        while (k > 0 && event->time < voice->bars[k].begin)
            k--;
        event->time += starts[k] - voice->bars[k].begin;
    }
    int64_t shift = starts[voice->bar_count - 1] - sx_abc_open_bar(voice)->begin;
    voice->now += shift;
    if (voice->far)
        voice->far += shift;
    for (size_t i = 0; i < voice->bar_count; i++)
        voice->bars[i].begin = starts[i];
}

/* Where a voice has too much or too little in a bar, its next bar begins with the others' all the same. */
static int align(struct sx_abc_reader *reader, size_t master)
{
    const struct sx_abc_voice *lead = &reader->voices[master];
    bool *with = calloc(reader->voice_count, sizeof *with), any = false;
    size_t most = 0;
    for (size_t i = 0; with && i < reader->voice_count; i++) {
        const struct sx_abc_voice *voice = &reader->voices[i];
        bool same = voice->bar_count > 1;
        for (size_t k = 0; k < voice->bar_count && k < lead->bar_count && same; k++)
            same = voice->bars[k].begin == lead->bars[k].begin;
        with[i] = i == master || same || similar(lead, voice);
        any |= with[i] && !same && i != master;
        if (with[i] && voice->bar_count > most)
            most = voice->bar_count;
    }
    int64_t *starts = any ? malloc((most + 1) * sizeof *starts) : NULL;
    if (!with || (any && !starts)) {
        free(with);
        return sx_abc_fail_memory(reader);
    }
    if (any) {
        starts[0] = 0;
        for (size_t k = 0; k < most; k++) {
            int64_t longest = 0;
            for (size_t i = 0; i < reader->voice_count; i++) {
                const struct sx_abc_voice *voice = &reader->voices[i];
                int64_t length = with[i] && k < voice->bar_count ? bar_end(voice, k) - voice->bars[k].begin : 0;
                if (length > longest)
                    longest = length;
            }
            for (size_t i = 0; i < reader->voice_count; i++) {
                const struct sx_abc_voice *voice = &reader->voices[i];
                if (with[i] && k + 1 < voice->bar_count && bar_end(voice, k) - voice->bars[k].begin != longest)
                    sx_score_warn(reader->score, (int)k + 1, -1, "voice %s: the bar is shorter than in other voices; filled up", voice->id);
            }
            starts[k + 1] = starts[k] + longest;
        }
        for (size_t i = 0; i < reader->voice_count; i++)
            if (with[i])
                move_voice(&reader->voices[i], starts);
    }
    free(starts);
    free(with);
    return SYRINX_OK;
}

struct cut { int64_t time; int32_t letter; };

static int compare_cuts(const void *a, const void *b)
{
    const struct cut *x = a, *y = b;
    return x->time < y->time ? -1 : x->time > y->time;
}

/* The places where parts begin, in order; an array of *count, NULL with status where there is no memory. */
static struct cut *find_parts(struct sx_abc_reader *reader, size_t *count)
{
    size_t n = 0;
    for (size_t i = 0; i < reader->voice_count; i++)
        for (size_t k = 0; k < reader->voices[i].event_count; k++)
            n += reader->voices[i].events[k].kind == ABC_PART;
    struct cut *cuts = malloc((n + 1) * sizeof *cuts);
    *count = 0;
    if (!cuts)
        return NULL;
    n = 0;
    for (size_t i = 0; i < reader->voice_count; i++)
        for (size_t k = 0; k < reader->voices[i].event_count; k++)
            if (reader->voices[i].events[k].kind == ABC_PART)
                cuts[n++] = (struct cut){ reader->voices[i].events[k].time, reader->voices[i].events[k].a };
    qsort(cuts, n, sizeof *cuts, compare_cuts);
    for (size_t i = 0; i < n; i++)      /* each voice may tell it */
        if (*count == 0 || cuts[*count - 1].time != cuts[i].time)
            cuts[(*count)++] = cuts[i];
    return cuts;
}

struct build {
    struct sx_abc_reader *reader;
    struct sx_abc_span *spans;
    struct sx_unfold_bar *bars;     /* [count], one a span */
    size_t count;
};

static void push_span(struct build *build, int64_t begin, int64_t end, const struct sx_abc_bar *bar, const struct cut *cuts, size_t cut_count)
{
    /* A part that begins within a bar divides it. */
    size_t low = 0, high = cut_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (cuts[middle].time <= begin)
            low = middle + 1;
        else
            high = middle;
    }
    uint32_t head = SX_BAR_REPEAT_BEGIN | SX_BAR_ENDING_BEGIN | SX_BAR_SEGNO | SX_BAR_CODA;
    struct sx_unfold_bar whole = { 0 };
    if (bar)
        whole = (struct sx_unfold_bar){ .flags = bar->flags, .endings = bar->endings, .times = bar->times };
    int64_t at = begin;
    for (size_t i = low; i <= cut_count && at < end; i++) {
        bool last = i == cut_count || cuts[i].time >= end;
        struct sx_unfold_bar part = whole;
        if (at > begin)
            part.flags &= ~head;
        if (!last)
            part.flags &= head;
        build->spans[build->count] = (struct sx_abc_span){ at, last ? end : cuts[i].time, 0, 0 };
        build->bars[build->count++] = part;
        at = build->spans[build->count - 1].end;
        if (last)
            break;
    }
}

/* Coda signs: the first of two is where to leave, the last one where to go. */
static void settle_codas(struct sx_abc_voice *voice)
{
    size_t n = 0, seen = 0;
    for (size_t i = 0; i < voice->bar_count; i++)
        n += voice->bars[i].coda != 0;
    for (size_t i = 0; i < voice->bar_count; i++) {
        struct sx_abc_bar *bar = &voice->bars[i];
        if (!bar->coda)
            continue;
        seen++;
        if (seen < n && bar->coda == 1 && i > 0)
            bar[-1].flags |= SX_BAR_TO_CODA;
        else if (seen < n)
            bar->flags |= SX_BAR_TO_CODA;
        else if (bar->coda == 1 || i + 1 == voice->bar_count)
            bar->flags |= SX_BAR_CODA;
        else
            bar[1].flags |= SX_BAR_CODA;
    }
}

/* Printed numbers: a pickup is 0, and what a repeat sign divides is one bar. */
static void number_spans(struct build *build, const struct sx_abc_voice *lead)
{
    int32_t number = 0;
    int64_t filled = 0, full = 0;
    size_t k = 0;
    for (size_t i = 0; i < build->count; i++) {
        struct sx_abc_span *span = &build->spans[i];
        while (k + 1 < lead->bar_count && lead->bars[k + 1].begin <= span->begin)
            k++;
        int64_t measure = (int64_t)lead->bars[k].length * (ABC_WHOLE / 1024), length = span->end - span->begin;
        bool inside = span->begin > lead->bars[k].begin;
        bool divided = i > 0 && ((build->bars[i - 1].flags & (SX_BAR_REPEAT_END | SX_BAR_ENDING_END)) || (build->bars[i].flags & (SX_BAR_REPEAT_BEGIN | SX_BAR_ENDING_BEGIN)));
        bool goes_on = divided && filled > 0 && filled + length <= full && measure == full;
        if (i == 0 && measure && length < measure && build->count > 1) {
            span->into = measure - length;      /* a pickup */
            filled = 0;
        } else if (inside || goes_on) {
            span->into = filled;
            filled += length;
        } else {
            number++;
            filled = length < measure ? length : 0;
        }
        if (measure && filled >= measure)
            filled = 0;
        full = measure;
        span->number = number;
    }
}

static int build_spans(struct sx_abc_reader *reader, struct build *build, size_t master, const struct cut *cuts, size_t cut_count)
{
    struct sx_abc_voice *lead = &reader->voices[master], *longest = lead;
    int64_t end, last;
    has_end(lead, &last);
    for (size_t i = 0; i < reader->voice_count; i++)
        if (has_end(&reader->voices[i], &end) && end > last) {
            last = end;
            longest = &reader->voices[i];
        }
    size_t room = lead->bar_count + longest->bar_count + cut_count + 1;
    build->spans = calloc(room, sizeof *build->spans);
    build->bars = calloc(room, sizeof *build->bars);
    if (!build->spans || !build->bars)
        return sx_abc_fail_memory(reader);
    settle_codas(lead);
    int64_t own;
    has_end(lead, &own);
    for (size_t k = 0; k < lead->bar_count; k++)
        push_span(build, lead->bars[k].begin, k + 1 < lead->bar_count ? lead->bars[k + 1].begin : own, &lead->bars[k], cuts, cut_count);
    /* What others play behind its end. */
    for (size_t k = 0; k < longest->bar_count && last > own; k++) {
        int64_t begin = longest->bars[k].begin, stop = bar_end(longest, k);
        if (stop > own)
            push_span(build, begin > own ? begin : own, stop, NULL, cuts, cut_count);
    }
    number_spans(build, lead);
    return SYRINX_OK;
}

/* --- the order of parts: ABAC, (AB)3C2 */
struct expansion { char *out; size_t count, work; bool full; };

static const char *closing(const char *at)
{
    int depth = 0;
    for (; *at; at++) {
        depth += *at == '(';
        depth -= *at == ')';
        if (depth == 0)
            return at;
    }
    return at;
}

static int64_t times_behind(const char **at, const char *end)
{
    struct sx_abc_scan scan = { *at, end };
    int64_t n;
    if (!sx_abc_scan_int(&scan, 10000, &n))
        n = 1;
    *at = scan.at;
    return n;
}

static void expand(struct expansion *to, const char *at, const char *end, int depth)
{
    while (at < end && !to->full) {
        if (++to->work > PARTS_WORK)
            to->full = true;
        const char *begin = at++, *inner_end = at;
        bool group = *begin == '(', letter = (*begin >= 'A' && *begin <= 'Z') || (*begin >= 'a' && *begin <= 'z');
        if (!group && !letter)
            continue;
        if (group) {
            inner_end = closing(begin);
            if (inner_end > end)
                inner_end = end;
            at = inner_end < end ? inner_end + 1 : end;
        }
        int64_t times = times_behind(&at, end);
        for (int64_t i = 0; i < times && !to->full; i++) {
            if (++to->work > PARTS_WORK || to->count == PARTS_WRITTEN || depth > PARTS_DEPTH)
                to->full = true;
            else if (group)
                expand(to, begin + 1, inner_end, depth + 1);
            else
                to->out[to->count++] = *begin;
        }
    }
}

struct flat { struct sx_unfold_bar *bars; uint32_t *spans; size_t count, room; bool cut; };

static bool append(struct sx_abc_reader *reader, struct flat *flat, const struct build *build, int64_t begin, int64_t end)
{
    bool first = true;
    size_t low = 0, high = build->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (build->spans[middle].begin < begin)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = low; i < build->count && build->spans[i].begin < end; i++) {
        if (flat->count == SX_SCORE_BARS) {
            flat->cut = true;
            break;
        }
        if (flat->count == flat->room) {
            size_t room = flat->room ? 2 * flat->room : 256;
            struct sx_unfold_bar *bars = realloc(flat->bars, room * sizeof *bars);
            if (bars)
                flat->bars = bars;
            uint32_t *spans = bars ? realloc(flat->spans, room * sizeof *spans) : NULL;
            if (!spans) {
                sx_abc_fail_memory(reader);
                return false;
            }
            flat->spans = spans;
            flat->room = room;
        }
        flat->bars[flat->count] = build->bars[i];
        if (first)
            flat->bars[flat->count].flags |= SX_BAR_REPEAT_BEGIN;
        flat->spans[flat->count++] = (uint32_t)i;
        first = false;
    }
    if (!first)     /* no ending reaches over the end of a part */
        flat->bars[flat->count - 1].flags |= SX_BAR_ENDING_END;
    return true;
}

static bool flatten(struct sx_abc_reader *reader, struct flat *flat, const struct build *build, const struct cut *cuts, size_t cut_count, bool *parts)
{
    struct expansion order = { .out = malloc(PARTS_WRITTEN) };
    if (!order.out) {
        sx_abc_fail_memory(reader);
        return false;
    }
    expand(&order, reader->order, reader->order + strlen(reader->order), 0);
    if (order.full && sx_abc_first_warning(reader, ABC_W_PARTS))
        sx_abc_warn(reader, "P:%.40s... has too many parts; the first %zu are played", reader->order, order.count);
    *parts = order.count > 0 && cut_count > 0;
    bool fine = true;
    int64_t first = cut_count ? cuts[0].time : INT64_MAX;
    if (!*parts) {
        fine = append(reader, flat, build, 0, first);
        for (size_t i = 0; i < cut_count && fine; i++)
            fine = append(reader, flat, build, cuts[i].time, i + 1 < cut_count ? cuts[i + 1].time : INT64_MAX);
        free(order.out);
        return fine;
    }
    size_t named[256];                  /* the first part of each name */
    for (size_t k = 0; k < 256; k++)
        named[k] = cut_count;
    for (size_t i = cut_count; i-- > 0;)
        named[cuts[i].letter & 0xFF] = i;
    fine = append(reader, flat, build, 0, first);       /* what stands before the first part */
    for (size_t k = 0; k < order.count && fine && !flat->cut; k++) {
        size_t i = named[(unsigned char)order.out[k]];
        if (i < cut_count)
            fine = append(reader, flat, build, cuts[i].time, i + 1 < cut_count ? cuts[i + 1].time : INT64_MAX);
        else
            sx_score_warn(reader->score, -1, -1, "P: names a part %c that the tune does not have", order.out[k]);
    }
    free(order.out);
    return fine;
}

static int unfold(struct sx_abc_reader *reader, struct sx_abc_order *order, const struct flat *flat, bool parts)
{
    struct sx_unfold_step *steps = NULL;
    bool cut = false;
    if (sx_unfold(flat->bars, flat->count, SX_SCORE_BARS, &steps, &order->step_count, &cut) < 0)
        return sx_abc_fail_memory(reader);
    uint16_t *visits = calloc(order->span_count + 1, sizeof *visits);
    order->steps = calloc(order->step_count + 1, sizeof *order->steps);
    for (size_t i = 0; visits && order->steps && i < order->step_count; i++) {
        uint32_t span = flat->spans[steps[i].bar];
        visits[span] += visits[span] < UINT16_MAX;
        /* With an order of parts the second A has the second verse. */
        order->steps[i] = (struct sx_abc_step){ span, steps[i].pass, parts ? visits[span] : steps[i].pass };
    }
    bool fine = visits && order->steps;
    free(visits);
    free(steps);
    if (!fine)
        return sx_abc_fail_memory(reader);
    if (cut || flat->cut)
        sx_score_warn(reader->score, -1, -1, "repeats make more than %d bars, or there are more jumps than any piece has; the rest is left out", SX_SCORE_BARS);
    return SYRINX_OK;
}

int sx_abc_make_order(struct sx_abc_reader *reader, struct sx_abc_order *order)
{
    if (reader->voice_count == 0)
        return SYRINX_OK;
    size_t master = choose_master(reader), cut_count;
    if (reader->voice_count > 1 && align(reader, master) < 0)
        return reader->status;
    struct cut *cuts = find_parts(reader, &cut_count);
    if (!cuts)
        return sx_abc_fail_memory(reader);
    struct build build = { .reader = reader };
    struct flat flat = { 0 };
    bool parts = false;
    int code = build_spans(reader, &build, master, cuts, cut_count);
    if (code == SYRINX_OK && !flatten(reader, &flat, &build, cuts, cut_count, &parts))
        code = reader->status;
    order->spans = build.spans;
    order->span_count = build.count;
    if (code == SYRINX_OK)
        code = unfold(reader, order, &flat, parts);
    free(build.bars);
    free(flat.bars);
    free(flat.spans);
    free(cuts);
    return code;
}

void sx_abc_order_free(struct sx_abc_order *order)
{
    free(order->spans);
    free(order->steps);
}
