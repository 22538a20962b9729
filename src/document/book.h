/* book.h - the inside of an EPUB while it is read: what its package and its table of contents say. */
#ifndef SX_DOCUMENT_BOOK_H
#define SX_DOCUMENT_BOOK_H

#include "base/archive.h"
#include "base/buffer.h"
#include "base/sax.h"
#include "document/parts.h"

enum { SX_BOOK_ITEMS = 10000, SX_BOOK_ENTRIES = 10000 };

/* A file of the manifest. Strings live in the document's arena. */
struct sx_book_item {
    const char *id, *path, *media, *properties;
    bool linear;                /* named by the spine, and meant to be read in order */
    int part;                   /* of the document, -1: none */
};

/* A line of the table of contents. */
struct sx_book_entry {
    const char *title, *path, *fragment;        /* fragment NULL: the file's beginning */
    int depth, part;                            /* depth 1: outermost */
    uint32_t from;
    uint64_t text;              /* letters before it */
};

struct sx_book {
    struct sx_document *document;
    struct sx_archive *archive;
    struct sx_error *error;
    const char *folder;         /* of the package file, with its slash, "" at the top */
    struct sx_book_item *items;
    int *spine;                 /* indices of items, in the order of reading */
    struct sx_book_entry *entries;
    int item_count, item_room, spine_count, spine_room, entry_count, entry_room;
    const char *ncx;            /* id of the EPUB 2 table of contents */
    /* while XML is read */
    struct sx_buffer text, author;
    const char *inside;         /* the element whose text is gathered, or NULL */
    const char *base;           /* folder that paths are relative to */
    int depth;
    bool enciphered;
};

/* Reads META-INF/container.xml, the package and META-INF/encryption.xml. */
int sx_book_read_package(struct sx_book *book);
/* Fills entries from the navigation document of EPUB 3, or from the NCX of EPUB 2; none is no failure. */
int sx_book_read_contents(struct sx_book *book);
/* "folder/" and "../a%20b.html#c" to "a b.html"; *fragment behind the '#', decoded, or NULL. In the arena; NULL: no memory, or no file of the book. */
const char *sx_book_path(struct sx_book *book, const char *folder, const char *href, const char **fragment);
/* Room for one more of an array; false: no memory. */
bool sx_book_grow(void **array, int count, int *room, size_t size);

#endif
