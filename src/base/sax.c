/* sax.c - XML by expat (which guards itself against entities that grow). */
#include <expat.h>
#include <limits.h>
#include <string.h>

#include "base/sax.h"

enum { DEPTH = 200 };

struct reader {
    XML_Parser parser;
    const struct sx_sax_calls *calls;
    void *user;
    int depth, code;
};

static const char *local(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

static void stop(struct reader *reader, int code)
{
    if (code < 0 && reader->code >= 0) {
        reader->code = code;
        XML_StopParser(reader->parser, XML_FALSE);
    }
}

static void XMLCALL begin(void *user, const XML_Char *name, const XML_Char **attributes)
{
    struct reader *reader = user;
    if (++reader->depth > DEPTH)
        XML_StopParser(reader->parser, XML_FALSE);
    else if (reader->calls->begin)
        stop(reader, reader->calls->begin(reader->user, local(name), attributes));
}

static void XMLCALL end(void *user, const XML_Char *name)
{
    struct reader *reader = user;
    reader->depth--;
    if (reader->calls->end && reader->code >= 0)
        stop(reader, reader->calls->end(reader->user, local(name)));
}

static void XMLCALL text(void *user, const XML_Char *bytes, int length)
{
    struct reader *reader = user;
    if (reader->calls->text && reader->code >= 0)
        stop(reader, reader->calls->text(reader->user, bytes, (size_t)length));
}

int sx_sax_read(const char *bytes, size_t length, const struct sx_sax_calls *calls, void *user, struct sx_error *error)
{
    struct reader reader = { .parser = XML_ParserCreate(NULL), .calls = calls, .user = user };
    if (!reader.parser)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    XML_SetUserData(reader.parser, &reader);
    XML_SetElementHandler(reader.parser, begin, end);
    XML_SetCharacterDataHandler(reader.parser, text);
    enum XML_Status status = length < INT_MAX ? XML_Parse(reader.parser, bytes, (int)length, 1) : XML_STATUS_ERROR;
    if (status != XML_STATUS_OK && reader.code >= 0) {
        enum XML_Error why = XML_GetErrorCode(reader.parser);
        reader.code = why == XML_ERROR_NO_MEMORY ? sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory")
            : sx_fail(error, SYRINX_ERROR_FORMAT, "line %lu: %s", (unsigned long)XML_GetCurrentLineNumber(reader.parser),
                      reader.depth > DEPTH ? "elements nested too deep" : XML_ErrorString(why));
    }
    XML_ParserFree(reader.parser);
    return reader.code;
}

const char *sx_sax_attribute(const char **attributes, const char *name)
{
    for (; attributes && *attributes; attributes += 2) {
        if (strcmp(local(attributes[0]), name) == 0)
            return attributes[1];
    }
    return NULL;
}
