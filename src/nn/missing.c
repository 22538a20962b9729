/* missing.c - which operators of a model the engine lacks, all of them: reading stops at the first one. */
#include <stdlib.h>
#include <string.h>

#include "nn/op.h"
#include "nn/wire.h"

enum { KINDS = 64, NAME = 80, DEPTH = 8 };

struct kind {
    char domain[NAME], type[NAME];
    int count;
};

struct list {
    struct kind kinds[KINDS];
    int count;
};

static void copy(struct sx_bytes bytes, char out[NAME])
{
    size_t n = bytes.size < NAME - 1 ? bytes.size : NAME - 1;
    if (n)
        memcpy(out, bytes.data, n);
    out[n] = 0;
}

static void look_at_graph(struct list *list, struct sx_bytes graph, int depth);

/* Graphs in the attributes of If, Loop and Scan have nodes of their own. */
static void look_at_attribute(struct list *list, struct sx_bytes attribute, int depth)
{
    struct sx_wire wire = sx_wire_open(attribute);
    struct sx_field field;
    while (sx_wire_next(&wire, &field))
        if ((field.number == 6 || field.number == 11) && field.type == SX_WIRE_BYTES)
            look_at_graph(list, field.bytes, depth + 1);
}

static void look_at_node(struct list *list, struct sx_bytes node, int depth)
{
    struct sx_wire wire = sx_wire_open(node);
    struct sx_field field;
    char type[NAME] = "", domain[NAME] = "";
    while (sx_wire_next(&wire, &field)) {
        if (field.type != SX_WIRE_BYTES)
            continue;
        if (field.number == 4)
            copy(field.bytes, type);
        else if (field.number == 7)
            copy(field.bytes, domain);
        else if (field.number == 5)
            look_at_attribute(list, field.bytes, depth);
    }
    if (sx_op_find(domain, type))
        return;
    int i = 0;
    while (i < list->count && (strcmp(list->kinds[i].type, type) != 0 || strcmp(list->kinds[i].domain, domain) != 0))
        i++;
    if (i == KINDS)
        return;
    if (i == list->count) {
        list->count++;
        strcpy(list->kinds[i].type, type);
        strcpy(list->kinds[i].domain, domain);
    }
    list->kinds[i].count++;
}

static void look_at_graph(struct list *list, struct sx_bytes graph, int depth)
{
    struct sx_wire wire = sx_wire_open(graph);
    struct sx_field field;
    while (depth < DEPTH && sx_wire_next(&wire, &field))
        if (field.number == 1 && field.type == SX_WIRE_BYTES)
            look_at_node(list, field.bytes, depth);
}

int sx_model_missing(const void *data, size_t size, void (*visit)(void *user, const char *domain, const char *type, int count), void *user)
{
    struct list *list = calloc(1, sizeof *list);
    struct sx_wire wire = sx_wire_open((struct sx_bytes){data, size});
    struct sx_field field;
    int count = 0;
    while (list && sx_wire_next(&wire, &field))
        if (field.number == 7 && field.type == SX_WIRE_BYTES)
            look_at_graph(list, field.bytes, 0);
    for (int i = 0; list && i < list->count; i++)
        visit(user, list->kinds[i].domain, list->kinds[i].type, list->kinds[i].count);
    count = list ? list->count : 0;
    free(list);
    return count;
}
