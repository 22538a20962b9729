/* coder.c - counts symbols in contexts and writes them as an asymmetric numeral system, which runs backwards. */
#include "coder.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "text/coded.h"
#include "tool.h"

enum { ONE = 1 << SX_CODED_BITS };

static uint32_t frequency[CODER_CONTEXTS][256];
static uint16_t share[CODER_CONTEXTS][256], start[CODER_CONTEXTS][256];
static unsigned char ranked[CODER_CONTEXTS][256];
static int used[CODER_CONTEXTS];

struct symbol {
    int context, symbol;        /* context: -1 - bits for what is not coded */
};

static struct symbol *symbols;
static size_t symbol_count, symbol_room;

void coder_begin(void)
{
    symbol_count = 0;
}

static void put(int context, int symbol)
{
    if (symbol_count == symbol_room) {
        symbol_room = symbol_room ? symbol_room * 2 : 4096;
        symbols = need(realloc(symbols, symbol_room * sizeof *symbols));
    }
    symbols[symbol_count++] = (struct symbol){context, symbol};
}

void coder_put(int context, int symbol)
{
    if (context < 0 || context >= CODER_CONTEXTS || symbol < 0 || symbol > 255)
        die("no such symbol or context", NULL);
    put(context, symbol);
}

void coder_put_raw(int bits, int value)
{
    if (bits < 1 || bits > SX_CODED_BITS || value < 0 || value >> bits)
        die("no such number", NULL);
    put(-1 - bits, value);
}

void coder_count(void)
{
    for (size_t i = 0; i < symbol_count; i++)
        if (symbols[i].context >= 0)
            frequency[symbols[i].context][symbols[i].symbol]++;
}

/* Counts -> shares of 4096 (at least 1 of what occurs), the likeliest first. */
static void settle(int context)
{
    uint64_t total = 0;
    int n = 0, sum = 0;
    for (int s = 0; s < 256; s++)
        if (frequency[context][s]) {
            total += frequency[context][s];
            int at = n++;
            for (; at > 0 && frequency[context][ranked[context][at - 1]] < frequency[context][s]; at--)
                ranked[context][at] = ranked[context][at - 1];
            ranked[context][at] = (unsigned char)s;
        }
    used[context] = n;
    for (int i = 0; i < n; i++) {
        int s = ranked[context][i], x = (int)(frequency[context][s] * (uint64_t)ONE / total);
        share[context][s] = (uint16_t)(x ? x : 1);
        sum += x ? x : 1;
    }
    for (int i = 0; n && sum != ONE; i = (i + 1) % n) {     /* what rounding left over */
        int s = ranked[context][i], change = sum < ONE ? ONE - sum : share[context][s] > 1 ? -1 : 0;
        if (change > 0 && i > 0)
            continue;
        share[context][s] = (uint16_t)(share[context][s] + change);
        sum += change;
    }
    for (int i = 0, at = 0; i < n; i++) {
        start[context][ranked[context][i]] = (uint16_t)at;
        at += share[context][ranked[context][i]];
    }
}

void coder_settle(void)
{
    for (int c = 0; c < CODER_CONTEXTS; c++)
        settle(c);
}

size_t coder_number(unsigned char *at, size_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        at[i] = (unsigned char)(value >> 8 * i);
    return (size_t)bytes;
}

size_t coder_write(unsigned char *out)
{
    size_t room = symbol_count * 2 + 16, at = room;
    unsigned char *bytes = need(malloc(room));
    uint32_t state = SX_CODED_STATE_MIN;
    for (size_t i = symbol_count; i-- > 0;) {
        int bits = -1 - symbols[i].context;
        uint32_t f = bits > 0 ? (uint32_t)ONE >> bits : share[symbols[i].context][symbols[i].symbol];
        while (state >= (uint64_t)f * ((SX_CODED_STATE_MIN >> SX_CODED_BITS) << 8)) {
            bytes[--at] = (unsigned char)state;
            state >>= 8;
        }
        if (bits > 0) {
            state = state << bits | (uint32_t)symbols[i].symbol;
            continue;
        }
        state = (state / f << SX_CODED_BITS) + state % f + start[symbols[i].context][symbols[i].symbol];
    }
    size_t n = coder_number(out, state, 3);
    memcpy(out + n, bytes + at, room - at);
    free(bytes);
    return n + room - at;
}

size_t coder_tables(int contexts, unsigned char **directory, unsigned char **rows)
{
    size_t n = 0;
    *directory = need(malloc(2 * (size_t)contexts));
    *rows = need(malloc(3 * 256 * (size_t)contexts));
    for (int c = 0; c < contexts; c++) {
        if (n > 0xFFFF)
            die("too many rows", NULL);
        coder_number(*directory + 2 * c, n, 2);
        for (int i = 0; i < used[c]; i++, n++) {
            (*rows)[3 * n] = ranked[c][i];
            coder_number(*rows + 3 * n + 1, share[c][ranked[c][i]], 2);
        }
    }
    return n;
}
