/* lexicon_read.c - a user's lexicon from its file: lines of plain text here, W3C PLS in pls.c, a folder of both. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"
#include "text/lexicon_parts.h"

enum { MAX_LINE = 1000, MAX_ROLE = 40, MAX_FILES = 1000, MAX_FILE = 1 << 28 };

int sx_lexicon_arpabet(const char *text, size_t length, struct sx_phone out[SX_WORD_PHONES])
{
    int n = 0;
    for (size_t i = 0; i < length;) {
        if (text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\r') {
            i++;
            continue;
        }
        size_t end = i;
        while (end < length && text[end] != ' ' && text[end] != '\t' && text[end] != '\n' && text[end] != '\r')
            end++;
        if (n == SX_WORD_PHONES || !sx_phone_parse_arpabet(text + i, end - i, &out[n]))
            return -1;
        n++;
        i = end;
    }
    return n ? n : -1;
}

struct field {
    const char *text;
    size_t length;
};

static struct field trim(const char *text, size_t length)
{
    while (length && (*text == ' ' || *text == '\t')) {
        text++;
        length--;
    }
    while (length && (text[length - 1] == ' ' || text[length - 1] == '\t'))
        length--;
    return (struct field){text, length};
}

/* "WORD  P R AH0 # comment": a word, blanks, phones; "WORD(2)" is another reading, which loses to the first. False: it is not that. */
static bool cmudict_line(const char *line, size_t length, struct field *key, struct field *value)
{
    struct sx_phone phones[SX_WORD_PHONES];
    const char *blank = memchr(line, ' ', length), *comment = blank;
    if (!blank)
        return false;
    for (; comment < line + length && !(comment[0] == '#' && comment[-1] == ' '); comment++)
        ;
    *key = (struct field){line, (size_t)(blank - line)};
    *value = trim(blank, (size_t)(comment - blank));
    if (key->length > 3 && line[key->length - 1] == ')' && line[key->length - 3] == '(' && line[key->length - 2] >= '0' && line[key->length - 2] <= '9')
        key->length -= 3;
    return sx_lexicon_arpabet(value->text, value->length, phones) > 0;
}

/* "word<TAB>pronunciation", "word<TAB>part of speech<TAB>pronunciation"; what is empty does not count. */
static bool tab_line(const char *line, size_t length, struct field *key, struct field *role, struct field *value)
{
    const char *tab = memchr(line, '\t', length), *end = line + length;
    if (!tab)
        return false;
    *key = trim(line, (size_t)(tab - line));
    *value = trim(tab, (size_t)(end - tab));
    const char *second = memchr(value->text, '\t', value->length);
    if (second) {
        *role = trim(value->text, (size_t)(second - value->text));
        *value = trim(second, (size_t)(value->text + value->length - second));
    }
    if (key->length == 2 && !memcmp(key->text, "\\#", 2)) {
        key->text++;
        key->length--;
    }
    return true;
}

static bool role_name(const struct field *role)
{
    for (size_t i = 0; i < role->length; i++) {
        char c = role->text[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr(" -_:.$", c)) || !c)
            return false;
    }
    return role->length <= MAX_ROLE;
}

static int add_line(struct sx_lexicon *lexicon, const char *path, size_t number, const char *line, size_t length, struct sx_error *error)
{
    struct field key, value, role = {NULL, 0};
    char word[SX_LEXICON_WORD + 8], words[SX_LEXICON_WORD + 8];
    struct sx_phone phones[SX_WORD_PHONES];
    size_t word_length, words_length;
    if (length > MAX_LINE)
        return sx_fail(error, SYRINX_ERROR_INPUT, "%s:%zu: the line is longer than %d bytes", path, number, MAX_LINE);
    if (!tab_line(line, length, &key, &role, &value) && !cmudict_line(line, length, &key, &value))
        return sx_fail(error, SYRINX_ERROR_INPUT, "%s:%zu: a tab between word and pronunciation is missing", path, number);
    if (!sx_lexicon_fold(key.text, key.length, word, &word_length))
        return sx_fail(error, SYRINX_ERROR_INPUT, "%s:%zu: the word is empty, not UTF-8 or longer than %d bytes", path, number, SX_LEXICON_WORD);
    if (!role_name(&role))
        return sx_fail(error, SYRINX_ERROR_INPUT, "%s:%zu: \"%.*s\" is no part of speech", path, number, (int)role.length, role.text);
    if (!value.length)
        return sx_fail(error, SYRINX_ERROR_INPUT, "%s:%zu: the pronunciation is missing", path, number);

    struct sx_lexicon_entry entry = {0};
    if (value.length >= 2 && !memcmp(value.text, "[[", 2)) {
        if (value.length < 5 || memcmp(value.text + value.length - 2, "]]", 2) != 0)
            return sx_fail(error, SYRINX_ERROR_INPUT, "%s:%zu: \"[[\" without phones and \"]]\"", path, number);
        entry.count = sx_phone_parse_ipa(value.text + 2, value.length - 4, phones, SX_WORD_PHONES);
        if (entry.count <= 0)
            entry.count = sx_lexicon_arpabet(value.text + 2, value.length - 4, phones);
        if (entry.count <= 0)
            return sx_fail(error, SYRINX_ERROR_INPUT, "%s:%zu: \"%.*s\" is not IPA that Syrinx knows", path, number, (int)value.length, value.text);
        entry.phones = phones;
    } else {
        bool capitals = false, small = false;
        for (size_t i = 0; i < value.length; i++) {
            capitals |= value.text[i] >= 'A' && value.text[i] <= 'Z';
            small |= (value.text[i] >= 'a' && value.text[i] <= 'z') || (unsigned char)value.text[i] >= 0x80;
        }
        if (capitals && !small) {
            entry.count = sx_lexicon_arpabet(value.text, value.length, phones);
            if (entry.count < 0)
                return sx_fail(error, SYRINX_ERROR_INPUT, "%s:%zu: \"%.*s\" is not ARPAbet", path, number, (int)value.length, value.text);
            entry.phones = phones;
        } else if (sx_lexicon_fold(value.text, value.length, words, &words_length)) {
            entry.words = words;
        } else
            return sx_fail(error, SYRINX_ERROR_INPUT, "%s:%zu: the words to be said are too long or not UTF-8", path, number);
    }
    int status = sx_lexicon_role(lexicon, role.text, role.length, &entry.role) ? sx_lexicon_add(lexicon, word, word_length, &entry) : SYRINX_ERROR_MEMORY;
    if (status == SYRINX_ERROR_INPUT)
        return sx_fail(error, SYRINX_ERROR_INPUT, "%s:%zu: more than %d words, or %d readings of one", path, number, SX_LEXICON_ENTRIES, SX_LEXICON_READINGS);
    return status < 0 ? sx_fail(error, status, "out of memory") : 0;
}

static int read_lines(struct sx_lexicon *lexicon, const char *path, const char *text, size_t size, struct sx_error *error)
{
    const char *end = text + size;
    int status = 0;
    for (size_t number = 1; text < end && status >= 0; number++) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        size_t length = (size_t)((stop ? stop : end) - text);
        const char *line = text;
        text = stop ? stop + 1 : end;
        while (length && (line[length - 1] == '\r' || line[length - 1] == ' '))
            length--;
        bool comment = length && (line[0] == '#' || (length > 2 && !memcmp(line, ";;;", 3) && !memchr(line, '\t', length)));     /* ";;;" in old cmudicts */
        if (length && !comment)
            status = add_line(lexicon, path, number, line, length, error);
    }
    return status;
}

/* "<word<TAB>" is a line like any other, "<lexicon" and "<?xml" are XML; so is UTF-16. */
static bool is_xml(const char *text, size_t size)
{
    size_t at = strspn(text, " \t\r\n");
    if (size >= 2 && (!memcmp(text, "\xFE\xFF", 2) || !memcmp(text, "\xFF\xFE", 2)))
        return true;
    if (at + 2 > size || text[at] != '<')
        return false;
    char c = text[at + 1];
    if (c != '?' && c != '!' && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z'))
        return false;
    const char *stop = memchr(text + at, '\n', size - at), *tab = memchr(text + at, '\t', (size_t)((stop ? stop : text + size) - (text + at)));
    return !tab || memchr(text + at, '=', (size_t)(tab - (text + at))) || memchr(text + at, ' ', (size_t)(tab - (text + at)));
}

/* A copy: of a mapped file an editor might cut off the end while it is read, which is a bus error. */
static int read_bytes(const char *path, struct sx_buffer *bytes, struct sx_error *error)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);     /* a FIFO must not hang the caller */
    if (fd < 0)
        return sx_fail(error, errno == ENOENT || errno == ENOTDIR ? SYRINX_ERROR_NOT_FOUND : SYRINX_ERROR_IO, "%s: %s", path, strerror(errno));
    int status = 0;
    if (fstat(fd, &info) != 0)
        status = sx_fail(error, SYRINX_ERROR_IO, "%s: %s", path, strerror(errno));
    else if (!S_ISREG(info.st_mode))
        status = sx_fail(error, SYRINX_ERROR_IO, "%s: not a regular file", path);
    for (ssize_t n = 1; n && status >= 0;) {
        if (!sx_buffer_reserve(bytes, 1 << 16)) {
            status = sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
            break;
        }
        n = read(fd, bytes->data + bytes->length, 1 << 16);
        if (n < 0 && errno != EINTR)
            status = sx_fail(error, SYRINX_ERROR_IO, "%s: %s", path, strerror(errno));
        bytes->length += n > 0 ? (size_t)n : 0;
        if (bytes->length > MAX_FILE)
            status = sx_fail(error, SYRINX_ERROR_INPUT, "%s: larger than %d bytes", path, MAX_FILE);
    }
    close(fd);
    if (status >= 0)
        bytes->data[bytes->length] = 0;
    return status;
}

static int read_file(struct sx_lexicon *lexicon, const char *path, struct sx_error *error)
{
    struct sx_buffer bytes = {0};
    int status = read_bytes(path, &bytes, error);
    if (status >= 0) {
        size_t mark = bytes.length >= 3 && !memcmp(bytes.data, "\xEF\xBB\xBF", 3) ? 3 : 0;
        const char *text = bytes.data + mark;
        size_t size = bytes.length - mark;
        status = is_xml(text, size) ? sx_lexicon_read_pls(lexicon, path, text, size, error) : read_lines(lexicon, path, text, size, error);
    }
    sx_buffer_free(&bytes);
    return status;
}

static int wanted(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return entry->d_name[0] != '.' && dot && (!strcmp(dot, ".txt") || !strcmp(dot, ".tsv") || !strcmp(dot, ".pls"));
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int read_folder(struct sx_lexicon *lexicon, const char *path, struct sx_error *error)
{
    struct dirent **names;
    int count = scandir(path, &names, wanted, by_name), status = 0;
    if (count < 0)
        return sx_fail(error, errno == ENOMEM ? SYRINX_ERROR_MEMORY : SYRINX_ERROR_IO, "%s: %s", path, strerror(errno));
    if (count > MAX_FILES)
        status = sx_fail(error, SYRINX_ERROR_INPUT, "%s: more than %d lexica", path, MAX_FILES);
    for (int i = 0; i < count; i++) {
        char *file = status < 0 ? NULL : sx_path_join(path, names[i]->d_name);
        if (file)
            status = read_file(lexicon, file, error);
        else if (status >= 0)
            status = sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
        free(file);
        free(names[i]);
    }
    free(names);
    return status;
}

int sx_lexicon_open(const char *path, struct sx_lexicon **out, struct sx_error *error)
{
    struct stat info;
    struct sx_lexicon *lexicon = calloc(1, sizeof *lexicon);
    if (!lexicon || !(lexicon->path = strdup(path))) {
        free(lexicon);
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    }
    atomic_init(&lexicon->references, 1);
    lexicon->state = sx_lexicon_state(path);        /* before it is read: a change meanwhile is seen later */
    int status = stat(path, &info) == 0 && S_ISDIR(info.st_mode) ? read_folder(lexicon, path, error) : read_file(lexicon, path, error);
    if (status < 0) {
        sx_lexicon_close(lexicon);
        return status;
    }
    *out = lexicon;
    return 0;
}
