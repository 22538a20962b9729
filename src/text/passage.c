/* passage.c - two short lists, searched from the front: only what was not spoken yet is in them. */
#include "text/passage.h"

#include <stdlib.h>
#include <string.h>

#include "text/lexicon.h"

const struct sx_style sx_style_plain = {.rate = 1, .range = 1};

/* The strings of a style: where they stand in it. */
static const size_t strings[] = {offsetof(struct sx_style, format), offsetof(struct sx_style, detail), offsetof(struct sx_style, language),
                                 offsetof(struct sx_style, speaker), offsetof(struct sx_style, instead), offsetof(struct sx_style, phones),
                                 offsetof(struct sx_style, role)};

enum { STRINGS = sizeof strings / sizeof strings[0] };

/* A copy in one block, with a reference to the lexicon of its own. */
static struct sx_style *copy_style(const struct sx_style *style)
{
    size_t size = sizeof *style;
    for (int i = 0; i < STRINGS; i++) {
        const char *text = *(const char *const *)((const char *)style + strings[i]);
        size += text ? strlen(text) + 1 : 0;
    }
    struct sx_style *copy = malloc(size);
    if (!copy)
        return NULL;
    *copy = *style;
    copy->lexicon = sx_lexicon_ref(style->lexicon);
    char *at = (char *)(copy + 1);
    for (int i = 0; i < STRINGS; i++) {
        const char **text = (const char **)((char *)copy + strings[i]);
        if (*text) {
            size_t n = strlen(*text) + 1;
            memcpy(at, *text, n);
            *text = at;
            at += n;
        }
    }
    return copy;
}

static void free_style(struct sx_style *style)
{
    sx_lexicon_close((struct sx_lexicon *)style->lexicon);
    free(style);
}

bool sx_passages_style(struct sx_passages *passages, size_t at, const struct sx_style *style)
{
    if (passages->count == passages->room) {
        size_t room = passages->room ? passages->room * 2 : 16;
        struct sx_passage *items = realloc(passages->items, room * sizeof *items);
        if (!items)
            return false;
        passages->items = items;
        passages->room = room;
    }
    struct sx_style *copy = copy_style(style);
    if (!copy)
        return false;
    if (passages->count > passages->first) {
        const struct sx_passage *last = &passages->items[passages->count - 1];
        if (last->at == at && !last->length) {      /* nothing was said in it */
            free_style(last->style);
            passages->count--;
        }
    }
    passages->items[passages->count++] = (struct sx_passage){at, 0, copy};
    return true;
}

bool sx_passages_point(struct sx_passages *passages, size_t at, const struct sx_point *point)
{
    if (passages->point_count == passages->point_room) {
        size_t room = passages->point_room ? passages->point_room * 2 : 16;
        struct sx_placed_point *points = realloc(passages->points, room * sizeof *points);
        if (!points)
            return false;
        passages->points = points;
        passages->point_room = room;
    }
    struct sx_placed_point placed = {at, *point};
    if (point->name && !(placed.point.name = strdup(point->name)))
        return false;
    passages->points[passages->point_count++] = placed;
    return true;
}

void sx_passages_pass(struct sx_passages *passages, size_t at)
{
    while (passages->first + 1 < passages->count && passages->items[passages->first + 1].at <= at)
        free_style(passages->items[passages->first++].style);
}

void sx_passages_pass_points(struct sx_passages *passages, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free((char *)passages->points[passages->point_first + i].point.name);
    passages->point_first += count;
}

void sx_passages_move(struct sx_passages *passages, size_t length)
{
    passages->count -= passages->first;
    if (passages->first)
        memmove(passages->items, passages->items + passages->first, passages->count * sizeof *passages->items);
    passages->first = 0;
    for (size_t i = 0; i < passages->count; i++) {
        struct sx_passage *p = &passages->items[i];
        size_t before = p->at < length ? length - p->at : 0;
        p->length += before;
        p->at = p->at + before - length;
    }
    passages->point_count -= passages->point_first;
    if (passages->point_first)
        memmove(passages->points, passages->points + passages->point_first, passages->point_count * sizeof *passages->points);
    passages->point_first = 0;
    for (size_t i = 0; i < passages->point_count; i++)
        passages->points[i].at = passages->points[i].at > length ? passages->points[i].at - length : 0;
}

const struct sx_passage *sx_passages_find(const struct sx_passages *passages, size_t at)
{
    const struct sx_passage *found = NULL;
    for (size_t i = passages->first; i < passages->count && passages->items[i].at <= at; i++)
        found = &passages->items[i];
    return found;
}

size_t sx_passages_end(const struct sx_passages *passages, const struct sx_passage *passage, size_t end)
{
    if (!passages->count)
        return end;
    const struct sx_passage *next = passage ? passage + 1 : passages->items + passages->first;
    return next < passages->items + passages->count && next->at < end ? next->at : end;
}

void sx_passages_reset(struct sx_passages *passages)
{
    for (size_t i = passages->first; i < passages->count; i++)
        free_style(passages->items[i].style);
    passages->first = passages->count = 0;
    sx_passages_pass_points(passages, passages->point_count - passages->point_first);
    passages->point_first = passages->point_count = 0;
}

void sx_passages_free(struct sx_passages *passages)
{
    sx_passages_reset(passages);
    free(passages->items);
    free(passages->points);
    memset(passages, 0, sizeof *passages);
}
