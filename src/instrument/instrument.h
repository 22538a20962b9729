/* instrument.h - neural instruments (docs/INSTRUMENT_FORMAT.md): an opened package, and a sounder that holds the sounding notes of one part and renders them.
 *
 * Everything is at 48 000 Hz, mono; the sound is a function of (instrument, seed, events), never of how render calls and event calls are mixed. Panning, room,
 * volume of parts and the limiter are the caller's. */
#ifndef SX_INSTRUMENT_INSTRUMENT_H
#define SX_INSTRUMENT_INSTRUMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/file.h"
#include "nn/nn.h"
#include "voice/faults.h"

enum {
    SX_SOUND_RATE = 48000,
    SX_SOUND_HOP = 256,             /* samples of a block */
    SX_SOUND_FFT = 1024,
    SX_SOUND_PARTIALS = 128,        /* the most */
    SX_SOUND_BANDS = 32,            /* of the noise */
    SX_SOUND_STEPS = 24,            /* of the transient, 64 samples each */
    SX_SOUND_STEP_BANDS = 16,
    SX_SOUND_GROUP = 8,             /* the most blocks of one call of sx_sounder_render */
    SX_SOUND_NOTES = 128,           /* the most notes of a sounder; the quietest goes for one more */
    SX_INSTRUMENT_WORDS = 16,       /* the most articulations and dynamics of a card */
    SX_RELEASES = 128,
};

/* What instrument.json says, checked. */
struct sx_instrument_card {
    char *text;                     /* the whole of it, NUL-terminated */
    char *name, *title, *version;   /* title: the name where it is not told; version: "" */
    char *data, *licence;           /* "" when not told */
    int partials;                   /* K */
    float ratios[SX_SOUND_PARTIALS];/* of a partial to f0 */
    int program;                    /* General MIDI, from 0; -1: not told, or percussion */
    bool percussion;                /* a kit: pitch is a key of the General MIDI drum map */
    float low, high;                /* keys of the recordings */
    bool sustained;
    float hold[2];                  /* sustained: seconds; a longer note goes back and forth in it */
    float seconds, tail;            /* struck: seconds that the network knows, dB a second that the sound falls behind */
    int release_count;              /* 0: it rings on */
    float release[SX_RELEASES][2];  /* key, seconds to -60 dB */
    float attack_skip;              /* seconds */
    float vibrato_hertz, vibrato_cents, vibrato_decibels, vibrato_delay;    /* cents 0: none */
    float gain;                     /* dB */
    uint64_t keys[2];               /* bit per key that was recorded (a kit), or that lies within the range */
    char *file[2], digest[2][65];   /* of frame and onset; "" where the card tells none */
    int articulation_count, dynamic_count;
    char *articulations[SX_INSTRUMENT_WORDS], *dynamics[SX_INSTRUMENT_WORDS];
};

struct sx_instrument_tables;        /* of the renderer: windows, lobes, places of bands */

/* Immutable, shared by threads. */
struct sx_instrument {
    char *path;                     /* the folder */
    struct sx_instrument_card card;
    struct sx_map map[2];           /* frame.onnx, onset.onnx */
    struct sx_model *frame, *onset;
    struct sx_instrument_tables *tables;
};

/* Parses instrument.json; `where` is named in messages. FORMAT, UNSUPPORTED (a newer format), MEMORY. On failure the card is empty. */
int sx_instrument_card_parse(const char *text, size_t length, const char *where, struct sx_instrument_card *card, struct sx_error *error);
void sx_instrument_card_free(struct sx_instrument_card *card);

/* `name`: of a folder in `instruments` of a folder of the voices' search path, or with a '/' the path of an instrument's folder. NOT_FOUND, FORMAT, UNSUPPORTED, IO,
 * MEMORY. */
int sx_instrument_open(const char *name, struct sx_instrument **instrument, struct sx_error *error);
void sx_instrument_close(struct sx_instrument *instrument);
/* The folder of an instrument by name, in fresh memory. NOT_FOUND tells where it looked. */
int sx_instrument_find(const char *name, char **path, struct sx_error *error);
/* Each instrument in the search path once (first one of a name wins), in the order of names, until `visit` returns non-zero. The number of visits, or MEMORY. */
int sx_instrument_list(int (*visit)(const char *name, const char *path, void *user), void *user);
/* Bytes of its networks. */
uint64_t sx_instrument_size(const struct sx_instrument *instrument);
/* Seconds to -60 dB when a key goes up; 0: it rings on. */
float sx_instrument_release(const struct sx_instrument *instrument, float key);

/* ---------------------------------------------------------------- notes */

/* How a note is played. Zeroed but for pitch and velocity: as the instrument was recorded. What is not a number or out of range is brought into it. */
struct sx_sound {
    float pitch;                    /* MIDI key with decimals: what sounds */
    float velocity;                 /* 0 to 1 */
    int64_t from;                   /* legato: id of the note that it is slurred from, which ends; 0: none. Sustained instruments: no attack, a glide;
                                       others: `from` is released, nothing else */
    float glide;                    /* legato: seconds of the glide; 0: 0.06 */
    float shift;                    /* semitones, -48 to 48: the network is asked for the timbre of pitch - shift, then partials, noise and transient move by it */
    float gain;                     /* dB, of the note */
    float tilt;                     /* dB an octave above 500 Hz, -24 to 24: darker below 0 */
    float attack;                   /* seconds of fade-in on top of its own attack, to 10 */
    float decay;                    /* dB a second that the note falls from its onset on top of its own course: an arco plucked, 0 to 400 */
    float release;                  /* factor on the card's release; 0: 1. Below 1: staccato */
    float ring;                     /* where the card has no release: seconds to -60 dB behind the note's end; 0: it rings on */
    float vibrato;                  /* added to the factor 1 of the card's vibrato, -1 (none) to 3 */
    float noise, transient;         /* dB, on the noise and on the transient */
    float detune;                   /* cents, with its own partials: for sections */
};

struct sx_sounder;

struct sx_sounder_options {
    uint64_t seed;                  /* of phases, noise, variation */
    int group;                      /* blocks rendered at once: 1 (also 0; live), 2, 4, 8 (scores: cheaper); others: the next below. The sound is the same */
    int limit;                      /* notes at once, to SX_SOUND_NOTES; 0: that */
    int events;                     /* ahead, that there is room for from the beginning, so that nothing is allocated later: more are MEMORY. 0: it grows */
};

/* `options` may be NULL. The instrument has to outlive it. MEMORY, UNSUPPORTED and FORMAT (graphs that do not run). */
int sx_sounder_new(const struct sx_instrument *instrument, const struct sx_sounder_options *options, struct sx_sounder **sounder, struct sx_error *error);
void sx_sounder_free(struct sx_sounder *sounder);
/* Silence, at position 0, controls at rest. */
void sx_sounder_reset(struct sx_sounder *sounder, uint64_t seed);

/* Events lie at absolute samples, 0 the first that the sounder renders; what lies before its position happens at it. Onsets are exact to the sample. They may be
 * told long before; those of one sample happen in the order told. MEMORY is the only failure; then nothing happened. */

/* *id (may be NULL): of this note, from 1. */
int sx_sounder_on(struct sx_sounder *sounder, int64_t sample, const struct sx_sound *sound, int64_t *id, struct sx_error *error);
/* The key goes up: the release of the card and of the note; a pedal holds it on. Ids of notes that are gone, or have not begun at that
 * sample, are passed over. */
int sx_sounder_off(struct sx_sounder *sounder, int64_t sample, int64_t id, struct sx_error *error);
/* Fades the note by 60 dB in `seconds`, at least 0.005, whatever pedals say: chokes, notes that have to go. id 0: all. */
int sx_sounder_cut(struct sx_sounder *sounder, int64_t sample, int64_t id, float seconds, struct sx_error *error);

enum {
    SX_SOUND_BEND,                  /* semitones, all notes; 0 */
    SX_SOUND_MODULATION,            /* 0 to 1: added vibrato; 0 */
    SX_SOUND_DYNAMICS,              /* sustained instruments: 0 to 1, the velocity that all sounding notes go to; below 0 (at rest): each its own */
    SX_SOUND_SWELL,                 /* sustained instruments: 0 to 1, moves all sounding notes by as much as it moved since they began (or, where it was at rest
                                       then, since it was first told); below 0: at rest, where notes stay as they are */
    SX_SOUND_LEVEL,                 /* dB on all notes, -120 to 24; 0 */
    SX_SOUND_SUSTAIN,               /* 0 to 1, from 0.5 on notes are held behind their end; 0 */
    SX_SOUND_SOSTENUTO,             /* the same for notes that are down at that time */
    SX_SOUND_SOFT,                  /* 0 to 1: notes that begin are played softer */
    SX_SOUND_VIBRATO,               /* factor on the vibrato of cards, 0 to 4; 1 */
    SX_SOUND_CONTROLS
};
int sx_sounder_control(struct sx_sounder *sounder, int64_t sample, int control, float value, struct sx_error *error);

/* Renders the next group * SX_SOUND_HOP samples into `samples` (what was there is lost). 1: something sounds; 0: all of it is silence, as zeros. */
int sx_sounder_render(struct sx_sounder *sounder, float *samples);
int sx_sounder_room(const struct sx_sounder *sounder);              /* with `events`: how many more may be told now */
int64_t sx_sounder_position(const struct sx_sounder *sounder);      /* the first sample that is not rendered */
int sx_sounder_notes(const struct sx_sounder *sounder);             /* how many sound now; below -90 dB they are gone */
/* No note sounds and none waits: from here on all is silence unless something is told. */
bool sx_sounder_idle(const struct sx_sounder *sounder);

#endif
