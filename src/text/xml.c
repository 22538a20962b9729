/* xml.c - the guard about expat: what it refuses and how it says so. */
#include "text/xml.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

enum { PIECE = 1 << 16, LONG_TAG = 1024 };

const char *sx_xml_attribute(const char **attributes, const char *name)
{
    for (; *attributes; attributes += 2)
        if (!strcmp(attributes[0], name))
            return attributes[1];
    return NULL;
}

const char *sx_xml_local(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

void sx_xml_place(const struct sx_xml *xml, unsigned long *line, unsigned long *column)
{
    *line = (unsigned long)XML_GetCurrentLineNumber(xml->parser);
    *column = (unsigned long)XML_GetCurrentColumnNumber(xml->parser) + 1;
}

void sx_xml_range(const struct sx_xml *xml, uint64_t *begin, uint64_t *end)
{
    XML_Index at = XML_GetCurrentByteIndex(xml->parser);
    *begin = at > 0 ? (uint64_t)at : 0;
    *end = *begin + (uint64_t)XML_GetCurrentByteCount(xml->parser);
}

bool sx_xml_wide(const struct sx_xml *xml)
{
    const unsigned char *f = xml->first;
    return (f[0] == 0xFE && f[1] == 0xFF) || (f[0] == 0xFF && f[1] == 0xFE) || (xml->given > 1 && (f[0] == 0) != (f[1] == 0));
}

static void fail_at(struct sx_xml *xml, int code, unsigned long line, unsigned long column, const char *format, va_list list)
{
    char message[400];
    if (xml->error.code < 0)
        return;
    vsnprintf(message, sizeof message, format, list);
    size_t n = strlen(message);
    message[n - (size_t)sx_utf8_pending(message, n)] = 0;
    xml->line = line;
    xml->column = column;
    xml->prefix = snprintf(NULL, 0, "line %lu, column %lu: ", line, column);
    sx_fail(&xml->error, code, "line %lu, column %lu: %s", line, column, message);
    XML_StopParser(xml->parser, XML_FALSE);
}

void sx_xml_fail(struct sx_xml *xml, int code, const char *format, ...)
{
    unsigned long line, column;
    va_list list;
    sx_xml_place(xml, &line, &column);
    va_start(list, format);
    fail_at(xml, code, line, column, format, list);
    va_end(list);
}

void sx_xml_fail_open(struct sx_xml *xml, int code, const char *format, ...)
{
    const struct sx_xml_open *open = &xml->open[xml->depth - 1];
    va_list list;
    va_start(list, format);
    fail_at(xml, code, open->line, open->column, format, list);
    va_end(list);
}

void sx_xml_fail_with(struct sx_xml *xml, const struct sx_error *error)
{
    if (xml->error.code < 0)
        return;
    xml->error = *error;
    XML_StopParser(xml->parser, XML_FALSE);
}

/* ------------------------------------------------------------------ expat's handlers */

static void XMLCALL on_start(void *user, const XML_Char *name, const XML_Char **attributes)
{
    struct sx_xml *xml = user;
    if (xml->error.code < 0)
        return;
    if (xml->depth == SX_XML_DEPTH) {
        sx_xml_fail(xml, SYRINX_ERROR_INPUT, "more than %d elements are open, one inside the other", SX_XML_DEPTH);
        return;
    }
    for (int i = 0; attributes[i]; i += 2)
        if (strlen(attributes[i + 1]) > SX_XML_VALUE) {
            sx_xml_fail(xml, SYRINX_ERROR_INPUT, "the attribute %.40s is longer than %d bytes", attributes[i], SX_XML_VALUE);
            return;
        }
    struct sx_xml_open *open = &xml->open[xml->depth++];
    unsigned long line, column;
    sx_xml_place(xml, &line, &column);
    open->line = (uint32_t)line;
    open->column = (uint32_t)column;
    snprintf(open->name, sizeof open->name, "%s", name);
    size_t n = strlen(open->name);
    open->name[n - (size_t)sx_utf8_pending(open->name, n)] = 0;
    xml->handlers->start(xml, name, attributes);
}

static void XMLCALL on_end(void *user, const XML_Char *name)
{
    struct sx_xml *xml = user;
    if (xml->error.code < 0)
        return;
    xml->handlers->end(xml, name);
    xml->done = --xml->depth == 0;
}

static void XMLCALL on_text(void *user, const XML_Char *bytes, int length)
{
    struct sx_xml *xml = user;
    if (xml->error.code >= 0)
        xml->handlers->text(xml, bytes, (size_t)length);
}

/* Entities that stand for a few characters are harmless. One that is made of others can grow without end (a "bomb"), one that holds markup breaks what
 * stands around it, one from elsewhere reads files: all these are refused where they are declared. */
static void XMLCALL on_entity(void *user, const XML_Char *name, int is_parameter, const XML_Char *value, int length, const XML_Char *base,
                              const XML_Char *system, const XML_Char *public, const XML_Char *notation)
{
    struct sx_xml *xml = user;
    (void)base;
    (void)public;
    (void)notation;
    if (xml->error.code < 0)
        return;
    static const char *const predefined[] = {"amp", "lt", "gt", "quot", "apos"};
    for (size_t i = 0; i < sizeof predefined / sizeof predefined[0]; i++)
        if (!is_parameter && value && !strcmp(name, predefined[i]))
            return;
    if (!value || system)
        sx_xml_fail(xml, SYRINX_ERROR_INPUT, "the entity %.60s is read from elsewhere: refused", name);
    else if (is_parameter)
        sx_xml_fail(xml, SYRINX_ERROR_INPUT, "the entity %%%.60s is for other declarations: refused", name);
    else if (length > SX_XML_ENTITY)
        sx_xml_fail(xml, SYRINX_ERROR_INPUT, "the entity %.60s stands for more than %d bytes: refused", name, SX_XML_ENTITY);
    else if (memchr(value, '&', (size_t)length) || memchr(value, '<', (size_t)length))
        sx_xml_fail(xml, SYRINX_ERROR_INPUT, "the entity %.60s is made of other entities or of markup: refused", name);
    else if (++xml->entities > SX_XML_ENTITIES)
        sx_xml_fail(xml, SYRINX_ERROR_INPUT, "more than %d entities are declared", SX_XML_ENTITIES);
}

static void XMLCALL on_skipped(void *user, const XML_Char *name, int is_parameter)
{
    struct sx_xml *xml = user;
    if (xml->error.code >= 0 && !is_parameter && xml->handlers->unknown_entity)
        xml->handlers->unknown_entity(xml, name);
}

static void set_handlers(struct sx_xml *xml)
{
    XML_SetUserData(xml->parser, xml);
    XML_SetElementHandler(xml->parser, on_start, on_end);
    XML_SetCharacterDataHandler(xml->parser, on_text);
    XML_SetEntityDeclHandler(xml->parser, on_entity);
    XML_SetSkippedEntityHandler(xml->parser, on_skipped);
    XML_SetParamEntityParsing(xml->parser, XML_PARAM_ENTITY_PARSING_NEVER);
}

/* ------------------------------------------------------------------ expat's failures in words */

/* The bytes about the place of the failure; NULL when expat keeps none. */
static const char *context(const struct sx_xml *xml, int *before, int *after)
{
    int offset = 0, size = 0;
    const char *bytes = sx_xml_wide(xml) ? NULL : XML_GetInputContext(xml->parser, &offset, &size);
    if (!bytes || offset < 0 || offset > size)
        return NULL;
    *before = offset;
    *after = size - offset;
    return bytes + offset;
}

/* The name that begins at `at`, for a message. */
static int name_length(const char *at, int length)
{
    int n = 0;
    while (n < length && n < 40 && ((unsigned char)at[n] >= 0x80 || strchr("-_:.", at[n]) || (at[n] >= '0' && at[n] <= '9') ||
                                    (at[n] >= 'A' && at[n] <= 'Z') || (at[n] >= 'a' && at[n] <= 'z')) && at[n])
        n++;
    return n - sx_utf8_pending(at, (size_t)n);
}

/* What is wrong at a place where expat knows no rule. */
static void fail_token(struct sx_xml *xml)
{
    int before = 0, after = 0;
    const char *at = context(xml, &before, &after);
    if (!xml->depth && !xml->done && at && after && *at != '<' && (!before || at[-1] != '<')) {
        sx_xml_fail(xml, SYRINX_ERROR_INPUT, "this is not XML: a document begins with <%s>", xml->root);
        return;
    }
    if (!at || !after) {
        sx_xml_fail(xml, SYRINX_ERROR_INPUT, "this is not XML");
        return;
    }
    unsigned char c = (unsigned char)*at;
    char last = before ? at[-1] : ' ';
    uint32_t code;
    int n = sx_utf8_decode(at, (size_t)after, &code);
    if (c == '&' || last == '&')
        sx_xml_fail(xml, SYRINX_ERROR_INPUT, "\"&\" begins a name that ends with \";\"; the character itself is written &amp;");
    else if (c == '<' || last == '<')
        sx_xml_fail(xml, SYRINX_ERROR_INPUT, "\"<\" begins a tag; the character itself is written &lt;");
    else if (last == '=')
        sx_xml_fail(xml, SYRINX_ERROR_INPUT, "the value of an attribute stands in quotes");
    else if (c < 0x20)
        sx_xml_fail(xml, SYRINX_ERROR_INPUT, "the control character U+%04X is not allowed in XML", c);
    else if (c >= 0x80 && code == 0xFFFD && n < 3)
        sx_xml_fail(xml, SYRINX_ERROR_INPUT, "the byte 0x%02X is not UTF-8", c);
    else
        sx_xml_fail(xml, SYRINX_ERROR_INPUT, "\"%.*s\" does not belong here", n, at);
}

static void explain(struct sx_xml *xml)
{
    enum XML_Error code = XML_GetErrorCode(xml->parser);
    const struct sx_xml_open *open = xml->depth ? &xml->open[xml->depth - 1] : NULL;
    int before = 0, after = 0;
    const char *at = context(xml, &before, &after);
    int name = at ? name_length(at, after) : 0;
    switch (code) {
    case XML_ERROR_NO_MEMORY:
        sx_fail(&xml->error, SYRINX_ERROR_MEMORY, "out of memory");
        break;
    case XML_ERROR_SYNTAX:
    case XML_ERROR_INVALID_TOKEN:
        fail_token(xml);
        break;
    case XML_ERROR_TAG_MISMATCH:
        if (open)
            sx_xml_fail(xml, SYRINX_ERROR_INPUT, "</%.*s> closes while <%s> (line %u, column %u) is open", name, at ? at : "", open->name, open->line, open->column);
        else
            sx_xml_fail(xml, SYRINX_ERROR_INPUT, "a tag closes what is not open");
        break;
    case XML_ERROR_NO_ELEMENTS:
        if (open)
            sx_xml_fail(xml, SYRINX_ERROR_INPUT, "the document ends while <%s> (line %u, column %u) is open", open->name, open->line, open->column);
        else
            sx_xml_fail(xml, SYRINX_ERROR_INPUT, "the document is empty: it lacks <%s>", xml->root);
        break;
    case XML_ERROR_UNCLOSED_TOKEN:
    case XML_ERROR_PARTIAL_CHAR:
        sx_xml_fail(xml, SYRINX_ERROR_INPUT, "the document ends inside a tag, a comment or a reference");
        break;
    case XML_ERROR_UNCLOSED_CDATA_SECTION:
        sx_xml_fail(xml, SYRINX_ERROR_INPUT, "the document ends inside <![CDATA[");
        break;
    case XML_ERROR_DUPLICATE_ATTRIBUTE:
        sx_xml_fail(xml, SYRINX_ERROR_INPUT, "the attribute %.*s is given twice", name, at ? at : "");
        break;
    case XML_ERROR_UNDEFINED_ENTITY:
        if (at && *at == '&')
            name = name_length(++at, --after);
        sx_xml_fail(xml, SYRINX_ERROR_INPUT, "the entity &%.*s; is not known: XML has only &amp; &lt; &gt; &quot; &apos; and numbers such as &#160;", name,
                    at ? at : "");
        break;
    case XML_ERROR_BAD_CHAR_REF:
        sx_xml_fail(xml, SYRINX_ERROR_INPUT, "the number of a character that XML does not allow");
        break;
    case XML_ERROR_JUNK_AFTER_DOC_ELEMENT:
        sx_xml_fail(xml, SYRINX_ERROR_INPUT, "there is more behind the end of the document");
        break;
    case XML_ERROR_MISPLACED_XML_PI:
        sx_xml_fail(xml, SYRINX_ERROR_INPUT, "<?xml ...?> stands at the very beginning of a document or nowhere");
        break;
    case XML_ERROR_UNKNOWN_ENCODING:
        sx_xml_fail(xml, SYRINX_ERROR_INPUT, "the encoding is not one of UTF-8, UTF-16, ISO-8859-1 and US-ASCII");
        break;
    case XML_ERROR_INCORRECT_ENCODING:
        sx_xml_fail(xml, SYRINX_ERROR_INPUT, "the document is not in the encoding that it names");
        break;
    default:
        sx_xml_fail(xml, SYRINX_ERROR_INPUT, "%s", XML_ErrorString(code));
    }
}

/* ------------------------------------------------------------------ life */

int sx_xml_open(struct sx_xml *xml, const struct sx_xml_handlers *handlers, const char *root, struct sx_error *error)
{
    memset(xml, 0, sizeof *xml);
    xml->handlers = handlers;
    xml->root = root;
    xml->open = malloc(SX_XML_DEPTH * sizeof *xml->open);
    xml->parser = XML_ParserCreate(NULL);
    if (!xml->parser || !xml->open) {
        sx_xml_close(xml);
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    }
    set_handlers(xml);
    return 0;
}

int sx_xml_reset(struct sx_xml *xml, struct sx_error *error)
{
    if (!XML_ParserReset(xml->parser, NULL))
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    set_handlers(xml);
    xml->depth = xml->entities = 0;
    xml->given = 0;
    xml->line = xml->column = 0;
    xml->prefix = 0;
    xml->done = false;
    sx_buffer_clear(&xml->held);
    sx_error_clear(&xml->error);
    return 0;
}

void sx_xml_close(struct sx_xml *xml)
{
    if (xml->parser)
        XML_ParserFree(xml->parser);
    free(xml->open);
    sx_buffer_free(&xml->held);
    xml->parser = NULL;
    xml->open = NULL;
}

/* Length of the tag whose end has not come. */
static uint64_t unfinished(const struct sx_xml *xml)
{
    XML_Index at = XML_GetCurrentByteIndex(xml->parser);
    return at >= 0 && (uint64_t)at < xml->given ? xml->given - (uint64_t)at : 0;
}

static void parse(struct sx_xml *xml, const char *bytes, size_t length, bool last)
{
    do {
        size_t n = length < PIECE ? length : PIECE;
        for (size_t i = 0; i < n && xml->given + i < sizeof xml->first; i++)
            xml->first[xml->given + i] = (unsigned char)bytes[i];
        xml->given += n;
        length -= n;
        if (XML_Parse(xml->parser, bytes, (int)n, last && !length) != XML_STATUS_OK && xml->error.code >= 0)
            explain(xml);
        if (xml->error.code >= 0 && unfinished(xml) > SX_XML_TAG)
            sx_xml_fail(xml, SYRINX_ERROR_INPUT, "a tag or comment that is longer than %d bytes", SX_XML_TAG);
        bytes += n;
    } while (length && xml->error.code >= 0);
}

static int result(struct sx_xml *xml, struct sx_error *error)
{
    if (xml->error.code < 0)
        *error = xml->error;
    return xml->error.code < 0 ? xml->error.code : 0;
}

/* Expat looks at an unfinished tag from its beginning whenever bytes come, which a long tag in small pieces makes quadratic: so it gets more only when the
 * tag has doubled. */
int sx_xml_push(struct sx_xml *xml, const char *bytes, size_t length, struct sx_error *error)
{
    if (xml->error.code < 0 || !length)
        return result(xml, error);
    uint64_t tag = unfinished(xml);
    if (tag < LONG_TAG && !xml->held.length) {
        parse(xml, bytes, length, false);
        return result(xml, error);
    }
    sx_buffer_add(&xml->held, bytes, length);
    if (xml->held.failed)
        return sx_fail(error, sx_fail(&xml->error, SYRINX_ERROR_MEMORY, "out of memory"), "out of memory");
    if (xml->held.length >= tag) {
        parse(xml, xml->held.data, xml->held.length, false);
        sx_buffer_clear(&xml->held);
    }
    return result(xml, error);
}

int sx_xml_end(struct sx_xml *xml, struct sx_error *error)
{
    if (xml->error.code >= 0)
        parse(xml, xml->held.data ? xml->held.data : "", xml->held.length, true);
    sx_buffer_clear(&xml->held);
    return result(xml, error);
}
