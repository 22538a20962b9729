/* say_emoji.c - emoji in running text, faces made of signs, and rows of stars that are ratings. A row of one emoji is said once; where punctuation is
 * spoken its number is told as well, and so are skin tones from level `most` on. */
#include "text/say.h"

#include <string.h>

#include "base/utf8.h"
#include "text/characters.h"

enum { FACE = 16 };         /* bytes of the longest face of signs */

static bool is_blank(char c) { return c == ' ' || c == '\n' || !c; }

/* ":-)" between blanks; a sentence's end may follow it. */
static bool face(struct sx_say *say)
{
    const char *p = say->text + say->at;
    if (say->at && !is_blank(p[-1]))
        return false;
    size_t n = 0;
    char name[SX_CHARACTER_ROOM];
    while (n <= FACE && !is_blank(p[n]))
        n++;
    if (n < 2 || n > FACE)
        return false;
    if (sx_say_table(SX_DICT(emoji), p, n, name, sizeof name))
        return sx_say_take(say, n, name);
    while (n > 2 && strchr(".,!?", p[n - 1]))
        n--;
    return n >= 2 && sx_say_table(SX_DICT(emoji), p, n, name, sizeof name) && sx_say_take(say, n, name);
}

/* "★★★★☆", "⭐⭐⭐" */
static bool rating(struct sx_say *say)
{
    enum { MOST = 10 };
    static const char full[] = "\xE2\x98\x85", empty[] = "\xE2\x98\x86", emoji[] = "\xE2\xAD\x90";
    const char *p = say->text + say->at, *star = !strncmp(p, emoji, 3) ? emoji : full;
    int stars = 0, rest = 0;
    size_t n = 0;
    for (; stars <= MOST && !strncmp(p + n, star, 3); n += 3)
        stars++;
    for (; star == full && rest <= MOST && !strncmp(p + n, empty, 3); n += 3)
        rest++;
    if (stars < 1 || stars + rest < 3 || stars + rest > MOST)
        return false;
    char digits[2][4], words[2][SX_NUMBER_ROOM];
    int counts[2] = {stars, stars + rest};
    for (int i = 0; i < 2; i++) {
        digits[i][0] = (char)('0' + counts[i] / 10);
        digits[i][1] = (char)('0' + counts[i] % 10);
        size_t skip = counts[i] < 10;
        sx_number_cardinal(digits[i] + skip, 2 - skip, words[i], sizeof words[i]);
    }
    if (rest)
        return sx_say_takef(say, n, "%s out of %s stars", words[0], words[1]);
    return sx_say_takef(say, n, "%s star%s", words[0], stars > 1 ? "s" : "");
}

bool sx_say_emoji(struct sx_say *say)
{
    const char *p = say->text + say->at;
    unsigned char c = (unsigned char)*p;
    size_t left = say->length - say->at;
    char name[SX_CHARACTER_ROOM];
    if (c < 0x80) {
        if ((unsigned char)p[1] == 0xE2 && !strncmp(p + 1, "\xE2\x83\xA3", 3)) {
            size_t n = sx_emoji_find(p, left, true, name, sizeof name);
            return n && sx_say_take(say, n, name);
        }
        if (strchr(":;=<^>(-)", c) || ((c == 'o' || c == 'O') && p[1] == '_'))
            return c && face(say);
        return false;
    }
    if (c < 0xE2)
        return c == 0xC2 && (unsigned char)p[1] == 0xAF && face(say);
    if (c == 0xE2 && left >= 9 && rating(say))
        return true;
    int level = sx_say_level(say);
    size_t n = sx_emoji_find(p, left, level >= SYRINX_PUNCTUATION_MOST, name, sizeof name), run = n;
    if (!n)
        return false;
    unsigned count = 1;
    for (; run + n <= left && !memcmp(p, p + run, n); run += n)
        count++;
    if (count > 1 && level > SYRINX_PUNCTUATION_NONE) {
        char number[SX_NUMBER_ROOM];
        sx_say_count(count, number);
        return sx_say_takef(say, run, "%s times %s", number, name);
    }
    return sx_say_take(say, run, name);
}
