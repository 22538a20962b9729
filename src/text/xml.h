/* xml.h - expat with a guard: what SSML and W3C lexicons share. No entity but short literal ones, a limit on depth and on the length of tags, failures in
 * words that name line and column. The owner has a struct sx_xml as its first member. */
#ifndef SX_TEXT_XML_H
#define SX_TEXT_XML_H

#include <expat.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

enum {
    SX_XML_DEPTH = 256,             /* elements open at a time */
    SX_XML_TAG = 1 << 20,           /* bytes of one tag, comment or instruction */
    SX_XML_VALUE = 8192,            /* bytes of one attribute */
    SX_XML_ENTITY = 256, SX_XML_ENTITIES = 512
};

struct sx_xml_open {
    uint32_t line, column;
    char name[40];                  /* cut */
};

struct sx_xml;

struct sx_xml_handlers {            /* none is called after a failure */
    void (*start)(struct sx_xml *xml, const char *name, const char **attributes);
    void (*end)(struct sx_xml *xml, const char *name);
    void (*text)(struct sx_xml *xml, const char *bytes, size_t length);
    void (*unknown_entity)(struct sx_xml *xml, const char *name);      /* of a document whose DTD was not read; may be NULL */
};

struct sx_xml {
    XML_Parser parser;
    const struct sx_xml_handlers *handlers;
    const char *root;               /* the element that a document begins with, for messages */
    struct sx_xml_open *open;       /* (SX_XML_DEPTH), [0, depth) in use */
    int depth, entities;
    uint64_t given;                 /* bytes that expat got */
    unsigned char first[4];         /* the document's first bytes: is it UTF-16? */
    struct sx_buffer held;          /* bytes of a long tag that are kept until there are enough of them */
    struct sx_error error;          /* the first failure: later calls give it again */
    unsigned long line, column;     /* of it; 0: it has no place */
    int prefix;                     /* bytes of its message that tell the place */
    bool done;                      /* the root element is closed */
};

/* MEMORY. The handlers and `root` live as long as the parser. */
int sx_xml_open(struct sx_xml *xml, const struct sx_xml_handlers *handlers, const char *root, struct sx_error *error);
int sx_xml_push(struct sx_xml *xml, const char *bytes, size_t length, struct sx_error *error);
int sx_xml_end(struct sx_xml *xml, struct sx_error *error);
int sx_xml_reset(struct sx_xml *xml, struct sx_error *error);       /* a new document */
void sx_xml_close(struct sx_xml *xml);

/* Ends the parsing from inside a handler: "line L, column C: ...". */
void sx_xml_fail(struct sx_xml *xml, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same at the tag of the innermost open element. */
void sx_xml_fail_open(struct sx_xml *xml, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same with a failure of another part, as it is. */
void sx_xml_fail_with(struct sx_xml *xml, const struct sx_error *error);
/* Both count from 1, columns in characters. */
void sx_xml_place(const struct sx_xml *xml, unsigned long *line, unsigned long *column);
/* The bytes of the document that the event at hand comes from; its text is in UTF-8 there, or not. */
void sx_xml_range(const struct sx_xml *xml, uint64_t *begin, uint64_t *end);
bool sx_xml_wide(const struct sx_xml *xml);         /* UTF-16 */

/* The value of an attribute or NULL. */
const char *sx_xml_attribute(const char **attributes, const char *name);
/* What stands behind the prefix of a name. */
const char *sx_xml_local(const char *name);

#endif
