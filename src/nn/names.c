/* names.c - the names of a model's values. A voice has 6000 nodes that name 20 000 values: most are known already, so they are compared where they lie in
 * the file, and only a new one is checked and copied. */
#include "nn/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

struct sx_names_entry {
    uint32_t hash, length;
    int place;              /* the value's number and one more; 0: free */
};

bool sx_names_new(struct sx_names *names, uint32_t room)
{
    names->entries = calloc(room, sizeof *names->entries);
    names->mask = room - 1;
    return names->entries != NULL;
}

void sx_names_free(struct sx_names *names)
{
    free(names->entries);
    names->entries = NULL;
}

/* Eight bytes at a time, multiplied by 2^64 over the golden ratio. */
static uint32_t hash(struct sx_bytes name)
{
    uint64_t h = name.size, word;
    for (size_t i = 0; i < name.size; i += 8) {
        word = 0;
        memcpy(&word, name.data + i, name.size - i < 8 ? name.size - i : 8);
        h = (h ^ word) * 0x9E3779B97F4A7C15u;
        h ^= h >> 29;
    }
    return (uint32_t)(h >> 32 ^ h);
}

/* Where it is or would be. */
static struct sx_names_entry *place_of(const struct sx_names *names, const struct sx_graph *graph, struct sx_bytes name, uint32_t h)
{
    for (uint32_t i = h & names->mask;; i = (i + 1) & names->mask) {
        struct sx_names_entry *e = &names->entries[i];
        if (e->place == 0
            || (e->hash == h && e->length == name.size && (name.size == 0 || memcmp(graph->values[e->place - 1].name, name.data, name.size) == 0)))
            return e;
    }
}

int sx_names_find(const struct sx_names *names, const struct sx_graph *graph, struct sx_bytes name)
{
    return place_of(names, graph, name, hash(name))->place - 1;
}

static bool grow(struct sx_names *names)
{
    uint32_t mask = names->mask * 2 + 1;
    struct sx_names_entry *entries = calloc((size_t)mask + 1, sizeof *entries);
    if (!entries)
        return false;
    for (uint32_t i = 0; i <= names->mask; i++) {
        if (names->entries[i].place == 0)
            continue;
        uint32_t at = names->entries[i].hash & mask;
        while (entries[at].place)
            at = (at + 1) & mask;
        entries[at] = names->entries[i];
    }
    free(names->entries);
    names->entries = entries;
    names->mask = mask;
    return true;
}

int sx_names_value(struct sx_names *names, struct sx_graph *graph, struct sx_bytes name, struct sx_error *error)
{
    uint32_t h = hash(name);
    struct sx_names_entry *e = place_of(names, graph, name, h);
    if (e->place)
        return e->place - 1;
    if (name.size >> 31) {
        sx_fail(error, SYRINX_ERROR_FORMAT, "not a valid ONNX model: a name is too long");
        return -1;
    }
    const char *copy = sx_names_text(&graph->arena, name, error);
    if (!copy)
        return -1;
    int id = sx_graph_value(graph, copy);
    if (id >= 0)
        *e = (struct sx_names_entry){h, (uint32_t)name.size, id + 1};
    if (id < 0 || ((uint32_t)graph->value_count * 2 > names->mask && !grow(names))) {
        sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
        return -1;
    }
    return id;
}

const char *sx_names_text(struct sx_arena *arena, struct sx_bytes bytes, struct sx_error *error)
{
    uint32_t c;
    for (size_t i = 0; i < bytes.size; ) {
        if (bytes.data[i] >= 0x20 && bytes.data[i] < 0x7F) {
            i++;
            continue;
        }
        size_t n = (size_t)sx_utf8_decode((const char *)bytes.data + i, bytes.size - i, &c);
        if (c < 0x20 || c == 0x7F || c == 0xFFFD) {
            sx_fail(error, SYRINX_ERROR_FORMAT, "not a valid ONNX model: a name is not text");
            return NULL;
        }
        i += n;
    }
    const char *copy = sx_arena_strdup(arena, bytes.size ? (const char *)bytes.data : "", bytes.size);
    if (!copy)
        sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    return copy;
}
