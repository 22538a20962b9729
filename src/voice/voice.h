/* voice.h - an opened voice package (docs/VOICE_FORMAT.md): its card, speakers and networks. Immutable, shared by threads. */
#ifndef SX_VOICE_VOICE_H
#define SX_VOICE_VOICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/file.h"
#include "nn/nn.h"
#include "voice/faults.h"
#include "voice/piper.h"

enum { SX_GRAPH_TEXT, SX_GRAPH_DECODER, SX_GRAPH_VOCODER, SX_GRAPHS, SX_SPEAKERS = 64, SX_LANGUAGES = 64, SX_LANGUAGE_BYTES = 16, SX_CARD_BYTES = 1 << 20 };

/* What the card says, checked. */
struct sx_card {
    char *text;                     /* voice.json, NUL-terminated */
    char *name;
    char *version, *description;    /* "" when not told */
    int hidden;                     /* width of the text encoder's output */
    int speaker_count, default_speaker;
    uint64_t phones_known[2];       /* bit per id of the phone table; 0: not told, those of English */
    char *speakers[SX_SPEAKERS];
    float pitch[SX_SPEAKERS];       /* their mean ln f0 */
    char sex[SX_SPEAKERS];          /* 'f', 'm', 0: not told */
    char language[SX_SPEAKERS][SX_LANGUAGE_BYTES];  /* BCP 47, "" when not told */
    int language_count;
    char languages[SX_LANGUAGES][SX_LANGUAGE_BYTES]; /* of the voice: those that the card lists, then those of the speakers */
    char *file[SX_GRAPHS];          /* names inside the folder, without '/' */
    char digest[SX_GRAPHS][65];
};

struct sx_voice {
    char *path;                     /* the folder */
    struct sx_card card;
    struct sx_map map[SX_GRAPHS];
    struct sx_model *model[SX_GRAPHS];
    struct sx_pool *pool;           /* NULL: one thread */
    enum sx_precision precision;    /* what it computes in */
    struct sx_piper *piper;         /* NULL: a Syrinx voice; else the card has no speakers and no files, and there are no models above */
};

/* Parses voice.json; `where` is named in messages. FORMAT, UNSUPPORTED (a newer format). On failure the card is empty. */
int sx_card_parse(const char *text, size_t length, const char *where, struct sx_card *card, struct sx_error *error);
/* The same as far as it goes: tells every fault, and leaves in the card what is good of it (to be freed). */
void sx_card_read(const char *text, size_t length, const char *where, struct sx_card *card, struct sx_faults *faults);
void sx_card_free(struct sx_card *card);
/* A name of a voice or of a file in its folder: 1 to 100 bytes, no path, not hidden, no option, nothing that cannot be seen. */
bool sx_plain_name(const char *name);

/* As syrinx_voice_open. */
int sx_voice_open(const char *name, int threads, bool verify, struct sx_voice **voice, struct sx_error *error);
/* The same with another precision for what comes after the durations. */
int sx_voice_open_as(const char *name, int threads, bool verify, enum sx_precision precision, struct sx_voice **voice, struct sx_error *error);
void sx_voice_close(struct sx_voice *voice);

/* Whether the networks that are there (not NULL) have the inputs and outputs of format 1, and fit the card. */
void sx_voice_fits(const struct sx_voice *voice, struct sx_faults *faults);

/* The speakers of a voice of either kind. A Piper voice's without a name has its number. */
int sx_voice_speaker_count(const struct sx_voice *voice);
const char *sx_voice_speaker(const struct sx_voice *voice, int index);          /* NULL out of range */
const char *sx_voice_speaker_language(const struct sx_voice *voice, int index); /* "" when not told, NULL out of range */
int sx_voice_default_speaker(const struct sx_voice *voice);
/* Who speaks a language when nobody is asked for: the default speaker where it is hers, else the first whose it is, else the default. language: NULL, BCP 47. */
int sx_voice_native_speaker(const struct sx_voice *voice, const char *language);
int sx_voice_rate(const struct sx_voice *voice);                                /* samples a second */
uint64_t sx_voice_size(const struct sx_voice *voice);                           /* bytes of its networks */

/* Fills the card of a Piper voice from what its JSON tells. MEMORY. */
int sx_voice_piper_card(struct sx_voice *voice, struct sx_error *error);
/* The .onnx of a Piper voice that lies in a folder, or is this file, in fresh memory; NULL: none (or no memory). */
char *sx_voice_piper_file(const char *path);

/* Of a Syrinx voice. Reads "name" or "name:weight,name:weight" (NULL: the default) into weights[speaker_count] that sum to 1. NOT_FOUND, ARGUMENT. */
int sx_voice_weights(const struct sx_voice *voice, const char *speaker, float *weights, struct sx_error *error);

/* The folder of a voice by name in the search path, in fresh memory; NOT_FOUND tells where it looked. */
int sx_voice_find(const char *name, char **path, struct sx_error *error);

/* The user's own folder of voices ($XDG_DATA_HOME/syrinx/voices, else ~/.local/share/syrinx/voices) in fresh memory; NULL: no home, or no memory. */
char *sx_voice_user_folder(void);
/* As syrinx_voices_find. */
int sx_voice_each(const char *name, int (*visit)(const char *path, void *user), void *user);

/* Calls `visit` with each folder of the search path, in order, until it returns non-zero; what it returned last. */
int sx_voice_folders(int (*visit)(const char *folder, void *user), void *user);

/* Each voice in the search path once (first one of a name wins). As syrinx_voices_list. */
int sx_voice_list(int (*visit)(const char *name, const char *path, void *user), void *user);

#define SX_DEFAULT_VOICE "base"

#endif
