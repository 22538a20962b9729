/* gm.h - the map of General MIDI: which trained instrument plays a program or a percussion key, and how (data/programs.tsv, data/percussion.tsv). */
#ifndef SX_INSTRUMENT_GM_H
#define SX_INSTRUMENT_GM_H

#include <stdbool.h>

struct sx_gm_program {
    int program;                /* from 0 */
    int low, high;              /* keys that this line is for */
    const char *instrument;     /* a folder of voices/instruments */
    int key;                    /* of a sound of the drum kit, played at this key whatever the note is; -1: the note's pitch */
    float gain, attack, release, ring, tilt, vibrato, decay;    /* as in struct sx_sound */
    float seat;                 /* -1 left to 1 right: where the player sits when nobody tells */
    float drive;                /* dB into an amplifier that distorts (drive.h); 0: none */
    float chorus;               /* 0 to 1: what goes through the chorus (chorus.h) without being asked for */
};

struct sx_gm_drum {
    int key;
    const char *instrument;
    float pitch, shift;         /* what sounds is pitch + shift */
    float gain, decay, tilt, attack;
    float pan;                  /* -1 left to 1 right, as the audience sees it */
    int choke;                  /* sounds of one number cut each other; 0: none */
};

enum { SX_GM_PROGRAMS = 128, SX_GM_DRUM_LOW = 27, SX_GM_DRUM_HIGH = 87 };

/* Never NULL: programs and keys are held within their range. */
const struct sx_gm_program *sx_gm_program(int program, float key);
const struct sx_gm_drum *sx_gm_drum(int key);
/* "Acoustic Grand Piano"; NULL out of range. */
const char *sx_gm_name(int program);

#endif
