/* source.c - text from the command line, a file or a pipe, piece by piece: a long text is never in memory as a whole. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"

#define PIECE 4096
#define LINE_OVER 0.02          /* seconds without more behind a line's end: whoever writes waits */

static bool make_room(struct cli_source *source, size_t more)
{
    if (source->length + more <= source->capacity)
        return true;
    size_t capacity = source->capacity ? source->capacity : PIECE * 2;
    while (capacity < source->length + more)
        capacity *= 2;
    char *text = realloc(source->text, capacity);
    if (!text)
        return false;
    source->text = text;
    source->capacity = capacity;
    return true;
}

static int join(struct cli_source *source, int count, char **words)
{
    for (int i = 0; i < count; i++) {
        size_t n = strlen(words[i]);
        if (!make_room(source, n + 1))
            return cli_failed(SYRINX_ERROR_MEMORY, NULL);
        if (i > 0)
            source->text[source->length++] = ' ';
        memcpy(source->text + source->length, words[i], n);
        source->length += n;
    }
    source->total = source->length;
    source->keep = true;
    return CLI_DONE;
}

char *cli_folder_of(const char *file)
{
    const char *slash = file ? strrchr(file, '/') : NULL;
    return !slash ? strdup(".") : slash == file ? strdup("/") : strndup(file, (size_t)(slash - file));
}

int cli_source_open(struct cli_source *source, const char *file, int operands, char **words)
{
    struct stat info;
    memset(source, 0, sizeof *source);
    source->fd = -1;
    if (file && operands > 0)
        return cli_misuse("text as well as --file");
    if (operands > 0)
        return join(source, operands, words);
    if (!file || strcmp(file, "-") == 0) {
        source->name = "standard input";
        source->fd = STDIN_FILENO;
        if (isatty(STDIN_FILENO))
            cli_note("type the text; Ctrl-D ends it");
    } else {
        source->name = file;
        source->fd = open(file, O_RDONLY | O_CLOEXEC);
        if (source->fd < 0) {
            cli_error("%s: %s", file, strerror(errno));
            return CLI_FAILED;
        }
    }
    if (fstat(source->fd, &info) == 0 && S_ISREG(info.st_mode)) {
        off_t at = lseek(source->fd, 0, SEEK_CUR);
        source->total = info.st_size > at ? (uint64_t)(info.st_size - at) : 0;
    } else {
        source->live = true;
    }
    return CLI_DONE;
}

int cli_source_read(struct cli_source *source, const char **piece, size_t *length)
{
    *length = 0;
    if (source->fd < 0) {
        size_t rest = source->length - source->used;
        *length = rest < PIECE ? rest : PIECE;
        *piece = source->text + source->used;
        source->used += *length;
        return CLI_DONE;
    }
    if (!source->keep) {
        source->begin += source->length;
        source->length = 0;
    }
    if (!make_room(source, PIECE))
        return cli_failed(SYRINX_ERROR_MEMORY, NULL);
    while (!source->at_end) {
        int ready = cli_wait_readable(source->fd);
        if (ready == 0)
            return cli_interrupt_status();
        ssize_t n = read(source->fd, source->text + source->length, PIECE);
        if (n < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (n < 0) {
            cli_error("%s: %s", source->name, strerror(errno));
            return CLI_FAILED;
        }
        source->at_end = n == 0;
        *piece = source->text + source->length;
        *length = (size_t)n;
        source->length += (size_t)n;
        break;
    }
    return CLI_DONE;
}

bool cli_source_line_over(const struct cli_source *source, const char *piece, size_t length)
{
    return source->live && !source->at_end && length > 0 && piece[length - 1] == '\n' && !cli_readable_within(source->fd, LINE_OVER) && !cli_interrupted();
}

const char *cli_source_text(const struct cli_source *source, uint64_t begin, uint64_t end, size_t *length)
{
    uint64_t last = source->begin + source->length;
    begin = begin < source->begin ? source->begin : begin > last ? last : begin;
    end = end < begin ? begin : end > last ? last : end;
    *length = (size_t)(end - begin);
    return source->text ? source->text + (begin - source->begin) : "";
}

void cli_source_forget(struct cli_source *source, uint64_t before)
{
    /* Moving the rest costs; do it when that frees a good part. The operands stay: they are in memory anyhow. */
    if (source->fd < 0 || before < source->begin + PIECE || before > source->begin + source->length)
        return;
    size_t drop = (size_t)(before - source->begin);
    memmove(source->text, source->text + drop, source->length - drop);
    source->length -= drop;
    source->begin = before;
}

void cli_source_close(struct cli_source *source)
{
    if (source->fd > STDIN_FILENO)
        close(source->fd);
    free(source->text);
    memset(source, 0, sizeof *source);
    source->fd = -1;
}
