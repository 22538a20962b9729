/* syrinx.h - the public interface of libsyrinx, a neural speech synthesizer.
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The life of a program that speaks:
 *
 *     syrinx_voice *voice;
 *     syrinx_stream *stream;
 *     float block[480];
 *     int n;
 *
 *     if (syrinx_voice_open(NULL, NULL, &voice) < 0)              // NULL name: the default voice
 *         return 1;
 *     if (syrinx_stream_new(voice, NULL, &stream) < 0)            // NULL options: the defaults
 *         return 1;
 *     syrinx_stream_text(stream, "Hello, world.", SYRINX_LEN_AUTO, SYRINX_TEXT);
 *     syrinx_stream_end(stream);
 *     while ((n = syrinx_stream_read(stream, block, 480)) > 0)
 *         play(block, n);                                         // n samples, mono, 24 000 a second, within -1..1
 *     syrinx_stream_free(stream);
 *     syrinx_voice_close(voice);
 *
 * Results. A function that can fail returns SYRINX_OK (0) or more when it went well and one of the negative
 * codes below when it did not; syrinx_strerror() names a code, and the *_message() functions tell the whole story of
 * the last failure on that handle. The library never prints, exits, aborts, installs signal handlers or changes the locale.
 * Memory that cannot be had is SYRINX_ERROR_MEMORY, never an abort.
 *
 * Threads. A voice is immutable once open: any number of threads may use it at the same time. A stream belongs to one
 * thread at a time; only syrinx_stream_cancel() and syrinx_stream_set() may be called from any thread meanwhile.
 *
 * Ownership. What a *_new or *_open function returned goes back through the *_free or *_close function of the same
 * name; these accept NULL. A voice lives at least as long as the streams made from it. Strings returned by the library belong to
 * the handle that they came from. Strings given to the library are copied.
 *
 * Determinism. The same text, options, seed, build and processor level give the same samples, whatever the block size and the
 * number of threads.
 */
#ifndef SYRINX_H
#define SYRINX_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(_WIN32)
#define SYRINX_API
#elif defined(__GNUC__)
#define SYRINX_API __attribute__((visibility("default")))
#else
#define SYRINX_API
#endif
#if defined(__GNUC__)
#define SYRINX_MUST_CHECK __attribute__((warn_unused_result))
#else
#define SYRINX_MUST_CHECK
#endif

/* ------------------------------------------------------------------ results */

enum {
    SYRINX_OK = 0,
    SYRINX_ERROR_ARGUMENT = -1,   /* a NULL, a value out of range, a call out of order */
    SYRINX_ERROR_MEMORY = -2,     /* an allocation failed */
    SYRINX_ERROR_NOT_FOUND = -3,  /* no such file, voice or speaker */
    SYRINX_ERROR_IO = -4,         /* reading or writing failed: disk full, pipe closed, permission */
    SYRINX_ERROR_FORMAT = -5,     /* a file is damaged, truncated or not what it claims to be */
    SYRINX_ERROR_UNSUPPORTED = -6,/* valid, but this build or version cannot do it */
    SYRINX_ERROR_INPUT = -7,      /* the text or markup was refused; the message has line and column */
    SYRINX_ERROR_DEVICE = -8,     /* no audio device, or it failed */
    SYRINX_ERROR_CANCELLED = -9,  /* syrinx_stream_cancel() came while the call ran */
    SYRINX_AGAIN = -10,           /* not a failure: the stream needs more text (or syrinx_stream_end) first */
    SYRINX_ERROR_EXISTS = -11     /* something of that name is there already */
};

/* A short English name of a result code; never NULL. */
SYRINX_API const char *syrinx_strerror(int code);

/* The library's version, such as "0.1.0". */
SYRINX_API const char *syrinx_version(void);

/* Why the last syrinx_voice_open, syrinx_stream_new, syrinx_phonemize, … of this thread that had no handle to keep a
 * message on failed. Never NULL; valid until the next such call of the same thread. */
SYRINX_API const char *syrinx_last_message(void);

/* ------------------------------------------------------------------ text data */

/* What is known of words (dictionaries, letters to sounds) lies in a file beside the library, text.dat. It belongs to one build of it: any other file is refused. The
 * first voice or front end maps and checks it, once for the process, all threads and all voices. It is looked for where the variable SYRINX_TEXT_DATA says, or else in
 * the library's own folder, in ../share/syrinx and .. from there, and in the installed folder (PREFIX/share/syrinx). Only a program that keeps it elsewhere, or that will
 * see no files later, needs these two calls. Music does without it; a library built with TEXT_DATA=inside has it in itself, and these calls do nothing.
 *
 * Opens it now; NULL: where it is looked for. Once it is open, calls return SYRINX_OK and change nothing. Errors: NOT_FOUND (the message has the places), FORMAT
 * (damaged, cut off), UNSUPPORTED (of another build), IO, MEMORY: syrinx_last_message(). They are also errors of the calls that open a voice or make a front end. */
SYRINX_API int syrinx_text_data_open(const char *path);
/* The same from memory. The bytes are not copied: they stay as they are until the process ends. */
SYRINX_API int syrinx_text_data_use(const void *bytes, size_t length);

/* ------------------------------------------------------------------ voices */

typedef struct syrinx_voice syrinx_voice;

typedef struct syrinx_voice_options {
    size_t size;            /* sizeof(syrinx_voice_options), set by syrinx_voice_options_init */
    int threads;            /* threads that a stream may use; 1 (the default) is best for latency, 0 = one a core */
    int verify;             /* 1 (default): check the files against the card's SHA-256 */
    int precision;          /* SYRINX_PRECISION_…; float32 is the default */
} syrinx_voice_options;

/* What the network behind the durations computes in: durations, and so all times, are the same in each. Sound and figures: docs/ENGINE.md. */
enum {
    SYRINX_PRECISION_FLOAT32 = 0,
    SYRINX_PRECISION_BFLOAT16 = 1,  /* faster, and half the memory; where the processor lacks such arithmetic, float32 is used instead */
    SYRINX_PRECISION_FLOAT16 = 2,   /* half the memory for weights; the same speed */
    SYRINX_PRECISION_INT8 = 3       /* a quarter of it, with an audible loss in some voices */
};

SYRINX_API void syrinx_voice_options_init(syrinx_voice_options *options);

/* Opens a voice: NULL is the default voice, a name is looked for in the search path ($SYRINX_VOICES, the user's data folder,
 * the installed folder), anything with a '/' is the path of a voice folder, or of the
 * .onnx of a Piper voice with its .onnx.json beside it (docs/PIPER.md). `options` may be NULL.
 * Errors: NOT_FOUND, FORMAT (damaged; the message says which file), UNSUPPORTED (newer format), IO, MEMORY; of the text data, too. */
SYRINX_API int syrinx_voice_open(const char *name, const syrinx_voice_options *options, syrinx_voice **voice) SYRINX_MUST_CHECK;
SYRINX_API void syrinx_voice_close(syrinx_voice *voice);

SYRINX_API const char *syrinx_voice_name(const syrinx_voice *voice);
SYRINX_API const char *syrinx_voice_path(const syrinx_voice *voice);         /* the folder (or .onnx) it was read from */
SYRINX_API const char *syrinx_voice_card(const syrinx_voice *voice);         /* voice.json (or the .onnx.json), the whole text */
SYRINX_API int syrinx_voice_sample_rate(const syrinx_voice *voice);          /* samples a second */
SYRINX_API int syrinx_voice_precision(const syrinx_voice *voice);            /* what it computes in: as asked for, or float32 where the processor lacks that */
SYRINX_API int syrinx_voice_speaker_count(const syrinx_voice *voice);
SYRINX_API const char *syrinx_voice_speaker(const syrinx_voice *voice, int index);   /* NULL out of range */
SYRINX_API const char *syrinx_voice_speaker_language(const syrinx_voice *voice, int index);  /* BCP 47, "" when not told, NULL out of range */
SYRINX_API const char *syrinx_voice_speaker_sex(const syrinx_voice *voice, int index);   /* "female", "male", "" when not told, NULL out of range */
SYRINX_API int syrinx_voice_default_speaker(const syrinx_voice *voice);      /* index: who speaks when nobody is asked for */
SYRINX_API int syrinx_voice_language_count(const syrinx_voice *voice);
SYRINX_API const char *syrinx_voice_language(const syrinx_voice *voice, int index);  /* BCP 47, NULL out of range */
SYRINX_API const char *syrinx_voice_version(const syrinx_voice *voice);      /* these two: "" when the card does not tell */
SYRINX_API const char *syrinx_voice_description(const syrinx_voice *voice);
SYRINX_API uint64_t syrinx_voice_size(const syrinx_voice *voice);            /* bytes of its networks */

/* Calls `visit` with name and path of each voice in the search path, in order, until it returns non-zero; the default voice
 * comes first. Returns the number of visits or a negative code. */
SYRINX_API int syrinx_voices_list(int (*visit)(const char *name, const char *path, void *user), void *user);

/* Calls `visit` with the path of each voice of one name in the search path, in order, until it returns non-zero: the first is the one that the name opens, the
 * others are hidden by it. Returns the number of visits or a negative code. */
SYRINX_API int syrinx_voices_find(const char *name, int (*visit)(const char *path, void *user), void *user);

/* The name of the default voice, whether it is there or not. */
SYRINX_API const char *syrinx_voices_default(void);

/* Checks a voice package (docs/VOICE_FORMAT.md), a folder or a ZIP archive of one, without adding it: the card, all files against their SHA-256, the
 * networks, and that every speaker says a sentence. `tell` (may be NULL) hears each thing that is wrong: a fault, for which opening or adding the voice would
 * be refused, or with `hint` 1 something that its maker may want to know. Returns the number of faults, or a negative code when there is nothing to look at:
 * NOT_FOUND, IO, MEMORY, UNSUPPORTED (not a package but a bare ONNX model; a ZIP in a build with FILES=0). */
SYRINX_API int syrinx_voices_check(const char *path, void (*tell)(void *user, int hint, const char *message), void *user);

/* Checks a package in the same way, then puts it into the user's data folder ($XDG_DATA_HOME/syrinx/voices, else ~/.local/share/syrinx/voices) under the
 * name that its card tells, in one step: it is there as a whole or not at all. `replace` 1 puts it in the place of one of that name, 0 refuses that.
 * `folder` (may be NULL) gets where it is now, to be freed with syrinx_free(). A voice of that name in $SYRINX_VOICES still comes first.
 * Errors: EXISTS, NOT_FOUND, FORMAT (damaged), INPUT (hostile or too large: links, paths that lead out, bombs; or the folder to be replaced has files that are
 * no voice's), UNSUPPORTED (newer format, or as above), IO, MEMORY. */
SYRINX_API int syrinx_voices_add(const char *path, int replace, char **folder) SYRINX_MUST_CHECK;

/* Removes a voice from the user's data folder, never from anywhere else; `folder` as above. Streams that use it go on. Errors: ARGUMENT (no name), NOT_FOUND
 * (the message tells where else one of that name is), INPUT (its folder has files that are no voice's), IO, MEMORY. */
SYRINX_API int syrinx_voices_remove(const char *name, char **folder) SYRINX_MUST_CHECK;

/* ------------------------------------------------------------------ streams: text in, samples out */

typedef struct syrinx_stream syrinx_stream;

typedef struct syrinx_options {
    size_t size;            /* sizeof(syrinx_options), set by syrinx_options_init: the struct may grow */
    float rate;             /* speaking rate, 1 as recorded; 0.25 to 6 */
    float pitch;            /* semitones up or down; -24 to 24. Piper voices: 0 alone, else UNSUPPORTED, here and in syrinx_stream_set */
    float volume;           /* decibels; -60 to 20; samples never leave -1..1 */
    uint64_t seed;          /* of the noise in the voice */
    const char *speaker;    /* NULL: the voice's default, or where `language` is not hers the first whose it is; "name", or a blend
                               "kathleen:0.6,linda:0.4": weights of 0 to 1000000, brought to a sum of 1 */
    const char *language;   /* NULL: the speaker's; a BCP 47 tag such as "en-GB" or "de" (others than English need libespeak-ng); "auto": by the words */
    float sentence_pause;   /* seconds between sentences at rate 1, 0 to 10; twice that between paragraphs, three times between sections; negative (the default): as
                               the voice has it, 0.4, a Piper voice 0.2 on top of what its sentences end with */
    const char *lexicon;    /* NULL, or the path of a user's lexicon: a line "word<TAB>ARPAbet, [[IPA]], or words to say instead" */
    int punctuation;        /* SYRINX_PUNCTUATION_…: which marks are spoken by name */
    const char *folder;     /* where files named by markup (recordings, lexica) are looked for; NULL: markup opens no files */
    void (*warn)(void *user, const char *message);  /* NULL, or told what is no failure (markup that is not known, a language that is missing), */
    void *warn_user;                                /* from within the calls on the stream */
    int visemes;            /* 1: SYRINX_EVENT_VISEME, too; 0 (the default): not */
    float noise_scale;      /* of a Piper voice, 0 to 10: how much its sound varies; negative (the default): as its file says */
    float noise_w;          /* the same for its durations */
    int normalize;          /* of a Piper voice: 1 brings each sentence to full scale as Piper does, so that none is heard before all of it is made; 0 (the default) does not */
    int prompt;             /* 1: a stream that is new or was cancelled begins 2 ms before its first sound, without the silence, of 30 to 60 ms, that a voice begins
                               with; a break that was asked for stays. For answers to keys. 0 (the default): as the voice begins */
} syrinx_options;

/* Levels of spoken punctuation, as screen readers have them. */
enum { SYRINX_PUNCTUATION_NONE = 0, SYRINX_PUNCTUATION_SOME = 1, SYRINX_PUNCTUATION_MOST = 2, SYRINX_PUNCTUATION_ALL = 3 };

/* Fills in size and defaults. */
SYRINX_API void syrinx_options_init(syrinx_options *options);

/* How the bytes given to syrinx_stream_text are to be read. */
enum { SYRINX_TEXT = 0, SYRINX_SSML = 1 };
#define SYRINX_LEN_AUTO ((size_t)-1)     /* the text ends with a NUL */

/* Makes a stream. `options` may be NULL. Errors: ARGUMENT (also a blend with a weight that is none), NOT_FOUND (speaker: the message has those that there are; lexicon), UNSUPPORTED (language), MEMORY. */
SYRINX_API int syrinx_stream_new(syrinx_voice *voice, const syrinx_options *options, syrinx_stream **stream) SYRINX_MUST_CHECK;
SYRINX_API void syrinx_stream_free(syrinx_stream *stream);

/* Queues text (UTF-8; invalid bytes are read as U+FFFD, NUL bytes as spaces). May be called again and again: a sentence is spoken once
 * it is known to be complete. The text is copied. SSML is one document up to the next end, cut anywhere; what it holds before a mistake is spoken unless
 * the stream is cancelled. Errors: ARGUMENT, MEMORY, INPUT (not well-formed: the message has line and column). */
SYRINX_API int syrinx_stream_text(syrinx_stream *stream, const char *text, size_t length, int kind);

/* Says that what was queued is complete: the rest is spoken and the next read after it returns 0. After that 0 the stream may be given text
 * again; positions go on counting. Text given before that 0 takes the end back: say it again when all is there. INPUT: the SSML document is not complete. */
SYRINX_API int syrinx_stream_end(syrinx_stream *stream);

/* Fills `samples` with up to `count` samples (mono, float32, within -1..1). Returns how many were written (fewer than count only at the
 * end or when text is lacking), 0 when all is spoken, SYRINX_AGAIN when nothing can be made before more text comes, SYRINX_ERROR_CANCELLED
 * once after syrinx_stream_cancel(), or another negative code. Never blocks on anything but its own computation. */
SYRINX_API int syrinx_stream_read(syrinx_stream *stream, float *samples, int count);

enum {
    SYRINX_EVENT_SENTENCE = 1,  /* a sentence begins */
    SYRINX_EVENT_WORD = 2,      /* a word begins */
    SYRINX_EVENT_PHONE = 3,     /* a phone begins */
    SYRINX_EVENT_MARK = 4,      /* a mark of the markup is reached */
    SYRINX_EVENT_END = 5,       /* the last sample of what was queued */
    SYRINX_EVENT_VISEME = 6     /* the mouth takes another shape; only with the option `visemes` */
};

typedef struct syrinx_event {
    int type;               /* SYRINX_EVENT_… */
    uint64_t sample;        /* absolute position in the stream's output; counts on across sentences */
    uint64_t duration;      /* samples; 0 for marks and the end */
    uint64_t text_begin;    /* bytes of all that syrinx_stream_text got since the stream began: [begin, end) */
    uint64_t text_end;
    const char *name;       /* the phone in IPA, the mark's name; NULL otherwise. Valid until the next call on the stream */
    int stress;             /* of a phone: 0 none, 1 primary, 2 secondary */
    int viseme;             /* of a phone and of a viseme: syrinx_viseme */
} syrinx_event;

/* The shape of the mouth for a phone in IPA, as Microsoft's Speech API numbers them: 0 closed, at rest (also for what is no phone), 1 æ ə ʌ, 2 ɑ, 3 ɔ, 4 ɛ eɪ ʊ,
 * 5 ɝ, 6 i ɪ j, 7 u w, 8 oʊ, 9 aʊ, 10 ɔɪ, 11 aɪ, 12 h, 13 ɹ, 14 l, 15 s z, 16 ʃ tʃ dʒ ʒ, 17 θ ð, 18 f v, 19 t d n, 20 k ɡ ŋ, 21 p b m. */
SYRINX_API int syrinx_viseme(const char *phone);

/* Takes the next event whose position lies within what was read so far; events come in order of position. Returns 1, or 0 when there is
 * none yet. Take them after each read: of those that lie behind what was read, the newest 8 192 are kept (minutes of speech). */
SYRINX_API int syrinx_stream_event(syrinx_stream *stream, syrinx_event *event);

enum { SYRINX_RATE = 1, SYRINX_PITCH = 2, SYRINX_VOLUME = 3 };

/* Changes rate, pitch or volume (units as in syrinx_options) of a running stream, any thread: volume and pitch from the next frame
 * (10 ms) that is made, rate from the next word that has no place in time yet. ARGUMENT when out of range; UNSUPPORTED: the pitch of a Piper voice. */
SYRINX_API int syrinx_stream_set(syrinx_stream *stream, int what, float value);

/* Any thread: drops all that was queued before and what was made but not read. A read that runs meanwhile, or else the next one, returns
 * SYRINX_ERROR_CANCELLED, then the stream is as new (positions start at 0 again; the settings stay). Text or an end given between the
 * cancel and the next read belongs to the new life, and that read goes straight on with it. Returns at once. */
SYRINX_API int syrinx_stream_cancel(syrinx_stream *stream);

/* What went wrong last on this stream; never NULL, empty when nothing did. */
SYRINX_API const char *syrinx_stream_message(const syrinx_stream *stream);

/* One column of the analysis picture of what was read: for `syrinx inspect` and the like. */
typedef struct syrinx_frame {
    uint64_t sample;        /* centre of the frame */
    float f0;               /* Hz, also where unvoiced */
    int voiced;             /* 0 or 1 */
    float energy;           /* mean log-mel */
} syrinx_frame;

/* Takes the next frame (10 ms) that lies within what was read; 1 or 0. Frames are kept only when asked for by a first call before reading;
 * like events, the newest 8 192 of those behind what was read. */
SYRINX_API int syrinx_stream_frame(syrinx_stream *stream, syrinx_frame *frame);

/* ------------------------------------------------------------------ documents */

/* Plain text, Markdown, HTML, EPUB or subtitles (SRT, WebVTT), read as a person would: docs/DOCUMENTS.md tells how. Immutable once open; at
 * most 64 MB. A build with FILES=0 has none: SYRINX_ERROR_UNSUPPORTED. */
typedef struct syrinx_document syrinx_document;

enum { SYRINX_DOCUMENT_AUTO = 0,        /* by the name's ending, else by what is in it */
       SYRINX_DOCUMENT_TEXT = 1, SYRINX_DOCUMENT_MARKDOWN = 2, SYRINX_DOCUMENT_HTML = 3, SYRINX_DOCUMENT_EPUB = 4, SYRINX_DOCUMENT_SUBTITLES = 5 };

/* Errors: NOT_FOUND, IO, FORMAT (damaged), INPUT (refused: the message says why), UNSUPPORTED (protected against reading), MEMORY; see
 * syrinx_last_message(). */
SYRINX_API int syrinx_document_open(const char *path, int kind, syrinx_document **document) SYRINX_MUST_CHECK;
/* The same from memory; the bytes are copied. */
SYRINX_API int syrinx_document_read(const void *bytes, size_t length, int kind, syrinx_document **document) SYRINX_MUST_CHECK;
SYRINX_API void syrinx_document_close(syrinx_document *document);

SYRINX_API int syrinx_document_kind(const syrinx_document *document);                /* which it is: never AUTO */
SYRINX_API const char *syrinx_document_title(const syrinx_document *document);       /* these three: NULL where it does not tell */
SYRINX_API const char *syrinx_document_author(const syrinx_document *document);
SYRINX_API const char *syrinx_document_language(const syrinx_document *document);    /* BCP 47 */
/* What to read in one go: chapters of a book, else sections of the outermost level that has several. 0 where there is nothing to read. */
SYRINX_API int syrinx_document_chapter_count(const syrinx_document *document);
SYRINX_API const char *syrinx_document_chapter_title(const syrinx_document *document, int chapter);  /* may be empty; NULL out of range */
/* The text that the bytes of events count in: as long as the file is as UTF-8 (an EPUB: its chapter files one behind another), where what is not read
 * (marks, tags, menus) is blanks, within words DEL (0x7F), and the ends of paragraphs are newlines. NUL-terminated; to be freed with syrinx_free(). */
SYRINX_API int syrinx_document_text(const syrinx_document *document, char **text, size_t *length) SYRINX_MUST_CHECK;

/* Queues a chapter, or all with -1, as syrinx_stream_text does. Events tell bytes of the document, which must not be mixed with other text in one life of
 * the stream; chapters go in order. Subtitles wait for their times. The document may be closed afterwards. */
SYRINX_API int syrinx_stream_document(syrinx_stream *stream, const syrinx_document *document, int chapter);

/* ------------------------------------------------------------------ scores */

/* Music as notes: Standard MIDI Files 0, 1 and 2, MusicXML 4.0 (partwise, timewise, .mxl), ABC 2.1.
 * docs/SCORES.md and docs/ABC.md tell what of them is read and how it is played. A damaged score plays as far as it can be read, and has warnings. One thread at a time per score. */
typedef struct syrinx_score syrinx_score;

enum { SYRINX_SCORE_AUTO = 0,           /* by what is in it */
       SYRINX_SCORE_MIDI = 1, SYRINX_SCORE_ABC = 2, SYRINX_SCORE_MUSICXML = 3 };

/* tune: of an ABC file with several, from 1; 0: the first. Errors: NOT_FOUND, IO, FORMAT (damaged, no score), INPUT (refused: too large),
 * UNSUPPORTED, MEMORY; see syrinx_last_message(). The score is performed as written, see syrinx_score_perform. */
SYRINX_API int syrinx_score_open(const char *path, int format, int tune, syrinx_score **score) SYRINX_MUST_CHECK;
SYRINX_API int syrinx_score_read(const void *bytes, size_t length, int format, int tune, syrinx_score **score) SYRINX_MUST_CHECK;   /* from memory */
SYRINX_API void syrinx_score_close(syrinx_score *score);

SYRINX_API const char *syrinx_score_title(const syrinx_score *score);           /* these two: NULL where it does not tell */
SYRINX_API const char *syrinx_score_composer(const syrinx_score *score);
SYRINX_API int syrinx_score_tune_count(const syrinx_score *score);
SYRINX_API int syrinx_score_part_count(const syrinx_score *score);
SYRINX_API const char *syrinx_score_part(const syrinx_score *score, int part);  /* its name, or where it has none its id; NULL out of range */
SYRINX_API const char *syrinx_score_part_id(const syrinx_score *score, int part);       /* "P1", "track2:ch5"; NULL out of range */
/* What was wrong in it, with bar and part: "bar 12, Violin: ..."; NULL out of range, which ends a loop from 0. */
SYRINX_API const char *syrinx_score_warning(const syrinx_score *score, int index);

typedef struct syrinx_perform_options {
    size_t size;            /* set by syrinx_perform_options_init */
    double tempo;           /* factor, 0.1 to 10; 1: as written */
    double transpose;       /* semitones, -60 to 60; percussion stays */
    int first_bar, last_bar;/* numbers as printed, both are played; -1, -1: all. The first stretch of played bars that lies within them */
    const char *solo;       /* NULL, or the parts that are heard, commas between: names, ids, or numbers from 1 */
    const char *mute;       /* NULL, or the parts that are not */
    double fermata;         /* what a fermata adds to its note: 0 nothing (default), 0.5 half of it; to 4. No more than 3 seconds */
    double others;          /* with `solo`: decibels of the other parts, such as -12 for practice; default -INFINITY: they are silent */
    const char *balance;    /* NULL, or decibels of parts, -200 to 24: "Alto:3,Bass:-6". In the sound alone: the notes keep their velocities */
} syrinx_perform_options;

SYRINX_API void syrinx_perform_options_init(syrinx_perform_options *options);
/* Makes the notes anew by these options (NULL: as written). ARGUMENT (a value out of range), INPUT (no such bar or part), MEMORY; then
 * the notes are those of before. */
SYRINX_API int syrinx_score_perform(syrinx_score *score, const syrinx_perform_options *options) SYRINX_MUST_CHECK;

enum { SYRINX_NOTE_PERCUSSION = 1 };    /* flags: pitch is a key of the General MIDI drum map */
enum { SYRINX_SYLLABLE_NONE = 0, SYRINX_SYLLABLE_SINGLE = 1, SYRINX_SYLLABLE_BEGIN = 2, SYRINX_SYLLABLE_MIDDLE = 3, SYRINX_SYLLABLE_END = 4 };

typedef struct syrinx_note {
    double onset, duration; /* seconds: when the key goes down, how long it stays */
    double sounding;        /* seconds that the pedal holds it, at least duration */
    float pitch;            /* sounding: 60 is middle C; decimals for other tunings */
    int velocity;           /* 1 to 127 */
    int part;               /* index */
    int bar;                /* number as printed */
    int program, bank, channel;     /* General MIDI: from 0 */
    int flags;              /* SYRINX_NOTE_... */
    const char *lyric;      /* a syllable without hyphens, or NULL */
    int syllable;           /* SYRINX_SYLLABLE_...: its place in the word */
} syrinx_note;

/* Notes in the order of time. 0, or ARGUMENT out of range. */
SYRINX_API int syrinx_score_note_count(const syrinx_score *score);
SYRINX_API int syrinx_score_note(const syrinx_score *score, int index, syrinx_note *note);
SYRINX_API double syrinx_score_seconds(const syrinx_score *score);      /* of the performance */

/* ------------------------------------------------------------------ music: a score in, samples out */

/* A score as it was last performed, played by the instruments that are installed (voices/instruments): stereo samples, pulled as from a stream. A program whose
 * instrument is missing is played by the piano (and `warn` hears of it). One thread at a time; syrinx_music_cancel() from any. The score has to outlive it; it may be
 * performed anew meanwhile. */
typedef struct syrinx_music syrinx_music;

enum { SYRINX_ROOM_NONE = 0, SYRINX_ROOM_STUDIO = 1, SYRINX_ROOM_HALL = 2, SYRINX_ROOM_CHURCH = 3 };

typedef struct syrinx_music_options {
    size_t size;            /* set by syrinx_music_options_init */
    int sample_rate;        /* 48000 (default) or 44100 (needs a build with FILES=1) */
    uint64_t seed;          /* of what differs from one playing to the next */
    int room;               /* SYRINX_ROOM_...; the default is the hall */
    float wet;              /* decibels, -60 to 12: more or less of the room */
    float gain;             /* decibels, -60 to 20; samples never leave -1..1 */
    int stems;              /* 1: syrinx_music_stem(), too */
    int click;              /* 1: a metronome on the beats */
    int count_in;           /* bars of clicks before the music, 0 to 16 */
    int times;              /* that it is played, one right behind the other; 1 (default) to 100000, 0: without end */
    double limit;           /* seconds of the score that are played, 0.1 to 86400; what is behind is left out. Default 3600: no file of a day by mistake */
    void (*warn)(void *user, const char *message);      /* NULL, or told what is no failure, from within syrinx_music_new */
    void *warn_user;
} syrinx_music_options;

SYRINX_API void syrinx_music_options_init(syrinx_music_options *options);
/* `options` may be NULL. NOT_FOUND (no instruments, not even a piano), FORMAT (a damaged one), ARGUMENT, UNSUPPORTED, MEMORY; see syrinx_last_message(). */
SYRINX_API int syrinx_music_new(const syrinx_score *score, const syrinx_music_options *options, syrinx_music **music) SYRINX_MUST_CHECK;
SYRINX_API void syrinx_music_free(syrinx_music *music);

/* Fills `samples` [frames][2] (left, right); allocates nothing. Returns the frames written (fewer than asked for only at the end; with stems at most 1024 at once), 0 when the last note has rung
 * out (-80 dB, but no longer than 20 s), CANCELLED once after syrinx_music_cancel(), or another negative code. */
SYRINX_API int syrinx_music_read(syrinx_music *music, float *samples, int frames);
/* Any thread: the next read returns CANCELLED, then it plays from the beginning. */
SYRINX_API void syrinx_music_cancel(syrinx_music *music);
SYRINX_API const char *syrinx_music_message(const syrinx_music *music);

/* Stems are what the mix is made of: the parts that have notes, without the room; the room; the click. They add up to the mix as it is before the limiter,
 * which changes nothing below -1 dBTP. */
SYRINX_API int syrinx_music_stem_count(const syrinx_music *music);      /* also without the option */
SYRINX_API const char *syrinx_music_stem_name(const syrinx_music *music, int stem);     /* the part's name, "room", "click"; NULL out of range */
/* The frames that the last read returned, of one stem, into `samples` [frames][2]: how many, or ARGUMENT. */
SYRINX_API int syrinx_music_stem(const syrinx_music *music, int stem, float *samples);

/* Seconds from the first sample to the end of the last bar or note; what rings on comes on top. 0: it has no end. */
SYRINX_API double syrinx_music_seconds(const syrinx_music *music);

typedef struct syrinx_place {
    int bar;                /* as printed; -1: what counts in */
    int pass;               /* of a repeat, from 1 */
    int time;               /* of a loop, from 1 */
    double seconds;         /* of the performance, as in syrinx_note; below 0: what counts in */
} syrinx_place;
/* Where in the score a frame lies, such as the one that is heard (syrinx_player_position). */
SYRINX_API int syrinx_music_place(const syrinx_music *music, uint64_t frame, syrinx_place *place);

/* ------------------------------------------------------------------ the ends of the road */

/* Speaks `text` to the default device with the default voice and returns when it was heard. Needs a build with speakers (DEVICE=1);
 * else SYRINX_ERROR_UNSUPPORTED. Errors: as voice, stream and player. */
SYRINX_API int syrinx_say(const char *text);

/* A player: samples to the speakers from a thread of its own. */
typedef struct syrinx_player syrinx_player;

typedef struct syrinx_player_options {
    size_t size;
    const char *device;     /* NULL: the default; else a part of the device's name */
    float latency;          /* seconds of buffer, 0.005 to 2; default 0.05 */
} syrinx_player_options;

SYRINX_API void syrinx_player_options_init(syrinx_player_options *options);
/* DEVICE when there is none (the message says what was looked for), UNSUPPORTED in a build without speakers. */
SYRINX_API int syrinx_player_new(int sample_rate, int channels, const syrinx_player_options *options, syrinx_player **player) SYRINX_MUST_CHECK;
/* Queues `frames` frames (interleaved), waiting while the buffer is full. Returns 0, CANCELLED when another thread stopped the player meanwhile, or
 * another negative code. A write that begins after a stop starts the device again. */
SYRINX_API int syrinx_player_write(syrinx_player *player, const float *samples, int frames);
SYRINX_API int syrinx_player_drain(syrinx_player *player);              /* waits until all was heard; CANCELLED as above */
SYRINX_API int syrinx_player_stop(syrinx_player *player);               /* any thread: silence now, what was queued is dropped */
SYRINX_API uint64_t syrinx_player_position(const syrinx_player *player);   /* frames heard so far, any thread */
SYRINX_API uint64_t syrinx_player_underruns(const syrinx_player *player);  /* times that the device wanted samples and had none */
SYRINX_API const char *syrinx_player_message(const syrinx_player *player);
SYRINX_API void syrinx_player_free(syrinx_player *player);

/* A file writer: WAV, FLAC, Ogg Vorbis, Opus, MP3 or raw little-endian float32, to a path or a descriptor. The file appears under its name only
 * when syrinx_writer_close() returned 0. */
typedef struct syrinx_writer syrinx_writer;

typedef struct syrinx_writer_options {
    size_t size;
    const char *format;     /* NULL: by the file name's ending, else "wav" "flac" "ogg" "opus" "mp3" "raw" */
    int sample_rate;        /* of the samples given */
    int output_rate;        /* of the file; 0: the same (Opus: the next that it knows) */
    int channels;           /* 1 or more */
    const char *comment;    /* goes into the metadata; NULL: none. "synthetic speech" and the version are always written */
    const char *title;      /* NULL: none */
    const char *artist;     /* NULL: none; `syrinx speak` writes the voice's name */
    const char *album;      /* NULL: none */
    int track;              /* number on the album; 0: none */
    float loudness;         /* LUFS of the whole (EBU R 128), -70 to -5, for which the samples wait in a temporary file until close; 0: as they are */
    float peak;             /* with `loudness`: dBTP that the true peak stays under, -20 to 0; default -1 */
    int music;              /* 1: the metadata says "synthetic music" */
} syrinx_writer_options;

SYRINX_API void syrinx_writer_options_init(syrinx_writer_options *options);
/* `path` "-" is standard output. UNSUPPORTED for a format that this build lacks or a rate that the format cannot have. */
SYRINX_API int syrinx_writer_open(const char *path, const syrinx_writer_options *options, syrinx_writer **writer) SYRINX_MUST_CHECK;
SYRINX_API int syrinx_writer_write(syrinx_writer *writer, const float *samples, int frames);
SYRINX_API const char *syrinx_writer_message(const syrinx_writer *writer);   /* valid until close */
/* Finishes the file, checks that all of it reached the disk, gives it its name, frees the writer. On a negative result no file is left, and
 * syrinx_last_message() says why. */
SYRINX_API int syrinx_writer_close(syrinx_writer *writer);
/* Frees the writer and leaves no file. */
SYRINX_API void syrinx_writer_abandon(syrinx_writer *writer);

/* ------------------------------------------------------------------ text without sound */

/* The text front end without a voice: what will be spoken, as words or phones. Belongs to one thread at a time. */
typedef struct syrinx_front syrinx_front;

typedef struct syrinx_front_options {
    size_t size;            /* sizeof(syrinx_front_options), set by syrinx_front_options_init */
    const char *language;   /* as in syrinx_options */
    const char *lexicon;
    int punctuation;
    const char *folder;
    int no_lexicon;         /* 1: letter-to-sound for every word; 0 (the default): not */
    void (*warn)(void *user, const char *message);
    void *warn_user;
} syrinx_front_options;

SYRINX_API void syrinx_front_options_init(syrinx_front_options *options);
/* `options` may be NULL. Errors: as syrinx_stream_new; the message is syrinx_last_message(). */
SYRINX_API int syrinx_front_new(const syrinx_front_options *options, syrinx_front **front) SYRINX_MUST_CHECK;
SYRINX_API void syrinx_front_free(syrinx_front *front);
SYRINX_API const char *syrinx_front_message(const syrinx_front *front);

/* The words as they will be spoken, for one piece of text of a kind (SYRINX_TEXT, SYRINX_SSML). The result is UTF-8, to be freed with syrinx_free(). */
SYRINX_API int syrinx_front_normalize(syrinx_front *front, const char *text, size_t length, int kind, char **result) SYRINX_MUST_CHECK;

/* SYRINX_TOKENS: all that a voice gets of each sentence (docs/VOICE_FORMAT.md), parted by spaces: marks, and phones in IPA with the digit of their
 * stress unless that is 0. */
enum { SYRINX_IPA = 0, SYRINX_ARPABET = 1, SYRINX_TOKENS = 2 };
enum { SYRINX_NO_LEXICON = 1,     /* letter-to-sound for every word */
       SYRINX_JSON = 2 };         /* a JSON array: {"text","begin","end","phones"} a word, bytes of the input */
/* The phones of one piece of text: IPA with a stress mark before the syllable, or ARPAbet; words parted by a space (IPA) or " | " (ARPAbet). `flags`: 0 or SYRINX_JSON. */
SYRINX_API int syrinx_front_phonemize(syrinx_front *front, const char *text, size_t length, int kind, int alphabet, int flags, char **result) SYRINX_MUST_CHECK;

/* The words of a document that no lexicon holds, neither yours nor ours, nor as a known word with an ending: a line each of word, tab, how often, tab,
 * phones that would be said, tab, first place ("line:column", in an EPUB "chapter N: title"); the most frequent first. To be freed with syrinx_free(). */
SYRINX_API int syrinx_front_unknown(syrinx_front *front, const syrinx_document *document, int alphabet, char **result) SYRINX_MUST_CHECK;

/* Normalized words and phones of one piece of plain text, without a handle; the message is syrinx_last_message(). `lexicon` may be NULL. */
SYRINX_API int syrinx_normalize(const char *text, size_t length, char **result) SYRINX_MUST_CHECK;
SYRINX_API int syrinx_phonemize(const char *text, size_t length, int alphabet, int flags, const char *lexicon, char **result) SYRINX_MUST_CHECK;
SYRINX_API void syrinx_free(void *memory);

/* ------------------------------------------------------------------ instruments, played live */

/* A neural instrument (docs/INSTRUMENT_FORMAT.md). Immutable once open: any number of threads may use it. */
typedef struct syrinx_instrument syrinx_instrument;

/* A name is looked for in the folder `instruments` of each folder of the voices' search path; anything with a '/' is the path of an instrument's folder.
 * Errors: ARGUMENT, NOT_FOUND, FORMAT (damaged; the message says which file), UNSUPPORTED (newer format), IO, MEMORY; see syrinx_last_message(). */
SYRINX_API int syrinx_instrument_open(const char *name, syrinx_instrument **instrument) SYRINX_MUST_CHECK;
SYRINX_API void syrinx_instrument_close(syrinx_instrument *instrument);

SYRINX_API const char *syrinx_instrument_name(const syrinx_instrument *instrument);
SYRINX_API const char *syrinx_instrument_title(const syrinx_instrument *instrument);
SYRINX_API const char *syrinx_instrument_path(const syrinx_instrument *instrument);      /* the folder it was read from */
SYRINX_API const char *syrinx_instrument_card(const syrinx_instrument *instrument);      /* instrument.json, the whole text */
SYRINX_API int syrinx_instrument_program(const syrinx_instrument *instrument);           /* General MIDI, from 0; -1: a drum kit, or not told */
SYRINX_API int syrinx_instrument_percussion(const syrinx_instrument *instrument);        /* 1: a drum kit, its keys are those of the General MIDI drum map */
SYRINX_API int syrinx_instrument_sustained(const syrinx_instrument *instrument);         /* 1: sounds as long as the key is down; 0: struck or plucked */
SYRINX_API float syrinx_instrument_lowest(const syrinx_instrument *instrument);          /* keys that were recorded; others sound, too */
SYRINX_API float syrinx_instrument_highest(const syrinx_instrument *instrument);
SYRINX_API uint64_t syrinx_instrument_size(const syrinx_instrument *instrument);         /* bytes of its networks */

/* Calls `visit` with name and path of each instrument in the search path, in the order of names, until it returns non-zero. The number of visits, or MEMORY. */
SYRINX_API int syrinx_instruments_list(int (*visit)(const char *name, const char *path, void *user), void *user);

/* An instrument under the hands of a player, a game or a sequencer: notes and controllers in, stereo out.
 *
 *     syrinx_instrument *violin;
 *     syrinx_live *live;
 *     float block[2 * 256];
 *
 *     if (syrinx_instrument_open("violin", &violin) < 0 || syrinx_live_new(violin, NULL, &live) < 0)
 *         return 1;
 *     syrinx_live_note_on(live, 0, 69, 90);
 *     for (int i = 0; i < 188; i++) {                             // a second
 *         syrinx_live_read(live, block, 256);
 *         play(block, 256);                                       // 256 frames, left and right in turn, 48 000 a second, within -1..1
 *     }
 *     syrinx_live_note_off(live, 0, 69);
 *
 * One thread reads; notes and controllers may come from any other threads meanwhile. The same events before the same reads give the same samples for one seed.
 *
 * `when`: frames behind the first one of the next read. Sound is made in blocks of 256 samples: what would lie in a block that was made already (for `when` 0 up to
 * 5.3 ms) happens right behind it, everything else exactly in its place. */
typedef struct syrinx_live syrinx_live;

typedef struct syrinx_live_options {
    size_t size;            /* sizeof(syrinx_live_options), set by syrinx_live_options_init */
    int sample_rate;        /* 8 000 to 192 000; 48 000 (the default) is made directly, others through a resampler, which delays by some milliseconds */
    uint64_t seed;          /* of noise, phases, variation from note to note */
    int notes;              /* at once, 1 to 128 (default 64): the quietest goes for one more */
    float gain;             /* decibels, -60 to 24; default 0: a note of middling loudness has about -23 LUFS */
} syrinx_live_options;

SYRINX_API void syrinx_live_options_init(syrinx_live_options *options);
/* `options` may be NULL. The instrument lives at least as long. Errors: ARGUMENT, MEMORY, UNSUPPORTED (a rate other than 48 000 in a build with FILES=0). */
SYRINX_API int syrinx_live_new(const syrinx_instrument *instrument, const syrinx_live_options *options, syrinx_live **live) SYRINX_MUST_CHECK;
SYRINX_API void syrinx_live_free(syrinx_live *live);

/* key: 0 to 127, 60 is middle C, decimals for other tunings; velocity: 0 to 127, 0 ends the note as in MIDI. These five: ARGUMENT (out of range), MEMORY (4 096 events wait
 * for a read). */
SYRINX_API int syrinx_live_note_on(syrinx_live *live, int when, float key, float velocity);
SYRINX_API int syrinx_live_note_off(syrinx_live *live, int when, float key);        /* the oldest note of that key that is still down */
/* Controllers of MIDI, value 0 to 127: 1 vibrato, 2 breath (loudness and timbre of sustained notes), 7 volume, 10 pan, 11 expression, 64 sustain, 66 sostenuto and 67 soft
 * pedal, 68 legato (a note that begins while another is down is slurred from it), 93 chorus, 120 silence now, 121 controllers at rest, 123 all notes end. Others are passed over. */
SYRINX_API int syrinx_live_control(syrinx_live *live, int when, int controller, float value);
SYRINX_API int syrinx_live_bend(syrinx_live *live, int when, float semitones);      /* -48 to 48 */
/* A message of MIDI as it comes (status byte first, any channel): notes, controllers, pitch bend with its range (RPN 0; 2 semitones at first). Others are passed over. */
SYRINX_API int syrinx_live_midi(syrinx_live *live, int when, const unsigned char *message, size_t length);

/* Fills `samples` with `frames` frames, left and right in turn, within -1..1; silence where nothing sounds. Allocates nothing. Returns `frames`, or ARGUMENT. */
SYRINX_API int syrinx_live_read(syrinx_live *live, float *samples, int frames);
SYRINX_API int syrinx_live_notes(const syrinx_live *live);      /* how many sounded when the last block was made; from the thread that reads */

/* ------------------------------------------------------------------ copy synthesis */

/* A recording (mono, any rate from 8 000 to 192 000, at least 10 ms; else SYRINX_ERROR_INPUT) through the analysis and the voice's vocoder.
 * `*output` has `*output_count` samples at the voice's rate, to be freed with syrinx_free(). */
SYRINX_API int syrinx_copy(syrinx_voice *voice, const float *samples, size_t count, int sample_rate, uint64_t seed,
                           float **output, size_t *output_count) SYRINX_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
