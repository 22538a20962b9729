/* fuzz_characters.c - names of any bytes, character by character, and the same bytes as text at each punctuation level. */
#include <stdlib.h>
#include <string.h>

#include "text/characters.h"
#include "text/foreign.h"
#include "text/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct sx_text *text[4];
    static struct sx_reader *reader[4];
    struct sx_error error;
    struct sx_utterance u;
    for (int i = 0; i < 4 && !reader[3]; i++)
        if (sx_text_new(NULL, SX_TEXT_PUNCTUATION(i), &text[i], &error) < 0 || sx_reader_new(text[i], &reader[i], &error) < 0)
            abort();
    sx_foreign_hide(true);      /* libespeak-ng has leaks of its own */
    if (!size)
        return 0;
    int level = data[0] & 3;
    size_t room = data[0] & 4 ? SX_CHARACTER_ROOM : 1 + (data[0] >> 3);
    data++;
    size--;
    for (size_t at = 0; at < size;) {
        char name[SX_CHARACTER_ROOM];
        size_t n = sx_characters_name((const char *)data + at, size - at, data[at] & 1, name, room);
        if (!n || n > size - at || strlen(name) >= room || (room == SX_CHARACTER_ROOM && !name[0]))
            abort();
        at += n;
    }
    sx_reader_reset(reader[level]);
    if (sx_reader_push(reader[level], (const char *)data, size, &error) < 0)
        abort();
    sx_reader_end(reader[level]);
    int status;
    while ((status = sx_reader_next(reader[level], &u, &error)) > 0)
        for (int i = 0; i < u.word_count; i++)
            if (u.words[i].begin >= u.words[i].end || u.words[i].end > size)
                abort();
    if (status < 0)
        abort();
    return 0;
}
