/* keys.c - an instrument under somebody's hands: a line "SECONDS KEY VELOCITY" of standard input is a key that goes down (velocity 0: up), as from a keyboard or a
 * game. usage: keys INSTRUMENT OUT.wav */
#include <stdio.h>
#include <syrinx.h>

enum { RATE = 48000, BLOCK = 256 };

/* Makes sound, but for less than a block, up to a frame. */
static int play_until(syrinx_live *live, syrinx_writer *writer, long *frame, long end)
{
    float block[2 * BLOCK];
    while (*frame + BLOCK <= end) {
        if (syrinx_live_read(live, block, BLOCK) < 0 || syrinx_writer_write(writer, block, BLOCK) < 0)
            return -1;
        *frame += BLOCK;
    }
    return 0;
}

int main(int argc, char **argv)
{
    syrinx_instrument *instrument = NULL;
    syrinx_live *live = NULL;
    syrinx_writer *writer = NULL;
    syrinx_writer_options options;
    double seconds = 0;
    float key, velocity;
    long frame = 0;
    int code = -1;

    syrinx_writer_options_init(&options);
    options.sample_rate = RATE;
    options.channels = 2;
    if (argc == 3 && syrinx_instrument_open(argv[1], &instrument) >= 0 && syrinx_live_new(instrument, NULL, &live) >= 0)
        code = syrinx_writer_open(argv[2], &options, &writer);
    while (code >= 0 && scanf("%lf %f %f", &seconds, &key, &velocity) == 3) {
        long at = (long)(seconds * RATE);
        code = play_until(live, writer, &frame, at);
        if (code >= 0)          /* exactly there: the next read begins at `frame` */
            code = syrinx_live_note_on(live, at > frame ? (int)(at - frame) : 0, key, velocity);
    }
    /* until it has died away; what nobody lets go of, 20 seconds */
    for (long end = frame + 20 * RATE; code >= 0 && frame < end;)
        if ((code = play_until(live, writer, &frame, frame + BLOCK)) >= 0 && syrinx_live_notes(live) == 0)
            break;
    if (code >= 0) {
        code = syrinx_writer_close(writer);
        writer = NULL;
    }
    if (code < 0)
        fprintf(stderr, "%s\n", argc == 3 ? syrinx_last_message() : "usage: keys INSTRUMENT OUT.wav");
    syrinx_writer_abandon(writer);
    syrinx_live_free(live);
    syrinx_instrument_close(instrument);
    return code < 0;
}
