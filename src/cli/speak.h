/* speak.h - one text to the speakers or to a file, with all that `syrinx speak` can be asked for; `syrinx batch` does many. */
#ifndef SYRINX_CLI_SPEAK_H
#define SYRINX_CLI_SPEAK_H

#include "book.h"

/* A word whose time has not come. */
struct cli_speak_word {
    uint64_t sample, begin, end;
};

struct cli_speak {
    /* options */
    const char *voice_name, *file, *input, *output, *format, *events_path;
    const char *punctuation;
    const char *folder;         /* where files that markup names are looked for; NULL: beside `file` */
    const char *precision;
    int threads, sample_rate, want_show, ssml, chapters;
    float loudness, peak;
    syrinx_options options;
    bool voice_lent;            /* `voice` is somebody else's, who shows how far we are, too */
    /* what runs */
    syrinx_voice *voice;
    syrinx_stream *stream;
    struct cli_source source;
    struct cli_book book;
    int given;                  /* chapters of the book that the stream was given */
    int chapter;                /* the one that is written; -1: all of them, or no book */
    struct cli_sound sound;
    struct cli_output events;
    struct cli_show show;
    struct cli_progress progress;
    bool sounding;              /* `sound` is open */
    bool all_read;              /* all of the text was given to the stream */
    bool live;                  /* a line is said when it is there, though more may come: text and sound are somebody's who waits */
    bool line_over;             /* the stream was told that the text ends with the line at hand */
    bool drop_pause;            /* the next line comes after a silence: it needs none before it */
    uint64_t dropped;           /* samples that were left out so */
    struct cli_speak_word *words;       /* [capacity], a queue from `first` */
    size_t first, count, capacity;
    uint64_t reached;           /* bytes of the text that the samples made so far belong to */
};

/* What `speak`, and a job of `batch`, may be asked for: a part of a list of options. */
#define CLI_SPEAK_OPTIONS(speak) \
    { "input", 0, CLI_STRING, &(speak).input, "KIND", "auto, text, markdown, html, epub, srt or vtt; by the file if not given", 0, 0 }, \
    { "voice", 'v', CLI_STRING, &(speak).voice_name, "VOICE", "a name from 'syrinx voices', a voice's folder, or a Piper voice's .onnx", 0, 0 }, \
    { "speaker", 's', CLI_STRING, &(speak).options.speaker, "SPEAKER", "a name, a blend such as kathleen:0.6,linda:0.4, or a number", 0, 0 }, \
    { "language", 'l', CLI_STRING, &(speak).options.language, "LANG", "of the text, such as en-GB or de; auto finds it by the words", 0, 0 }, \
    { "rate", 'r', CLI_FLOAT, &(speak).options.rate, "RATE", "speaking rate, 0.25 to 6; 1 as recorded", 0.25, 6 }, \
    { "pitch", 'p', CLI_FLOAT, &(speak).options.pitch, "SEMITONES", "higher or lower, -24 to 24", -24, 24 }, \
    { "volume", 0, CLI_FLOAT, &(speak).options.volume, "DB", "louder or softer, -60 to 20 decibels", -60, 20 }, \
    { "pause", 0, CLI_FLOAT, &(speak).options.sentence_pause, "SECONDS", "between sentences, 0 to 10", 0, 10 }, \
    { "sentence-silence", 0, CLI_FLOAT, &(speak).options.sentence_pause, "SECONDS", "the same, as Piper calls it", 0, 10 }, \
    { "loudness", 0, CLI_FLOAT, &(speak).loudness, "LUFS", "bring each file to this loudness, -70 to -5, such as -19", -70, -5 }, \
    { "peak", 0, CLI_FLOAT, &(speak).peak, "DBTP", "with --loudness: true peaks stay under this; -1 if not given", -20, 0 }, \
    { "format", 0, CLI_STRING, &(speak).format, "FORMAT", "wav, flac, ogg, opus, mp3 or raw (float32); by the name's ending", 0, 0 }, \
    { "sample-rate", 0, CLI_INT, &(speak).sample_rate, "HZ", "of the file; the voice's own if not given", 1000, 384000 }, \
    { "lexicon", 0, CLI_STRING, &(speak).options.lexicon, "FILE", "your own words: a line is WORD, tab, ARPAbet, [[IPA]] or words", 0, 0 }, \
    { "punctuation", 0, CLI_STRING, &(speak).punctuation, "LEVEL", "the marks to be named: none, some, most or all", 0, 0 }, \
    { "ssml", 0, CLI_FLAG, &(speak).ssml, NULL, "the text is SSML 1.1", 0, 0 }, \
    { "seed", 0, CLI_UINT64, &(speak).options.seed, "N", "of the noise in the voice", 0, 0 }, \
    { "noise-scale", 0, CLI_FLOAT, &(speak).options.noise_scale, "N", "Piper voices: how much the sound varies, 0 to 10; as in its file if not given", 0, 10 }, \
    { "noise-w", 0, CLI_FLOAT, &(speak).options.noise_w, "N", "Piper voices: how much the durations vary, 0 to 10", 0, 10 }, \
    { "normalize", 0, CLI_FLAG, &(speak).options.normalize, NULL, "Piper voices: each sentence at full scale, as Piper does", 0, 0 }

void cli_speak_init(struct cli_speak *speak);
/* What the options must be to each other; fills in the peak. */
int cli_speak_check(struct cli_speak *speak);
/* Says what FILE, the operands or standard input hold. With `voice_lent` the voice is open; else it is opened and closed. */
int cli_speak_run(struct cli_speak *speak, int operands, char **words);

#endif
