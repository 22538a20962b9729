/* voices.h - which speaker of which voice a client's settings mean, and streams that are kept warm for them. */
#ifndef SD_VOICES_H
#define SD_VOICES_H

#include <pthread.h>
#include <syrinx.h>

#include "speechd/config.h"
#include "speechd/settings.h"

enum { SD_VOICES_OPEN = 3, SD_STREAMS = 6 };        /* kept at most; the one that was used longest ago goes first */

struct sd_entry {                   /* one speaker of one installed voice */
    char *voice, *path, *speaker, *language;
    enum sd_sex sex;
};

struct sd_target {                  /* who speaks */
    char path[1024];                /* of the voice */
    char speaker[256];
    char language[36];              /* of the text, where it is not the speaker's; "" otherwise */
    char reads[36];                 /* the language that the text is read in, whichever it comes from */
    float pitch;                    /* semitones for a voice type that no speaker has */
};

struct sd_voices {
    const struct sd_config *config;
    pthread_mutex_t lock;           /* of the list */
    struct sd_entry *list;          /* [count]; the default voice first, of each its default speaker first */
    int count;
    struct sd_open {
        char path[1024];
        syrinx_voice *voice;
        unsigned used;
    } open[SD_VOICES_OPEN];
    struct sd_kept {
        struct sd_target target;
        int punctuation;
        syrinx_voice *voice;
        syrinx_stream *stream;
        unsigned used;
    } kept[SD_STREAMS];
    unsigned clock;
    void (*log)(const char *message);
};

bool sd_voices_init(struct sd_voices *voices, const struct sd_config *config, void (*log)(const char *message));
void sd_voices_free(struct sd_voices *voices);
/* Looks at what is installed. Any thread. False: memory was short; the list is as before. */
bool sd_voices_look(struct sd_voices *voices);
/* Any thread; the entry lives until the visitor returns. */
void sd_voices_visit(struct sd_voices *voices, void (*visit)(void *user, const struct sd_entry *entry), void *user);
/* Any thread. */
void sd_voices_choose(struct sd_voices *voices, const struct sd_settings *settings, struct sd_target *target);
/* A stream for the target, as new; its own until the next call. One thread. A code of the library. */
int sd_voices_stream(struct sd_voices *voices, const struct sd_target *target, int punctuation, syrinx_stream **stream, int *rate);

#endif
