/* narrate_list.c - lists: each item a sentence, the numbers of ordered ones said before it, bullets silent. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document/narrate.h"

/* Where the mark of a list's item stands. */
static void find_mark(const struct sx_tree *tree, const struct sx_element *item, size_t *begin, size_t *end)
{
    *begin = item->begin;
    *end = item->end;
    if (item->end > item->begin)
        return;
    const struct sx_element *text = item;
    while (text && text->tag != SX_TAG_TEXT)
        text = sx_element_next(text, item, true);
    size_t limit = text ? text->begin : *begin + 1, i = *begin;
    while (i < limit && !(tree->source[i] >= '0' && tree->source[i] <= '9'))
        i++;
    if (i < limit) {
        *begin = i;
        while (i < limit && (unsigned char)tree->source[i] > ' ')
            i++;
        *end = i;
    }
}

static void write_number(char *out, size_t size, char type, int number)
{
    char letters[12];
    int n = 0;
    if ((type | 32) != 'a' || number < 1) {
        snprintf(out, size, "%d.", number);
        return;
    }
    for (; number > 0 && n < 10; number = (number - 1) / 26)
        letters[n++] = (char)('A' + (number - 1) % 26);
    for (int i = 0; i < n; i++)
        out[i] = letters[n - 1 - i];
    memcpy(out + n, ".", 2);
}

static int number_value(struct sx_narrator *narrator, const struct sx_element *node, const char *name, int otherwise)
{
    sx_buffer_clear(&narrator->scratch);
    if (!sx_element_value(narrator->tree, node, name, &narrator->scratch) || !narrator->scratch.data)
        return otherwise;
    char *end;
    long value = strtol(narrator->scratch.data, &end, 10);
    return end == narrator->scratch.data || value < -1000000 || value > 1000000 ? otherwise : (int)value;
}

void sx_narrate_list(struct sx_narrator *narrator, const struct sx_element *list, struct sx_context context)
{
    char type = '1', number[32];
    int at = list->end > list->begin ? 1 : list->number, step = 1, items = 0;
    bool ordered = list->tag == SX_TAG_OL;
    if (ordered && list->end > list->begin) {
        sx_buffer_clear(&narrator->scratch);
        if (sx_element_value(narrator->tree, list, "type", &narrator->scratch) && narrator->scratch.length == 1)
            type = narrator->scratch.data[0];
        if (sx_element_value(narrator->tree, list, "reversed", &narrator->scratch)) {
            for (const struct sx_element *item = list->first; item; item = item->next)
                items += item->tag == SX_TAG_LI;
            at = items;
            step = -1;
        }
        at = number_value(narrator, list, "start", at);
    }
    for (const struct sx_element *item = list->first; item && narrator->code >= 0; item = item->next) {
        if (item->tag != SX_TAG_LI) {
            sx_narrate_node(narrator, item, context);
            continue;
        }
        if (ordered && item->end > item->begin)
            at = number_value(narrator, item, "value", at);
        struct sx_context inner = context;
        inner.structure = SX_STRUCTURE_ITEM;
        inner.item = true;
        if (item->order >= narrator->from && item->order < narrator->to && item->inside > 0) {
            size_t begin, end;
            find_mark(narrator->tree, item, &begin, &end);
            sx_narrate_boundary(narrator, SX_BOUNDARY_SENTENCE);
            if (ordered) {
                write_number(number, sizeof number, type, at);
                sx_narrate_made(narrator, &inner, number, begin, end, false);
                sx_narrate_boundary(narrator, SX_BOUNDARY_SENTENCE);
            }
            if (item->task) {
                sx_narrate_made(narrator, &inner, item->task == ' ' ? "To do:" : "Done:", begin, end, false);
                sx_narrate_text(narrator, &inner, " ", 1, begin);
                narrator->joined = true;
            }
        }
        sx_narrate_node(narrator, item, inner);
        at += step;
    }
}
