/* pattern.c - a backtracking matcher in continuation style; what follows a group is a chain on the stack. */
#include "text/pattern.h"

#include <stdint.h>
#include <string.h>

enum { STEPS = 20000, DEPTH = 400, UNBOUNDED = 1 << 20 };

struct matcher {
    const char *pattern;
    bool nocase;
    int steps, depth;
    const char *end;                /* where the match ended */
    struct sx_match *out;
};

/* What is to be matched behind the group at hand. */
struct after {
    const char *open, *close;       /* the group's brackets */
    const char *rest, *rest_end;    /* pattern behind its repeat */
    int min, max, count;
    const char *start;              /* of this round */
    const struct after *next;
};

static unsigned char lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static bool is_digit(unsigned char c) { return c >= '0' && c <= '9'; }
static bool is_upper(unsigned char c) { return c >= 'A' && c <= 'Z'; }
static bool is_lower(unsigned char c) { return c >= 'a' && c <= 'z'; }
static bool is_word(unsigned char c) { return is_digit(c) || is_upper(c) || is_lower(c); }

static bool class_has(char name, unsigned char c)
{
    switch (name) {
    case 'd': return is_digit(c);
    case 'u': return is_upper(c);
    case 'l': return is_lower(c);
    case 'a': return is_upper(c) || is_lower(c);
    case 'w': return is_word(c);
    case 's': return c == ' ' || c == '\n';
    case 'S': return c && c != ' ' && c != '\n';
    default: return c && c == (unsigned char)name;
    }
}

static const char *set_end(const char *p)       /* p at '[': one past ']' */
{
    p++;
    if (*p == '^')
        p++;
    if (*p == ']')
        p++;
    while (*p && *p != ']')
        p += *p == '\\' && p[1] ? 2 : 1;
    return *p ? p + 1 : p;
}

static bool set_has(const char *p, const char *end, unsigned char c, bool nocase)
{
    p++;
    bool inverted = *p == '^', found = false;
    p += inverted;
    for (end--; p < end; p++) {
        if (*p == '\\' && p + 1 < end) {
            found |= class_has(*++p, c);
        } else if (p + 2 < end && p[1] == '-') {
            unsigned char low = (unsigned char)p[0], high = (unsigned char)p[2];
            found |= (c >= low && c <= high) || (nocase && lower(c) >= lower(low) && lower(c) <= lower(high) && is_word(low));
            p += 2;
        } else {
            found |= c == (unsigned char)*p || (nocase && lower(c) == lower((unsigned char)*p));
        }
    }
    return c && found != inverted;
}

static const char *group_end(const char *p)     /* p at '(': at its ')' */
{
    int depth = 0;
    while (*p) {
        if (*p == '\\' && p[1]) {
            p += 2;
            continue;
        }
        if (*p == '[') {
            p = set_end(p);
            continue;
        }
        if (*p == '(')
            depth++;
        if (*p == ')' && !--depth)
            return p;
        p++;
    }
    return p;
}

static int group_number(const struct matcher *m, const char *open)
{
    int n = 0;
    for (const char *p = m->pattern; p <= open;) {
        if (*p == '\\' && p[1]) {
            p += 2;
        } else if (*p == '[') {
            p = set_end(p);
        } else {
            n += *p == '(';
            p++;
        }
    }
    return n;
}

static bool single(const struct matcher *m, const char *atom, const char *atom_end, unsigned char c)
{
    if (*atom == '[')
        return set_has(atom, atom_end, c, m->nocase);
    if (*atom == '\\')
        return class_has(atom[1], c);
    return c && (c == (unsigned char)*atom || (m->nocase && lower(c) == lower((unsigned char)*atom)));
}

static bool boundary(char name, const char *s)
{
    unsigned char c = (unsigned char)s[0];
    if (is_word(c))
        return false;
    /* letters beyond ASCII in two bytes, but × and ÷ */
    if (c >= 0xC3 && c <= 0xDF && !(c == 0xC3 && ((unsigned char)s[1] == 0x97 || (unsigned char)s[1] == 0xB7)))
        return false;
    return name == 'b' || !(c && strchr(".,:/-", c) && is_digit((unsigned char)s[1]));
}

static bool sequence(struct matcher *m, const char *p, const char *end, const char *s, const struct after *after);

/* The `|` behind p at this level, NULL for none. */
static const char *next_bar(const char *p, const char *end)
{
    for (; p < end; p++) {
        if (*p == '|')
            return p;
        if (*p == '(')
            p = group_end(p);
        else if (*p == '[')
            p = set_end(p) - 1;
        else if (*p == '\\')
            p++;
    }
    return NULL;
}

/* A sequence ends at its own `|`, so where the next alternative begins is looked for only when one has failed: most fail at their first byte. */
static bool alternatives(struct matcher *m, const char *p, const char *end, const char *s, const struct after *after)
{
    for (;;) {
        if (sequence(m, p, end, s, after))
            return true;
        const char *bar = next_bar(p, end);
        if (!bar)
            return false;
        p = bar + 1;
    }
}

static bool group(struct matcher *m, const struct after *g, const char *s)
{
    if (g->count < g->max) {
        struct after round = *g;
        round.count++;
        round.start = s;
        if (alternatives(m, g->open + 1, g->close, s, &round))
            return true;
    }
    return g->count >= g->min && sequence(m, g->rest, g->rest_end, s, g->next);
}

/* The group's round has matched up to s. */
static bool close_group(struct matcher *m, const struct after *round, const char *s)
{
    if (s == round->start && round->count > round->min)
        return false;
    int number = group_number(m, round->open);
    const char *old_from = NULL;
    size_t old_size = 0;
    if (number < SX_PATTERN_GROUPS) {
        old_from = m->out->from[number];
        old_size = m->out->size[number];
        m->out->from[number] = round->start;
        m->out->size[number] = (size_t)(s - round->start);
    }
    if (group(m, round, s))
        return true;
    if (number < SX_PATTERN_GROUPS) {
        m->out->from[number] = old_from;
        m->out->size[number] = old_size;
    }
    return false;
}

static const char *repeat(const char *p, int *min, int *max)
{
    *min = *max = 1;
    if (*p == '?') {
        *min = 0;
        return p + 1;
    }
    if (*p == '*' || *p == '+') {
        *min = *p == '+';
        *max = UNBOUNDED;
        return p + 1;
    }
    if (*p == '{') {
        *min = 0;
        for (p++; is_digit((unsigned char)*p); p++)
            *min = *min * 10 + *p - '0';
        *max = *min;
        if (*p == ',') {
            *max = 0;
            for (p++; is_digit((unsigned char)*p); p++)
                *max = *max * 10 + *p - '0';
            if (!*max)
                *max = UNBOUNDED;
        }
        return *p == '}' ? p + 1 : p;
    }
    return p;
}

static bool sequence(struct matcher *m, const char *p, const char *end, const char *s, const struct after *after)
{
    if (--m->steps < 0 || m->depth >= DEPTH)
        return false;
    if (p >= end || *p == '|') {
        if (!after) {
            m->end = s;
            return true;
        }
        m->depth++;
        bool done = close_group(m, after, s);
        m->depth--;
        return done;
    }
    if (*p == '\\' && (p[1] == 'b' || p[1] == 'e'))
        return boundary(p[1], s) && sequence(m, p + 2, end, s, after);
    const char *atom_end = *p == '(' ? group_end(p) + 1 : *p == '[' ? set_end(p) : *p == '\\' ? p + 2 : p + 1;
    int min, max;
    const char *rest = repeat(atom_end, &min, &max);
    m->depth++;
    bool done = false;
    if (*p == '(') {
        struct after g = {p, atom_end - 1, rest, end, min, max, 0, s, after};
        done = group(m, &g, s);
    } else {
        int n = 0;
        while (n < max && single(m, p, atom_end, (unsigned char)s[n]))
            n++;
        for (; n >= min && !done; n--)
            done = sequence(m, rest, end, s + n, after);
    }
    m->depth--;
    return done;
}

static bool match(const char *pattern, const char *text, bool nocase, struct sx_match *out)
{
    memset(out, 0, sizeof *out);
    struct matcher m = {pattern, nocase, STEPS, 0, NULL, out};
    if (!sequence(&m, pattern, pattern + strlen(pattern), text, NULL))
        return false;
    out->length = out->size[0] = (size_t)(m.end - text);
    out->from[0] = text;
    return true;
}

bool sx_match(const char *pattern, const char *text, struct sx_match *out)
{
    return match(pattern, text, false, out);
}

bool sx_match_nocase(const char *pattern, const char *text, struct sx_match *out)
{
    return match(pattern, text, true, out);
}
