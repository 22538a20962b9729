/* emoji.c - names of emoji: single ones and fixed sequences from the table, skin tones, persons with a sign, families, flags and keycaps composed, after
 * Unicode Technical Standard 51. */
#include <string.h>
#include <utf8proc.h>

#include "base/utf8.h"
#include "text/characters.h"
#include "text/dict.h"

enum {
    ELEMENTS = 8,               /* of a sequence; the longest in use has four */
    TAGS = 16,                  /* of a flag; the longest in use has five */
    JOINER = 0x200D, MAN = 0x1F468, WOMAN = 0x1F469, PERSON = 0x1F9D1, FEMALE = 0x2640, MALE = 0x2642, HEART = 0x2764, KISS = 0x1F48B, RIGHT = 0x27A1,
    BLACK_FLAG = 0x1F3F4, KEYCAP = 0x20E3
};

struct sequence {
    uint32_t code[ELEMENTS];
    int count;
    uint32_t tone[2];           /* the first two skin tones */
    int tones;
    size_t length;              /* bytes */
};

static bool is_region(uint32_t code) { return code >= 0x1F1E6 && code <= 0x1F1FF; }
static bool is_tone(uint32_t code) { return code >= 0x1F3FB && code <= 0x1F3FF; }
static bool is_variation(uint32_t code) { return code == 0xFE0E || code == 0xFE0F; }
static bool is_tag(uint32_t code) { return code >= 0xE0020 && code <= 0xE007F; }

bool sx_emoji_is(uint32_t code)
{
    return (code >= 0x1F000 && code < 0x1FB00) ||
           (code >= 0x203C && code < 0x3300 && utf8proc_get_property((utf8proc_int32_t)code)->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC);
}

static void append(char *out, size_t room, const char *words, const char *between)
{
    size_t n = strlen(out), m = strlen(between), w = strlen(words);
    if (!n)
        m = 0;
    if (n + m + w < room) {
        memcpy(out + n, between, m);
        memcpy(out + n + m, words, w + 1);
    }
}

static bool look_up(struct sx_dict dict, const char *key, size_t length, char *out, size_t room)
{
    const unsigned char *value;
    size_t size;
    if (!sx_dict_find(dict, key, length, &value, &size) || size >= room)
        return false;
    memcpy(out, value, size);
    out[size] = 0;
    return true;
}

static bool look_up_codes(const uint32_t *code, int count, char *out, size_t room)
{
    char key[ELEMENTS * 8];
    size_t n = 0;
    for (int i = 0; i < count; i++) {
        if (i)
            n += (size_t)sx_utf8_encode(JOINER, key + n);
        n += (size_t)sx_utf8_encode(code[i], key + n);
    }
    return look_up(SX_DICT(emoji), key, n, out, room);
}

static const char *tone_name(uint32_t tone)
{
    static const char *const names[] = {"light skin tone", "medium light skin tone", "medium skin tone", "medium dark skin tone", "dark skin tone"};
    return names[tone - 0x1F3FB];
}

/* ------------------------------------------------------------------ flags, keycaps */

static size_t flag(const char *text, size_t length, uint32_t first, char *out, size_t room)
{
    uint32_t second = 0;
    size_t n = (size_t)sx_utf8_decode(text, length, &second), m = 0;
    if (n < length)
        m = (size_t)sx_utf8_decode(text + n, length - n, &second);
    char key[2] = {(char)('A' + first - 0x1F1E6), is_region(second) ? (char)('A' + second - 0x1F1E6) : 0}, region[SX_CHARACTER_ROOM];
    out[0] = 0;
    if (m && is_region(second) && look_up(SX_DICT(regions), key, 2, region, sizeof region)) {
        append(out, room, "flag of", " ");
        append(out, room, region, " ");
        return n + m;
    }
    char letter[2] = {key[0], 0};
    append(out, room, "regional indicator", " ");
    append(out, room, letter, " ");
    return n;
}

/* The black flag with tags: a region's part. `at`: behind the flag. */
static size_t tagged_flag(const char *text, size_t length, size_t at, char *out, size_t room)
{
    char key[TAGS], region[SX_CHARACTER_ROOM];
    size_t n = 0, m;
    uint32_t code;
    bool closed = false;
    while (!closed && at < length && (m = (size_t)sx_utf8_decode(text + at, length - at, &code)) && is_tag(code)) {
        closed = code == 0xE007F;
        if (!closed && n < TAGS)
            key[n++] = (char)(code - 0xE0000);
        at += m;
    }
    out[0] = 0;
    if (n < TAGS && look_up(SX_DICT(regions), key, n, region, sizeof region)) {
        append(out, room, "flag of", " ");
        append(out, room, region, " ");
    } else {
        append(out, room, "black flag", " ");
    }
    return at;
}

static size_t keycap(const char *text, size_t length, char *out, size_t room)
{
    size_t at = 1;
    if (length >= 7 && !memcmp(text + 1, "\xEF\xB8\x8F", 3))
        at = 4;
    if (length < at + 3 || memcmp(text + at, "\xE2\x83\xA3", 3) || !((text[0] >= '0' && text[0] <= '9') || text[0] == '#' || text[0] == '*'))
        return 0;
    char name[SX_CHARACTER_ROOM];
    sx_characters_name_code((unsigned char)text[0], false, name, sizeof name);
    out[0] = 0;
    append(out, room, "keycap", " ");
    append(out, room, name, " ");
    return at + 3;
}

/* ------------------------------------------------------------------ sequences */

static bool read_sequence(const char *text, size_t length, struct sequence *s)
{
    size_t at = 0, n;
    uint32_t code;
    memset(s, 0, sizeof *s);
    for (;;) {
        n = (size_t)sx_utf8_decode(text + at, length - at, &code);
        if (!sx_emoji_is(code) || (is_tone(code) && !s->count))
            return s->count > 0;
        s->code[s->count++] = code;
        s->length = at += n;
        while (at < length && (n = (size_t)sx_utf8_decode(text + at, length - at, &code)) && (is_variation(code) || is_tone(code) || code == KEYCAP)) {
            if (is_tone(code) && s->tones < 2 && !(s->tones && s->tone[0] == code))
                s->tone[s->tones++] = code;
            s->length = at += n;
        }
        if (at >= length || code != JOINER)
            return true;
        s->length = at += n;            /* a joiner that joins nothing is not heard */
        if (s->count == ELEMENTS || at >= length)
            return true;
    }
}

/* "person running" -> "woman running", "police officer" -> "man police officer". */
static void with_sex(char *name, size_t room, bool female)
{
    static const struct { const char *word, *man, *woman; } changes[] = {
        {"merperson", "merman", "mermaid"}, {"person", "man", "woman"}, {"people", "men", "women"}};
    char old[SX_CHARACTER_ROOM];
    strcpy(old, name);
    name[0] = 0;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        char *p = strstr(old, changes[i].word);
        if (!p)
            continue;
        *p = 0;
        append(name, room, old, "");
        append(name, room, female ? changes[i].woman : changes[i].man, "");
        append(name, room, p + strlen(changes[i].word), "");
        return;
    }
    append(name, room, female ? "woman" : "man", " ");
    append(name, room, old, " ");
}

static const char *family_member(uint32_t code)
{
    switch (code) {
    case MAN: return "man";
    case WOMAN: return "woman";
    case PERSON: return "adult";
    case 0x1F466: return "boy";
    case 0x1F467: return "girl";
    case 0x1F9D2: return "child";
    case 0x1F476: return "baby";
    default: return NULL;
    }
}

/* Couples, kisses and families: only people, a heart between them or not. */
static bool people(const struct sequence *s, char *out, size_t room)
{
    bool heart = false, kiss = false;
    int members = 0;
    for (int i = 0; i < s->count; i++) {
        heart |= s->code[i] == HEART;
        kiss |= s->code[i] == KISS;
        members += family_member(s->code[i]) != NULL;
        if (s->code[i] != HEART && s->code[i] != KISS && !family_member(s->code[i]))
            return false;
    }
    if (members < 2)
        return false;
    out[0] = 0;
    append(out, room, kiss ? "kiss" : heart ? "couple with heart" : "family", "");
    for (int i = 0; i < s->count; i++)
        if (family_member(s->code[i]))
            append(out, room, heart && s->code[i] == PERSON ? "person" : family_member(s->code[i]), ", ");
    return true;
}

/* A man, woman or person with the sign of what they are or have. */
static bool profession(const struct sequence *s, char *out, size_t room)
{
    char key[8], value[SX_CHARACTER_ROOM];
    size_t n = (size_t)sx_utf8_encode(JOINER, key);
    if (s->count != 2 || (s->code[0] != MAN && s->code[0] != WOMAN && s->code[0] != PERSON))
        return false;
    n += (size_t)sx_utf8_encode(s->code[1], key + n);
    if (!look_up(SX_DICT(emoji), key, n, value, sizeof value))
        return false;
    bool clause = !strncmp(value, "with", 4) || !strncmp(value, "in ", 3) || !strncmp(value, "feeding ", 8);
    out[0] = 0;
    if (!strcmp(value, "claus"))
        append(out, room, s->code[0] == MAN ? "santa" : s->code[0] == WOMAN ? "missus" : "mix", " ");
    else if (clause || s->code[0] != PERSON)
        append(out, room, s->code[0] == MAN ? "man" : s->code[0] == WOMAN ? "woman" : "person", " ");
    append(out, room, value, " ");
    return true;
}

static bool name_sequence(struct sequence *s, char *out, size_t room)
{
    int count = s->count;
    if (look_up_codes(s->code, count, out, room))
        return true;
    if (count == 1)
        return false;
    if (s->code[count - 1] == RIGHT) {          /* "person walking facing right" */
        struct sequence rest = *s;
        rest.count--;
        if (name_sequence(&rest, out, room)) {
            append(out, room, "facing right", " ");
            return true;
        }
    }
    if (count == 2 && (s->code[1] == FEMALE || s->code[1] == MALE) && look_up_codes(s->code, 1, out, room)) {
        with_sex(out, room, s->code[1] == FEMALE);
        return true;
    }
    if (people(s, out, room) || profession(s, out, room))
        return true;
    out[0] = 0;
    for (int i = 0; i < count; i++) {           /* not in use: one behind the other */
        char word[SX_CHARACTER_ROOM];
        if (look_up_codes(&s->code[i], 1, word, sizeof word))
            append(out, room, word, " ");
    }
    return out[0];
}

size_t sx_emoji_find(const char *text, size_t length, bool tones, char *out, size_t room)
{
    char own[SX_CHARACTER_ROOM];
    uint32_t code;
    if (!out) {
        out = own;
        room = sizeof own;
    }
    if (!length)
        return 0;
    if ((unsigned char)text[0] < 0x80)
        return keycap(text, length, out, room);
    size_t n = (size_t)sx_utf8_decode(text, length, &code), m;
    if (is_region(code))
        return flag(text, length, code, out, room);
    if (is_tone(code)) {
        out[0] = 0;
        append(out, room, tone_name(code), "");
        return n;
    }
    if (!sx_emoji_is(code))
        return 0;
    if (code == BLACK_FLAG && n < length) {
        uint32_t next;
        m = (size_t)sx_utf8_decode(text + n, length - n, &next);
        if (m && is_tag(next))
            return tagged_flag(text, length, n, out, room);
    }
    struct sequence s;
    if (!read_sequence(text, length, &s) || !name_sequence(&s, out, room))
        return 0;
    for (int i = 0; tones && i < s.tones; i++)
        append(out, room, tone_name(s.tone[i]), ", ");
    return s.length;
}

size_t sx_emoji_plain(const char *text, size_t length, char *out, size_t room)
{
    size_t used = 0, n;
    uint32_t code;
    for (size_t at = 0; at < length && used + 4 <= room; at += n) {
        n = (size_t)sx_utf8_decode(text + at, length - at, &code);
        if (is_variation(code) || (is_tone(code) && at))
            continue;
        memcpy(out + used, text + at, n);
        used += n;
    }
    return used;
}
