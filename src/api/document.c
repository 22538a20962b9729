/* document.c - documents of syrinx.h: the handle, and how a chapter gets into a stream. */
#include <stdlib.h>
#include <string.h>

#include "api/stream.h"
#include "document/document.h"

#ifdef SX_HAVE_FILES

static int wrap(struct sx_document *inner, syrinx_document **document, struct sx_error *error)
{
    *document = malloc(sizeof **document);
    if (!*document) {
        sx_document_free(inner);
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    }
    (*document)->document = inner;
    return SYRINX_OK;
}

static bool known(int kind)
{
    return kind >= SYRINX_DOCUMENT_AUTO && kind <= SYRINX_DOCUMENT_SUBTITLES;
}

int syrinx_document_open(const char *path, int kind, syrinx_document **document)
{
    struct sx_error *error = sx_thread_error();
    struct sx_document *inner;
    if (!path || !document || !known(kind))
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "syrinx_document_open: a NULL, or no known kind");
    *document = NULL;
    int code = sx_document_open(path, kind, &inner, error);
    return code < 0 ? code : wrap(inner, document, error);
}

int syrinx_document_read(const void *bytes, size_t length, int kind, syrinx_document **document)
{
    struct sx_error *error = sx_thread_error();
    struct sx_document *inner;
    if ((!bytes && length) || !document || !known(kind))
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "syrinx_document_read: a NULL, or no known kind");
    *document = NULL;
    int code = sx_document_read(NULL, bytes ? bytes : "", length, kind, &inner, error);
    return code < 0 ? code : wrap(inner, document, error);
}

void syrinx_document_close(syrinx_document *document)
{
    if (document)
        sx_document_free(document->document);
    free(document);
}

int syrinx_document_kind(const syrinx_document *document)
{
    return document ? sx_document_kind(document->document) : SYRINX_ERROR_ARGUMENT;
}

const char *syrinx_document_title(const syrinx_document *document)
{
    return document ? sx_document_title(document->document) : NULL;
}

const char *syrinx_document_author(const syrinx_document *document)
{
    return document ? sx_document_author(document->document) : NULL;
}

const char *syrinx_document_language(const syrinx_document *document)
{
    return document ? sx_document_language(document->document) : NULL;
}

int syrinx_document_chapter_count(const syrinx_document *document)
{
    return document ? sx_document_chapters(document->document) : SYRINX_ERROR_ARGUMENT;
}

const char *syrinx_document_chapter_title(const syrinx_document *document, int chapter)
{
    if (!document || chapter < 0 || chapter >= sx_document_chapters(document->document))
        return NULL;
    return sx_document_chapter_title(document->document, chapter);
}

int syrinx_document_text(const syrinx_document *document, char **text, size_t *length)
{
    struct sx_error *error = sx_thread_error();
    if (!document || !text || !length)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "syrinx_document_text: a NULL");
    return sx_document_text(document->document, text, length, error);
}

/* A reader's calls, with positions that never go back nor leave the document: chapters may be given in any order, and subtitles may stand in the file behind
 * later ones. Their place is the last byte that was reached. */
static int push_text(void *user, const char *bytes, size_t length, uint64_t begin, uint64_t end, struct sx_error *error)
{
    uint64_t reached = sx_reader_position(user);
    if (begin < reached) {
        begin = reached - 1;
        end = reached;
    }
    return sx_reader_push_at(user, bytes, length, begin, end, error);
}

void sx_document_sink(struct sx_reader *reader, struct sx_markup_sink *sink)
{
    sx_reader_sink(reader, sink);
    sink->text = push_text;
}

int syrinx_stream_document(syrinx_stream *stream, const syrinx_document *document, int chapter)
{
    struct sx_markup_sink sink;
    if (!stream)
        return SYRINX_ERROR_ARGUMENT;
    if (!document)
        return sx_fail(&stream->error, SYRINX_ERROR_ARGUMENT, "syrinx_stream_document: document is NULL");
    int code = sx_stream_take_text(stream);
    if (code < 0)
        return code;
    sx_document_sink(stream->reader, &sink);
    code = sx_document_play(document->document, chapter, &sink, &stream->error);
    stream->given = sx_reader_position(stream->reader);
    return code;
}

#else

static int none(void)
{
    return sx_fail(sx_thread_error(), SYRINX_ERROR_UNSUPPORTED, "this build of Syrinx (FILES=0) reads no documents");
}

int syrinx_document_open(const char *path, int kind, syrinx_document **document)
{
    (void)path, (void)kind;
    if (document)
        *document = NULL;
    return none();
}

int syrinx_document_read(const void *bytes, size_t length, int kind, syrinx_document **document)
{
    (void)bytes, (void)length;
    return syrinx_document_open(NULL, kind, document);
}

void syrinx_document_close(syrinx_document *document) { (void)document; }
int syrinx_document_kind(const syrinx_document *document) { (void)document; return none(); }
const char *syrinx_document_title(const syrinx_document *document) { (void)document; return NULL; }
const char *syrinx_document_author(const syrinx_document *document) { (void)document; return NULL; }
const char *syrinx_document_language(const syrinx_document *document) { (void)document; return NULL; }
int syrinx_document_chapter_count(const syrinx_document *document) { (void)document; return none(); }
const char *syrinx_document_chapter_title(const syrinx_document *document, int chapter) { (void)document, (void)chapter; return NULL; }

int syrinx_document_text(const syrinx_document *document, char **text, size_t *length)
{
    (void)document, (void)length;
    if (text)
        *text = NULL;
    return none();
}

int syrinx_stream_document(syrinx_stream *stream, const syrinx_document *document, int chapter)
{
    (void)stream, (void)document, (void)chapter;
    return none();
}

#endif
