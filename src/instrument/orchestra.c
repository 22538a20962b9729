/* orchestra.c - the stream from notes to a block of sound. Notes and controls are taken from the performance when their block comes; what is kept of a note is a line in
 * the list of those that sound. */
#include "instrument/orchestra.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/click.h"
#include "instrument/gm.h"
#include "instrument/players.h"
#include "instrument/seat.h"

enum {
    STEPS = SX_SOUND_GROUP,
    INSTRUMENTS = 64,           /* more than the map names */
    BEGINNINGS = SX_ORCHESTRA_NOTES     /* notes that may begin in one block: a sounder never has more events than SX_PLAYER_EVENTS ahead */
};

#define BLOCK SX_ORCHESTRA_BLOCK
#define SILENCE 1e-4f           /* -80 dB */
#define FADE_BLOCKS 24          /* of what rings longer than SX_ORCHESTRA_TAIL: a second */
#define OVERLAP 0.03            /* seconds that a slurred note waits for the next one */
#define BASE_GAIN -3.0          /* dB of one part; see part_gain() */

/* What the mixer of a part is set to. */
struct setting { float level, pan, send, chorus; };
struct gains { float left, right, send; };

/* What players hear of a part's controls: those of a step reach them together, at the last one's sample. */
enum { BEND, MODULATION, SOFT, SWELL, TOLD };
static const int told_as[TOLD] = { SX_SOUND_BEND, SX_SOUND_MODULATION, SX_SOUND_SOFT, SX_SOUND_SWELL };
static const float told_rest[TOLD] = { [SWELL] = -1 };

struct part {
    float volume, expression, pan, reverb, chorus;      /* controls now; volume and expression as gains */
    float told[TOLD];           /* controls now that its players hear of, */
    int64_t changed[TOLD];      /* and the sample of what they do not know yet; -1: they know it */
    bool silenced;              /* no note began since all its sound was cut */
    int stem;                   /* -1: no notes */
    float gain;                 /* of the balance between parts: a factor */
    struct setting settings[STEPS + 1]; /* of this block, at its steps */
    int settled;                /* how many of them are final */
};

struct live {
    int player;                 /* index; -1: the line is free */
    int part, voice, choke;
    bool up;                    /* its player knows of its end */
    int64_t id, on, off, gone;  /* samples; gone: when it is over, by estimate */
    float pitch;
    bool slur;
};

struct sx_orchestra {
    const struct sx_performance *performance;
    struct sx_orchestra_options options;
    struct sx_instrument *instruments[INSTRUMENTS];
    const char *names[INSTRUMENTS];     /* as the map says; where one is missing, another plays */
    int instrument_count;
    struct part *parts;         /* [part_count] */
    float *seats;               /* [part_count] */
    size_t part_count;
    int *stem_parts;            /* [stems] */
    int stems, channels;
    struct sx_players stage;
    struct live live[SX_ORCHESTRA_NOTES];
    int begun;                  /* notes that begin in this block */
    struct sx_room *room;
    bool room_sounds;
    struct sx_beats beats;
    struct sx_click click;
    bool has_beat, beat_first, clicking;
    double beat_at;
    int64_t position;           /* first sample of the next block */
    int time;                   /* which one is played, from 0 */
    double offset, lead;        /* seconds where this time begins, behind what counts in */
    int beat_time;              /* the same two for the beats */
    double beat_offset;
    double last_note;           /* seconds of a time to the end of its last note */
    size_t next_note, next_control;
    size_t note_count;          /* up to the limit */
    int64_t over;               /* sample behind which nothing is told any more; valid when all is told */
    bool told;
    int fading;                 /* blocks of the fade done */
    float factor;               /* master gain */
    float mono[BLOCK], copies[2][BLOCK], click_mono[BLOCK], send[BLOCK][2], wet[BLOCK][2];
};

/* ------------------------------------------------------------------ instruments */

static void warn(const struct sx_orchestra *orchestra, const char *message)
{
    if (orchestra->options.warn)
        orchestra->options.warn(orchestra->options.warn_user, message);
}

static int find_instrument(const struct sx_orchestra *orchestra, const char *name)
{
    for (int i = 0; i < orchestra->instrument_count; i++) {
        if (strcmp(orchestra->names[i], name) == 0)
            return i;
    }
    return -1;
}

/* One that is not installed is played by the piano, with a warning. */
static int open_instrument(struct sx_orchestra *orchestra, const char *name, struct sx_error *error)
{
    struct sx_instrument *instrument = NULL;
    char message[200];
    if (find_instrument(orchestra, name) >= 0 || orchestra->instrument_count == INSTRUMENTS)
        return SYRINX_OK;
    int code = sx_instrument_open(name, &instrument, error);
    if (code == SYRINX_ERROR_NOT_FOUND && strcmp(name, "piano") != 0) {
        code = sx_instrument_open("piano", &instrument, error);
        snprintf(message, sizeof message, "the instrument %s is not there: a piano plays", name);
        if (code == SYRINX_OK)
            warn(orchestra, message);
    }
    if (code < 0)
        return code;
    orchestra->names[orchestra->instrument_count] = name;
    orchestra->instruments[orchestra->instrument_count++] = instrument;
    return SYRINX_OK;
}

/* The line of the map for a note: pizzicato on bowed strings has one of its own. */
static const struct sx_gm_program *program_of(const struct sx_performed_note *note)
{
    int program = note->note->program;
    bool bowed = (program >= 40 && program <= 44) || (program >= 48 && program <= 51);
    return sx_gm_program(bowed && (note->note->flags & SX_NOTE_PIZZICATO) ? 45 : program, note->pitch);
}

static const char *instrument_of(const struct sx_performed_note *note)
{
    if (note->note->flags & SX_NOTE_PERCUSSION)
        return sx_gm_drum((int)lrintf(note->pitch))->instrument;
    return program_of(note)->instrument;
}

/* What plays a note. */
static struct sx_role role_of(const struct sx_orchestra *orchestra, const struct sx_performed_note *note)
{
    struct sx_role role = { .part = note->part, .instrument = find_instrument(orchestra, instrument_of(note)) };
    if (note->note->flags & SX_NOTE_PERCUSSION) {
        float pan = sx_gm_drum((int)lrintf(note->pitch))->pan;
        role.place = pan < -0.12f ? -1 : pan > 0.12f ? 1 : 0;           /* three places are enough for a drum kit */
    } else {
        const struct sx_gm_program *program = program_of(note);
        role.drive = program->drive;
        role.chorus = program->chorus;
    }
    return role;
}

static int open_instruments(struct sx_orchestra *orchestra, struct sx_error *error)
{
    const struct sx_performance *performance = orchestra->performance;
    int code = SYRINX_OK;
    bool chorus = false;
    for (size_t i = 0; i < orchestra->note_count && code == SYRINX_OK; i++)
        code = open_instrument(orchestra, instrument_of(&performance->notes[i]), error);
    for (size_t i = 0; i < orchestra->note_count && code == SYRINX_OK; i++) {
        struct sx_role role = role_of(orchestra, &performance->notes[i]);
        if (role.instrument >= 0)
            code = sx_players_want(&orchestra->stage, orchestra->part_count, &role, error);
    }
    for (size_t i = 0; i < performance->control_count && !chorus; i++)
        chorus = performance->controls[i].kind == SX_CONTROL_CHORUS && performance->controls[i].value > 0;
    return code < 0 ? code : sx_players_open(&orchestra->stage, orchestra->instruments, orchestra->options.seed, chorus, error);
}

/* ------------------------------------------------------------------ controls */

/* What a part begins with; 100/127 of volume is its full level, as most files leave it. Its players are told where they do not know it. */
static void rest_part(struct part *part, float seat, int64_t at)
{
    part->volume = part->expression = part->reverb = 1;
    part->chorus = 0;
    part->pan = seat;
    for (int k = 0; k < TOLD; k++) {
        part->changed[k] = part->told[k] != told_rest[k] ? at : part->changed[k];
        part->told[k] = told_rest[k];
    }
}

/* Constant power, 0 dB in the middle. */
static struct gains gains_of(const struct sx_orchestra *orchestra, const struct part *part, const struct setting *setting, float pan)
{
    float level = setting->level * part->gain * orchestra->factor * 1.41421356f, angle = (fmaxf(-1, fminf(1, setting->pan + pan)) + 1) * (float)(M_PI / 4);
    return (struct gains){ level * cosf(angle), level * sinf(angle), setting->send };
}

/* The steps of this block up to sample `at` have the controls as they are now. */
static void settle(const struct sx_orchestra *orchestra, struct part *part, int64_t at)
{
    int64_t until = (at - orchestra->position) / SX_SOUND_HOP;
    for (; part->settled <= STEPS && part->settled <= until; part->settled++)
        part->settings[part->settled] = (struct setting){ part->volume * part->expression, part->pan, part->reverb, part->chorus };
}

/* The players of a part hear of what changed before sample `before`. */
static int tell_players(struct sx_orchestra *orchestra, int index, int64_t before, struct sx_error *error)
{
    struct part *part = &orchestra->parts[index];
    int code = SYRINX_OK;
    for (int k = 0; k < TOLD; k++) {
        if (part->changed[k] < 0 || part->changed[k] >= before)
            continue;
        for (int i = 0; i < orchestra->stage.count && code == SYRINX_OK; i++) {
            struct sx_player *player = &orchestra->stage.players[i];
            if (player->taken && player->role.part == index)
                code = sx_sounder_control(player->sounder, part->changed[k] - player->origin, told_as[k], part->told[k], error);
        }
        part->changed[k] = -1;
    }
    return code;
}

/* Players look at controls once a step (and when a note begins): what comes more often than that is told once. */
static int change(struct sx_orchestra *orchestra, int index, int control, float value, int64_t at, struct sx_error *error)
{
    struct part *part = &orchestra->parts[index];
    int code = tell_players(orchestra, index, at - at % SX_SOUND_HOP, error);
    part->told[control] = value;
    part->changed[control] = at;
    return code;
}

static int cut_part(struct sx_orchestra *orchestra, int index, int64_t at, struct sx_error *error)
{
    int code = SYRINX_OK;
    if (orchestra->parts[index].silenced)
        return SYRINX_OK;
    orchestra->parts[index].silenced = true;
    for (int i = 0; i < orchestra->stage.count && code == SYRINX_OK; i++) {
        struct sx_player *player = &orchestra->stage.players[i];
        if (player->taken && player->role.part == index)
            code = sx_sounder_cut(player->sounder, at - player->origin, 0, 0.02f, error);
    }
    return code;
}

static int take_control(struct sx_orchestra *orchestra, const struct sx_performed_control *control, int64_t at, struct sx_error *error)
{
    struct part *part = &orchestra->parts[control->part];
    float value = control->value;
    settle(orchestra, part, at);
    switch (control->kind) {
    case SX_CONTROL_VOLUME: part->volume = value * value * 1.6129f; break;     /* 40 lg, as General MIDI recommends; (127/100)^2 */
    case SX_CONTROL_EXPRESSION: part->expression = value * value; break;
    case SX_CONTROL_PAN: part->pan = value; break;
    case SX_CONTROL_REVERB: part->reverb = value * 3.175f; break;              /* 40/127, which most files say, is the room as it is */
    case SX_CONTROL_CHORUS: part->chorus = value; break;
    case SX_CONTROL_BEND: return change(orchestra, control->part, BEND, value, at, error);
    case SX_CONTROL_MODULATION: return change(orchestra, control->part, MODULATION, value, at, error);
    case SX_CONTROL_SOFT: return change(orchestra, control->part, SOFT, value, at, error);
    case SX_CONTROL_DYNAMICS: return change(orchestra, control->part, SWELL, value, at, error);
    case SX_CONTROL_SILENCE: return cut_part(orchestra, control->part, at, error);
    default: break;             /* the pedal is in the notes' `sounding` */
    }
    return SYRINX_OK;
}

/* The controls of all parts are as at the beginning: the music begins again at sample `at`. */
static void rest_all(struct sx_orchestra *orchestra, int64_t at)
{
    for (size_t i = 0; i < orchestra->part_count; i++) {
        settle(orchestra, &orchestra->parts[i], at);
        rest_part(&orchestra->parts[i], orchestra->seats[i], at);
    }
}

/* ------------------------------------------------------------------ players */

/* The player of a note that begins at sample `at`, its controls as they are then; *index -1: there are too many. */
static int find_player(struct sx_orchestra *orchestra, const struct sx_role *role, int64_t at, int *index, struct sx_error *error)
{
    bool fresh;
    int code = tell_players(orchestra, role->part, at + 1, error);
    *index = sx_players_find(&orchestra->stage, role, orchestra->position, &fresh);
    if (code < 0 || *index < 0 || !fresh)
        return code;
    for (int i = 0; i < SX_ORCHESTRA_NOTES; i++) {          /* those of the role that it had are over */
        if (orchestra->live[i].player == *index)
            orchestra->live[i].player = -1;
    }
    for (int k = 0; k < TOLD && code == SYRINX_OK; k++) {
        if (orchestra->parts[role->part].told[k] != told_rest[k])
            code = sx_sounder_control(orchestra->stage.players[*index].sounder, 0, told_as[k], orchestra->parts[role->part].told[k], error);
    }
    return code;
}

/* ------------------------------------------------------------------ notes */

/* A free line of the list; where none is, the note that was released first is cut, else the oldest. */
static int take_line(struct sx_orchestra *orchestra, int64_t at, struct live **line, struct sx_error *error)
{
    struct live *best = NULL;
    for (int i = 0; i < SX_ORCHESTRA_NOTES; i++) {
        struct live *live = &orchestra->live[i];
        if (live->player < 0 || live->gone <= at) {
            *line = live;
            return SYRINX_OK;
        }
        bool released = live->off <= at, best_released = best && best->off <= at;
        if (!best || (released && !best_released) || (released == best_released && (released ? live->off < best->off : live->on < best->on)))
            best = live;
    }
    struct sx_player *player = &orchestra->stage.players[best->player];
    *line = best;
    return sx_sounder_cut(player->sounder, at - player->origin, best->id, 0.008f, error);
}

/* Sounds that cannot sound together: an open hi-hat ends with the closed one. */
static int choke(struct sx_orchestra *orchestra, int part, int group, int64_t at, struct sx_error *error)
{
    int code = SYRINX_OK;
    for (int i = 0; i < SX_ORCHESTRA_NOTES && code == SYRINX_OK; i++) {
        struct live *live = &orchestra->live[i];
        if (live->player < 0 || live->part != part || live->choke != group || live->on >= at || live->gone <= at)
            continue;
        struct sx_player *player = &orchestra->stage.players[live->player];
        code = sx_sounder_cut(player->sounder, at - player->origin, live->id, 0.02f, error);
        live->player = -1;
    }
    return code;
}

/* The note that this one is bound to: slurred in notation; in a performance one that it overlaps, on instruments of one voice. 0: none. */
static int64_t bound_to(const struct sx_orchestra *orchestra, int index, const struct sx_performed_note *note, int64_t at)
{
    const int64_t slack = (int64_t)(OVERLAP * SX_SOUND_RATE) + 1;
    int program = note->note->program, sounding = 0;
    bool fixed = note->note->flags & SX_NOTE_FIXED, one_voice = (program >= 40 && program <= 43) || (program >= 56 && program <= 60) || (program >= 64 && program <= 79);
    int64_t found = 0;
    if (fixed && !one_voice)
        return 0;
    for (int i = 0; i < SX_ORCHESTRA_NOTES; i++) {
        const struct live *live = &orchestra->live[i];
        if (live->player != index || live->on >= at || live->off < at - slack)
            continue;
        if (fixed && live->off > at) {
            sounding++;
            if (live->off > at + 8 * SX_SOUND_RATE / 1000 && live->off < at + 15 * SX_SOUND_RATE / 100 && live->pitch != note->pitch)
                found = live->id;
        } else if (!fixed && live->slur && live->voice == note->note->voice && live->off <= at + 2 * slack && live->pitch != note->pitch) {
            found = live->id;
        }
    }
    return fixed && sounding != 1 ? 0 : found;
}

/* The sound of a written note, but for its pitch, as the map and the marks on it say. */
static void articulate(const struct sx_performed_note *note, const struct sx_gm_program *map, struct sx_sound *sound)
{
    uint32_t flags = note->note->flags;
    sound->gain += map->gain;
    sound->attack = map->attack;
    sound->release = map->release;
    sound->ring = map->ring;
    sound->tilt = map->tilt;
    sound->vibrato = map->vibrato;
    sound->decay = map->decay;
    if (flags & SX_NOTE_STACCATISSIMO)
        sound->release *= 0.4f;
    else if (flags & SX_NOTE_STACCATO)
        sound->release *= 0.6f;
    if (flags & SX_NOTE_MUTED) {
        sound->tilt -= 2;
        sound->gain -= 2;
    }
    if (flags & SX_NOTE_HARMONIC)
        sound->tilt -= 6;
    if (map->key >= 0) {                /* a sound of the kit under any key */
        sound->pitch = (float)map->key;
        sound->shift = 0;
    }
}

static int64_t sample_at(const struct sx_orchestra *orchestra, double seconds)
{
    return llrint((orchestra->lead + orchestra->offset + seconds) * SX_SOUND_RATE);
}

static int take_note(struct sx_orchestra *orchestra, const struct sx_performed_note *note, int64_t at, struct sx_error *error)
{
    struct sx_sound sound = { .pitch = note->pitch, .velocity = (float)note->velocity / 127 };
    struct live *live, line = { .part = note->part, .voice = note->note->voice, .on = at, .pitch = note->pitch, .slur = note->note->flags & SX_NOTE_SLUR };
    struct sx_role role = role_of(orchestra, note);
    double length = note->sounding;
    int code = SYRINX_OK;
    if (role.instrument < 0 || orchestra->begun == BEGINNINGS)
        return SYRINX_OK;
    if (note->note->flags & SX_NOTE_PERCUSSION) {
        const struct sx_gm_drum *drum = sx_gm_drum((int)lrintf(note->pitch));
        sound = (struct sx_sound){ .pitch = drum->pitch + drum->shift, .velocity = sound.velocity, .shift = drum->shift, .gain = drum->gain, .decay = drum->decay,
                                   .tilt = drum->tilt, .attack = drum->attack };
        line.choke = drum->choke;
        if (drum->choke)
            code = choke(orchestra, note->part, drum->choke, at, error);
    } else {
        articulate(note, program_of(note), &sound);
        if (note->note->flags & SX_NOTE_RING)
            length += 3;
    }
    if (code == SYRINX_OK)
        code = find_player(orchestra, &role, at, &line.player, error);
    if (code < 0 || line.player < 0)
        return code;
    struct sx_player *player = &orchestra->stage.players[line.player];
    const struct sx_instrument_card *card = &orchestra->instruments[role.instrument]->card;
    if (card->sustained && !(note->note->flags & SX_NOTE_PERCUSSION))
        sound.from = bound_to(orchestra, line.player, note, at);
    if (line.slur)
        length += OVERLAP;
    line.off = at + llrint(length * SX_SOUND_RATE);
    float ends = sx_instrument_release(orchestra->instruments[role.instrument], note->pitch) * (sound.release > 0 ? sound.release : 1);
    ends = ends > 0 ? ends : sound.ring > 0 ? sound.ring : 6;
    line.gone = line.off + (int64_t)((ends < 6 ? ends : 6) * SX_SOUND_RATE);
    code = take_line(orchestra, at, &live, error);
    if (code == SYRINX_OK)
        code = sx_sounder_on(player->sounder, at - player->origin, &sound, &line.id, error);
    line.up = line.off < orchestra->position + BLOCK;
    if (code == SYRINX_OK && line.up)
        code = sx_sounder_off(player->sounder, line.off - player->origin, line.id, error);
    if (code == SYRINX_OK)
        *live = line;
    orchestra->parts[note->part].silenced = false;
    orchestra->begun++;
    return code;
}

/* Notes of earlier blocks that end in this one. */
static int take_ends(struct sx_orchestra *orchestra, struct sx_error *error)
{
    int code = SYRINX_OK;
    for (int i = 0; i < SX_ORCHESTRA_NOTES && code == SYRINX_OK; i++) {
        struct live *live = &orchestra->live[i];
        if (live->player < 0 || live->up || live->off >= orchestra->position + BLOCK)
            continue;
        struct sx_player *player = &orchestra->stage.players[live->player];
        code = sx_sounder_off(player->sounder, live->off - player->origin, live->id, error);
        live->up = true;
    }
    return code;
}

/* All that is told before the end of the block, in the order of time, from one time of the music to the next. */
static int take_events(struct sx_orchestra *orchestra, struct sx_error *error)
{
    const struct sx_performance *performance = orchestra->performance;
    int64_t end = orchestra->position + BLOCK;
    int code = take_ends(orchestra, error);
    orchestra->begun = 0;
    while (!orchestra->told && code == SYRINX_OK) {
        bool note = orchestra->next_note < orchestra->note_count;
        bool control = orchestra->next_control < performance->control_count && performance->controls[orchestra->next_control].time < orchestra->options.limit;
        if (!note && !control) {        /* this time is told: on to the next one, when it comes */
            bool last = orchestra->options.times > 0 && orchestra->time + 1 >= orchestra->options.times;
            if (last) {
                double seconds = fmin(performance->seconds, orchestra->options.limit);
                orchestra->over = sample_at(orchestra, fmin(seconds, orchestra->last_note + SX_ORCHESTRA_REST));
                orchestra->told = true;
                break;
            }
            double cycle = fmin(performance->cycle, orchestra->options.limit);
            if (sample_at(orchestra, cycle) >= end)
                break;
            orchestra->offset += cycle;
            orchestra->time++;
            orchestra->next_note = orchestra->next_control = 0;
            int64_t again = sample_at(orchestra, 0);
            rest_all(orchestra, again > orchestra->position ? again : orchestra->position);
            continue;
        }
        const struct sx_performed_note *next = note ? &performance->notes[orchestra->next_note] : NULL;
        const struct sx_performed_control *change = control ? &performance->controls[orchestra->next_control] : NULL;
        control = control && (!note || change->time <= next->onset);
        int64_t at = sample_at(orchestra, control ? change->time : next->onset);
        if (at >= end)
            break;
        at = at < orchestra->position ? orchestra->position : at;
        code = control ? take_control(orchestra, change, at, error) : take_note(orchestra, next, at, error);
        orchestra->next_control += control;
        orchestra->next_note += !control;
    }
    for (size_t i = 0; i < orchestra->part_count && code == SYRINX_OK; i++)
        code = tell_players(orchestra, (int)i, end, error);
    return code;
}

/* ------------------------------------------------------------------ sound */

/* What goes through the chorus at a step, of 1. */
static float chorus_of(const struct sx_player *player, const struct setting *setting)
{
    float share = player->role.chorus + setting->chorus;
    return player->chorus ? fminf(share, 1) : 0;
}

/* The copies of the chorus beside the sound, in straight lines from step to step, into orchestra->copies; as loud together as before. False: there is none. */
static bool add_chorus(struct sx_orchestra *orchestra, const struct sx_player *player)
{
    const struct setting *settings = orchestra->parts[player->role.part].settings;
    bool wanted = false;
    for (int s = 0; s <= STEPS; s++)
        wanted |= chorus_of(player, &settings[s]) > 0;
    if (!wanted)
        return false;
    sx_chorus_run(player->chorus, orchestra->position, orchestra->mono, BLOCK, orchestra->copies[0], orchestra->copies[1]);
    for (int s = 0; s < STEPS; s++) {
        float from = chorus_of(player, &settings[s]), rise = (chorus_of(player, &settings[s + 1]) - from) / SX_SOUND_HOP;
        for (int t = 0; t < SX_SOUND_HOP; t++) {
            int i = s * SX_SOUND_HOP + t;
            float share = from + rise * (float)t, gain = 1 / sqrtf(1 + share * share);
            for (int side = 0; side < 2; side++)
                orchestra->copies[side][i] = gain * (orchestra->mono[i] + share * orchestra->copies[side][i]);
        }
    }
    return true;
}

/* The player's samples at the part's gains, in straight lines from step to step, to mix, send and stem. */
static void mix_player(struct sx_orchestra *orchestra, const struct sx_player *player, const float *const sides[2], float *samples)
{
    const struct part *part = &orchestra->parts[player->role.part];
    size_t channels = (size_t)orchestra->channels, stem = orchestra->options.stems ? 2 + 2 * (size_t)part->stem : 0;
    float pan = 0.3f * (float)player->role.place;
    for (int s = 0; s < STEPS; s++) {
        struct gains from = gains_of(orchestra, part, &part->settings[s], pan), to = gains_of(orchestra, part, &part->settings[s + 1], pan);
        for (int t = 0; t < SX_SOUND_HOP; t++) {
            size_t i = (size_t)s * SX_SOUND_HOP + (size_t)t;
            float share = (float)t / SX_SOUND_HOP, send = from.send + (to.send - from.send) * share;
            float left = sides[0][i] * (from.left + (to.left - from.left) * share), right = sides[1][i] * (from.right + (to.right - from.right) * share);
            samples[i * channels] += left;
            samples[i * channels + 1] += right;
            orchestra->send[i][0] += left * send;
            orchestra->send[i][1] += right * send;
            if (stem > 0) {
                samples[i * channels + stem] += left;
                samples[i * channels + stem + 1] += right;
            }
        }
    }
}

/* A player with effects sounds a block longer than its notes: no effect holds more than that. */
static bool play_parts(struct sx_orchestra *orchestra, float *samples)
{
    bool sounds = false;
    for (int i = 0; i < orchestra->stage.count; i++) {
        struct sx_player *player = &orchestra->stage.players[i];
        bool now = player->taken && sx_sounder_render(player->sounder, orchestra->mono), heard = now || player->rang;
        if (!player->taken || !heard)
            continue;
        player->rang = now && (player->drive || player->chorus);
        if (player->role.drive > 0)
            sx_drive_run(player->drive, player->role.drive, orchestra->mono, BLOCK);
        bool chorus = add_chorus(orchestra, player);
        const float *const sides[2] = { chorus ? orchestra->copies[0] : orchestra->mono, chorus ? orchestra->copies[1] : orchestra->mono };
        mix_player(orchestra, player, sides, samples);
        sounds = true;
    }
    return sounds;
}

static void play_room(struct sx_orchestra *orchestra, float *samples, bool fed)
{
    int channels = orchestra->channels, stem = 2 + 2 * (orchestra->stems - 1 - orchestra->clicking);
    if (!orchestra->room || (!fed && !orchestra->room_sounds))
        return;
    memset(orchestra->wet, 0, sizeof orchestra->wet);
    sx_room_run(orchestra->room, orchestra->send[0], BLOCK, orchestra->wet[0]);
    for (int i = 0; i < BLOCK; i++) {
        for (int side = 0; side < 2; side++) {
            samples[i * channels + side] += orchestra->wet[i][side];
            if (orchestra->options.stems)
                samples[i * channels + stem + side] = orchestra->wet[i][side];
        }
    }
    orchestra->room_sounds = fed || !sx_room_silent(orchestra->room);
}

/* The next beat of any time into beat_at: seconds from the first sample. */
static void next_beat(struct sx_orchestra *orchestra)
{
    const struct sx_orchestra_options *options = &orchestra->options;
    double cycle = fmin(orchestra->performance->cycle, options->limit), counted = orchestra->beat_time == 0 ? orchestra->lead : 0;
    orchestra->has_beat = sx_beats_next(&orchestra->beats, &orchestra->beat_at, &orchestra->beat_first) && orchestra->beat_at - counted < cycle;
    if (!orchestra->has_beat && options->click && (options->times == 0 || orchestra->beat_time + 1 < options->times)) {
        sx_beats_again(&orchestra->beats);
        orchestra->beat_time++;
        orchestra->beat_offset += cycle;
        counted = 0;
        orchestra->has_beat = sx_beats_next(&orchestra->beats, &orchestra->beat_at, &orchestra->beat_first);
    }
    orchestra->beat_at += orchestra->lead - counted + orchestra->beat_offset;
}

static void play_click(struct sx_orchestra *orchestra, float *samples)
{
    int channels = orchestra->channels, stem = 2 + 2 * (orchestra->stems - 1), from = 0;
    if (!orchestra->clicking)
        return;
    memset(orchestra->click_mono, 0, sizeof orchestra->click_mono);
    for (int beats = 0; from < BLOCK; beats++) {
        int64_t at = orchestra->has_beat && beats < BLOCK ? llrint(orchestra->beat_at * SX_SOUND_RATE) - orchestra->position : BLOCK;
        int to = at < from ? from : at > BLOCK ? BLOCK : (int)at;
        sx_click_run(&orchestra->click, orchestra->click_mono + from, to - from);
        from = to;
        if (from < BLOCK) {
            sx_click_strike(&orchestra->click, orchestra->beat_first, SX_SOUND_RATE);
            next_beat(orchestra);
        }
    }
    for (int i = 0; i < BLOCK; i++) {
        for (int side = 0; side < 2; side++) {
            samples[i * channels + side] += orchestra->click_mono[i];
            if (orchestra->options.stems)
                samples[i * channels + stem + side] = orchestra->click_mono[i];
        }
    }
}

static bool is_over(struct sx_orchestra *orchestra, float *samples)
{
    float most = 0;
    if (!orchestra->told || orchestra->position < orchestra->over)
        return false;
    for (int i = 0; i < 2 * BLOCK; i++)
        most = fmaxf(most, fabsf(samples[(i >> 1) * orchestra->channels + (i & 1)]));
    if (most < SILENCE)
        return true;
    if (orchestra->position < orchestra->over + (int64_t)(SX_ORCHESTRA_TAIL * SX_SOUND_RATE))
        return false;
    for (int i = 0; i < BLOCK; i++) {
        float gain = 1 - ((float)orchestra->fading + (float)i / BLOCK) / FADE_BLOCKS;
        for (int c = 0; c < orchestra->channels; c++)
            samples[i * orchestra->channels + c] *= gain * gain;
    }
    return ++orchestra->fading >= FADE_BLOCKS;
}

int sx_orchestra_render(struct sx_orchestra *orchestra, float *samples, struct sx_error *error)
{
    memset(samples, 0, (size_t)BLOCK * (size_t)orchestra->channels * sizeof *samples);
    memset(orchestra->send, 0, sizeof orchestra->send);
    for (size_t i = 0; i < orchestra->part_count; i++)
        orchestra->parts[i].settled = 0;
    int code = take_events(orchestra, error);
    if (code < 0)
        return code;
    for (size_t i = 0; i < orchestra->part_count; i++)
        settle(orchestra, &orchestra->parts[i], orchestra->position + BLOCK);
    bool fed = play_parts(orchestra, samples);
    play_room(orchestra, samples, fed);
    play_click(orchestra, samples);
    if (is_over(orchestra, samples))
        return 0;
    orchestra->position += BLOCK;
    return 1;
}

/* ------------------------------------------------------------------ life */

void sx_orchestra_reset(struct sx_orchestra *orchestra)
{
    sx_players_reset(&orchestra->stage);
    for (int i = 0; i < SX_ORCHESTRA_NOTES; i++)
        orchestra->live[i] = (struct live){ .player = -1 };
    for (size_t i = 0; i < orchestra->part_count; i++) {
        rest_part(&orchestra->parts[i], orchestra->seats[i], 0);
        for (int k = 0; k < TOLD; k++)
            orchestra->parts[i].changed[k] = -1;            /* nobody plays */
        orchestra->parts[i].silenced = false;
    }
    if (orchestra->room)
        sx_room_reset(orchestra->room);
    orchestra->room_sounds = false;
    orchestra->position = orchestra->over = 0;
    orchestra->time = orchestra->beat_time = orchestra->fading = 0;
    orchestra->offset = orchestra->beat_offset = 0;
    orchestra->next_note = orchestra->next_control = 0;
    orchestra->told = false;
    orchestra->click = (struct sx_click){ 0 };
    sx_beats_begin(&orchestra->beats, orchestra->performance, orchestra->options.count_in, orchestra->options.click);
    orchestra->lead = orchestra->beats.lead;
    next_beat(orchestra);
}

/* Where so many notes begin within a block that some of them are left out: told once. */
static void look_for_crowds(const struct sx_orchestra *orchestra)
{
    const struct sx_score *score = orchestra->performance->clock.score;
    for (size_t i = 0; i + BEGINNINGS < orchestra->note_count; i++) {
        const struct sx_performed_note *first = &orchestra->performance->notes[i];
        if (first[BEGINNINGS].onset - first->onset >= (double)BLOCK / SX_SOUND_RATE / 2)
            continue;
        const struct sx_score_part *part = &score->parts[first[BEGINNINGS].part];
        char message[200];
        snprintf(message, sizeof message, "bar %d, %.100s: more than %d notes begin at once: not all are heard",
                 first->note->bar < score->bar_count ? (int)score->bars[first->note->bar].number : 0, *part->name ? part->name : part->id, BEGINNINGS);
        warn(orchestra, message);
        return;
    }
}

/* Parts share the level: each alone is at BASE_GAIN, many are as loud together as LOUD_PARTS of them. */
static float factor_of(const struct sx_orchestra *orchestra)
{
    double parts = orchestra->stems > 1 ? orchestra->stems : 1;
    return (float)pow(10, (BASE_GAIN + (double)orchestra->options.gain - 8 * log10(parts)) / 20);
}

static int prepare(struct sx_orchestra *orchestra, struct sx_error *error)
{
    const struct sx_performance *performance = orchestra->performance;
    orchestra->part_count = performance->clock.score->part_count;
    orchestra->parts = calloc(orchestra->part_count + 1, sizeof *orchestra->parts);
    orchestra->seats = calloc(orchestra->part_count + 1, sizeof *orchestra->seats);
    orchestra->stem_parts = calloc(orchestra->part_count + 2, sizeof *orchestra->stem_parts);
    orchestra->room = orchestra->options.has_room ? sx_room_new(&orchestra->options.room, SX_SOUND_RATE) : NULL;
    if (!orchestra->parts || !orchestra->seats || !orchestra->stem_parts || (orchestra->options.has_room && !orchestra->room) ||
        sx_seat_parts(performance->clock.score, performance, orchestra->seats) < 0)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    for (size_t i = 0; i < orchestra->part_count; i++)
        orchestra->parts[i] = (struct part){ .stem = -1, .gain = performance->gains ? performance->gains[i] : 1 };
    for (; orchestra->note_count < performance->note_count; orchestra->note_count++) {
        const struct sx_performed_note *note = &performance->notes[orchestra->note_count];
        if (note->onset >= orchestra->options.limit)
            break;
        orchestra->parts[note->part].stem = 0;
        orchestra->last_note = fmax(orchestra->last_note, note->onset + note->duration);
    }
    for (size_t i = 0; i < orchestra->part_count; i++) {
        if (orchestra->parts[i].stem < 0)
            continue;
        orchestra->parts[i].stem = orchestra->stems;
        orchestra->stem_parts[orchestra->stems++] = (int)i;
    }
    look_for_crowds(orchestra);
    orchestra->factor = factor_of(orchestra);
    orchestra->clicking = orchestra->options.click || orchestra->options.count_in > 0;
    if (orchestra->room)
        orchestra->stem_parts[orchestra->stems++] = SX_STEM_ROOM;
    if (orchestra->clicking)
        orchestra->stem_parts[orchestra->stems++] = SX_STEM_CLICK;
    orchestra->channels = orchestra->options.stems ? 2 + 2 * orchestra->stems : 2;
    return open_instruments(orchestra, error);
}

int sx_orchestra_new(const struct sx_performance *performance, const struct sx_orchestra_options *options, struct sx_orchestra **out, struct sx_error *error)
{
    struct sx_orchestra *orchestra = calloc(1, sizeof *orchestra);
    *out = NULL;
    if (!orchestra)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    orchestra->performance = performance;
    orchestra->options = *options;
    int code = prepare(orchestra, error);
    if (code < 0) {
        sx_orchestra_free(orchestra);
        return code;
    }
    sx_orchestra_reset(orchestra);
    *out = orchestra;
    return SYRINX_OK;
}

void sx_orchestra_free(struct sx_orchestra *orchestra)
{
    if (!orchestra)
        return;
    sx_players_free(&orchestra->stage);
    for (int i = 0; i < orchestra->instrument_count; i++)
        sx_instrument_close(orchestra->instruments[i]);
    sx_room_free(orchestra->room);
    free(orchestra->parts);
    free(orchestra->seats);
    free(orchestra->stem_parts);
    free(orchestra);
}

int sx_orchestra_channels(const struct sx_orchestra *orchestra)
{
    return orchestra->channels;
}

int sx_orchestra_stems(const struct sx_orchestra *orchestra)
{
    return orchestra->stems;
}

int sx_orchestra_stem_part(const struct sx_orchestra *orchestra, int stem)
{
    return orchestra->stem_parts[stem];
}

double sx_orchestra_seconds(const struct sx_orchestra *orchestra)
{
    const struct sx_performance *performance = orchestra->performance;
    double once = fmin(fmin(performance->seconds, orchestra->options.limit), orchestra->last_note + SX_ORCHESTRA_REST);
    int times = orchestra->options.times;
    return times == 0 ? 0 : orchestra->lead + fmin(performance->cycle, orchestra->options.limit) * (times - 1) + once;
}

double sx_orchestra_lead(const struct sx_orchestra *orchestra)
{
    return orchestra->lead;
}
