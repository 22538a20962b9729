/* book.c - documents on the command line: opening them, naming the files of their chapters, the cue sheet. */
#include "book.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#define WHOLE_MOST ((size_t)64 << 20)

static int find_kind(const char *input, int *kind)
{
    static const struct { const char *name; int kind; } kinds[] = {
        { "auto", SYRINX_DOCUMENT_AUTO }, { "text", SYRINX_DOCUMENT_TEXT }, { "markdown", SYRINX_DOCUMENT_MARKDOWN }, { "md", SYRINX_DOCUMENT_MARKDOWN },
        { "html", SYRINX_DOCUMENT_HTML }, { "epub", SYRINX_DOCUMENT_EPUB }, { "srt", SYRINX_DOCUMENT_SUBTITLES }, { "vtt", SYRINX_DOCUMENT_SUBTITLES },
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcasecmp(input, kinds[i].name) == 0) {
            *kind = kinds[i].kind;
            return CLI_DONE;
        }
    }
    return cli_misuse("--input: '%s' is none of auto, text, markdown, html, epub, srt, vtt", input);
}

/* Reads the rest of a source into its memory. */
static int read_whole(struct cli_source *source)
{
    source->keep = true;
    for (;;) {
        const char *piece;
        size_t length;
        int status = cli_source_read(source, &piece, &length);
        if (status != CLI_DONE || length == 0)
            return status;
        if (source->length > WHOLE_MOST) {
            cli_error("%s: a document has at most %zu MB", source->name, WHOLE_MOST >> 20);
            return CLI_REFUSED;
        }
    }
}

/* The source becomes the text of the document, which is what its events count in. */
static int take_text(struct cli_book *book, struct cli_source *source)
{
    char *text;
    size_t length;
    int code = syrinx_document_text(book->document, &text, &length);
    if (code < 0)
        return cli_failed(code, syrinx_last_message());
    cli_source_close(source);
    source->name = "document";
    source->text = text;
    source->length = source->used = source->total = length;
    source->keep = true;
    return CLI_DONE;
}

/* A file whose name or content says that it is a document. */
static int open_file(struct cli_book *book, const char *file, int kind, bool asked)
{
    int code = syrinx_document_open(file, kind, &book->document);
    if (code < 0 && !asked) {
        /* plain text is read as it comes, by whoever complains if there is something to complain about */
        const char *dot = strrchr(file, '.');
        static const char *const endings[] = { ".md", ".markdown", ".mkd", ".html", ".htm", ".xhtml", ".epub", ".srt", ".vtt" };
        asked = code == SYRINX_ERROR_FORMAT || code == SYRINX_ERROR_MEMORY;
        for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++)
            asked = asked || strcasecmp(dot, endings[i]) == 0;
    }
    if (code < 0)
        return asked ? cli_failed(code, syrinx_last_message()) : CLI_DONE;
    if (!asked && syrinx_document_kind(book->document) == SYRINX_DOCUMENT_TEXT) {
        syrinx_document_close(book->document);
        book->document = NULL;
    }
    return CLI_DONE;
}

int cli_book_open(struct cli_book *book, const char *input, bool whole, const char *file, int operands, char **words, struct cli_source *source)
{
    struct stat info;
    int kind = SYRINX_DOCUMENT_AUTO, status = input ? find_kind(input, &kind) : CLI_DONE;
    bool plain = !whole && kind == SYRINX_DOCUMENT_TEXT;
    const char *dot = file ? strrchr(file, '.') : NULL;
    memset(book, 0, sizeof *book);
    memset(source, 0, sizeof *source);
    source->fd = -1;
    if (status != CLI_DONE)
        return status;
    bool regular = operands == 0 && file && strcmp(file, "-") != 0 && stat(file, &info) == 0 && S_ISREG(info.st_mode);
    if (regular && !plain && (input || whole || !dot || strcasecmp(dot, ".txt") != 0))
        status = open_file(book, file, kind, input || whole);
    if (status == CLI_DONE && !book->document) {
        status = cli_source_open(source, file, operands, words);
        if (status == CLI_DONE && !plain && (input || whole)) {
            status = read_whole(source);
            int code = status == CLI_DONE ? syrinx_document_read(source->text, source->length, kind, &book->document) : 0;
            if (code < 0)
                status = cli_failed(code, syrinx_last_message());
        }
    }
    if (status == CLI_DONE && book->document) {
        book->count = syrinx_document_chapter_count(book->document);
        status = take_text(book, source);
    }
    return status;
}

/* ------------------------------------------------------------------ names */

void cli_clean_name(const char *title, char out[CLI_NAME_MOST + 1])
{
    size_t n = 0, length = strlen(title);
    for (size_t i = 0, size; i < length; i += size) {
        bool valid;
        unsigned char byte = (unsigned char)title[i];
        size = cli_utf8(title + i, length - i, &valid);
        unsigned code = size == 3 ? (byte & 0x0Fu) << 12 | ((unsigned char)title[i + 1] & 0x3Fu) << 6 | ((unsigned char)title[i + 2] & 0x3Fu) : 0;
        /* marks of direction and ends of lines could make a name look like another one */
        bool bad = (code >= 0x200E && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) || !valid || byte < 0x20 || byte == 0x7F || strchr("/\\:*?\"<>|", byte) || (byte == 0xC2 && (unsigned char)title[i + 1] < 0xA0);
        if (n + size > CLI_NAME_MOST)
            break;
        if (bad || byte == ' ') {
            if (n > 0 && out[n - 1] != ' ')
                out[n++] = ' ';
        } else {
            memcpy(out + n, title + i, size);
            n += size;
        }
    }
    while (n > 0 && (out[n - 1] == ' ' || out[n - 1] == '.'))
        n--;
    out[n] = '\0';
}

/* The one "%d", "%3d" or "%02d" of a pattern; *length: its own. NULL: none, or something else with a per cent sign. */
static const char *find_number(const char *pattern, size_t *length, int *width)
{
    const char *at = strchr(pattern, '%');
    if (!at)
        return NULL;
    size_t digits = strspn(at + 1, "0123456789");
    *width = digits > 0 && digits < 3 ? atoi(at + 1) : 0;
    *length = digits + 2;
    return digits < 3 && at[digits + 1] == 'd' && !strchr(at + *length, '%') ? at : NULL;
}

static int digits_of(int count)
{
    int digits = 2;
    for (int limit = 100; count >= limit && digits < 9; limit *= 10)
        digits++;
    return digits;
}

static char *make_name(const struct cli_book *book, int chapter)
{
    char title[CLI_NAME_MOST + 1], *name = NULL;
    size_t length;
    int width, made;
    const char *number = find_number(book->place, &length, &width);
    if (number) {
        made = asprintf(&name, "%.*s%0*d%s", (int)(number - book->place), book->place, width > 0 ? width : 1, chapter + 1, number + length);
    } else {
        cli_clean_name(syrinx_document_chapter_title(book->document, chapter), title);
        made = asprintf(&name, "%s/%0*d%s%s.%s", book->place, digits_of(book->count), chapter + 1, *title ? " " : "", title, book->format);
    }
    return made < 0 ? NULL : name;
}

int cli_book_place(struct cli_book *book, const char *place, const char *format)
{
    struct stat info;
    size_t length;
    int width;
    book->place = place;
    book->format = format ? format : "flac";
    if (!find_number(place, &length, &width)) {
        if (strchr(place, '%') && stat(place, &info) != 0)
            return cli_misuse("-o: '%s' needs one %%d for the chapter's number, such as book-%%02d.flac", place);
        if (mkdir(place, 0777) != 0 && errno != EEXIST) {
            cli_error("%s: %s", place, strerror(errno));
            return CLI_FAILED;
        }
        if (stat(place, &info) != 0 || !S_ISDIR(info.st_mode))
            return cli_misuse("-o: with --chapters '%s' must be a folder, or a name with %%d for the chapter's number", place);
    }
    book->files = calloc((size_t)book->count + 1, sizeof *book->files);
    for (int i = 0; book->files && i < book->count; i++) {
        if (!(book->files[i] = make_name(book, i)))
            return cli_failed(SYRINX_ERROR_MEMORY, NULL);
    }
    return book->files ? CLI_DONE : cli_failed(SYRINX_ERROR_MEMORY, NULL);
}

/* ------------------------------------------------------------------ the cue sheet */

static void put_quoted(FILE *file, const char *text)
{
    fputc('"', file);
    for (; *text; text++)
        fputc(*text == '"' ? '\'' : (unsigned char)*text < 0x20 ? ' ' : *text, file);
    fputc('"', file);
}

static char *cue_path(const struct cli_book *book)
{
    char title[CLI_NAME_MOST + 1] = "", *path = NULL;
    const char *name = syrinx_document_title(book->document);
    size_t length;
    int width;
    const char *number = find_number(book->place, &length, &width);
    if (!number) {
        cli_clean_name(name ? name : "", title);
        return asprintf(&path, "%s/%s.cue", book->place, *title ? title : "chapters") < 0 ? NULL : path;
    }
    const char *slash = strrchr(book->place, '/'), *base = slash ? slash + 1 : book->place;
    size_t n = number > base ? (size_t)(number - base) : 0;
    while (n > 0 && strchr(" -_.", base[n - 1]))
        n--;
    int made = asprintf(&path, "%.*s%.*s.cue", (int)(base - book->place), book->place, n > 0 ? (int)n : 8, n > 0 ? base : "chapters");
    return made < 0 ? NULL : path;
}

int cli_book_cue(const struct cli_book *book, const char *performer)
{
    struct cli_output output;
    char *path = cue_path(book);
    if (!path)
        return cli_failed(SYRINX_ERROR_MEMORY, NULL);
    int status = cli_output_open(&output, path);
    if (status == CLI_DONE) {
        const char *title = syrinx_document_title(book->document);
        fprintf(output.file, "REM COMMENT \"synthetic speech, Syrinx %s\"\nPERFORMER ", syrinx_version());
        put_quoted(output.file, performer);
        fputs("\nTITLE ", output.file);
        put_quoted(output.file, title ? title : "");
        fputc('\n', output.file);
        for (int i = 0; i < book->count; i++) {
            const char *slash = strrchr(book->files[i], '/'), *dot = strrchr(book->files[i], '.');
            fputs("FILE ", output.file);
            put_quoted(output.file, slash ? slash + 1 : book->files[i]);
            fprintf(output.file, " %s\n  TRACK %02d AUDIO\n    TITLE ", dot && strcasecmp(dot, ".mp3") == 0 ? "MP3" : "WAVE", i + 1);
            put_quoted(output.file, syrinx_document_chapter_title(book->document, i));
            fputs("\n    INDEX 01 00:00:00\n", output.file);
        }
        status = cli_output_close(&output);
    }
    free(path);
    return status;
}

void cli_book_close(struct cli_book *book)
{
    for (int i = 0; book->files && i < book->count; i++)
        free(book->files[i]);
    free(book->files);
    syrinx_document_close(book->document);
    memset(book, 0, sizeof *book);
}
