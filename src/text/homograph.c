/* homograph.c - readings of homographs: the table's lines, their scores by the model, and the choice by a part of speech from markup. */
#include "text/homograph.h"

#include <string.h>

#include "base/ascii.h"
#include "text/dict.h"
#include "text/homograph_context.h"

/* homographs_en.bin; the form stands in tools/train/homographs/model.py. */
enum { MAPS_AT = 8, MAP_SIZE = 24, LEVELS_AT = MAPS_AT + 2 * MAP_SIZE, LEVELS = 64, CLASS_BITS = 7, WEIGHT_BITS = 6 };
enum { READINGS = 4, SPACES = 4 };

/* A piece of a table's line. */
struct piece {
    const char *text;
    size_t length;
};

struct reading {
    struct piece id, roles, phones;
};

struct homograph {
    struct piece spaces[SPACES];        /* sets of weights that it shares with others */
    int space_count, reading_count;
    struct reading readings[READINGS];
};

static uint32_t read32(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static struct sx_fuse open_map(int index, int bits)
{
    const unsigned char *model = sx_data(SX_DATA_homographs_model).data, *p = model + MAPS_AT + MAP_SIZE * index;
    return (struct sx_fuse){read32(p) | (uint64_t)read32(p + 4) << 32, read32(p + 8), read32(p + 12), bits, model + read32(p + 16)};
}

struct sx_fuse sx_homograph_classes(void)
{
    return open_map(0, CLASS_BITS);
}

/* What stands before the next `stop`, taken off the front. */
static struct piece take(struct piece *rest, char stop)
{
    const char *at = memchr(rest->text, stop, rest->length);
    struct piece piece = {rest->text, at ? (size_t)(at - rest->text) : rest->length};
    size_t used = piece.length + (at != NULL);
    rest->text += used;
    rest->length -= used;
    return piece;
}

/* A line of the table: "spaces<TAB>id:roles:phones<TAB>...". */
static bool find(const char *word, struct homograph *out)
{
    const unsigned char *value;
    struct piece rest, spaces;
    if (!sx_dict_find(SX_DICT(homographs), word, strlen(word), &value, &rest.length))
        return false;
    rest.text = (const char *)value;
    memset(out, 0, sizeof *out);
    spaces = take(&rest, '\t');
    if (spaces.length && spaces.text[0] != '-')
        while (spaces.length && out->space_count < SPACES)
            out->spaces[out->space_count++] = take(&spaces, ',');
    while (rest.length && out->reading_count < READINGS) {
        struct piece field = take(&rest, '\t');
        struct reading *r = &out->readings[out->reading_count++];
        r->id = take(&field, ':');
        r->roles = take(&field, ':');
        r->phones = field;
    }
    return out->reading_count > 0;
}

static int phones_of(const struct reading *reading, struct sx_phone *out)
{
    int n = 0;
    struct piece rest = reading->phones;
    while (rest.length && n < SX_WORD_PHONES) {
        struct piece phone = take(&rest, ' ');
        n += sx_phone_parse_arpabet(phone.text, phone.length, &out[n]);
    }
    return n;
}

/* Sum of the weights of features in one space. */
static int32_t weigh(const struct sx_fuse *weights, struct piece space, const uint64_t *features, int count)
{
    const unsigned char *levels = sx_data(SX_DATA_homographs_model).data + LEVELS_AT;
    uint64_t salt = sx_fnv(SX_FNV, space.text, space.length) * UINT64_C(0xD1342543DE82EF95);
    int32_t sum = 0;
    for (int i = 0; i < count; i++) {
        int level = sx_fuse_find(weights, features[i] ^ salt);
        if (level >= 0)
            sum += (int16_t)(levels[2 * level] | levels[2 * level + 1] << 8);
    }
    return sum;
}

int sx_homograph_pick(const char *sentence, size_t length, uint32_t begin, uint32_t end, const char *word, struct sx_phone *out)
{
    struct homograph h;
    if (!sentence || !word || begin >= end || end > length || !find(word, &h))
        return 0;
    struct sx_fuse classes = sx_homograph_classes(), weights = open_map(1, WEIGHT_BITS);
    uint64_t features[SX_HOMOGRAPH_FEATURES];
    int shared, count = sx_homograph_context(sentence, length, begin, end, &classes, features, &shared);
    int best = 0;
    int32_t best_score = INT32_MIN;
    for (int r = 0; r + 1 < h.reading_count; r++) {
        const struct reading *reading = &h.readings[r];
        bool own = !(reading->id.length == 1 && reading->id.text[0] == '*');
        int32_t score = own ? weigh(&weights, reading->id, features, count) : 0;
        for (int s = 0; s < h.space_count; s++)
            score += weigh(&weights, h.spaces[s], features, shared);
        if (score > best_score) {
            best = r;
            best_score = score;
        }
    }
    if (best_score < 0)
        best = h.reading_count - 1;
    return phones_of(&h.readings[best], out);
}

/* Roles that a reading may have for a name or a tag, best first; NULL when it is unknown. */
static const char *roles_of(const char *tag, size_t length)
{
    /* beginnings, the first that fits counts */
    static const struct { const char *name, *roles; } known[] = {
        {"vbd", "dv"}, {"vbn", "dv"}, {"vvd", "dv"}, {"vvn", "dv"}, {"past", "dv"}, {"participle", "dv"}, {"vbg", "gv"}, {"vvg", "gv"}, {"gerund", "gv"},
        {"propn", "xn"}, {"proper", "xn"}, {"nnp", "xn"}, {"np", "xn"}, {"name", "xn"}, {"adj", "j"}, {"jj", "j"}, {"aj", "j"},
        {"noun", "n"}, {"nn", "n"}, {"verb", "v"}, {"vb", "v"}, {"vv", "v"}, {"present", "v"}, {"infinitive", "v"}, {"imperative", "v"}};
    char low[16];
    if (!length || length >= sizeof low)
        return NULL;
    for (size_t i = 0; i < length; i++)
        low[i] = sx_ascii_lower(tag[i]);
    low[length] = 0;
    if (length == 1)
        return low[0] == 'n' ? "n" : low[0] == 'v' ? "v" : low[0] == 'a' || low[0] == 'j' ? "j" : NULL;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (!strncmp(low, known[i].name, strlen(known[i].name)))
            return known[i].roles;
    return NULL;
}

int sx_homograph_role(const char *word, const char *role, struct sx_phone *out)
{
    struct homograph h;
    if (!word || !role || !find(word, &h))
        return 0;
    for (struct piece rest = {role, strlen(role)}; rest.length;) {
        struct piece tag = take(&rest, ' ');
        while (memchr(tag.text, ':', tag.length))
            take(&tag, ':');
        const char *roles = roles_of(tag.text, tag.length);
        for (; roles && *roles; roles++)
            for (int r = 0; r < h.reading_count; r++)
                if (memchr(h.readings[r].roles.text, *roles, h.readings[r].roles.length))
                    return phones_of(&h.readings[r], out);
    }
    return 0;
}
