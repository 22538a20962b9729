/* say_mark.c - punctuation that is not part of anything else: a pause behind the word before it, what opens and closes, and the mark at the end.
 *
 * Quotation marks alone are no pause: readers make none (the recordings have a pause at brackets, none at quotation marks). */
#include <string.h>

#include "base/utf8.h"
#include "text/say.h"
#include "text/script.h"

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n';
}

/* Does a word lean on the bracket at text[at], as in "item(s)" and "f(x)"? */
static bool leaning(const struct sx_say *say, size_t at)
{
    return at && (is_letter(say->text[at - 1]) || (unsigned char)say->text[at - 1] >= 0x80 || (say->text[at - 1] >= '0' && say->text[at - 1] <= '9'));
}

static void bracket(struct sx_say *say, char c)
{
    enum { LOOK = 64 };
    size_t at = say->at;
    if (c == '(' || c == '[' || c == '{') {
        if (!leaning(say, at))
            sx_say_mark(say, SX_PHONE_COMMA);
        say->opening |= SX_PAREN;
        return;
    }
    say->opening &= (uint8_t)~SX_PAREN;
    if (say->count)
        say->words[say->count - 1].close |= SX_PAREN;
    for (size_t i = at; i > 0 && at - i < LOOK; i--)
        if (strchr("([{", say->text[i - 1])) {
            if (leaning(say, i - 1))
                return;
            break;
        }
    sx_say_mark(say, SX_PHONE_COMMA);
}

static void quotation(struct sx_say *say)
{
    const char *p = say->text + say->at;
    bool opens = (!say->at || is_space(p[-1]) || strchr("([{-'", p[-1]) || (unsigned char)p[-1] >= 0x80) && p[1] && !is_space(p[1]);
    if (opens)
        say->opening |= SX_QUOTE;
    else if (say->count)
        say->words[say->count - 1].close |= SX_QUOTE;
}

/* A run of '?', '!' and '.' within the sentence. Where somebody's question or cry ends and the sentence goes on with who said it, it keeps its tune: the
 * utterance is parted there. */
static void question(struct sx_say *say)
{
    const char *p = say->text + say->at;
    size_t n = 0;
    bool asked = false;
    for (; p[n] == '?' || p[n] == '!' || p[n] == '.'; n++)
        asked |= p[n] == '?';
    size_t q = n;
    while (p[q] && strchr("\"')]", p[q]))
        q++;
    bool quoted = q > n && (p[n] == '"' || p[n] == '\'');
    size_t next = q;
    while (is_space(p[next]))
        next++;
    bool goes_on = next > q && p[next] >= 'a' && p[next] <= 'z';
    if (goes_on && asked)
        sx_say_mark(say, SX_PHONE_QUESTION);
    else if (goes_on && quoted)
        sx_say_mark(say, SX_PHONE_EXCLAMATION);
    else if (!(say->at && is_space(p[-1]) && is_letter(p[n])))      /* "!important" */
        sx_say_mark(say, SX_PHONE_SEMICOLON);
    say->at += n - 1;
}

void sx_say_punctuation(struct sx_say *say)
{
    const char *p = say->text + say->at;
    switch (*p) {
    case ',':
        sx_say_mark(say, SX_PHONE_COMMA);
        break;
    case '(': case ')': case '[': case ']': case '{': case '}':
        bracket(say, *p);
        break;
    case '"':
        quotation(say);
        break;
    case '.':
        /* an initial's stop: "J. Smith" */
        if (say->at && p[-1] >= 'A' && p[-1] <= 'Z' && (say->at < 2 || !is_letter(p[-2])) && p[1])
            break;
        if (p[1] == '?' || p[1] == '!')
            question(say);
        else
            sx_say_mark(say, SX_PHONE_SEMICOLON);
        break;
    case ';': case ':':
        /* not in "a::b" and the like */
        if (!p[1] || is_space(p[1]) || (unsigned char)p[1] >= 0x80 || strchr("\"')]-", p[1]))
            sx_say_mark(say, SX_PHONE_SEMICOLON);
        break;
    case '!': case '?':
        question(say);
        break;
    case '-':
        /* "well-known" is two words; " - " and "--" are dashes */
        if (p[1] == '-' || ((is_space(p[1]) || !p[1]) && say->at && is_space(p[-1])))
            sx_say_mark(say, SX_PHONE_SEMICOLON);
        break;
    default:
        if (!memcmp(p, "\xE2\x80", 2) && (p[2] == '\x93' || p[2] == '\x94'))
            sx_say_mark(say, SX_PHONE_SEMICOLON);
        break;
    }
    p = say->text + say->at;
    uint32_t code;
    say->at += (size_t)sx_utf8_decode(p, say->length - say->at, &code);
}

void sx_say_find_end(struct sx_say *say)
{
    const char *text = say->text;
    size_t n = say->length;
    while (n && !strchr(".?!", text[n - 1]) && !is_letter(text[n - 1]) && (unsigned char)text[n - 1] < 0x80 && !(text[n - 1] >= '0' && text[n - 1] <= '9'))
        n--;
    bool question = false, exclamation = false;
    char sign;
    for (size_t m = 12; m >= 2; m--)        /* "？" and the like, closing marks behind it */
        if (say->length >= m && sx_script_stop(text + say->length - m, m, &sign)) {
            question = sign == '?';
            exclamation = sign == '!';
        }
    for (; n && strchr(".?!", text[n - 1]); n--) {
        question |= text[n - 1] == '?';
        exclamation |= text[n - 1] == '!';
    }
    say->end = question ? SX_PHONE_QUESTION : exclamation ? SX_PHONE_EXCLAMATION : SX_PHONE_STOP;
}
