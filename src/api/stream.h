/* stream.h - what a stream is made of: stream.c keeps its life and takes text, speak.c turns utterances into samples and events. */
#ifndef SX_API_STREAM_H
#define SX_API_STREAM_H

#include <stdatomic.h>

#include "api/engine.h"
#include "api/events.h"
#include "api/handles.h"
#include "api/level.h"
#include "api/prompt.h"
#include "api/squeeze.h"
#include "base/arena.h"
#include "text/ssml.h"

struct syrinx_stream {
    const syrinx_voice *voice;
    syrinx_options options;
    float weights[SX_SPEAKERS];     /* of the stream's speaker; not of a Piper voice */
    struct sx_text *lexicon_text;   /* front end with the user's lexicon, or NULL */
    struct sx_reader *reader;
    struct sx_ssml *ssml;           /* NULL before the first markup */
    char *folder;                   /* that markup may read files from; NULL: none */
    uint64_t given;                 /* bytes of text so far */
    struct sx_engine *engine;
    struct sx_level level;
    struct sx_squeeze squeeze;      /* of the utterance, which the networks make no faster than they can */
    struct sx_error error;

    atomic_int cancelled;
    _Atomic float rate, pitch, volume;

    bool ended;                     /* syrinx_stream_end was called */
    bool finished;                  /* all was made after it; the end event is out */
    bool loaded;                    /* an utterance is at hand */
    bool begun;                     /* its words are under way, or done */
    bool speaking;                  /* its words are under way */
    bool spoke;                     /* something was spoken since the start: the next sentence has a pause before it */
    bool cut;                       /* the last utterance was cut: no pause */
    int pause_factor;               /* of the sentence pause behind the last utterance: more behind paragraphs and sections */
    enum sx_standing place;            /* of the next sentence */
    float pause_asked;              /* seconds that breaks ask for instead; < 0: none */
    bool pause_at_least;            /* pause_asked does not make the usual pause shorter */
    uint64_t wait_until;            /* sample before which the next words are not heard */
    bool record_frames;
    uint64_t silence;               /* samples of pause still to give */
    uint64_t base;                  /* absolute sample of the utterance's frame 0 (may lie before what is given: the cut lead) */
    uint64_t made_total, read_total;
    int skip;                       /* samples of the cut lead still to drop */
    int fade;                       /* samples of the fade still to do */
    int frame;                      /* of the utterance, whose pictures were taken */
    uint64_t voiced;                /* samples of the utterance that the engine gave */

    float *made;                    /* samples not yet read */
    int made_count, made_next, made_room;

    struct sx_prompt prompt;        /* between `made` and the reader, if options.prompt */

    struct sx_events events;
    struct sx_queue pictures;
    struct sx_queue held;           /* phone events behind the waiting word event */
    struct sx_queue volumes;        /* struct sx_volume: where the markup's volume changes */
    float volume_here;              /* decibels of the markup at hand */

    float *recording;               /* what is heard between words, from recording_next on; NULL: nothing */
    size_t recording_count, recording_next;

    struct sx_arena arena;          /* of the utterance */
    struct sx_utterance utterance;  /* words, tokens and points copied; styles are the reader's */
    int point, mark;                /* next point that acts, next mark to be reported */
    int lead;                       /* samples cut at its start */
    bool lead_known;
    int tail;                       /* samples of silence that the last utterance ended with */
    int word_open;                  /* word whose event waits for its end, or -1 */
    uint64_t word_start;
    uint64_t placed_end;            /* sample where the last placed token ends */
};

/* From sample `from` of the utterance on. */
struct sx_volume {
    uint64_t from;
    float decibels;
};

/* Does one step: some samples in `made`, or none. 1 go on, 0 all is said, SYRINX_AGAIN, or a failure. */
int sx_stream_step(struct syrinx_stream *stream);
void sx_stream_end_recording(struct syrinx_stream *stream);
/* Text is about to come: a cancel acts, an SSML document that was begun ends. */
int sx_stream_take_text(struct syrinx_stream *stream);
/* More of a document in SSML. INPUT: it is broken; the message says where. */
int sx_stream_ssml(struct syrinx_stream *stream, const char *text, size_t length);
/* The document is complete, if one was begun. */
int sx_stream_ssml_end(struct syrinx_stream *stream);
/* Tells the program that uses the library something that is no failure. */
void sx_stream_warn(const struct syrinx_stream *stream, const char *message);

#endif
