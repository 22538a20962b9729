/* number.c - a plain decimal reader. */
#include "base/number.h"

#include <math.h>

/* Digits behind this value change no double; taking them would make infinities of long fractions, and of two infinities no number at all. */
#define ENOUGH 1e18

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : -1;
}

double sx_parse_decimal(const char *text, const char **end)
{
    const char *at = text;
    double sign = 1, value = 0;
    int digits = 0, scale = 0;
    if (*at == '+' || *at == '-')
        sign = *at++ == '-' ? -1 : 1;
    for (; digit(*at) >= 0; at++, digits++) {
        if (value < ENOUGH)
            value = value * 10 + digit(*at);
        else
            scale++;
    }
    if (*at == '.') {
        for (at++; digit(*at) >= 0; at++, digits++) {
            if (value < ENOUGH) {
                value = value * 10 + digit(*at);
                scale--;
            }
        }
    }
    *end = text;
    if (digits == 0)
        return 0;
    *end = at;
    if (*at == 'e' || *at == 'E') {
        const char *back = at++;
        int exponent = 0, minus = 0;
        if (*at == '+' || *at == '-')
            minus = *at++ == '-';
        if (digit(*at) >= 0) {
            for (; digit(*at) >= 0; at++)
                if (exponent < 10000)
                    exponent = exponent * 10 + digit(*at);
            scale += minus ? -exponent : exponent;
            *end = at;
        } else
            *end = back;
    }
    if (value == 0)
        return sign * 0.0;
    return sign * (scale < 0 ? value / pow(10, -scale) : value * pow(10, scale));
}
