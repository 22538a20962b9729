/* midi.h - the inside of the MIDI reader: what its files share. */
#ifndef SX_SCORE_MIDI_H
#define SX_SCORE_MIDI_H

#include "score/score.h"

enum { SX_MIDI_CHANNELS = 16, SX_MIDI_NONE = 0xFFFFFFFF };

/* A lyric or karaoke text, in the order of the file's time. */
struct sx_midi_text {
    int64_t tick;               /* of the score */
    const char *bytes;          /* [length] of the file */
    uint32_t length, track;
    bool karaoke;               /* a plain text event: lyrics of a .kar file, or a remark */
};

/* A part is what one track plays on one channel. */
struct sx_midi_part {
    uint32_t track;
    uint8_t channel;
    uint32_t next;              /* part of the same channel, or SX_MIDI_NONE */
    uint32_t sounding;          /* notes */
    uint32_t first[128], last[128];     /* queue of sounding notes of each key: index of a note, linked through sx_note.bar while it sounds */
};

struct sx_midi_channel {
    uint8_t program, bank_high, bank_low, data_high, data_low;
    uint16_t parameter;         /* RPN that data entry goes to; 0x3FFF: none */
    float range, fine, coarse, bend;    /* semitones; bend: -1 to 1 */
    float values[SX_CONTROL_DYNAMICS];  /* what controls are at, by kind */
    uint32_t parts;             /* first one, or SX_MIDI_NONE */
    uint32_t sounding;          /* notes */
};

struct sx_midi_track {
    const unsigned char *at, *end;
    int64_t tick;               /* of the file, when the next event is due */
    int64_t origin;             /* format 2: when its pattern begins */
    uint8_t status;             /* running status, 0: none */
    bool ended;
    uint32_t channels;          /* bit n: channel n plays a note */
    uint16_t parts[SX_MIDI_CHANNELS];   /* what it plays on each channel, counted from 1; 0: nothing yet */
    const char *name;           /* in the score's memory; NULL: none */
};

struct sx_midi {
    struct sx_score *score;
    struct sx_error *error;
    const unsigned char *bytes;
    size_t length;
    int format, division;       /* ticks a quarter note */
    int64_t tick_numerator, tick_denominator;   /* a tick of the file is so many quarter notes */
    struct sx_midi_track *tracks;
    uint32_t *heap;             /* tracks that are not done, by tick and place in the file */
    size_t track_count, track_room, heap_count;
    struct sx_midi_channel channels[SX_MIDI_CHANNELS];
    struct sx_midi_part **parts;        /* [score->part_count], in their order */
    size_t part_room;
    struct sx_midi_text *texts;
    size_t text_count, text_room;
    const char *encoding;       /* that a tag said; NULL: none yet */
    bool smpte;
};

/* midi_channel.c: one event of a channel at a tick of the score. SYRINX_OK, SX_SCORE_FULL or SYRINX_ERROR_MEMORY. */
void sx_midi_channels_begin(struct sx_midi *midi);
int sx_midi_channel_event(struct sx_midi *midi, uint32_t track, int64_t tick, int status, int first, int second);
/* Ends all sounding notes. */
void sx_midi_end_track(struct sx_midi *midi, uint32_t track, int64_t tick);
void sx_midi_end_channel(struct sx_midi *midi, int channel, int64_t tick);

/* midi_text.c */
/* In the score's memory: UTF-8 where it is, else Windows-1252, or Shift-JIS behind a {@JP}. NULL: no memory, or too much text. */
const char *sx_midi_keep(struct sx_midi *midi, const char *bytes, size_t length);
/* Gives syllables to notes. After sx_score_finish. MEMORY alone. */
int sx_midi_place_lyrics(struct sx_midi *midi);

#endif
