/* ssml.c - the SSML reader's life, its stack of elements and its namespaces; what the elements mean is in ssml_element.c. */
#include "text/ssml.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "text/ssml_parts.h"

static const float usual_hertz = 160;

void sx_ssml_no_memory(struct sx_ssml *ssml)
{
    struct sx_error error;
    sx_fail(&error, SYRINX_ERROR_MEMORY, "out of memory");
    sx_xml_fail_with(&ssml->xml, &error);
}

void sx_ssml_warn(struct sx_ssml *ssml, const char *format, ...)
{
    if (!ssml->options.warn || ssml->silent || ssml->warnings > SX_SSML_WARNINGS)
        return;
    char text[400], message[480];
    unsigned long line, column;
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    size_t n = strlen(text);
    text[n - (size_t)sx_utf8_pending(text, n)] = 0;
    sx_xml_place(&ssml->xml, &line, &column);
    if (ssml->warnings++ == SX_SSML_WARNINGS)
        snprintf(text, sizeof text, "there are more warnings, which are not shown");
    snprintf(message, sizeof message, "line %lu, column %lu: %s", line, column, text);
    ssml->options.warn(ssml->options.user, message);
}

bool sx_ssml_once(struct sx_ssml *ssml, const char *what, const char *name)
{
    uint64_t h = 14695981039346656037u;     /* FNV-1a */
    for (; *what; what++)
        h = (h ^ (unsigned char)*what) * 1099511628211u;
    for (h *= 31; *name; name++)
        h = (h ^ (unsigned char)*name) * 1099511628211u;
    for (int i = 0; i < ssml->warned_count; i++)
        if (ssml->warned[i] == h)
            return false;
    if (ssml->warned_count == SX_SSML_WARNED)
        return false;
    ssml->warned[ssml->warned_count++] = h;
    return true;
}

const char *sx_ssml_keep(struct sx_ssml *ssml, struct sx_ssml_frame *frame, const char *text, size_t length)
{
    struct sx_ssml_string *string = malloc(sizeof *string + length + 1);
    if (!string) {
        sx_ssml_no_memory(ssml);
        return NULL;
    }
    memcpy(string->text, text, length);
    string->text[length] = 0;
    string->next = frame->strings;
    frame->strings = string;
    return string->text;
}

void sx_ssml_silence(struct sx_ssml *ssml)
{
    if (!ssml->silent)
        ssml->silent = ssml->count;
}

/* ------------------------------------------------------------------ the stack */

static struct sx_ssml_frame *push_frame(struct sx_ssml *ssml)
{
    if (ssml->count == ssml->room) {
        int room = ssml->room ? ssml->room * 2 : 8;
        struct sx_ssml_frame *frames = realloc(ssml->frames, (size_t)room * sizeof *frames);
        if (!frames) {
            sx_ssml_no_memory(ssml);
            return NULL;
        }
        ssml->frames = frames;
        ssml->room = room;
    }
    struct sx_ssml_frame *frame = &ssml->frames[ssml->count];
    memset(frame, 0, sizeof *frame);
    frame->style = sx_style_plain;
    if (ssml->count++) {
        frame->style = frame[-1].style;
        frame->foreign = frame[-1].foreign;
        frame->closed = frame[-1].closed;
        frame->base = frame[-1].base;
    }
    uint64_t end;
    sx_xml_range(&ssml->xml, &frame->begin, &end);
    frame->heard = ssml->heard;
    return frame;
}

static void pop_frame(struct sx_ssml *ssml)
{
    struct sx_ssml_frame *frame = &ssml->frames[--ssml->count];
    for (struct sx_ssml_string *next; frame->strings; frame->strings = next) {
        next = frame->strings->next;
        free(frame->strings);
    }
    sx_buffer_free(&frame->desc);
    while (ssml->prefix_count && ssml->prefixes[ssml->prefix_count - 1].depth > ssml->count)
        ssml->prefix_count--;
    if (ssml->silent > ssml->count)
        ssml->silent = 0;
}

/* ------------------------------------------------------------------ namespaces
 *
 * Not expat's, which refuses a prefix that nobody declares: the manuals of other engines are full of them ("amazon:effect"). */

static const char ours[] = "http://www.w3.org/2001/10/synthesis";

static void declare(struct sx_ssml *ssml, struct sx_ssml_frame *frame, const char **attributes)
{
    for (; *attributes; attributes += 2) {
        const char *name = attributes[0], *value = attributes[1];
        if (strncmp(name, "xmlns", 5) != 0)
            continue;
        if (!name[5])
            frame->foreign = strcmp(value, ours) != 0 && *value;
        else if (name[5] == ':' && ssml->prefix_count < SX_SSML_PREFIXES && strlen(name + 6) < sizeof ssml->prefixes[0].name) {
            struct sx_ssml_prefix *prefix = &ssml->prefixes[ssml->prefix_count++];
            prefix->depth = ssml->count;
            prefix->ours = !strcmp(value, ours);
            strcpy(prefix->name, name + 6);
        }
    }
}

/* Is it a name of SSML, by its prefix or the default namespace? */
static bool is_ours(const struct sx_ssml *ssml, const struct sx_ssml_frame *frame, const char *name)
{
    const char *local = sx_xml_local(name);
    if (local == name)
        return !frame->foreign;
    size_t n = (size_t)(local - name) - 1;
    for (int i = ssml->prefix_count; i--;)
        if (strlen(ssml->prefixes[i].name) == n && !memcmp(ssml->prefixes[i].name, name, n))
            return ssml->prefixes[i].ours;
    return n == 4 && !memcmp(name, "ssml", 4);
}

/* ------------------------------------------------------------------ what expat finds */

static void on_start(struct sx_xml *xml, const char *name, const char **attributes)
{
    struct sx_ssml *ssml = (struct sx_ssml *)xml;
    struct sx_ssml_frame *frame = push_frame(ssml);
    if (!frame || ssml->silent)
        return;
    bool root = ssml->count == 1;
    declare(ssml, frame, attributes);
    if (root && !strcmp(sx_xml_local(name), "speak"))
        frame->foreign = false;     /* whatever namespace it claims: there are many wrong ones about */
    frame->kind = (uint8_t)(is_ours(ssml, frame, name) || (root && !strcmp(sx_xml_local(name), "speak")) ? sx_ssml_kind(sx_xml_local(name)) : SX_SSML_UNKNOWN);
    if (root && frame->kind != SX_SSML_SPEAK)
        sx_ssml_warn(ssml, "a document begins with <speak>, not with <%.40s>", name);
    else if (frame->kind == SX_SSML_UNKNOWN && sx_ssml_once(ssml, "element", name))
        sx_ssml_warn(ssml, "<%.40s> is not known; what stands in it is read", name);
    sx_ssml_element_begin(ssml, frame, name, attributes);
    if (frame->styled)
        ssml->style_due = true;
}

static void on_end(struct sx_xml *xml, const char *name)
{
    struct sx_ssml *ssml = (struct sx_ssml *)xml;
    struct sx_ssml_frame *frame = &ssml->frames[ssml->count - 1];
    (void)name;
    if (!ssml->silent || ssml->silent == ssml->count)
        sx_ssml_element_end(ssml, frame);
    bool styled = frame->styled;
    pop_frame(ssml);
    if (styled)
        ssml->style_due = true;
}

/* UTF-8 of expat's for bytes of another encoding: each character has its own place when the sum comes out right. */
static void recoded(struct sx_ssml *ssml, const char *bytes, size_t length, uint64_t begin, uint64_t end)
{
    uint64_t count = 0, wide = 0;
    uint32_t code;
    for (size_t i = 0; i < length; count++) {
        i += (size_t)sx_utf8_decode(bytes + i, length - i, &code);
        wide += code > 0xFFFF ? 4 : 2;
    }
    bool utf16 = sx_xml_wide(&ssml->xml) && wide == end - begin;
    if (!utf16 && (count != end - begin || count < 2)) {
        sx_ssml_out_text(ssml, bytes, length, begin, end);
        return;
    }
    for (size_t i = 0; i < length;) {
        size_t n = (size_t)sx_utf8_decode(bytes + i, length - i, &code);
        uint64_t next = begin + (!utf16 ? 1 : code > 0xFFFF ? 4 : 2);
        sx_ssml_out_text(ssml, bytes + i, n, begin, next);
        begin = next;
        i += n;
    }
}

static void on_text(struct sx_xml *xml, const char *bytes, size_t length)
{
    struct sx_ssml *ssml = (struct sx_ssml *)xml;
    struct sx_ssml_frame *frame = &ssml->frames[ssml->count - 1];
    uint64_t begin, end;
    if (ssml->silent && ssml->silent == ssml->count && frame->kind == SX_SSML_DESC && ssml->count > 1) {
        struct sx_ssml_frame *audio = frame - 1;
        if (audio->kind == SX_SSML_AUDIO && audio->desc.length + length <= SX_SSML_DESC_MOST) {
            sx_xml_range(xml, &begin, &end);
            if (!audio->desc.length)
                audio->desc_begin = begin;
            audio->desc_end = end;
            sx_buffer_add(&audio->desc, bytes, length);
            if (audio->desc.failed)
                sx_ssml_no_memory(ssml);
        }
        return;
    }
    if (ssml->silent)
        return;
    sx_xml_range(xml, &begin, &end);
    if (end - begin == length && !sx_xml_wide(xml))
        sx_ssml_out_text(ssml, bytes, length, begin, end);
    else
        recoded(ssml, bytes, length, begin, end);
}

static void on_unknown_entity(struct sx_xml *xml, const char *name)
{
    struct sx_ssml *ssml = (struct sx_ssml *)xml;
    uint64_t begin, end;
    if (ssml->silent)
        return;
    if (sx_ssml_once(ssml, "entity", name))
        sx_ssml_warn(ssml, "the entity &%.40s; is not known; it is read as a blank", name);
    sx_xml_range(xml, &begin, &end);
    sx_ssml_out_text(ssml, " ", 1, begin, end);
}

static const struct sx_xml_handlers handlers = {on_start, on_end, on_text, on_unknown_entity};

/* ------------------------------------------------------------------ life */

static void begin_document(struct sx_ssml *ssml, uint64_t offset)
{
    while (ssml->count)
        pop_frame(ssml);
    ssml->offset = ssml->last = offset;
    ssml->silent = ssml->audios = 0;
    ssml->style_due = true;         /* the reader may be in the middle of another style */
    ssml->heard = 0;
    ssml->before = ' ';
    ssml->gap = false;
    free(ssml->startmark);
    free(ssml->endmark);
    ssml->startmark = ssml->endmark = NULL;
    ssml->speaking = true;
    ssml->prefix_count = ssml->warned_count = ssml->warnings = 0;
    sx_ssml_forget_names(ssml);
    sx_ssml_hold_clear(ssml);
    if (ssml->lexicon_count > SX_SSML_LEXICA / 2)   /* old versions of files that change */
        sx_ssml_free_lexica(ssml);
}

int sx_ssml_new(const struct sx_ssml_options *options, const struct sx_markup_sink *sink, uint64_t offset, struct sx_ssml **out, struct sx_error *error)
{
    struct sx_ssml *ssml = calloc(1, sizeof *ssml);
    if (!ssml)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    if (options)
        ssml->options = *options;
    ssml->sink = *sink;
    if (!(ssml->options.hertz > 0))
        ssml->options.hertz = usual_hertz;
    if (ssml->options.folder)
        ssml->folder = strdup(ssml->options.folder);
    int status = sx_xml_open(&ssml->xml, &handlers, "speak", error);
    if (status >= 0 && ssml->options.folder && !ssml->folder)
        status = sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    if (status < 0) {
        sx_ssml_free(ssml);
        return status;
    }
    begin_document(ssml, offset);
    *out = ssml;
    return 0;
}

int sx_ssml_push(struct sx_ssml *ssml, const char *bytes, size_t length, struct sx_error *error)
{
    return sx_xml_push(&ssml->xml, bytes, length, error);
}

int sx_ssml_end(struct sx_ssml *ssml, struct sx_error *error)
{
    int status = sx_xml_end(&ssml->xml, error);
    if (status >= 0 && ssml->startmark)
        sx_ssml_warn(ssml, "there is no <mark name=\"%.40s\"> to start from: nothing is spoken", ssml->startmark);
    return status;
}

bool sx_ssml_begun(const struct sx_ssml *ssml)
{
    return ssml->xml.given || ssml->xml.held.length;
}

bool sx_ssml_done(const struct sx_ssml *ssml)
{
    return ssml->xml.done;
}

int sx_ssml_reset(struct sx_ssml *ssml, uint64_t offset, struct sx_error *error)
{
    begin_document(ssml, offset);
    return sx_xml_reset(&ssml->xml, error);
}

void sx_ssml_free(struct sx_ssml *ssml)
{
    if (!ssml)
        return;
    begin_document(ssml, 0);
    sx_xml_close(&ssml->xml);
    sx_ssml_free_lexica(ssml);
    sx_ssml_hold_free(ssml);
    free(ssml->frames);
    free(ssml->folder);
    free(ssml);
}
