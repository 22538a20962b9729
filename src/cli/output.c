/* output.c - text files that appear under their name only when complete, and JSON strings in them. */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"

/* "base.0123abcd" beside the file. open() applies the umask by itself; asking for it would change it for all threads for a moment. -1 with errno. */
static int create_temporary(const char *base, char **name)
{
    static atomic_uint turn;
    struct timespec now;
    int fd = -1;
    for (int attempt = 0; attempt < 100 && fd < 0; attempt++) {
        clock_gettime(CLOCK_REALTIME, &now);
        unsigned number = ((unsigned)now.tv_nsec ^ (unsigned)getpid() << 16) * 2654435761u + atomic_fetch_add(&turn, 1);
        free(*name);
        if (asprintf(name, "%s.%08x", base, number) < 0) {
            *name = NULL;
            return -1;
        }
        fd = open(*name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd < 0 && errno != EEXIST)
            break;
    }
    if (fd < 0) {                       /* nothing was made, so nothing may be removed */
        int why = errno;
        free(*name);
        *name = NULL;
        errno = why;
    }
    return fd;
}

int cli_output_open(struct cli_output *output, const char *path)
{
    struct stat info;
    memset(output, 0, sizeof *output);
    output->path = path;
    if (*path == '\0')
        return cli_misuse("an output needs a name");
    if (strcmp(path, "-") == 0) {
        output->file = stdout;
        output->path = "standard output";
        return CLI_DONE;
    }
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode)) {     /* a FIFO, a device; a folder fails by itself */
        output->file = fopen(path, "we");
    } else {
        char *target = realpath(path, NULL);                    /* a symbolic link stays one */
        int fd = create_temporary(target ? target : path, &output->temporary), why = errno;
        if (fd >= 0) {
            /* a file that was private stays private; some file systems know no modes */
            if (target && fchmod(fd, info.st_mode & 0777) != 0)
                errno = 0;
            output->file = fdopen(fd, "w");
            why = errno;
            if (!output->file)
                close(fd);
        }
        errno = why;
        free(target);
    }
    if (!output->file) {
        cli_error("%s: %s", path, strerror(errno));
        cli_output_abandon(output);
        return CLI_FAILED;
    }
    return CLI_DONE;
}

int cli_output_close(struct cli_output *output)
{
    if (!output->file)
        return CLI_DONE;
    errno = 0;
    bool failed = fflush(output->file) != 0 || ferror(output->file);
    if (!failed && output->temporary && fsync(fileno(output->file)) != 0)
        failed = true;
    if (output->file != stdout && fclose(output->file) != 0)
        failed = true;
    output->file = NULL;
    if (!failed && output->temporary) {
        char *target = realpath(output->path, NULL);
        failed = rename(output->temporary, target ? target : output->path) != 0;
        free(target);
        if (!failed) {
            free(output->temporary);
            output->temporary = NULL;
        }
    }
    if (failed)
        cli_error("%s: %s", output->path, errno ? strerror(errno) : "writing failed");
    cli_output_abandon(output);
    return failed ? CLI_FAILED : CLI_DONE;
}

void cli_output_abandon(struct cli_output *output)
{
    if (output->file && output->file != stdout)
        fclose(output->file);
    if (output->temporary)
        unlink(output->temporary);
    free(output->temporary);
    memset(output, 0, sizeof *output);
}

size_t cli_utf8(const char *text, size_t length, bool *valid)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t want = bytes[0] < 0x80 ? 1 : bytes[0] >= 0xC2 && bytes[0] < 0xE0 ? 2 : bytes[0] >= 0xE0 && bytes[0] < 0xF0 ? 3 :
                  bytes[0] >= 0xF0 && bytes[0] < 0xF5 ? 4 : 0;
    *valid = want > 0 && want <= length;
    for (size_t i = 1; *valid && i < want; i++)
        *valid = (bytes[i] & 0xC0) == 0x80;
    if (*valid && ((bytes[0] == 0xE0 && bytes[1] < 0xA0) || (bytes[0] == 0xED && bytes[1] >= 0xA0) ||
                   (bytes[0] == 0xF0 && bytes[1] < 0x90) || (bytes[0] == 0xF4 && bytes[1] >= 0x90)))
        *valid = false;
    return *valid ? want : 1;
}

void cli_json_string(FILE *file, const char *text, size_t length)
{
    fputc('"', file);
    for (size_t i = 0, n; i < length; i += n) {
        bool valid;
        unsigned char byte = (unsigned char)text[i];
        n = cli_utf8(text + i, length - i, &valid);
        if (!valid)
            fputs("\\ufffd", file);
        else if (byte == '"' || byte == '\\')
            fprintf(file, "\\%c", byte);
        else if (byte < 0x20 || byte == 0x7F || byte == '<' || byte == '>' || byte == '&')  /* safe inside a page's script, too */
            fprintf(file, "\\u%04x", byte);
        else
            fwrite(text + i, 1, n, file);
    }
    fputc('"', file);
}
