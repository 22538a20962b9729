/* sounder.c - the sounding notes of a part: events in, blocks of samples out.
 *
 * A group of blocks is made in two passes. The first takes the events in order of time and writes down what each note is in each frame; the second asks the network
 * for all of these columns, a few at a time, and writes notes into the common spectrum. So the network runs on many columns at once, however few notes sound. */
#include <stdlib.h>
#include <string.h>

#include "dsp/fastmath.h"
#include "instrument/bus.h"
#include "instrument/instrument.h"
#include "instrument/queue.h"
#include "instrument/start.h"
#include "instrument/tone.h"
#include "nn/flow.h"

enum {
    DYING = 32,                     /* notes that may fade out above the limit */
    TONES = SX_SOUND_NOTES + DYING,
    COLUMNS = 32,                   /* of one run of the network */
    ENTRIES = TONES * SX_SOUND_GROUP + TONES * SX_START_FRAMES,
    COMMON = SX_START_FRAMES,       /* part of an entry: a frame on the common grid */
};

#define GONE 3.1623e-5f             /* -90 dB */
#define SETTLED 0.25f               /* seconds in which no note is dropped */
#define STOLEN 0.008f
#define RESTRUCK 0.4f               /* seconds to -60 dB of a string that is struck again */

struct entry {
    struct sx_tone *tone, *from;
    int part;                       /* frame of its start, or COMMON */
    struct sx_tone_frame frame;
};

struct sx_sounder {
    const struct sx_instrument *instrument;
    struct sx_sounder_options options;
    struct sx_bus *bus;
    struct sx_starter starter;
    struct sx_flow *flow;
    struct sx_session *session;     /* of onset.onnx */
    struct sx_sound_queue queue;
    struct sx_tone_controls controls;
    int64_t position, next_id;
    int count;                      /* of `active`, in the order of their beginnings */
    struct sx_tone *active[TONES], *idle[TONES];
    int idle_count, next_source;
    struct sx_tone *tones;          /* [TONES] */
    struct entry *entries;          /* [ENTRIES] of a group */
    int entry_count, frame_end[SX_SOUND_GROUP + 1];
    int asked, answered, taken;     /* entries whose columns were given to the network; columns of `output`, those used */
    float input[COLUMNS * SX_CONTROL_WIDTH];
    float *output;                  /* [COLUMNS][K + 33] */
    float *onset;                   /* [K + 384] */
    int width;
};

static const float AT_REST[SX_SOUND_CONTROLS] = { [SX_SOUND_DYNAMICS] = -1.0f, [SX_SOUND_SWELL] = -1.0f, [SX_SOUND_VIBRATO] = 1.0f };

/* ---------------------------------------------------------------- life */

void sx_sounder_reset(struct sx_sounder *s, uint64_t seed)
{
    s->options.seed = seed;
    sx_bus_reset(s->bus, seed);
    sx_sound_queue_clear(&s->queue);
    memcpy(s->controls.value, AT_REST, sizeof AT_REST);
    s->position = 0;
    s->next_id = 1;
    s->count = s->next_source = 0;
    s->idle_count = TONES;
    for (int i = 0; i < TONES; i++) s->idle[i] = &s->tones[TONES - 1 - i];      /* the last comes out first */
}

/* The graph of a note's beginning, for one note, into s->onset. */
static int ask_onset(struct sx_sounder *s, const float *column, struct sx_error *error)
{
    float note[4] = { column[0], column[1], column[3], column[4] };
    struct sx_tensor input = { .type = SX_FLOAT, .rank = 3, .shape = { 1, 1, 4 }, .data = note };
    int wanted = s->instrument->card.partials + SX_SOUND_STEPS * SX_SOUND_STEP_BANDS;
    int code = sx_session_set_input(s->session, 0, &input, error);
    if (code == SYRINX_OK) code = sx_session_run(s->session, error);
    const struct sx_tensor *output = code == SYRINX_OK ? sx_session_output(s->session, 0) : NULL;
    if (code < 0) return code;
    if (!output || output->type != SX_FLOAT || output->rank != 3 || output->shape[0] != 1 || output->shape[1] != 1 || output->shape[2] != wanted)
        return sx_fail(error, SYRINX_ERROR_FORMAT, "the output is not float [1,1,%d], partials and %d", wanted, SX_SOUND_STEPS * SX_SOUND_STEP_BANDS);
    memcpy(s->onset, output->data, sizeof(float) * (size_t)wanted);
    return SYRINX_OK;
}

static int open_graphs(struct sx_sounder *s, struct sx_error *error)
{
    const struct sx_instrument_card *card = &s->instrument->card;
    const float column[SX_CONTROL_WIDTH] = { card->low, 0.5f, 0.0f, 0.0f, 0.0f };
    if (sx_flow_new(s->instrument->frame, NULL, COLUMNS, &s->flow, error) < 0) return sx_context(error, "%s/frame.onnx", s->instrument->path);
    if (sx_flow_look_ahead(s->flow) != 0 || sx_flow_past(s->flow) != 0 || sx_flow_rate(s->flow) != 1)
        return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "%s/frame.onnx: a column depends on others", s->instrument->path);
    if (sx_flow_output_width(s->flow) != s->width)
        return sx_fail(error, SYRINX_ERROR_FORMAT, "%s/frame.onnx: the output has %d numbers a column, not %d: partials and %d", s->instrument->path,
                       sx_flow_output_width(s->flow), s->width, SX_SOUND_BANDS + 1);
    int code = sx_session_new(s->instrument->onset, NULL, &s->session, error);
    if (code == SYRINX_OK) sx_session_set_limit(s->session, 16 << 20);
    if (code == SYRINX_OK) code = ask_onset(s, column, error);
    return code < 0 ? sx_context(error, "%s/onset.onnx", s->instrument->path) : code;
}

int sx_sounder_new(const struct sx_instrument *instrument, const struct sx_sounder_options *options, struct sx_sounder **out, struct sx_error *error)
{
    struct sx_sounder *s = calloc(1, sizeof *s);
    *out = NULL;
    if (!s) return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    if (options) s->options = *options;
    s->options.group = s->options.group >= 8 ? 8 : s->options.group >= 4 ? 4 : s->options.group >= 2 ? 2 : 1;
    if (s->options.limit < 1 || s->options.limit > SX_SOUND_NOTES) s->options.limit = SX_SOUND_NOTES;
    s->instrument = instrument;
    s->width = instrument->card.partials + SX_SOUND_BANDS + 1;
    s->bus = sx_bus_new(instrument->tables, s->options.seed);
    s->starter.bus = s->bus;
    s->tones = malloc(TONES * sizeof *s->tones);         /* not cleared: pages that no note has used take no memory */
    s->entries = malloc(ENTRIES * sizeof *s->entries);
    s->output = calloc((size_t)COLUMNS * (size_t)s->width, sizeof *s->output);
    s->onset = calloc((size_t)instrument->card.partials + SX_SOUND_STEPS * SX_SOUND_STEP_BANDS, sizeof *s->onset);
    int code = s->bus && s->tones && s->entries && s->output && s->onset ? SYRINX_OK : sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    if (code == SYRINX_OK && s->options.events > 0) code = sx_sound_queue_fix(&s->queue, s->options.events, error);
    if (code == SYRINX_OK) code = open_graphs(s, error);
    if (code < 0) {
        sx_sounder_free(s);
        return code;
    }
    sx_sounder_reset(s, s->options.seed);
    *out = s;
    return SYRINX_OK;
}

void sx_sounder_free(struct sx_sounder *s)
{
    if (!s) return;
    sx_flow_free(s->flow);
    sx_session_free(s->session);
    sx_bus_free(s->bus);
    sx_sound_queue_free(&s->queue);
    free(s->tones);
    free(s->entries);
    free(s->output);
    free(s->onset);
    free(s);
}

/* ---------------------------------------------------------------- events told */

int sx_sounder_on(struct sx_sounder *s, int64_t sample, const struct sx_sound *sound, int64_t *id, struct sx_error *error)
{
    struct sx_sound_event event = { .sample = sample, .kind = SX_EVENT_ON, .id = s->next_id, .sound = *sound };
    sx_sound_clamp(&event.sound);
    int code = sx_sound_queue_add(&s->queue, &event, error);
    if (code < 0) return code;
    if (id) *id = s->next_id;
    s->next_id++;
    return SYRINX_OK;
}

int sx_sounder_off(struct sx_sounder *s, int64_t sample, int64_t id, struct sx_error *error)
{
    return sx_sound_queue_add(&s->queue, &(struct sx_sound_event){ .sample = sample, .kind = SX_EVENT_OFF, .id = id }, error);
}

int sx_sounder_cut(struct sx_sounder *s, int64_t sample, int64_t id, float seconds, struct sx_error *error)
{
    return sx_sound_queue_add(&s->queue, &(struct sx_sound_event){ .sample = sample, .kind = SX_EVENT_CUT, .id = id, .value = seconds }, error);
}

int sx_sounder_control(struct sx_sounder *s, int64_t sample, int control, float value, struct sx_error *error)
{
    static const struct { float low, high; } limits[SX_SOUND_CONTROLS] = {
        [SX_SOUND_BEND] = { -48.0f, 48.0f }, [SX_SOUND_MODULATION] = { 0.0f, 1.0f }, [SX_SOUND_DYNAMICS] = { -1.0f, 1.0f }, [SX_SOUND_SWELL] = { -1.0f, 1.0f },
        [SX_SOUND_LEVEL] = { -120.0f, 24.0f }, [SX_SOUND_SUSTAIN] = { 0.0f, 1.0f }, [SX_SOUND_SOSTENUTO] = { 0.0f, 1.0f }, [SX_SOUND_SOFT] = { 0.0f, 1.0f },
        [SX_SOUND_VIBRATO] = { 0.0f, 4.0f } };
    struct sx_sound_event event = { .sample = sample, .kind = SX_EVENT_CONTROL, .control = control };
    if (control < 0 || control >= SX_SOUND_CONTROLS) return SYRINX_OK;
    event.value = value != value ? AT_REST[control] : sx_clamp(value, limits[control].low, limits[control].high);
    return sx_sound_queue_add(&s->queue, &event, error);
}

/* ---------------------------------------------------------------- events taken */

static struct sx_tone *find(const struct sx_sounder *s, int64_t id)
{
    for (int i = s->count - 1; i >= 0; i--)
        if (s->active[i]->id == id) return s->active[i];
    return NULL;
}

/* Room for one more: the quietest note goes. NULL: so many are going that there is none. */
static struct sx_tone *fresh(struct sx_sounder *s, int64_t sample)
{
    struct sx_tone *quietest = NULL;
    int full = 0;
    for (int i = 0; i < s->count; i++) {
        struct sx_tone *tone = s->active[i];
        if (tone->cut >= 0 || tone->slur_end >= 0) continue;
        full++;
        if (!quietest || tone->known < quietest->known) quietest = tone;
    }
    if (full >= s->options.limit) sx_tone_cut(quietest, sample, STOLEN);
    return s->idle_count ? s->idle[--s->idle_count] : NULL;
}

static void begin(struct sx_sounder *s, const struct sx_sound_event *event, int64_t sample)
{
    const struct sx_instrument_card *card = &s->instrument->card;
    struct sx_tone *from = event->sound.from ? find(s, event->sound.from) : NULL, *tone;
    if (from && (from->slur_end >= 0 || from->onset > sample)) from = NULL;
    for (int i = 0; i < s->count && !card->sustained && !card->percussion; i++) {
        struct sx_tone *other = s->active[i];
        float apart = other->sound.pitch - event->sound.pitch;
        if (apart > -0.01f && apart < 0.01f && other->ended < 0) sx_tone_cut(other, sample, RESTRUCK);
    }
    if (from && !card->sustained) {
        sx_tone_end(from, s->instrument, &s->controls, sample);
        from = NULL;
    }
    if (!(tone = fresh(s, sample))) return;
    sx_tone_begin(tone, s->instrument, s->options.seed, event->id, sample, &event->sound, &s->controls, from);
    tone->source = s->next_source;
    s->next_source = (s->next_source + 1) % SX_NOISE_SOURCES;
    s->active[s->count++] = tone;
    for (int n = 0; n < SX_START_FRAMES; n++) {
        struct entry *entry = &s->entries[s->entry_count++];
        *entry = (struct entry){ .tone = tone, .from = n == 0 ? from : NULL, .part = n };
        sx_tone_frame(tone, s->instrument, &s->controls, sample + (int64_t)n * SX_SOUND_HOP, &entry->frame);
    }
}

static void control(struct sx_sounder *s, int which, float value, int64_t sample)
{
    bool down = value >= 0.5f, was = s->controls.value[which] >= 0.5f;
    s->controls.value[which] = value;
    if ((which != SX_SOUND_SUSTAIN && which != SX_SOUND_SOSTENUTO) || down == was) return;
    for (int i = 0; i < s->count; i++) {
        struct sx_tone *tone = s->active[i];
        if (which == SX_SOUND_SOSTENUTO) tone->sostenuto = down && tone->down;
        if (!down && !tone->down) sx_tone_end(tone, s->instrument, &s->controls, sample);
    }
}

static void take(struct sx_sounder *s, const struct sx_sound_event *event, int64_t sample)
{
    struct sx_tone *tone;
    switch (event->kind) {
    case SX_EVENT_ON:
        begin(s, event, sample);
        break;
    case SX_EVENT_OFF:
        if ((tone = find(s, event->id)) && tone->down) sx_tone_end(tone, s->instrument, &s->controls, sample);
        break;
    case SX_EVENT_CUT:
        for (int i = 0; i < s->count; i++)
            if (event->id == 0 || s->active[i]->id == event->id) sx_tone_cut(s->active[i], sample, event->value);
        break;
    case SX_EVENT_CONTROL:
        control(s, event->control, event->value, sample);
        break;
    }
}

/* ---------------------------------------------------------------- first pass: what is wanted */

/* Frame g (from 1) of the group, number f: the events before it, and each note in it. */
static void plan_frame(struct sx_sounder *s, int g, int64_t f)
{
    int64_t begins = (f - 1) * SX_SOUND_HOP, middle = f * SX_SOUND_HOP;
    const struct sx_sound_event *event;
    while ((event = sx_sound_queue_first(&s->queue)) && event->sample < middle) {
        struct sx_sound_event now = *event;
        sx_sound_queue_drop(&s->queue);
        take(s, &now, now.sample > begins ? now.sample : begins);
    }
    for (int i = 0; i < s->count; i++) {
        struct sx_tone *tone = s->active[i];
        tone->dynamic[g] = sx_tone_dynamic(tone, &s->controls, middle);
        if (tone->last >= 0 && f > tone->last) continue;
        if (tone->dynamic[g] == 0.0f && tone->last < 0) tone->last = f;
        if (f < tone->shared) continue;
        struct entry *entry = &s->entries[s->entry_count++];
        *entry = (struct entry){ .tone = tone, .part = COMMON };
        sx_tone_follow(tone, s->instrument, &s->controls);
        sx_tone_frame(tone, s->instrument, &s->controls, middle, &entry->frame);
        entry->frame.gain *= tone->dynamic[g];
    }
    s->frame_end[g] = s->entry_count;
}

/* ---------------------------------------------------------------- second pass: the sound */

/* What the network says for entry `index`; entries come in order. */
static const float *answer(struct sx_sounder *s, int index)
{
    if (s->taken == s->answered) {
        int n = s->entry_count - s->asked < COLUMNS ? s->entry_count - s->asked : COLUMNS;
        for (int i = 0; i < n; i++) memcpy(s->input + i * SX_CONTROL_WIDTH, s->entries[index + i].frame.column, sizeof(float) * SX_CONTROL_WIDTH);
        s->answered = sx_flow_push(s->flow, s->input, n, false, s->output);
        for (int i = s->answered * s->width; i < n * s->width; i++) s->output[i] = -40.0f;      /* it failed: silence */
        s->answered = n;
        s->asked += n;
        s->taken = 0;
    }
    return s->output + (size_t)s->taken++ * (size_t)s->width;
}

static void sound_start(struct sx_sounder *s, struct entry *entry, const float *network)
{
    struct sx_error error;
    int partials = s->instrument->card.partials;
    if (entry->part == 0) {
        if (ask_onset(s, entry->frame.column, &error) < 0) memset(s->onset, 0, sizeof *s->onset * (size_t)partials);   /* no memory: as told before, without cents */
        sx_start_begin(&s->starter, entry->tone, s->instrument, s->onset, entry->from, &entry->frame);
    }
    sx_start_frame(&s->starter, entry->tone, entry->part, &entry->frame, network, partials);
    if (entry->part == SX_START_FRAMES - 1) sx_start_end(&s->starter, entry->tone);
}

static void sound_frame(struct sx_sounder *s, struct entry *entry, const float *network, int64_t f)
{
    struct sx_tone *tone = entry->tone;
    struct sx_bus *bus = s->bus;
    int partials = s->instrument->card.partials;
    float f0 = sx_tone_bins(&entry->frame, network[partials + SX_SOUND_BANDS]), gains[SX_SOUND_BANDS], noise = 0.0f;
    int64_t middle = f * SX_SOUND_HOP;
    struct sx_partial_frame p = { tone->ratio, tone->color, network, tone->phase, f0, (tone->f0 + f0) * (float)(middle - tone->place) * (0.5f / SX_SOUND_FFT),
                                  entry->frame.gain, SX_PARTIAL_LIMIT, partials };
    float loudest = bus->kernels->partials(&p, bus->tables->lobes, SX_LEAST, &bus->line);
    tone->f0 = f0;
    tone->place = middle;
    if (entry->frame.noise > 0.0f && sx_tone_noise(tone, network + partials, entry->frame.noise * entry->frame.gain, gains, &noise)) {
        sx_bus_hiss(bus, gains, sx_bus_noise(bus, tone->source, f), &bus->line);
        bus->sounding = true;
    }
    bus->sounding = bus->sounding || loudest > 0.0f;
    tone->level = loudest > noise ? loudest : noise;
    float age = (float)(middle - tone->onset) * (1.0f / SX_SOUND_RATE);
    if (tone->level < GONE && age > SETTLED + tone->sound.attack && (tone->ended >= 0 || !s->instrument->card.sustained)) tone->silent = true;
}

/* The part of a note's own beginning that lies in the block before frame g, number f. */
static bool mix_start(const struct sx_tone *tone, int g, int64_t f, float *samples)
{
    int64_t block = (f - 1) * SX_SOUND_HOP;
    if (f > tone->shared || tone->onset >= block + SX_SOUND_HOP) return false;
    int from = tone->onset > block ? (int)(tone->onset - block) : 0;
    const float *start = tone->start + (block + from - tone->onset);
    float a = tone->dynamic[g - 1], rise = (tone->dynamic[g] - a) * (1.0f / SX_SOUND_HOP), fade = f == tone->shared ? 1.0f / SX_SOUND_HOP : 0.0f;
    for (int i = from; i < SX_SOUND_HOP; i++) samples[i] += start[i - from] * (a + rise * (float)i) * (1.0f - fade * (float)i);
    return true;
}

static void sweep(struct sx_sounder *s)
{
    int64_t f = s->position / SX_SOUND_HOP;
    int kept = 0;
    for (int i = 0; i < s->count; i++) {
        struct sx_tone *tone = s->active[i];
        if (f % SX_SOUND_GROUP == 0) {              /* where groups of every size meet */
            tone->known = tone->level;
            tone->over = tone->silent;
        }
        if (tone->over || (tone->last >= 0 && f >= tone->last)) {
            s->idle[s->idle_count++] = tone;
            continue;
        }
        tone->dynamic[0] = tone->dynamic[s->options.group];
        s->active[kept++] = tone;
    }
    s->count = kept;
}

int sx_sounder_render(struct sx_sounder *s, float *samples)
{
    int64_t base = s->position / SX_SOUND_HOP;
    bool sounds = false;
    sweep(s);
    s->entry_count = s->asked = s->answered = s->taken = 0;
    for (int g = 1; g <= s->options.group; g++) plan_frame(s, g, base + g);
    for (int g = 1, i = 0; g <= s->options.group; g++) {
        float *block = samples + (g - 1) * SX_SOUND_HOP;
        for (; i < s->frame_end[g]; i++) {
            const float *network = answer(s, i);
            if (s->entries[i].part == COMMON)
                sound_frame(s, &s->entries[i], network, base + g);
            else
                sound_start(s, &s->entries[i], network);
        }
        sounds |= sx_bus_finish(s->bus, block);
        for (int k = 0; k < s->count; k++) sounds |= mix_start(s->active[k], g, base + g, block);
    }
    s->position += (int64_t)s->options.group * SX_SOUND_HOP;
    return sounds;
}

int64_t sx_sounder_position(const struct sx_sounder *s)
{
    return s->position;
}

int sx_sounder_room(const struct sx_sounder *s)
{
    return s->queue.capacity - s->queue.count;
}

int sx_sounder_notes(const struct sx_sounder *s)
{
    int count = 0;
    for (int i = 0; i < s->count; i++) count += !s->active[i]->silent;
    return count;
}

bool sx_sounder_idle(const struct sx_sounder *s)
{
    return sx_sounder_notes(s) == 0 && s->queue.waiting == 0 && !s->bus->ringing;
}
