/* narrate_table.c - tables, row by row: "Name: Anna; Age: 5." where there are more than two columns, else "Anna, 5." */
#include <stdlib.h>
#include <string.h>

#include "document/narrate.h"

enum {
    COLUMNS = 64,               /* more have no head */
    HEAD_MOST = 120,            /* bytes of a head that is said before each cell */
    CELL_MOST = 200             /* letters: with longer ones and no heads it is a page's layout, not a table */
};

struct table {
    const struct sx_element *node;
    char *head[COLUMNS];        /* "Name:", or NULL */
    int taken[COLUMNS];         /* rows that a cell from above still covers */
    int columns;
    bool heads, data;
};

static bool is_cell(const struct sx_element *node)
{
    return node->tag == SX_TAG_TD || node->tag == SX_TAG_TH;
}

/* The rows of this table, not those of tables within. */
static const struct sx_element *next_row(const struct sx_element *at, const struct sx_element *table)
{
    do {
        bool into = at == table || at->tag == SX_TAG_THEAD || at->tag == SX_TAG_TBODY || at->tag == SX_TAG_TFOOT;
        at = sx_element_next(at, table, into);
    } while (at && at->tag != SX_TAG_TR);
    return at;
}

static int span(struct sx_narrator *narrator, const struct sx_element *cell, const char *name)
{
    sx_buffer_clear(&narrator->scratch);
    if (cell->end == cell->begin || !sx_element_value(narrator->tree, cell, name, &narrator->scratch) || !narrator->scratch.data)
        return 1;
    int value = atoi(narrator->scratch.data);
    return value < 1 ? 1 : value > COLUMNS ? COLUMNS : value;
}

/* The column of the next cell; counts what cells of rows above cover. */
static int next_column(struct table *table, int column)
{
    while (column < COLUMNS && table->taken[column] > 0)
        table->taken[column++]--;
    return column;
}

static void look_at(struct sx_narrator *narrator, struct table *table)
{
    bool layout = false, cells_head = false;
    sx_buffer_clear(&narrator->scratch);
    if (sx_element_value(narrator->tree, table->node, "role", &narrator->scratch) && narrator->scratch.data)
        layout = strcmp(narrator->scratch.data, "presentation") == 0 || strcmp(narrator->scratch.data, "none") == 0;
    bool first = true, long_cell = false;
    for (const struct sx_element *row = next_row(table->node, table->node); row; row = next_row(row, table->node), first = false) {
        int count = 0, heads = 0;
        for (const struct sx_element *cell = row->first; cell; cell = cell->next) {
            if (!is_cell(cell))
                continue;
            count++;
            heads += cell->tag == SX_TAG_TH;
            long_cell = long_cell || cell->inside > CELL_MOST;
        }
        cells_head = cells_head || heads > 0;
        table->heads = first ? count > 0 && (heads == count || row->parent->tag == SX_TAG_THEAD) : table->heads;
        table->columns = count > table->columns ? count : table->columns;
    }
    table->data = !layout && (cells_head || !long_cell);
}

static void read_heads(struct sx_narrator *narrator, struct table *table, const struct sx_element *row)
{
    int column = 0;
    for (const struct sx_element *cell = row->first; cell && column < COLUMNS; cell = cell->next) {
        if (!is_cell(cell))
            continue;
        int width = span(narrator, cell, "colspan");
        sx_buffer_clear(&narrator->scratch);
        sx_element_gather(narrator->tree, cell, &narrator->scratch);
        size_t length = narrator->scratch.length;
        char *head = NULL;
        if (length > 0 && length <= HEAD_MOST && !narrator->scratch.failed) {
            while (length > 0 && strchr(":.;,", narrator->scratch.data[length - 1]))
                length--;
            sx_buffer_puts(&narrator->scratch, "");
            narrator->scratch.data[length] = '\0';
            head = sx_arena_alloc(&narrator->arena, length + 2);
            if (head) {
                memcpy(head, narrator->scratch.data, length);
                head[length] = ':';
            }
        }
        for (int i = 0; i < width && column < COLUMNS; i++)
            table->head[column++] = head;
    }
}

static void say_row(struct sx_narrator *narrator, struct table *table, const struct sx_element *row, const struct sx_context *context)
{
    int column = 0;
    bool said = false;
    sx_narrate_boundary(narrator, SX_BOUNDARY_SENTENCE);
    for (const struct sx_element *cell = row->first; cell; cell = cell->next) {
        if (!is_cell(cell)) {
            sx_narrate_node(narrator, cell, *context);
            continue;
        }
        column = next_column(table, column);
        int width = span(narrator, cell, "colspan"), height = span(narrator, cell, "rowspan");
        if (cell->inside > 0 && cell->order < narrator->to && cell->last >= narrator->from) {
            if (said && !narrator->boundary && !sx_narrate_stopped(narrator))
                sx_narrate_made(narrator, context, table->head[0] ? ";" : ",", cell->begin, cell->end, false);
            if (column < COLUMNS && table->head[column] && cell->tag == SX_TAG_TD)
                sx_narrate_made(narrator, context, table->head[column], cell->begin, cell->end, true);
            sx_narrate_text(narrator, context, " ", 1, cell->begin);
            sx_narrate_children(narrator, cell, context);
            said = true;
        }
        for (int i = 0; i < width && column < COLUMNS; i++)
            table->taken[column++] = height - 1;
    }
    next_column(table, column);
    sx_narrate_boundary(narrator, SX_BOUNDARY_SENTENCE);
}

void sx_narrate_table(struct sx_narrator *narrator, const struct sx_element *node, struct sx_context context)
{
    struct table table = { .node = node };
    look_at(narrator, &table);
    if (!table.data) {
        sx_narrate_children(narrator, node, &context);
        return;
    }
    context.structure = SX_STRUCTURE_CELL;
    context.item = true;
    for (const struct sx_element *at = node->first; at; at = at->next) {
        if (at->tag == SX_TAG_CAPTION)
            sx_narrate_node(narrator, at, context);
    }
    const struct sx_element *row = next_row(node, node);
    if (row && table.heads && table.columns > 2) {
        read_heads(narrator, &table, row);
        const struct sx_element *second = next_row(row, node);
        row = second ? second : row;        /* a head alone is read as a row */
        if (!second)
            memset(table.head, 0, sizeof table.head);
    }
    for (; row && narrator->code >= 0; row = next_row(row, node))
        say_row(narrator, &table, row, &context);
}
