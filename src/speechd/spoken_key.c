/* spoken_key.c - names of keys as the SSIP protocol and X's keysyms write them: "shift_a", "control_alt_Delete", "kp-plus", "F5", "KP_Enter". */
#include "speechd/spoken.h"
#include "speechd/words.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NAME_MOST = 60 };           /* bytes; a longer one is no name */

/* Keys whose names are no words, or other words than these. A name without a line is said as it is, its hyphens as blanks. */
static const struct {
    const char *key, *said;
} keys[] = {
    {"alt_l", "left alt"}, {"alt_r", "right alt"}, {"altgr", "alt graph"}, {"backspace", "backspace"}, {"bksp", "backspace"}, {"begin", "begin"},
    {"caps-lock", "caps lock"}, {"capslock", "caps lock"}, {"control_l", "left control"}, {"control_r", "right control"}, {"ctrl", "control"},
    {"del", "delete"}, {"esc", "escape"}, {"hyper_l", "left hyper"}, {"hyper_r", "right hyper"}, {"ins", "insert"},
    {"iso_left_tab", "back tab"}, {"iso_level3_shift", "alt graph"}, {"linefeed", "line feed"}, {"meta_l", "left meta"}, {"meta_r", "right meta"},
    {"multi_key", "compose"}, {"next", "page down"}, {"num-lock", "num lock"}, {"numlock", "num lock"}, {"num_lock", "num lock"}, {"pagedown", "page down"},
    {"page_down", "page down"}, {"pageup", "page up"}, {"page_up", "page up"}, {"pgdn", "page down"}, {"pgup", "page up"}, {"prior", "page up"},
    {"print", "print screen"}, {"prtsc", "print screen"}, {"scroll-lock", "scroll lock"}, {"scrolllock", "scroll lock"}, {"scroll_lock", "scroll lock"},
    {"shift_l", "left shift"}, {"shift_lock", "shift lock"}, {"shift_r", "right shift"}, {"super_l", "left super"}, {"super_r", "right super"},
    {"sys_req", "system request"}, {"caps_lock", "caps lock"}, {"win", "windows"}, {"window", "windows"}};

/* Signs by the names that the protocol and X give them. */
static const struct {
    const char *key, *sign;
} signs[] = {
    {"ampersand", "&"}, {"apostrophe", "'"}, {"asciicircum", "^"}, {"asciitilde", "~"}, {"asterisk", "*"}, {"at", "@"}, {"backslash", "\\"}, {"bar", "|"},
    {"braceleft", "{"}, {"braceright", "}"}, {"bracketleft", "["}, {"bracketright", "]"}, {"colon", ":"}, {"comma", ","}, {"dollar", "$"},
    {"double-quote", "\""}, {"equal", "="}, {"exclam", "!"}, {"grave", "`"}, {"greater", ">"}, {"less", "<"}, {"minus", "-"}, {"numbersign", "#"},
    {"parenleft", "("}, {"parenright", ")"}, {"percent", "%"}, {"period", "."}, {"plus", "+"}, {"question", "?"}, {"quotedbl", "\""}, {"semicolon", ";"},
    {"slash", "/"}, {"space", " "}, {"underscore", "_"}};

/* Is the text the name, in any case? */
static bool is(const char *text, size_t length, const char *name)
{
    return strlen(name) == length && !strncasecmp(text, name, length);
}

/* A key of the row above or of the block of digits: "f12", "kp-plus", "kp_7"; its words behind `out`. */
static bool special(struct sd_text *out, const char *key, size_t length, const struct sd_settings *settings, const struct sd_config *config)
{
    if (length >= 2 && length <= 3 && (*key == 'F' || *key == 'f') && strspn(key + 1, "0123456789") >= length - 1) {
        sd_text_put(out, "<say-as interpret-as=\"characters\">F</say-as> ");
        sd_text_add(out, key + 1, length - 1);
        return true;
    }
    if (length > 3 && !strncasecmp(key, "kp", 2) && (key[2] == '-' || key[2] == '_')) {
        static const struct { const char *key, *said; } pad[] = {
            {"add", "plus"}, {"subtract", "minus"}, {"multiply", "times"}, {"divide", "divide"}, {"decimal", "point"}, {"separator", "comma"}, {"+", "plus"},
            {"-", "minus"}, {"*", "times"}, {"/", "divide"}, {".", "point"}};
        sd_words_put(out, settings, "keypad");
        sd_text_put(out, " ");
        for (size_t i = 0; i < sizeof pad / sizeof pad[0]; i++)
            if (is(key + 3, length - 3, pad[i].key)) {
                sd_words_put(out, settings, pad[i].said);
                return true;
            }
        sd_spoken_key(out, key + 3, length - 3, settings, config);
        return true;
    }
    return false;
}

/* One key without those held with it. */
static void one_key(struct sd_text *out, const char *key, size_t length, const struct sd_settings *settings, const struct sd_config *config)
{
    if (sd_spoken_count(key, length, 2) < 2) {
        sd_spoken_character(out, key, length, settings, config);
        return;
    }
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (is(key, length, keys[i].key)) {
            sd_words_put(out, settings, keys[i].said);
            return;
        }
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (is(key, length, signs[i].key)) {
            sd_spoken_character(out, signs[i].sign, 1, settings, config);
            return;
        }
    if (length <= NAME_MOST && special(out, key, length, settings, config))
        return;
    struct sd_text name = {0};                  /* "volume-up", "XF86AudioMute" */
    for (size_t at = 0; at < length;) {
        size_t n = 0;
        while (at + n < length && key[at + n] != '-' && key[at + n] != '_')
            n++;
        sd_text_escape(&name, key + at, n);
        at += n + 1;
        if (at < length)
            sd_text_put(&name, " ");
    }
    out->failed |= name.failed;
    if (name.length)
        sd_words_put(out, settings, name.bytes);
    sd_text_free(&name);
}

/* Bytes of the first key of several; all when it is the last. */
static size_t first_key(const char *data, size_t length)
{
    static const char *const held[] = {"shift", "control", "ctrl", "alt", "meta", "super", "hyper", "altgr", "win", "window", "caps-lock", "insert", "mod1", "mod4"};
    for (size_t i = 0; i < sizeof held / sizeof held[0]; i++) {
        size_t n = strlen(held[i]);
        if (length > n + 1 && data[n] == '_' && !strncasecmp(data, held[i], n))
            return n;
    }
    return length;
}

void sd_spoken_key(struct sd_text *out, const char *data, size_t length, const struct sd_settings *settings, const struct sd_config *config)
{
    for (int depth = 0; length > 0 && depth < 16; depth++) {
        size_t n = length;
        bool known = false;         /* "shift_l" is a key of its own, "shift_a" two */
        for (size_t i = 0; i < sizeof keys / sizeof keys[0] && !known; i++)
            known = is(data, length, keys[i].key);
        if (!known)
            n = first_key(data, length);
        one_key(out, data, n, settings, config);
        if (n == length)
            return;
        sd_text_put(out, " ");
        data += n + 1;
        length -= n + 1;
    }
    if (length > 0)
        sd_text_escape(out, data, length);
}
