/* room.c - a feedback delay network of 16 lines with a Hadamard matrix (Jot and Chaigne 1991; Schlecht and Habets 2017), each line with a one-pole filter
 * that makes the decay of low and high frequencies what is asked for; early reflections from a tapped delay before it. */
#include "instrument/room.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LINES = 16, PIECE = 32, TAPS = 8 };

#define SOUND 343.0             /* metres a second */
#define HIGH 6000.0             /* Hz where `high` holds */
#define LOW_CUT 80.0            /* Hz: what is below makes a room muddy */
#define EARLY 0.35              /* share of the energy that the early reflections have */
#define TINY 1e-20f             /* added before filters: a sound that fades never becomes a denormal number */
#define SILENT 1e-5f

const struct sx_room_options sx_rooms[SX_ROOM_KINDS] = {
    [SX_ROOM_NONE] = { 0 },
    [SX_ROOM_STUDIO] = { 4, 0.45f, 0.3f, 0.004f, -13 },
    [SX_ROOM_HALL] = { 14, 1.9f, 1.0f, 0.018f, -9 },
    [SX_ROOM_CHURCH] = { 26, 4.5f, 1.8f, 0.03f, -7 },
};

struct line { float *samples; int length, at; };

struct sx_room {
    struct line lines[LINES];
    float feed[LINES], back[LINES];     /* of the filters: y = feed x + back y' */
    float state[LINES];
    float *ring[2];             /* [ring_length]: the input of each side */
    int ring_length, ring_at;
    int taps[2][TAPS], late;    /* frames behind the input */
    float tap_gains[2][TAPS], gain;
    float cut, low[2];          /* of the low cut */
};

static float within(float value, float low, float high)
{
    return value >= low ? value <= high ? value : high : low;
}

static bool is_prime(int n)
{
    for (int d = 2; d * d <= n; d++) {
        if (n % d == 0)
            return false;
    }
    return n > 1;
}

/* A filter of a line of `length` frames: gain at 0 Hz for `low` seconds of decay, at HIGH for `high`. */
static void make_filter(double length, double rate, double low, double high, float *feed, float *back)
{
    double gain = pow(10, -3 * length / (rate * low)), ratio = pow(10, -3 * length / (rate * high)) / gain, square = ratio * ratio;
    double cosine = cos(2 * M_PI * HIGH / rate), pole = 0;
    if (square < 0.9999) {      /* |(1 - b) / (1 - b e^-iw)| = ratio */
        double p = 1 - square * cosine;
        pole = (p - sqrt(p * p - (1 - square) * (1 - square))) / (1 - square);
    }
    *feed = (float)(gain * (1 - pole));
    *back = (float)pole;
}

static void make_early(struct sx_room *room, double mean, double delay, double energy)
{
    static const float times[2][TAPS] = { { 0.13f, 0.31f, 0.47f, 0.66f, 0.83f, 1.02f, 1.27f, 1.54f }, { 0.17f, 0.27f, 0.53f, 0.61f, 0.91f, 1.09f, 1.21f, 1.63f } };
    for (int side = 0; side < 2; side++) {
        double sum = 0;
        for (int k = 0; k < TAPS; k++) {
            double gain = 1 / (1 + (double)times[side][k]);
            room->taps[side][k] = (int)(delay + mean * (double)times[side][k]);
            room->tap_gains[side][k] = (float)((k * 5 + side) % 3 == 0 ? -gain : gain);
            sum += gain * gain;
        }
        for (int k = 0; k < TAPS; k++)
            room->tap_gains[side][k] *= (float)sqrt(energy / 2 / sum);
    }
}

struct sx_room *sx_room_new(const struct sx_room_options *options, int rate)
{
    struct sx_room *room = calloc(1, sizeof *room);
    if (!room)
        return NULL;
    double mean = (double)within(options->size, 2, 60) / SOUND * rate, decay = (double)within(options->decay, 0.1f, 20);
    double high = (double)within(options->high, 0.05f, (float)decay), delay = (double)within(options->delay, 0, 0.2f) * rate;
    double wet = pow(10, (double)within(options->wet, -60, 10) / 10), kept = fmax(pow(10, -6 * mean / (rate * decay)), 0.1);
    int length = 0;
    for (int i = 0; i < LINES; i++) {
        int wanted = (int)(mean * 0.6 * pow(1.6 / 0.6, (double)((i * 7) % LINES) / (LINES - 1)));   /* neighbours are far from each other */
        wanted = wanted > PIECE ? wanted : PIECE + 1;
        bool again = true;
        while (again) {                 /* primes, each once: echoes never fall together for long */
            again = !is_prime(wanted);
            for (int j = 0; j < i && !again; j++)
                again = room->lines[j].length == wanted;
            wanted += again;
        }
        room->lines[i].length = wanted;
        room->lines[i].samples = calloc((size_t)wanted, sizeof(float));
        make_filter(wanted, rate, decay, high, &room->feed[i], &room->back[i]);
        length += room->lines[i].samples ? 1 : 0;
    }
    make_early(room, mean, delay, wet * EARLY);
    room->late = (int)(delay + mean * 0.3);
    /* The network holds 1 / (1 - kept) of the energy that goes in, each side hears all of it: see room.h for what `wet` promises. */
    room->gain = (float)sqrt(wet * (1 - EARLY) / 2 * (1 - kept) / kept);
    room->cut = (float)(1 - exp(-2 * M_PI * LOW_CUT / rate));
    room->ring_length = (int)(delay + 2 * mean) + 2 + PIECE;
    for (int side = 0; side < 2; side++)
        room->ring[side] = calloc((size_t)room->ring_length, sizeof(float));
    if (length < LINES || !room->ring[0] || !room->ring[1]) {
        sx_room_free(room);
        return NULL;
    }
    return room;
}

void sx_room_reset(struct sx_room *room)
{
    for (int i = 0; i < LINES; i++) {
        memset(room->lines[i].samples, 0, (size_t)room->lines[i].length * sizeof(float));
        room->lines[i].at = 0;
        room->state[i] = 0;
    }
    for (int side = 0; side < 2; side++)
        memset(room->ring[side], 0, (size_t)room->ring_length * sizeof(float));
    room->ring_at = 0;
    room->low[0] = room->low[1] = 0;
}

/* The piece of a ring that begins `behind` frames behind `at`, in pieces that do not wrap: to[i] += gain * ring. */
static void add_from(const float *ring, int length, int at, int behind, float gain, int frames, float *to)
{
    int from = at - behind;
    from += from < 0 ? length : 0;
    int first = length - from < frames ? length - from : frames;
    for (int t = 0; t < first; t++)
        to[t] += gain * ring[from + t];
    for (int t = first; t < frames; t++)
        to[t] += gain * ring[t - first];
}

/* Without its factor 1 / sqrt(LINES). */
static void hadamard(float x[LINES][PIECE])
{
    for (int half = 1; half < LINES; half *= 2) {
        for (int i = 0; i < LINES; i++) {
            if (i & half)
                continue;
            float *a = x[i], *b = x[i + half];
            for (int t = 0; t < PIECE; t++) {
                float sum = a[t] + b[t];
                b[t] = a[t] - b[t];
                a[t] = sum;
            }
        }
    }
}

/* The filters of four lines at once: each waits for its last result, so they go side by side. */
static void absorb(struct sx_room *room, int i, float x[LINES][PIECE], int frames)
{
    const float *feed = room->feed + i, *back = room->back + i;
    float *state = room->state + i, a = state[0], b = state[1], c = state[2], d = state[3];
    for (int t = 0; t < frames; t++) {
        x[i][t] = a = feed[0] * x[i][t] + back[0] * a + TINY;
        x[i + 1][t] = b = feed[1] * x[i + 1][t] + back[1] * b + TINY;
        x[i + 2][t] = c = feed[2] * x[i + 2][t] + back[2] * c + TINY;
        x[i + 3][t] = d = feed[3] * x[i + 3][t] + back[3] * d + TINY;
    }
    state[0] = a;
    state[1] = b;
    state[2] = c;
    state[3] = d;
}

/* The input into its rings; what the walls give back first, and what goes on into the lines. */
static void reflect(struct sx_room *room, const float *input, int frames, float early[2][PIECE], float late[2][PIECE])
{
    int at = room->ring_at, length = room->ring_length;
    for (int t = 0, to = at; t < frames; t++, to = to + 1 == length ? 0 : to + 1) {
        room->ring[0][to] = input[2 * t];
        room->ring[1][to] = input[2 * t + 1];
    }
    for (int side = 0; side < 2; side++) {
        for (int k = 0; k < TAPS; k++)      /* some come from the other wall */
            add_from(room->ring[k % 3 == 2 ? 1 - side : side], length, at, room->taps[side][k], room->tap_gains[side][k], frames, early[side]);
        add_from(room->ring[side], length, at, room->late, 0.35355339f, frames, late[side]);       /* 8 lines a side */
    }
    room->ring_at = (at + frames) % length;
}

static void run_piece(struct sx_room *room, const float *input, int frames, float *output)
{
    static const float signs[2][LINES] = { { 1, 1, -1, 1, -1, -1, 1, 1, 1, -1, 1, 1, -1, 1, -1, -1 }, { 1, -1, -1, -1, 1, -1, 1, -1, -1, -1, 1, -1, -1, -1, 1, -1 } };
    float x[LINES][PIECE] = { { 0 } }, early[2][PIECE] = { { 0 } }, late[2][PIECE] = { { 0 } }, sums[2][PIECE] = { { 0 } };
    for (int i = 0; i < LINES; i++) {
        const struct line *line = &room->lines[i];
        int first = line->length - line->at < frames ? line->length - line->at : frames;
        memcpy(x[i], line->samples + line->at, (size_t)first * sizeof(float));
        memcpy(x[i] + first, line->samples, (size_t)(frames - first) * sizeof(float));
    }
    reflect(room, input, frames, early, late);
    for (int i = 0; i < LINES; i += 4)
        absorb(room, i, x, frames);
    for (int side = 0; side < 2; side++) {
        for (int i = 0; i < LINES; i++) {
            for (int t = 0; t < PIECE; t++)
                sums[side][t] += signs[side][i] * x[i][t];
        }
    }
    hadamard(x);
    for (int i = 0; i < LINES; i++) {
        struct line *line = &room->lines[i];
        float sign = i & 2 ? -1.0f : 1.0f;
        for (int t = 0; t < PIECE; t++)
            x[i][t] = 0.25f * x[i][t] + sign * late[i & 1][t];
        int first = line->length - line->at < frames ? line->length - line->at : frames;
        memcpy(line->samples + line->at, x[i], (size_t)first * sizeof(float));
        memcpy(line->samples, x[i] + first, (size_t)(frames - first) * sizeof(float));
        line->at = frames > first ? frames - first : line->at + frames == line->length ? 0 : line->at + frames;
    }
    for (int t = 0; t < frames; t++) {
        for (int side = 0; side < 2; side++) {
            float wet = early[side][t] + room->gain * sums[side][t];
            room->low[side] += room->cut * (wet - room->low[side]) + TINY;
            output[2 * t + side] += wet - room->low[side];
        }
    }
}

void sx_room_run(struct sx_room *room, const float *input, int frames, float *output)
{
    for (int done = 0; done < frames; done += PIECE)
        run_piece(room, input + 2 * done, frames - done < PIECE ? frames - done : PIECE, output + 2 * done);
}

/* The ternary is what processors have an instruction for; fmaxf is a call. */
static float loudest(const float *samples, int count, float most)
{
    for (int t = 0; t < count; t++) {
        float size = fabsf(samples[t]);
        most = size > most ? size : most;
    }
    return most;
}

bool sx_room_silent(struct sx_room *room)
{
    float most = 0;
    for (int i = 0; i < LINES; i++)
        most = loudest(room->lines[i].samples, room->lines[i].length, most);
    most *= 4 * room->gain;             /* sixteen lines that agree by chance */
    for (int side = 0; side < 2; side++)
        most = loudest(room->ring[side], room->ring_length, most);
    if (most >= SILENT)
        return false;
    sx_room_reset(room);
    return true;
}

void sx_room_free(struct sx_room *room)
{
    if (!room)
        return;
    for (int i = 0; i < LINES; i++)
        free(room->lines[i].samples);
    free(room->ring[0]);
    free(room->ring[1]);
    free(room);
}
