/* say_number.c - digits to number words. */
#include "text/say.h"

#include <stdio.h>
#include <string.h>

static const char *const small[] = {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
                                    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
static const char *const tens[] = {"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"};
static const char *const powers[] = {"", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion", "sextillion", "septillion",
                                     "octillion", "nonillion", "decillion"};

static void put(char *out, size_t room, const char *word)
{
    size_t n = strlen(out), m = strlen(word);
    if (n + m + 2 > room)
        return;
    if (n)
        out[n++] = ' ';
    memcpy(out + n, word, m + 1);
}

static void put_below_100(char *out, size_t room, int n)
{
    if (n < 20) {
        put(out, room, small[n]);
        return;
    }
    put(out, room, tens[n / 10]);
    if (n % 10)
        put(out, room, small[n % 10]);
}

static void put_below_1000(char *out, size_t room, int n)
{
    if (n >= 100) {
        put(out, room, small[n / 100]);
        put(out, room, "hundred");
    }
    if (n % 100)
        put_below_100(out, room, n % 100);
}

static int value(const char *digits, size_t length)
{
    int n = 0;
    for (size_t i = 0; i < length; i++)
        n = n * 10 + (digits[i] >= '0' && digits[i] <= '9' ? digits[i] - '0' : 0);
    return n;
}

char *sx_number_digits(const char *digits, size_t length, char *out, size_t room)
{
    out[0] = 0;
    for (size_t i = 0; i < length && i < 300; i++)
        if (digits[i] >= '0' && digits[i] <= '9')
            put(out, room, small[digits[i] - '0']);
    return out;
}

char *sx_number_cardinal(const char *digits, size_t length, char *out, size_t room)
{
    if (length > 36 || (length > 1 && digits[0] == '0'))
        return sx_number_digits(digits, length, out, room);
    out[0] = 0;
    size_t groups = (length + 2) / 3, first = length - 3 * (groups - 1);
    for (size_t g = 0, at = 0; g < groups; g++) {
        size_t n = g ? 3 : first;
        int v = value(digits + at, n);
        at += n;
        if (!v)
            continue;
        put_below_1000(out, room, v);
        if (groups - 1 - g)
            put(out, room, powers[groups - 1 - g]);
    }
    if (!out[0])
        put(out, room, "zero");
    return out;
}

char *sx_number_ordinal(const char *digits, size_t length, char *out, size_t room)
{
    static const char *const irregular[][2] = {{"one", "first"}, {"two", "second"}, {"three", "third"}, {"five", "fifth"}, {"eight", "eighth"},
                                               {"nine", "ninth"}, {"twelve", "twelfth"}};
    sx_number_cardinal(digits, length, out, room - 8);
    char *last = strrchr(out, ' ');
    last = last ? last + 1 : out;
    for (size_t i = 0; i < sizeof irregular / sizeof irregular[0]; i++)
        if (!strcmp(last, irregular[i][0])) {
            strcpy(last, irregular[i][1]);
            return out;
        }
    size_t n = strlen(last);
    strcpy(n && last[n - 1] == 'y' ? last + n - 1 : last + n, n && last[n - 1] == 'y' ? "ieth" : "th");
    return out;
}

char *sx_number_year(const char *digits, size_t length, char *out, size_t room)
{
    int n = value(digits, length > 4 ? 4 : length);
    if (length != 4 || n < 1000 || n % 1000 < 10)
        return sx_number_cardinal(digits, length, out, room);
    out[0] = 0;
    put_below_100(out, room, n / 100);
    if (n % 100 == 0)
        put(out, room, "hundred");
    else if (n % 100 < 10)
        put(out, room, "oh");
    if (n % 100)
        put_below_100(out, room, n % 100);
    return out;
}

char *sx_number_pairs(const char *digits, size_t length, char *out, size_t room)
{
    if (length < 3 || length > 4 || digits[0] == '0')
        return length < 3 ? sx_number_cardinal(digits, length, out, room) : sx_number_digits(digits, length, out, room);
    int n = value(digits, length), high = n / 100, low = n % 100;
    if (low == 0)
        return n % 1000 ? (out[0] = 0, put_below_100(out, room, high), put(out, room, "hundred"), out) : sx_number_cardinal(digits, length, out, room);
    out[0] = 0;
    put_below_100(out, room, high);
    if (low < 10)
        put(out, room, "oh");
    put_below_100(out, room, low);
    return out;
}

char *sx_number_text(const char *text, size_t length, char *out, size_t room)
{
    char digits[400];
    size_t n = 0, i = 0;
    for (; i < length && text[i] != '.'; i++)
        if (text[i] >= '0' && text[i] <= '9' && n < sizeof digits)
            digits[n++] = text[i];
    out[0] = 0;
    if (n)
        sx_number_cardinal(digits, n, out, room);
    if (i < length) {
        put(out, room, "point");
        for (i++; i < length; i++)
            if (text[i] >= '0' && text[i] <= '9')
                put(out, room, small[text[i] - '0']);
    }
    return out;
}

char *sx_number_plural(char *words, size_t room)
{
    size_t n = strlen(words);
    if (!n || n + 4 > room)
        return words;
    if (words[n - 1] == 'y' && n > 1 && !strchr("aeiou", words[n - 2]))
        strcpy(words + n - 1, "ies");
    else if (words[n - 1] == 'x' || words[n - 1] == 's' || (n > 1 && words[n - 1] == 'h' && strchr("cs", words[n - 2])))
        strcpy(words + n, "es");
    else
        strcpy(words + n, "s");
    return words;
}
