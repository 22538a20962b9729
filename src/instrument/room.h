/* room.h - a room: early reflections and a feedback delay network with a decay of its own for low and high frequencies, stereo in and out. */
#ifndef SX_INSTRUMENT_ROOM_H
#define SX_INSTRUMENT_ROOM_H

#include <stdbool.h>

struct sx_room_options {
    float size;                 /* metres, about: the mean free path of the sound, 2 to 60 */
    float decay;                /* seconds to -60 dB at low frequencies, 0.1 to 20 */
    float high;                 /* the same at 6 kHz; at most decay */
    float delay;                /* seconds before the first reflection, 0 to 0.2 */
    float wet;                  /* dB of the room's sound against what goes in, as energy, -60 to 10 */
};

enum sx_room_kind { SX_ROOM_NONE, SX_ROOM_STUDIO, SX_ROOM_HALL, SX_ROOM_CHURCH, SX_ROOM_KINDS };
extern const struct sx_room_options sx_rooms[SX_ROOM_KINDS];    /* NONE: zeros */

struct sx_room;

/* Options are held within their ranges. NULL: no memory. */
struct sx_room *sx_room_new(const struct sx_room_options *options, int rate);
void sx_room_reset(struct sx_room *room);
/* input, output [frames][2]; output is added to. The samples do not depend on how frames are cut into calls. */
void sx_room_run(struct sx_room *room, const float *input, int frames, float *output);
/* True when what is still in it is under -100 dB of full scale; then it is emptied. */
bool sx_room_silent(struct sx_room *room);
void sx_room_free(struct sx_room *room);

#endif
