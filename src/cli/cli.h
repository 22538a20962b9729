/* cli.h - what the subcommands of `syrinx` share: options, messages, interruption, text in, files out.
 *
 * The command uses include/syrinx.h and nothing else of the library. Functions that can fail print their message and
 * return an exit status; 0 is success. */
#ifndef SYRINX_CLI_H
#define SYRINX_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "syrinx.h"

/* Exit statuses of every subcommand. */
enum { CLI_DONE = 0, CLI_FAILED = 1, CLI_USAGE = 2, CLI_REFUSED = 3, CLI_INTERRUPTED = 130 };

/* ------------------------------------------------------------------ options.c */

enum cli_kind { CLI_FLAG, CLI_STRING, CLI_FLOAT, CLI_INT, CLI_UINT64, CLI_MAYBE_INT /* --name or --name=N; without N it is `low` */ };

struct cli_option {
    const char *name;           /* long name without the dashes */
    char letter;                /* 0: none */
    enum cli_kind kind;
    void *value;                /* int, const char *, float, int, uint64_t */
    const char *argument;       /* its name in the help; NULL for a flag */
    const char *help;
    double low, high;           /* of a number; both 0: anything */
};

struct cli_usage {
    const char *name;           /* of the subcommand */
    const char *line;           /* what follows the name in the usage line */
    const char *text;           /* a paragraph for --help */
    const struct cli_option *options;   /* ends with a NULL name */
};

/* Reads the options of argv[1..argc) by GNU habits: long, short, bundled, --name=value, unique beginnings, -- and operands anywhere.
 * The operands are moved to the front of argv[1..] and counted. Knows --help, -q and --color by itself.
 * Returns false when the command has to end with *status: after --help, or after a mistake, which it has explained. */
bool cli_options(const struct cli_usage *usage, int argc, char **argv, int *operands, int *status);

/* "none", "some", "most" or "all" (NULL: none) to SYRINX_PUNCTUATION_…; false after an explanation. */
bool cli_punctuation(const char *name, int *level);
/* The same for a precision of a voice. */
bool cli_precision(const char *name, int *precision);
/* Tells when an open voice computes in another precision than `wanted`. */
void cli_precision_told(const syrinx_voice *voice, int wanted);

/* Sets one option from text; false after an explanation. */
bool cli_option_set(const struct cli_option *option, const char *text);

/* ------------------------------------------------------------------ config.c */

/* Reads "name = value" lines from $XDG_CONFIG_HOME/syrinx/config (~/.config) into those of the `options` that a user may keep there: voice, speaker,
 * rate, pitch, volume, lexicon, language, punctuation. The strings live until the process ends. False with *status after an explanation. */
bool cli_config(const struct cli_option *options, int *status);

/* ------------------------------------------------------------------ message.c */

extern const char *cli_name;            /* "syrinx speak" */
extern int cli_quiet;

/* "syrinx speak: message" on stderr. */
void cli_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void cli_note(const char *format, ...) __attribute__((format(printf, 1, 2)));      /* not with -q */
/* For the `warn` of options. */
void cli_warn(void *user, const char *message);
/* Prints the message of a failed library call and returns the exit status that its code stands for. */
int cli_failed(int code, const char *message);
/* "…; try 'syrinx speak --help'", returns CLI_USAGE. */
int cli_misuse(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What a thread's job has to tell: errors are kept instead of printed, notes begin with `where`. */
struct cli_listener {
    const char *where;
    char message[1024];                 /* the first error; empty when there was none */
};

void cli_listen(struct cli_listener *listener);     /* of this thread, until NULL */

bool cli_set_color(const char *when);   /* auto, always, never; false for anything else */
bool cli_color(FILE *file);             /* escape sequences are welcome there */
int cli_columns(FILE *file);            /* of the terminal; 80 when not known */

/* ------------------------------------------------------------------ interrupt.c */

/* SIGINT, SIGTERM and SIGHUP set a flag, a second one ends the process; SIGPIPE and SIGXFSZ become errors of write(). */
void cli_signals(void);
bool cli_interrupted(void);
int cli_interrupt_status(void);         /* 130, 143, 129 */
/* Waits until `fd` can be read: 1, or 0 when interrupted, -1 on an error. */
int cli_wait_readable(int fd);
/* It can be read, or is at its end, within the time; false when it is not, or when interrupted. */
bool cli_readable_within(int fd, double seconds);
void cli_sleep(double seconds);         /* ends early when interrupted */
double cli_seconds(void);               /* a clock that only goes forward */

/* ------------------------------------------------------------------ source.c: text in */

struct cli_source {
    const char *name;                   /* for messages */
    int fd;                             /* -1: the operands */
    bool at_end;
    bool live;                          /* a terminal, a pipe: somebody may be waiting for an answer before there is more */
    uint64_t total;                     /* bytes in all, 0: not known */
    bool keep;                          /* remember what was read until it is forgotten */
    char *text;                         /* [length] bytes from position `begin` of the input */
    size_t length, capacity, used;      /* used: of the operands, how much was handed out */
    uint64_t begin;
};

/* The folder of a file, "." for standard input (NULL), in fresh memory. */
char *cli_folder_of(const char *file);
/* FILE (may be "-"), else the operands joined by spaces, else standard input. */
int cli_source_open(struct cli_source *source, const char *file, int operands, char **words);
/* Gives the next piece of text; *length 0: the end. */
int cli_source_read(struct cli_source *source, const char **piece, size_t *length);
/* The piece ends with a line, of a source that is live, and nothing is behind it yet. */
bool cli_source_line_over(const struct cli_source *source, const char *piece, size_t length);
/* The bytes [begin, end) of a source with `keep`, as far as they are there. */
const char *cli_source_text(const struct cli_source *source, uint64_t begin, uint64_t end, size_t *length);
void cli_source_forget(struct cli_source *source, uint64_t before);
void cli_source_close(struct cli_source *source);

/* ------------------------------------------------------------------ output.c: text files out */

/* A file that gets its name when complete; "-" is standard output. */
struct cli_output {
    FILE *file;
    const char *path;
    char *temporary;                    /* NULL: written in place */
};

int cli_output_open(struct cli_output *output, const char *path);
int cli_output_close(struct cli_output *output);
void cli_output_abandon(struct cli_output *output);
/* A JSON string with its quotes; what is not UTF-8 becomes U+FFFD. */
void cli_json_string(FILE *file, const char *text, size_t length);
/* The bytes of one character of text[0..length); *valid tells whether they are UTF-8. length >= 1. */
size_t cli_utf8(const char *text, size_t length, bool *valid);

/* ------------------------------------------------------------------ sound.c: samples out */

struct cli_sound {
    syrinx_writer *writer;              /* one of both */
    syrinx_player *player;
    uint64_t samples;                   /* given so far, of one channel */
    int rate;
};

/* What a file is to be; all may be 0. */
struct cli_sound_options {
    const char *format, *artist, *title, *album, *comment;
    int output_rate, track;
    float loudness, peak;               /* LUFS, 0: as it is; dBTP, counts with `loudness` */
    int channels;                       /* 0: 1 */
    bool music;                         /* not speech */
};

/* path NULL: the speakers */
int cli_sound_open(struct cli_sound *sound, const char *path, int rate, const struct cli_sound_options *options);
int cli_sound_write(struct cli_sound *sound, const float *samples, int count);      /* count: of one channel */
/* What is heard, or written. */
uint64_t cli_sound_position(const struct cli_sound *sound);
/* The end: the file gets its name, or the last sample is heard. `tick` (may be NULL) is called now and then while that lasts. */
int cli_sound_close(struct cli_sound *sound, void (*tick)(void *user), void *user);
/* Silence now, no file. */
void cli_sound_abandon(struct cli_sound *sound);

/* ------------------------------------------------------------------ progress.c, show.c */

struct cli_progress {
    bool on, drawn;
    double begin, last;                 /* seconds */
    const char *what;                   /* "speech" */
};

void cli_progress_begin(struct cli_progress *progress, bool wanted);
/* done of total (0: not known); `audio`: seconds of sound made. What it is may be set in between: it is "speech" */
void cli_progress_update(struct cli_progress *progress, uint64_t done, uint64_t total, double audio);
void cli_progress_end(struct cli_progress *progress);

struct cli_show {
    FILE *file;                         /* NULL: nothing is shown */
    bool terminal, open;                /* open: the last word is highlighted and has to be set back */
    bool markup;                        /* what stands between words is markup: not shown */
    int columns, column;
    uint64_t printed;                   /* bytes of the input */
    char *word;                         /* the highlighted one */
    size_t word_capacity;
};

void cli_show_begin(struct cli_show *show, FILE *file, bool markup);
void cli_show_word(struct cli_show *show, struct cli_source *source, uint64_t begin, uint64_t end);
/* complete: with the text behind the last word */
void cli_show_end(struct cli_show *show, struct cli_source *source, bool complete);

/* ------------------------------------------------------------------ the subcommands; argv[0] is the subcommand */

int cli_speak(int argc, char **argv);
int cli_batch(int argc, char **argv);
int cli_copy(int argc, char **argv);
int cli_normalize(int argc, char **argv);
int cli_phonemize(int argc, char **argv);
int cli_play(int argc, char **argv);
int cli_inspect(int argc, char **argv);
int cli_voices(int argc, char **argv);
int cli_bench(int argc, char **argv);

#endif
