/* tone.h - one sounding note: where it is in its life, what the network is asked for, how loud it is made. No samples here. */
#ifndef SX_INSTRUMENT_TONE_H
#define SX_INSTRUMENT_TONE_H

#include "instrument/instrument.h"

enum {
    SX_CONTROL_WIDTH = 5,           /* numbers of a column of frame.onnx: pitch, velocity, seconds, variation */
    SX_START_FRAMES = 9,            /* frames that a note has on a grid of its own, from its onset */
    SX_START = (SX_START_FRAMES - 1) * SX_SOUND_HOP,    /* samples that they give */
    SX_START_SHARED = 1536,         /* samples behind the onset from which on the common grid takes over, within a hop: the transient is over */
};

struct sx_tone {
    int64_t id, onset;              /* onset: sample */
    struct sx_sound sound;
    uint64_t seed;
    float variation[2];
    bool slurred;                   /* it began legato: no attack */
    bool down, sustained, sostenuto;/* the key; held by pedals */
    int64_t ended;                  /* sample where the release began; -1: not yet */
    float release;                  /* seconds to -60 dB; 0: it rings on */
    int64_t cut;                    /* sample where a cut began; -1: none */
    float cut_seconds, damped;      /* damped: ln of what earlier cuts took */
    int64_t slur_end;               /* sample where the next slurred note began; -1: none */
    float glide_from, glide_to, glide_seconds;      /* semitones on top of the pitch, from sample `glide_at` on */
    int64_t glide_at;
    float velocity;                 /* what the network is asked for now */
    float swell;                    /* the control when the note began; below 0: at rest since */
    float vibrato_phase, vibrato_rate;
    float fixed;                    /* ln gain that stays: card, note, soft pedal */
    int source;                     /* of noise */

    int64_t shared;                 /* number of its first frame on the common grid */
    int64_t place;                  /* sample of `phase` */
    float f0;                       /* in bins, there */
    float level;                    /* loudest amplitude of the last frame; huge before the first */
    float known;                    /* the same as of the last whole SX_SOUND_GROUP: what decisions rest on, so that they are the same in every group */
    float dynamic[SX_SOUND_GROUP + 1];  /* factor at the frames of a group; [0]: the one before */
    int64_t last;                   /* number of the frame with which it is over; -1: not known */
    bool silent;                    /* below what can be heard, for good */
    bool over;

    float band[SX_SOUND_BANDS];     /* where `shift` finds each band of noise: a band with decimals */
    float band_color[SX_SOUND_BANDS];   /* ln gain of the tilt */
    float ratio[SX_SOUND_PARTIALS], color[SX_SOUND_PARTIALS], phase[SX_SOUND_PARTIALS];
    float start[SX_START];          /* the sound from the onset on, until the common grid has it */
};

/* What holds for all notes of a sounder at a time. */
struct sx_tone_controls {
    float value[SX_SOUND_CONTROLS];
};

/* What a frame of a note is, as far as the network does not say it. */
struct sx_tone_frame {
    float column[SX_CONTROL_WIDTH]; /* what the network is asked */
    float pitch;                    /* MIDI key that sounds, bend and vibrato in it */
    float gain;                     /* factor: all but what `dynamic` says */
    float noise;                    /* factor on the noise alone */
};

/* A fresh note; sound has been brought into its limits. `from`: the note that it is slurred from, NULL: none. */
void sx_tone_begin(struct sx_tone *tone, const struct sx_instrument *instrument, uint64_t seed, int64_t id, int64_t onset, const struct sx_sound *sound,
                   const struct sx_tone_controls *controls, struct sx_tone *from);
/* At a sample. */
void sx_tone_frame(const struct sx_tone *tone, const struct sx_instrument *instrument, const struct sx_tone_controls *controls, int64_t sample,
                   struct sx_tone_frame *frame);
/* The factor of its fade-in. */
float sx_tone_attack(const struct sx_tone *tone, float seconds);
/* One hop further: its velocity follows the controls. */
void sx_tone_follow(struct sx_tone *tone, const struct sx_instrument *instrument, const struct sx_tone_controls *controls);
/* The factor that controls, release and cuts make of it at a sample; 0: over for good. */
float sx_tone_dynamic(const struct sx_tone *tone, const struct sx_tone_controls *controls, int64_t sample);
/* The key goes up, or a pedal lets go: the release begins unless another holds it. */
void sx_tone_end(struct sx_tone *tone, const struct sx_instrument *instrument, const struct sx_tone_controls *controls, int64_t sample);
void sx_tone_cut(struct sx_tone *tone, int64_t sample, float seconds);
/* Where `shift` finds each of `count` bands, and the ln gain that `tilt` gives it. */
void sx_tone_bands(const struct sx_sound *sound, int count, float *band, float *color);
/* Numbers that make sense, whatever was told. */
void sx_sound_clamp(struct sx_sound *sound);

#endif
