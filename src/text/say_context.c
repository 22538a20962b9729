/* say_context.c - what stands around a place of the sentence, and looking things up in the tables. */
#include "text/say.h"

#include <string.h>

#include "base/ascii.h"
#include "text/wordbook.h"

static bool of_word(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '\'' || c == '.' || c >= 0xC3;
}

size_t sx_say_word_before(const struct sx_say *say, size_t at, const char **word)
{
    const char *text = say->text;
    size_t end = at;
    while (end && !of_word((unsigned char)text[end - 1]))
        end--;
    while (end && (text[end - 1] == '.' || text[end - 1] == '\''))
        end--;
    size_t begin = end;
    while (begin && of_word((unsigned char)text[begin - 1]))
        begin--;
    *word = text + begin;
    return end - begin;
}

size_t sx_say_word_after(const struct sx_say *say, size_t at, const char **word)
{
    const char *text = say->text;
    while (at < say->length && (!of_word((unsigned char)text[at]) || text[at] == '\'' || text[at] == '.'))
        at++;
    size_t begin = at;
    while (at < say->length && of_word((unsigned char)text[at]) && text[at] != '.')
        at++;
    *word = text + begin;
    return at - begin;
}

bool sx_say_one_of(const char *word, size_t length, const char *list)
{
    if (!length)
        return false;
    for (const char *p = list; (p = strchr(p, ' ')) && p[1]; p++) {
        size_t n = 0;
        while (n < length && sx_ascii_lower(word[n]) == p[1 + n] && p[1 + n])
            n++;
        if (n == length && p[1 + n] == ' ')
            return true;
    }
    return false;
}

bool sx_say_after(const struct sx_say *say, const char *list)
{
    if (!say->count)
        return false;
    const char *word = say->words[say->count - 1].text;
    return sx_say_one_of(word, strlen(word), list);
}

bool sx_say_table(struct sx_dict table, const char *key, size_t length, char *out, size_t room)
{
    const unsigned char *value;
    size_t size;
    if (!sx_dict_find(table, key, length, &value, &size) || size >= room)
        return false;
    memcpy(out, value, size);
    out[size] = 0;
    return true;
}

const char *sx_say_field(const char *value, int index, char *out, size_t room)
{
    for (; index > 0 && value; index--) {
        value = strchr(value, '\t');
        value = value ? value + 1 : NULL;
    }
    size_t n = value ? strcspn(value, "\t") : 0;
    if (!value || n >= room)
        return NULL;
    memcpy(out, value, n);
    out[n] = 0;
    return out;
}

bool sx_say_known(const char *word, size_t length)
{
    char key[64];
    if (length >= sizeof key)
        return false;
    for (size_t i = 0; i < length; i++)
        key[i] = sx_ascii_lower(word[i]);
    return sx_wordbook_has(key, length);
}
