/* foreign_language.c - tags of languages (BCP 47) and what data/languages.tsv says about them. */
#include <string.h>

#include "base/ascii.h"
#include "text/dict.h"
#include "text/foreign.h"

enum { TAG = 64 };

/* Lower case, '_' as '-': its length. */
static size_t plain_tag(const char *language, char tag[TAG])
{
    size_t n = 0;
    for (; language && language[n] && n < TAG - 1; n++)
        tag[n] = language[n] == '_' ? '-' : sx_ascii_lower(language[n]);
    tag[n] = 0;
    return n;
}

bool sx_language_field(const char *language, int index, char *out, size_t room)
{
    char tag[TAG];
    const unsigned char *value;
    size_t size, n = plain_tag(language, tag);
    while (n && !sx_dict_find(SX_DICT(languages), tag, n, &value, &size))
        do
            n--;
        while (n && tag[n] != '-');
    if (!n)
        return false;
    const char *at = (const char *)value, *end = at + size;
    for (; index && at; index--) {
        at = memchr(at, '\t', (size_t)(end - at));
        at += at != NULL;
    }
    if (!at)
        return false;
    const char *tab = memchr(at, '\t', (size_t)(end - at));
    size_t length = (size_t)((tab ? tab : end) - at);
    if (length >= room)
        length = room - 1;
    memcpy(out, at, length);
    out[length] = 0;
    return true;
}

const char *sx_language_name(const char *language, char *out, size_t room)
{
    if (!sx_language_field(language, 0, out, room)) {
        size_t n = strlen(language);
        if (n >= room)
            n = room - 1;
        memcpy(out, language, n);
        out[n] = 0;
    }
    return out;
}

bool sx_language_same(const char *a, const char *b)
{
    char x[TAG], y[TAG];
    plain_tag(a, x);
    plain_tag(b, y);
    size_t n = strcspn(x, "-"), m = strcspn(y, "-");
    return n && n == m && !memcmp(x, y, n);
}
