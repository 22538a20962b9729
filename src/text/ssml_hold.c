/* ssml_hold.c - <prosody duration= contour=> over several passages: what stands inside is kept until the element ends; then each passage gets its part of the
 * time and of the contour, by its length in letters. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "text/ssml_parts.h"

enum { MAX_ITEMS = 2000, MAX_BYTES = 1 << 17 };

static const char *keep(struct sx_ssml *ssml, const char *text)
{
    char *copy = text ? sx_arena_strdup(&ssml->hold.strings, text, strlen(text)) : NULL;
    if (text && !copy)
        sx_ssml_no_memory(ssml);
    return copy;
}

void sx_ssml_hold_clear(struct sx_ssml *ssml)
{
    struct sx_ssml_hold *hold = &ssml->hold;
    hold->on = false;
    hold->count = hold->bytes = 0;
    sx_buffer_clear(&hold->text);
    sx_arena_reset(&hold->strings);
}

void sx_ssml_hold_free(struct sx_ssml *ssml)
{
    free(ssml->hold.items);
    sx_buffer_free(&ssml->hold.text);
    sx_arena_free(&ssml->hold.strings);
}

void sx_ssml_hold_begin(struct sx_ssml *ssml, float seconds, const struct sx_style *contour)
{
    sx_ssml_hold_clear(ssml);
    ssml->hold.on = true;
    ssml->hold.seconds = seconds;
    ssml->hold.contour = *contour;
}

/* Letters of a held text, white space not counted. */
static size_t weight(const struct sx_ssml_hold *hold, const struct sx_ssml_held *item)
{
    size_t n = 0;
    for (size_t i = 0; i < item->length; i++) {
        unsigned char c = (unsigned char)hold->text.data[item->at + i];
        n += c != ' ' && (c & 0xC0) != 0x80;
    }
    return n;
}

static float contour_at(const struct sx_style *contour, float at)
{
    int n = contour->contour_count, i = 0;
    while (i < n && contour->contour[i].at < at)
        i++;
    if (i == n)
        return contour->contour[n - 1].pitch;
    if (!i || contour->contour[i].at <= at)
        return contour->contour[i].pitch;
    float from = contour->contour[i - 1].at, to = contour->contour[i].at;
    float part = (at - from) / (to - from);
    return contour->contour[i - 1].pitch * (1 - part) + contour->contour[i].pitch * part;
}

/* The contour between two places of the whole, 0..1. */
static void cut_contour(const struct sx_style *whole, float from, float to, struct sx_style *style)
{
    style->contour_count = 0;
    if (!whole->contour_count || to <= from)
        return;
    if (from <= 0 && to >= 1) {
        memcpy(style->contour, whole->contour, sizeof whole->contour);
        style->contour_count = whole->contour_count;
        return;
    }
    int n = 0;
    style->contour[n].at = 0;
    style->contour[n++].pitch = contour_at(whole, from);
    for (int i = 0; i < whole->contour_count && n < SX_CONTOUR_POINTS - 1; i++)
        if (whole->contour[i].at > from && whole->contour[i].at < to) {
            style->contour[n].at = (whole->contour[i].at - from) / (to - from);
            style->contour[n++].pitch = whole->contour[i].pitch;
        }
    style->contour[n].at = 1;
    style->contour[n++].pitch = contour_at(whole, to);
    style->contour_count = (uint8_t)n;
}

/* `shared`: the passages get their parts; else they go without. */
static void flush(struct sx_ssml *ssml, bool shared)
{
    struct sx_ssml_hold *hold = &ssml->hold;
    size_t all = 0, before = 0;
    hold->on = false;
    for (size_t i = 0; i < hold->count; i++)
        all += hold->items[i].kind == SX_SSML_HELD_TEXT ? weight(hold, &hold->items[i]) : 0;
    for (size_t i = 0; i < hold->count && ssml->xml.error.code >= 0; i++) {
        struct sx_ssml_held *item = &hold->items[i];
        if (item->kind == SX_SSML_HELD_STYLE) {
            size_t own = 0;
            for (size_t k = i + 1; k < hold->count && hold->items[k].kind != SX_SSML_HELD_STYLE; k++)
                own += hold->items[k].kind == SX_SSML_HELD_TEXT ? weight(hold, &hold->items[k]) : 0;
            float from = all ? (float)before / (float)all : 0, to = all ? (float)(before + own) / (float)all : 0;
            if (shared) {
                item->style.seconds = hold->seconds * (to - from);
                cut_contour(&hold->contour, from, to, &item->style);
            }
            before += own;
        }
        sx_ssml_send(ssml, item, item->length ? hold->text.data + item->at : "");
    }
    sx_ssml_hold_clear(ssml);
}

void sx_ssml_hold_end(struct sx_ssml *ssml)
{
    if (ssml->hold.on)
        flush(ssml, true);
}

/* NULL: it went out at once, or there is no memory. */
static struct sx_ssml_held *add(struct sx_ssml *ssml, size_t length)
{
    struct sx_ssml_hold *hold = &ssml->hold;
    if (hold->count == MAX_ITEMS || hold->bytes + length > MAX_BYTES) {
        sx_ssml_warn(ssml, "<prosody>: the passage is too long for a duration or a contour");
        flush(ssml, false);
        return NULL;
    }
    if (hold->count == hold->room) {
        size_t room = hold->room ? hold->room * 2 : 8;
        struct sx_ssml_held *items = realloc(hold->items, room * sizeof *items);
        if (!items) {
            sx_ssml_no_memory(ssml);
            return NULL;
        }
        hold->items = items;
        hold->room = room;
    }
    struct sx_ssml_held *item = &hold->items[hold->count++];
    hold->bytes += length;
    memset(item, 0, sizeof *item);
    return item;
}

void sx_ssml_hold_text(struct sx_ssml *ssml, const char *bytes, size_t length, uint64_t begin, uint64_t end)
{
    struct sx_ssml_hold *hold = &ssml->hold;
    struct sx_ssml_held *last = hold->count ? &hold->items[hold->count - 1] : NULL, *item;
    /* pieces that a cut of the input made become one again */
    if (last && last->kind == SX_SSML_HELD_TEXT && last->end == begin && last->end - last->begin == last->length && end - begin == length &&
        hold->bytes + length <= MAX_BYTES) {
        hold->bytes += length;
        last->length += length;
        last->end = end;
    } else if ((item = add(ssml, length))) {
        *item = (struct sx_ssml_held){.kind = SX_SSML_HELD_TEXT, .at = hold->text.length, .length = length, .begin = begin, .end = end};
    } else {
        sx_ssml_send(ssml, &(struct sx_ssml_held){.kind = SX_SSML_HELD_TEXT, .length = length, .begin = begin, .end = end}, bytes);
        return;
    }
    sx_buffer_add(&hold->text, bytes, length);
    if (hold->text.failed)
        sx_ssml_no_memory(ssml);
}

void sx_ssml_hold_style(struct sx_ssml *ssml, const struct sx_style *style)
{
    const char *const strings[] = {style->format, style->detail, style->language, style->speaker, style->instead, style->phones, style->role};
    size_t length = 0;
    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++)
        length += strings[i] ? strlen(strings[i]) : 0;
    struct sx_ssml_held *item = add(ssml, length), direct = {.kind = SX_SSML_HELD_STYLE};
    if (!item) {
        direct.style = *style;
        sx_ssml_send(ssml, &direct, NULL);
        return;
    }
    item->kind = SX_SSML_HELD_STYLE;
    item->style = *style;
    item->style.format = keep(ssml, style->format);
    item->style.detail = keep(ssml, style->detail);
    item->style.language = keep(ssml, style->language);
    item->style.speaker = keep(ssml, style->speaker);
    item->style.instead = keep(ssml, style->instead);
    item->style.phones = keep(ssml, style->phones);
    item->style.role = keep(ssml, style->role);
}

void sx_ssml_hold_boundary(struct sx_ssml *ssml, enum sx_boundary boundary)
{
    struct sx_ssml_held *item = add(ssml, 0), direct = {.kind = SX_SSML_HELD_BOUNDARY, .boundary = boundary};
    if (item)
        *item = direct;
    else
        sx_ssml_send(ssml, &direct, NULL);
}

void sx_ssml_hold_point(struct sx_ssml *ssml, const struct sx_point *point)
{
    struct sx_ssml_held *item = add(ssml, 0), direct = {.kind = SX_SSML_HELD_POINT, .point = *point};
    if (!item) {
        sx_ssml_send(ssml, &direct, NULL);
        return;
    }
    *item = direct;
    item->point.name = keep(ssml, point->name);
}
