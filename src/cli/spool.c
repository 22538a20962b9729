/* spool.c - joins of files of records in bounded memory: the names are parted by their hash into pieces, and each piece goes through a table that fits. */
#include "spool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define TABLE (1u << 17)                /* slots: 5 MB; half of them are used at most, as the hashes fall evenly */
#define PIECE (TABLE / 3)

static int failed(void)
{
    cli_error("a temporary file: %s", errno ? strerror(errno) : "reading failed");
    return CLI_FAILED;
}

int spool_open(struct spool *spool)
{
    errno = 0;
    *spool = (struct spool){ .file = tmpfile() };
    return spool->file ? CLI_DONE : failed();
}

int spool_add(struct spool *spool, const struct spool_record *record)
{
    errno = 0;
    if (fwrite(record, sizeof *record, 1, spool->file) != 1)
        return failed();
    spool->count++;
    return CLI_DONE;
}

void spool_close(struct spool *spool)
{
    if (spool->file)
        fclose(spool->file);
    spool->file = NULL;
}

/* ------------------------------------------------------------------ a piece at a time */

struct table {
    struct spool_record *slots;         /* [TABLE]; value UINT32_MAX: empty */
    uint64_t pieces, piece, used;
};

static bool belongs(const struct table *table, const struct spool_record *record)
{
    return record->name.a % table->pieces == table->piece;
}

/* The slot of a name, or the empty one where it would be. NULL: the table is full. */
static struct spool_record *find(struct table *table, const struct spool_record *record)
{
    for (uint32_t i = 0; i < TABLE; i++) {
        struct spool_record *slot = &table->slots[(record->name.b + i) % TABLE];
        if (slot->value == UINT32_MAX || (slot->name.a == record->name.a && slot->name.b == record->name.b))
            return slot;
    }
    return NULL;
}

static bool begin(struct table *table, const struct spool *spool)
{
    *table = (struct table){ .slots = malloc(TABLE * sizeof *table->slots), .pieces = spool->count / PIECE + 1 };
    return table->slots || cli_failed(SYRINX_ERROR_MEMORY, NULL) == CLI_DONE;
}

static void clear(struct table *table)
{
    for (uint32_t i = 0; i < TABLE; i++)
        table->slots[i].value = UINT32_MAX;
}

static bool start(struct spool *spool)
{
    errno = 0;
    return fflush(spool->file) == 0 && fseek(spool->file, 0, SEEK_SET) == 0;
}

static bool next(struct spool *spool, struct spool_record *record)
{
    return fread(record, sizeof *record, 1, spool->file) == 1;
}

bool spool_twice(struct spool *spool, struct spool_record *first, struct spool_record *second, int *status)
{
    struct table table;
    bool found = false;
    *status = begin(&table, spool) ? CLI_DONE : CLI_FAILED;
    for (; *status == CLI_DONE && table.piece < table.pieces; table.piece++) {
        struct spool_record record;
        clear(&table);
        if (!start(spool))
            *status = failed();
        while (*status == CLI_DONE && next(spool, &record)) {
            struct spool_record *slot = belongs(&table, &record) ? find(&table, &record) : NULL;
            if (!slot)
                continue;
            if (slot->value == UINT32_MAX) {
                *slot = record;
            } else if (!found || record.value < second->value) {
                *first = *slot;
                *second = record;
                found = true;
            }
        }
        if (ferror(spool->file))
            *status = failed();
    }
    free(table.slots);
    return found && *status == CLI_DONE;
}

int spool_match(struct spool *left, struct spool *right, void (*visit)(void *user, const struct spool_record *left, const struct spool_record *right), void *user)
{
    struct table table;
    int status = begin(&table, left) ? CLI_DONE : CLI_FAILED;
    for (; status == CLI_DONE && table.piece < table.pieces; table.piece++) {
        struct spool_record record, *slot;
        clear(&table);
        if (!start(left) || !start(right))
            status = failed();
        while (status == CLI_DONE && next(left, &record))
            if (belongs(&table, &record) && (slot = find(&table, &record)))
                *slot = record;
        while (status == CLI_DONE && next(right, &record))
            if (belongs(&table, &record) && (slot = find(&table, &record)) && slot->value != UINT32_MAX)
                visit(user, slot, &record);
        if (ferror(left->file) || ferror(right->file))
            status = failed();
    }
    free(table.slots);
    return status;
}
