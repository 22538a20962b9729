/* text.h - bytes that grow, for markup that is being written. */
#ifndef SD_TEXT_H
#define SD_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct sd_text {
    char *bytes;                    /* NUL-terminated once something was added */
    size_t length, capacity;
    bool failed;                    /* memory was short: what was added since is lost */
};

void sd_text_clear(struct sd_text *text);       /* keeps its memory */
void sd_text_free(struct sd_text *text);
void sd_text_add(struct sd_text *text, const char *bytes, size_t length);
void sd_text_put(struct sd_text *text, const char *string);
/* As character data of XML: signs of markup escaped, what XML cannot hold replaced. */
void sd_text_escape(struct sd_text *text, const char *bytes, size_t length);
void sd_text_print(struct sd_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));     /* at most 500 bytes */

#endif
