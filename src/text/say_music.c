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

/* Is music spoken of: a word of it, or another key? */
static bool musical(const struct sx_say *say)
{
    static const char words[] = " major minor key keys chord chords note notes scale flat sharp trumpet clarinet sax saxophone horn tune tuned piano music "
        "song symphony sonata concerto guitar "
                                "harmonica bass tuba cornet tenor alto soprano pitch octave melody capo riff ";
    const char *text = say->text;
    int keys = 0;
    for (size_t i = 0; i < say->length;) {
        size_t n = 0;
        while (is_word(text[i + n]))
            n++;
        if (sx_say_one_of(text + i, n, words))
            return true;
        keys += n == 2 && text[i] >= 'A' && text[i] <= 'G' && text[i + 1] == 'b';
        keys += n == 1 && text[i] >= 'A' && text[i] <= 'G' && (text[i + 1] == '#' || !strncmp(text + i + 1, "♭", 3) || !strncmp(text + i + 1, "♯", 3));
        i += n ? n : 1;
    }
    return keys > 1;
}

bool sx_say_music(struct sx_say *say)
{
    static const struct { const char *sign, *words; } qualities[] = {{"maj", " major"}, {"min", " minor"}, {"dim", " diminished"}, {"aug", " augmented"},
        {"sus", " sus"},
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
    if (!(mark || quality))
        return false;
    /* "AM4" is a serial, "Ab" may be anything */
    if ((quality && !named && *m.from[3] == 'M' && !mark) || (mark && *m.from[2] == 'b' && *p != 'B' && !quality && !digits && !musical(say)))
        return false;
    /* "5 Gb" is a size, "C#" a language as well: the same words */
    if (mark && *m.from[2] == 'b' && say->at >= 2 && p[-1] == ' ' && p[-2] >= '0' && p[-2] <= '9')
        return false;
    /* "Dm" where music is spoken of; "Am" begins questions */
    if (quality && !mark && !digits && !named && (*m.from[3] != 'm' || (*p == 'A' && !say->count) || !musical(say) || (say->at >= 2 && p[-2] >= '0' && p[-2] <= '9')))
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
