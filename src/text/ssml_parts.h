/* ssml_parts.h - inside the SSML reader: the stack of open elements and the way out to the sink. */
#ifndef SX_TEXT_SSML_PARTS_H
#define SX_TEXT_SSML_PARTS_H

#include "base/arena.h"
#include "base/buffer.h"
#include "text/ssml.h"
#include "text/xml.h"

enum sx_ssml_kind {
    SX_SSML_UNKNOWN, SX_SSML_SPEAK, SX_SSML_P, SX_SSML_S, SX_SSML_BREAK, SX_SSML_PROSODY, SX_SSML_EMPHASIS, SX_SSML_SAY_AS, SX_SSML_SUB, SX_SSML_PHONEME,
    SX_SSML_VOICE, SX_SSML_LANG, SX_SSML_MARK, SX_SSML_AUDIO, SX_SSML_TOKEN, SX_SSML_LEXICON, SX_SSML_LOOKUP, SX_SSML_META, SX_SSML_DESC
};

struct sx_ssml_string {
    struct sx_ssml_string *next;
    char text[];
};

struct sx_ssml_frame {              /* one open element */
    uint8_t kind;
    bool styled;                    /* it has a style of its own: that of the outer element comes again behind it */
    bool foreign;                   /* names without a prefix are not SSML's */
    bool closed;                    /* what stands inside is one piece: elements there change nothing */
    bool holds;                     /* <prosody>: what is inside waits for its end, ssml_hold.c */
    bool read;                      /* <audio>: what is inside is spoken */
    struct sx_style style;          /* of its content */
    struct sx_ssml_string *strings; /* owned */
    const char *base;               /* xml:base, NULL: the document's folder */
    const char *filler;             /* said when the element is empty */
    uint64_t begin;                 /* of its tag */
    uint64_t heard;                 /* ssml->heard when it began */
    bool described;                 /* of <audio>: its first <desc> is read */
    struct sx_buffer desc;          /* of <audio>: what is said when nothing else is there */
    uint64_t desc_begin, desc_end;
};

struct sx_ssml_prefix {
    int depth;                      /* of the element that declares it */
    bool ours;                      /* it stands for SSML's names */
    char name[24];
};

struct sx_ssml_lexicon {
    struct sx_lexicon *lexicon;     /* owned */
    char *path;                     /* NULL for two lexica in one */
    const struct sx_lexicon *first, *second;
};

struct sx_ssml_name {               /* what <lexicon xml:id> calls it */
    char *id;
    struct sx_lexicon *lexicon;
};

struct sx_ssml_held {
    uint8_t kind;
    struct sx_style style;
    enum sx_boundary boundary;
    struct sx_point point;
    size_t at, length;              /* of the hold's text */
    uint64_t begin, end;
};

struct sx_ssml_hold {
    bool on;
    float seconds;
    struct sx_style contour;        /* contour alone counts */
    struct sx_ssml_held *items;
    size_t count, room, bytes;      /* bytes: of texts and strings */
    struct sx_buffer text;
    struct sx_arena strings;
};

enum { SX_SSML_PREFIXES = 64, SX_SSML_LEXICA = 64, SX_SSML_NAMES = 64, SX_SSML_WARNED = 64, SX_SSML_WARNINGS = 100, SX_SSML_DESC_MOST = 4096 };

struct sx_ssml {
    struct sx_xml xml;              /* first */
    struct sx_ssml_options options;
    char *folder;
    struct sx_markup_sink sink;
    uint64_t offset;                /* of the document in the source */
    struct sx_ssml_frame *frames;   /* [0, count) open */
    int count, room;
    int silent;                     /* frames from this one's depth on are not spoken; 0: none */
    int audios;                     /* open <audio> whose content is spoken */
    bool style_due;                 /* the sink has not had the style of the innermost frame */
    uint64_t heard;                 /* goes up with all that is heard */
    uint64_t last;                  /* begin of the last text */
    char before;                    /* the last byte that was sent, or a blank */
    bool gap;                       /* something stands here that words do not go across */
    char *startmark, *endmark;      /* NULL once they are behind, or where there are none */
    bool speaking;                  /* between the two */
    struct sx_ssml_prefix prefixes[SX_SSML_PREFIXES];
    int prefix_count;
    struct sx_ssml_lexicon lexica[SX_SSML_LEXICA];      /* of this document, and some of those before it */
    int lexicon_count;
    struct sx_ssml_name names[SX_SSML_NAMES];
    int name_count;
    uint64_t warned[SX_SSML_WARNED];                    /* hashes of what was said once */
    int warned_count, warnings;
    struct sx_ssml_hold hold;
};

/* ------------------------------------------------------------------ ssml.c */

void sx_ssml_warn(struct sx_ssml *ssml, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Not more than once a document for the same `what`. */
bool sx_ssml_once(struct sx_ssml *ssml, const char *what, const char *name);
void sx_ssml_no_memory(struct sx_ssml *ssml);
/* A copy that lives as long as the frame; NULL after a failure. */
const char *sx_ssml_keep(struct sx_ssml *ssml, struct sx_ssml_frame *frame, const char *text, size_t length);
/* What stands inside the frame is not spoken. */
void sx_ssml_silence(struct sx_ssml *ssml);

/* ------------------------------------------------------------------ ssml_element.c */

enum sx_ssml_kind sx_ssml_kind(const char *local);
void sx_ssml_element_begin(struct sx_ssml *ssml, struct sx_ssml_frame *frame, const char *name, const char **attributes);
void sx_ssml_element_end(struct sx_ssml *ssml, struct sx_ssml_frame *frame);

/* ------------------------------------------------------------------ ssml_lexicon.c */

void sx_ssml_load_lexicon(struct sx_ssml *ssml, const struct sx_ssml_frame *frame, const char **attributes);
/* The lexicon of that name before those that hold now; NULL after a warning. */
const struct sx_lexicon *sx_ssml_look_up(struct sx_ssml *ssml, const char *id, const struct sx_lexicon *outer);
void sx_ssml_forget_names(struct sx_ssml *ssml);
void sx_ssml_free_lexica(struct sx_ssml *ssml);

/* ------------------------------------------------------------------ ssml_path.c */

/* `uri` as seen from `base`, itself a URI, in memory of the caller's; NULL: no memory. */
char *sx_ssml_resolve(const char *base, const char *uri);
/* The path of a local file, in memory of the caller's; NULL: not local, or no memory. A relative one begins at `folder` where there is one. */
char *sx_ssml_path(const char *folder, const char *base, const char *uri);

/* ------------------------------------------------------------------ ssml_out.c, ssml_hold.c */

/* Text of the innermost frame; `begin` and `end` without the offset. */
void sx_ssml_out_text(struct sx_ssml *ssml, const char *bytes, size_t length, uint64_t begin, uint64_t end);
void sx_ssml_out_boundary(struct sx_ssml *ssml, enum sx_boundary boundary);
void sx_ssml_out_point(struct sx_ssml *ssml, struct sx_point point);

void sx_ssml_hold_begin(struct sx_ssml *ssml, float seconds, const struct sx_style *contour);
void sx_ssml_hold_text(struct sx_ssml *ssml, const char *bytes, size_t length, uint64_t begin, uint64_t end);
void sx_ssml_hold_style(struct sx_ssml *ssml, const struct sx_style *style);
void sx_ssml_hold_boundary(struct sx_ssml *ssml, enum sx_boundary boundary);
void sx_ssml_hold_point(struct sx_ssml *ssml, const struct sx_point *point);
void sx_ssml_hold_end(struct sx_ssml *ssml);
void sx_ssml_hold_clear(struct sx_ssml *ssml);
void sx_ssml_hold_free(struct sx_ssml *ssml);
/* Past the gate: to the sink, whose failure ends the parsing. */
void sx_ssml_send(struct sx_ssml *ssml, const struct sx_ssml_held *item, const char *text);
enum { SX_SSML_HELD_TEXT, SX_SSML_HELD_STYLE, SX_SSML_HELD_BOUNDARY, SX_SSML_HELD_POINT };

#endif
