/* say_music.c - keys and chords: "Bb", "F#m", "Cmaj7", "Gsus4/B". Times ("6/8") are with the fractions, signs such as ♭ with the symbols. */
#include "text/say.h"

#include <stdio.h>
#include <string.h>

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static const char *accidental(const char *text, size_t length)
{
    return !length ? "" : *text == '#' || (unsigned char)text[length - 1] == 0xAF ? " sharp" : " flat";
}

bool sx_say_music(struct sx_say *say)
{
    static const struct { const char *sign, *words; } qualities[] = {{"maj", " major"}, {"min", " minor"}, {"dim", " diminished"}, {"aug", " augmented"}, {"sus", " sus"},
                                                                     {"add", " add"}, {"m", " minor"}, {"M", " major"}};
    const char *p = say->text + say->at;
    struct sx_match m;
    if (*p < 'A' || *p > 'G' || (say->at && is_word(p[-1])))
        return false;
    if (!sx_match("(\\u)(#|b|♯|♭)?(maj|min|dim|aug|sus|add|m|M)?(\\d{1,2})?(/(\\u)(#|b|♯|♭)?)?\\b", p, &m) || p[m.length] == '\'' || p[m.length] == '#' ||
        (unsigned char)p[m.length] >= 0xC3 || (p[m.length] == '-' && is_word(p[m.length + 1])))
        return false;
    bool mark = m.from[2] != NULL, quality = m.from[3] != NULL, digits = m.from[4] != NULL;
    bool named = quality && m.size[3] == 3;
    if (m.from[5] && (m.from[6][0] > 'G' || (!mark && !quality && !digits)))
        return false;
    if (!(mark || named || (quality && digits)))
        return false;
    /* "5 Gb" is a size, "C#" a language as well: the same words */
    if (mark && *m.from[2] == 'b' && say->at >= 2 && p[-1] == ' ' && p[-2] >= '0' && p[-2] <= '9')
        return false;
    if (quality && !mark && !digits && !named)
        return false;
    char words[200], number[64];
    const char *kind = "";
    for (size_t i = 0; quality && i < sizeof qualities / sizeof qualities[0]; i++)
        if (strlen(qualities[i].sign) == m.size[3] && !memcmp(qualities[i].sign, m.from[3], m.size[3]))
            kind = qualities[i].words;
    snprintf(words, sizeof words, "%c%s%s%s%s", *p, accidental(m.from[2], m.from[2] ? m.size[2] : 0), kind, digits ? " " : "",
             digits ? sx_number_cardinal(m.from[4], m.size[4], number, sizeof number) : "");
    if (m.from[5])
        snprintf(words + strlen(words), sizeof words - strlen(words), " over %c%s", m.from[6][0], accidental(m.from[7], m.from[7] ? m.size[7] : 0));
    return sx_say_take(say, m.length, words);
}
