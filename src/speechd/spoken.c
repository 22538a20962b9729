/* spoken.c - messages to SSML. A text passes as it is but where the user's settings ask for more than the library's own: spelling, capitals, pitch range.
 *
 * Then its markup is walked over tag by tag: tags are copied, the text between them is wrapped. Nothing here decides whether the markup is sound: the library
 * does, and a message that it refuses is said without its tags. */
#include "speechd/spoken.h"
#include "speechd/words.h"

#include <string.h>
#include <strings.h>
#include <utf8proc.h>

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* One character of UTF-8, at least a byte. */
static size_t character(const char *p, size_t length, utf8proc_int32_t *code)
{
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)p, length > 4 ? 4 : (utf8proc_ssize_t)length, code);
    if (n > 0)
        return (size_t)n;
    *code = 0xFFFD;
    return 1;
}

static bool is_capital(utf8proc_int32_t code)
{
    utf8proc_category_t category = utf8proc_category(code);
    return category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LT;
}

static bool is_letter(utf8proc_int32_t code)
{
    utf8proc_category_t category = utf8proc_category(code);
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_ME) || (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
}

size_t sd_spoken_count(const char *data, size_t length, size_t most)
{
    size_t count = 0;
    utf8proc_int32_t code;
    for (size_t at = 0; at < length && count < most; count++)
        at += character(data + at, length - at, &code);
    return count;
}

/* ------------------------------------------------------------------ capitals */

/* What comes before and behind something with a capital. */
static void capital_begin(struct sd_text *out, const struct sd_settings *settings, const struct sd_config *config)
{
    if (settings->capitals == SD_CAPITALS_SPELL) {
        sd_words_put(out, settings, "capital");
        sd_text_put(out, " ");
    } else if (settings->capitals == SD_CAPITALS_ICON && config->capital_icon) {
        sd_text_put(out, "<audio src=\"capital.wav\">");
        sd_words_put(out, settings, "capital");
        sd_text_put(out, "</audio> ");
    } else if (settings->capitals == SD_CAPITALS_ICON) {
        sd_text_print(out, "<prosody pitch=\"+%.2fst\">", config->capital_pitch);
    }
}

static void capital_end(struct sd_text *out, const struct sd_settings *settings, const struct sd_config *config)
{
    if (settings->capitals == SD_CAPITALS_ICON && !config->capital_icon)
        sd_text_put(out, "</prosody>");
}

/* ------------------------------------------------------------------ spelling */

static void say_characters(struct sd_text *out, const char *data, size_t length, bool escaped, const struct sd_config *config)
{
    sd_text_print(out, "<say-as interpret-as=\"characters\"%s>", config->phonetic ? " format=\"phonetic\"" : "");
    if (escaped)
        sd_text_add(out, data, length);
    else
        sd_text_escape(out, data, length);
    sd_text_put(out, "</say-as>");
}

/* What the library takes for nothing to be said: blanks, and what nobody can see. NULL: it is something else. */
static const char *name_of_blank(const char *data, size_t length)
{
    static const struct { const char *blank, *name; } blanks[] = {
        {" ", "space"}, {"\t", "tab"}, {"\n", "new line"}, {"\r", "return"}, {"\r\n", "new line"}, {"\x1B", "escape"}, {"\x7F", "delete"}, {"\b", "backspace"},
        {"\xC2\xA0", "no break space"}, {"\xC2\xAD", "soft hyphen"}, {"\xE2\x80\x8B", "zero width space"}, {"\xE2\x80\x8C", "zero width non joiner"},
        {"\xE2\x80\x8D", "zero width joiner"}, {"\xE2\x80\x8E", "left to right mark"}, {"\xE2\x80\x8F", "right to left mark"}, {"\xE2\x81\xA0", "word joiner"},
        {"\xEF\xBB\xBF", "byte order mark"}};
    utf8proc_int32_t code;
    for (size_t i = 0; i < sizeof blanks / sizeof blanks[0]; i++)
        if (strlen(blanks[i].blank) == length && !memcmp(blanks[i].blank, data, length))
            return blanks[i].name;
    if (!length || character(data, length, &code) != length)
        return NULL;
    switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_ZS: return "space";
    case UTF8PROC_CATEGORY_ZL: case UTF8PROC_CATEGORY_ZP: return "new line";
    case UTF8PROC_CATEGORY_CC: return "control character";
    case UTF8PROC_CATEGORY_CF: return "invisible character";
    case UTF8PROC_CATEGORY_MN: case UTF8PROC_CATEGORY_ME: return "accent";
    case UTF8PROC_CATEGORY_CO: case UTF8PROC_CATEGORY_CN: return "unknown character";
    default: return NULL;
    }
}

void sd_spoken_character(struct sd_text *out, const char *data, size_t length, const struct sd_settings *settings, const struct sd_config *config)
{
    static const struct sd_config by_name;      /* what is typed is named, never spelled out: that would be late */
    const char *name = name_of_blank(data, length);
    if (name) {
        sd_words_put(out, settings, name);
        return;
    }
    utf8proc_int32_t code = 0;
    bool capital = length && character(data, length, &code) && is_capital(code) && settings->capitals != SD_CAPITALS_NONE;
    if (capital)
        capital_begin(out, settings, config);
    say_characters(out, data, length, false, &by_name);
    if (capital)
        capital_end(out, settings, config);
}

/* ------------------------------------------------------------------ texts */

/* One word of character data as it is in the markup; an entity is part of the word. Moves on. */
static size_t word_at(const char *text, size_t length, bool *capital, bool *letters)
{
    size_t at = 0;
    *capital = *letters = false;
    while (at < length && !is_blank(text[at])) {
        utf8proc_int32_t code;
        size_t n = character(text + at, length - at, &code);
        if (is_letter(code)) {
            *capital |= !*letters && is_capital(code);
            *letters = true;
        }
        at += n;
    }
    return at;
}

/* Character data between two tags. */
static void rewrite_words(struct sd_text *out, const char *text, size_t length, const struct sd_settings *settings, const struct sd_config *config)
{
    for (size_t at = 0; at < length;) {
        bool capital, letters;
        if (is_blank(text[at])) {
            sd_text_add(out, text + at, 1);
            at++;
            continue;
        }
        size_t n = word_at(text + at, length - at, &capital, &letters);
        capital &= settings->capitals != SD_CAPITALS_NONE;
        if (capital)
            capital_begin(out, settings, config);
        sd_text_add(out, text + at, n);
        if (capital)
            capital_end(out, settings, config);
        at += n;
    }
}

/* The same, spelled: runs that need nothing but their names, and capitals. */
static void rewrite_spelled(struct sd_text *out, const char *text, size_t length, const struct sd_settings *settings, const struct sd_config *config)
{
    size_t from = 0, at = 0;
    while (at < length) {
        utf8proc_int32_t code;
        size_t n = character(text + at, length - at, &code);
        bool capital = settings->capitals != SD_CAPITALS_NONE && is_capital(code);
        const char *semicolon = code == '&' ? memchr(text + at, ';', length - at) : NULL;
        if (semicolon && (size_t)(semicolon - text) - at < 12)
            n = (size_t)(semicolon - text) - at + 1;
        bool blank = is_blank(text[at]);
        if ((capital || blank) && from < at) {
            say_characters(out, text + from, at - from, true, config);
            from = at;
        }
        if (capital) {
            capital_begin(out, settings, config);
            say_characters(out, text + at, n, true, config);
            capital_end(out, settings, config);
            from = at + n;
        } else if (blank) {
            sd_text_put(out, ", ");
            while (at + n < length && is_blank(text[at + n]))
                n++;
            from = at + n;
        }
        at += n;
    }
    if (from < length)
        say_characters(out, text + from, length - from, true, config);
}

static void rewrite_text(struct sd_text *out, const char *text, size_t length, const struct sd_settings *settings, const struct sd_config *config)
{
    size_t blank = 0;
    while (blank < length && is_blank(text[blank]))
        blank++;
    sd_text_add(out, text, blank);
    if (blank == length)
        return;
    if (settings->spelling)
        rewrite_spelled(out, text + blank, length - blank, settings, config);
    else
        rewrite_words(out, text + blank, length - blank, settings, config);
}

/* Bytes of the tag, comment, section or instruction at `text`, which begins with "<"; all that is left when it does not end. */
static size_t tag_at(const char *text, size_t length)
{
    static const struct { const char *begin, *end; } kinds[] = {{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t b = strlen(kinds[i].begin), e = strlen(kinds[i].end);
        if (length >= b && !memcmp(text, kinds[i].begin, b)) {
            const char *end = memmem(text + b, length - b, kinds[i].end, e);
            return end ? (size_t)(end - text) + e : length;
        }
    }
    char quote = 0;
    for (size_t i = 1; i < length; i++) {
        if (quote)
            quote = text[i] == quote ? 0 : quote;
        else if (text[i] == '"' || text[i] == '\'')
            quote = text[i];
        else if (text[i] == '>')
            return i + 1;
    }
    return length;
}

/* Is the tag's local name one of the blank-parted list? */
static bool named(const char *tag, size_t length, const char *list)
{
    size_t from = length > 1 && tag[1] == '/' ? 2 : 1, to = from;
    while (to < length && !is_blank(tag[to]) && tag[to] != '>' && tag[to] != '/')
        to++;
    const char *colon = memchr(tag + from, ':', to - from);
    if (colon)
        from = (size_t)(colon - tag) + 1;
    for (const char *p = list; *p;) {
        size_t n = strcspn(p, " ");
        if (n == to - from && !memcmp(p, tag + from, n))
            return true;
        p += n;
        p += strspn(p, " ");
    }
    return false;
}

static void rewrite(struct sd_text *out, const char *data, size_t length, const struct sd_settings *settings, const struct sd_config *config)
{
    static const char *const as_they_are = "say-as sub phoneme audio desc meta metadata token w lexicon";
    bool ranged = settings->pitch_range != 0;
    int kept = 0, speaks = 0;
    for (size_t at = 0; at < length;) {
        if (data[at] != '<') {
            const char *next = memchr(data + at, '<', length - at);
            size_t n = next ? (size_t)(next - data) - at : length - at;
            if (kept || !speaks || (!settings->spelling && settings->capitals == SD_CAPITALS_NONE))
                sd_text_add(out, data + at, n);
            else
                rewrite_text(out, data + at, n, settings, config);
            at += n;
            continue;
        }
        const char *tag = data + at;
        size_t n = tag_at(tag, length - at);
        bool element = n > 2 && tag[1] != '!' && tag[1] != '?', closes = n > 2 && tag[1] == '/', alone = n > 2 && tag[n - 2] == '/';
        bool speak = element && !alone && named(tag, n, "speak");
        if (element && !alone && named(tag, n, as_they_are))
            kept += closes ? (kept > 0 ? -1 : 0) : 1;
        if (speak && closes && speaks == 1 && ranged)
            sd_text_put(out, "</prosody>");
        sd_text_add(out, tag, n);
        if (speak && !closes && !speaks && ranged)
            sd_text_print(out, "<prosody range=\"%+d%%\">", settings->pitch_range);
        speaks += !speak ? 0 : closes ? -1 : 1;
        at += n;
    }
}

static bool is_document(const char *data, size_t length)
{
    size_t at = 0;
    while (at < length && is_blank(data[at]))
        at++;
    return length - at >= 2 && data[at] == '<' && (named(data + at, length - at, "speak") || data[at + 1] == '?' || data[at + 1] == '!');
}

/* ------------------------------------------------------------------ all of them */

static void open_speak(struct sd_text *out, const struct sd_settings *settings)
{
    sd_text_put(out, "<speak>");
    if (settings->pitch_range)
        sd_text_print(out, "<prosody range=\"%+d%%\">", settings->pitch_range);
}

static void close_speak(struct sd_text *out, const struct sd_settings *settings)
{
    sd_text_put(out, settings->pitch_range ? "</prosody></speak>" : "</speak>");
}

/* A sound icon by its file; its name is said when there is none. */
static void icon(struct sd_text *out, const char *data, size_t length)
{
    bool file = length && length < 200 && *data != '.' && !memchr(data, '/', length);
    bool ending = length > 4 && !strncasecmp(data + length - 4, ".wav", 4);
    size_t name = ending ? length - 4 : length;
    if (file) {
        sd_text_put(out, "<audio src=\"");
        sd_text_escape(out, data, length);
        sd_text_put(out, ending ? "\">" : ".wav\">");
    }
    for (size_t at = 0; at < name;) {
        size_t n = 0;
        while (at + n < name && data[at + n] != '-' && data[at + n] != '_')
            n++;
        sd_text_escape(out, data + at, n);
        sd_text_put(out, " ");
        at += n + 1;
    }
    if (file)
        sd_text_put(out, "</audio>");
}

bool sd_spoken(struct sd_text *out, enum sd_verb verb, const char *data, size_t length, const struct sd_settings *settings, const struct sd_config *config)
{
    sd_text_clear(out);
    if ((verb == SD_SPEAK || verb == SD_CHAR) && is_document(data, length)) {
        if (settings->pitch_range || settings->spelling || settings->capitals != SD_CAPITALS_NONE)
            rewrite(out, data, length, settings, config);
        else
            sd_text_add(out, data, length);
        return !out->failed;
    }
    open_speak(out, settings);
    if (verb == SD_SPEAK) {
        struct sd_text escaped = {0};
        sd_text_escape(&escaped, data, length);
        out->failed |= escaped.failed;
        if (escaped.length)
            rewrite_text(out, escaped.bytes, escaped.length, settings, config);
        sd_text_free(&escaped);
    } else if (verb == SD_CHAR && length == 5 && !memcmp(data, "space", 5)) {
        sd_spoken_character(out, " ", 1, settings, config);
    } else if (verb == SD_CHAR) {
        sd_spoken_character(out, data, length, settings, config);
    } else if (verb == SD_KEY) {
        sd_spoken_key(out, data, length, settings, config);
    } else {
        icon(out, data, length);
    }
    close_speak(out, settings);
    return !out->failed;
}

/* An entity's character, or the ampersand alone. Moves on. */
static size_t entity(struct sd_text *out, const char *text, size_t length)
{
    static const struct { const char *name, *text; } known[] = {
        {"&lt;", "&lt;"}, {"&gt;", "&gt;"}, {"&amp;", "&amp;"}, {"&quot;", "&quot;"}, {"&apos;", "'"}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        size_t n = strlen(known[i].name);
        if (length >= n && !memcmp(text, known[i].name, n)) {
            sd_text_put(out, known[i].text);
            return n;
        }
    }
    sd_text_put(out, "&amp;");
    return 1;
}

bool sd_spoken_plain(struct sd_text *out, const char *data, size_t length)
{
    sd_text_clear(out);
    sd_text_put(out, "<speak>");
    for (size_t at = 0; at < length;) {
        size_t n = 0;
        if (data[at] == '<') {
            n = tag_at(data + at, length - at);
            if (at + n == length && data[length - 1] != '>')
                n = 1;              /* a sign that begins no tag */
            sd_text_put(out, " ");
        } else if (data[at] == '&') {
            n = entity(out, data + at, length - at);
        } else {
            while (at + n < length && data[at + n] != '<' && data[at + n] != '&')
                n++;
            sd_text_escape(out, data + at, n);
        }
        at += n;
    }
    sd_text_put(out, "</speak>");
    return !out->failed;
}
