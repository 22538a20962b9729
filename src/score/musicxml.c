/* musicxml.c - MusicXML 4.0, partwise and timewise, plain or packed (.mxl): from bytes to a score.
 *
 * musicxml_element.c knows the elements, musicxml_note.c and musicxml_direction.c what they say, musicxml_play.c the order in which bars are played. */
#include "score/musicxml.h"

#include <stdlib.h>
#include <string.h>

#ifdef SX_HAVE_FILES
#include "base/archive.h"
#endif
#include "base/sax.h"

static void free_all(struct sx_mx *xml)
{
    free(xml->parts);
    free(xml->measures);
    free(xml->cells);
    free(xml->notes);
    free(xml->events);
    free(xml->lyrics);
    free(xml->instruments);
    free(xml->repeats);
    sx_buffer_free(&xml->text);
    sx_buffer_free(&xml->syllable);
}

static int read_plain(const char *bytes, size_t length, struct sx_score *score, struct sx_error *error)
{
    static const struct sx_sax_calls calls = { sx_mx_begin, sx_mx_end, sx_mx_text };
    struct sx_mx xml = { .score = score, .error = error, .part = -1, .instrument = -1, .beats = 4, .unit = 4, .actual = 1, .normal = 1 };
    int code = sx_sax_read(bytes, length, &calls, &xml, error);
    if (code == SYRINX_OK)
        code = sx_mx_play(&xml);
    free_all(&xml);
    return code;
}

#ifdef SX_HAVE_FILES

/* The score's name in META-INF/container.xml: the first <rootfile>, whose media type is MusicXML's or not told. */
struct container {
    struct sx_buffer path;
};

static int container_begin(void *user, const char *name, const char **attributes)
{
    struct container *container = user;
    const char *path = sx_sax_attribute(attributes, "full-path"), *type = sx_sax_attribute(attributes, "media-type");
    if (strcmp(name, "rootfile") == 0 && path && container->path.length == 0 && (!type || strstr(type, "musicxml")))
        sx_buffer_puts(&container->path, path);
    return SYRINX_OK;
}

static int read_packed(const char *bytes, size_t length, struct sx_score *score, struct sx_error *error)
{
    static const struct sx_sax_calls calls = { container_begin, NULL, NULL };
    struct container container = { { 0 } };
    struct sx_archive *archive;
    char *inside = NULL;
    size_t inside_length = 0;
    int code = sx_archive_open(bytes, length, &archive, error);
    if (code < 0)
        return code;
    if (!sx_archive_has(archive, "META-INF/container.xml"))
        code = sx_fail(error, SYRINX_ERROR_FORMAT, "a ZIP archive, but no .mxl: META-INF/container.xml is missing");
    if (code == SYRINX_OK)
        code = sx_archive_read(archive, "META-INF/container.xml", &inside, &inside_length, error);
    if (code == SYRINX_OK) {
        code = sx_sax_read(inside, inside_length, &calls, &container, error);
        if (code < 0)
            sx_context(error, "META-INF/container.xml");
    }
    free(inside);
    inside = NULL;
    if (code == SYRINX_OK && container.path.failed)
        code = SYRINX_ERROR_MEMORY;
    if (code == SYRINX_OK && container.path.length == 0)
        code = sx_fail(error, SYRINX_ERROR_FORMAT, "META-INF/container.xml names no score");
    if (code == SYRINX_OK)
        code = sx_archive_read(archive, container.path.data, &inside, &inside_length, error);
    if (code == SYRINX_OK) {
        code = read_plain(inside, inside_length, score, error);
        if (code < 0 && error->code < 0)
            sx_context(error, "%s", container.path.data);
    }
    free(inside);
    sx_buffer_free(&container.path);
    sx_archive_close(archive);
    return code;
}

#else

static int read_packed(const char *bytes, size_t length, struct sx_score *score, struct sx_error *error)
{
    (void)bytes;
    (void)length;
    (void)score;
    return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "this build reads no packed MusicXML (FILES=0)");
}

#endif

int sx_musicxml_read(const char *bytes, size_t length, struct sx_score *score, struct sx_error *error)
{
    sx_error_clear(error);
    int code = length >= 2 && bytes[0] == 'P' && bytes[1] == 'K' ? read_packed(bytes, length, score, error) : read_plain(bytes, length, score, error);
    return code == SYRINX_ERROR_MEMORY && error->code == SYRINX_OK ? sx_fail(error, code, "out of memory") : code;
}
