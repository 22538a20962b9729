/* say_place.c - states and provinces behind a town: "Austin, TX", "Reno, Nev.", "CA 95051", and the codes of their post. */
#include "text/say.h"

#include <string.h>

static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool sx_say_place(struct sx_say *say, size_t length, bool stop)
{
    const char *p = say->text + say->at, *before;
    struct sx_match m;
    char value[64];
    if (say->shouting || length < 2 || length > 5 || !is_upper(*p) || !sx_say_table(SX_DICT(places), p, length, value, sizeof value))
        return false;
    if (p[length] == '+' || p[length] == '-' || p[length] == '&' || p[length] == '/')
        return false;           /* "type AB+" */
    bool code = length == 2 && is_upper(p[1]);
    bool comma = say->at >= 2 && p[-1] == ' ' && p[-2] == ',';
    size_t n = sx_say_word_before(say, say->at, &before);
    bool town = comma && n && is_upper(*before);
    bool post = code && sx_match(",? \\d{5}(-\\d{4})?\\e", p + length + stop, &m);
    /* "born in Va.": no name may follow, or the stop is a title's */
    const char *after;
    size_t k = sx_say_word_after(say, say->at + length, &after);
    if (!code && stop && n && before + n + 1 == p && sx_say_one_of(before, n, " in from ") && !(k && is_upper(*after)))
        town = true;
    if (!(town || (post && n && before + n + 1 == p)) || (!code && !stop))
        return false;
    /* "Portland, OR is", not "John, MD, said": doctors have no town's name, but we cannot know */
    size_t end = say->at + length;
    sx_say_add(say, say->at, end + stop * (say->text[end + 1] != 0), value);
    say->at = end + (stop && say->text[end + 1]);
    return true;
}

/* 95051, 95051-1234 behind a state: digit by digit. */
bool sx_say_post_code(struct sx_say *say)
{
    const char *p = say->text + say->at;
    struct sx_match m;
    if (!is_digit(*p) || !say->count || !sx_match("(\\d{5})(-\\d{4})?\\e", p, &m))
        return false;
    const struct sx_spoken *last = &say->words[say->count - 1];
    const char *state = say->text + last->begin;
    size_t n = last->end - last->begin;
    bool after = (n == 2 && is_upper(state[0]) && is_upper(state[1])) || sx_say_after(say, " zip zipcode postcode ") ||
                 (n >= 2 && n <= 6 && is_upper(state[0]) && state[n - 1] == '.');
    if (!after && !m.from[2])
        return false;
    if (!after && !(last->end + 1 == say->at && is_upper(state[0])))
        return false;
    sx_say_spell(say, say->at, say->at + 5, p, 5);
    if (m.from[2]) {
        sx_say_mark(say, SX_PHONE_COMMA);
        sx_say_spell(say, say->at + 6, say->at + 10, p + 6, 4);
    }
    say->at += m.length;
    return true;
}
