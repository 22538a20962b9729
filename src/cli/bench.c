/* bench.c - `syrinx bench`: what speaking costs on this machine. Figures only, no judgement: a busy machine is slower.
 *
 * Real-time factor: CPU seconds a second of sound, one thread. First sample: from syrinx_stream_text() to the first block, warm, over many calls of
 * different texts. Cold start: this command as a new process, to its first sample. Peak memory: of a process that speaks a long text. Instruments:
 * sixteen notes at once, and the time from a note to its first block of 256 samples. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"

#define BLOCK 480
#define COLD_STARTS 5
#define NOTES 16
#define NOTE_BLOCK 256

extern char **environ;

static const char *const letters[] = { "a", "K", "5" };
static const char *const sentences[] = {
    "Hello, world.",
    "The quick brown fox jumps over the lazy dog.",
    "On the 3rd of May, 1997, she paid $4.50 for a cup of tea.",
    "Nobody had told the old lighthouse keeper that the ships were no longer coming, and so, every evening, he lit the lamp and waited.",
    "How far is it from here to the sea?",
    "Please mind the gap between the train and the platform.",
};
#define LETTERS (sizeof letters / sizeof letters[0])
#define SENTENCES (sizeof sentences / sizeof sentences[0])

struct figures {
    double load_wall, load_cpu;                 /* seconds */
    double wall_factor, cpu_factor, audio;      /* of the long run; audio in seconds */
    double *letter, *sentence;                  /* [calls] seconds to the first block, sorted */
    int calls;
    double cold_wall, cold_cpu;                 /* the median of a few */
    double peak_mb;
    const char *instrument;                     /* NULL: there is none */
    double notes_factor;                        /* seconds of sound of NOTES notes a second of CPU time */
    double *note;                               /* [calls] seconds from a note to its first block, sorted */
};

static double cpu_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double percentile(const double *sorted, int count, double part)
{
    int at = (int)(part * (count - 1) + 0.5);
    return sorted[at];
}

static int say(syrinx_stream *stream, const char *text, double *first, double *audio, int rate)
{
    float block[BLOCK];
    double begin = cli_seconds();
    uint64_t samples = 0;
    int n, code = syrinx_stream_text(stream, text, SYRINX_LEN_AUTO, SYRINX_TEXT);
    if (code == SYRINX_OK)
        code = syrinx_stream_end(stream);
    if (code < 0)
        return cli_failed(code, syrinx_stream_message(stream));
    while ((n = syrinx_stream_read(stream, block, BLOCK)) > 0) {
        if (samples == 0 && first)
            *first = cli_seconds() - begin;
        samples += (uint64_t)n;
        if (cli_interrupted())
            return cli_interrupt_status();
    }
    *audio += (double)samples / rate;
    return n < 0 ? cli_failed(n, syrinx_stream_message(stream)) : CLI_DONE;
}

static int measure_factor(syrinx_stream *stream, int rate, struct figures *figures)
{
    double wall = cli_seconds(), cpu = cpu_now();
    figures->audio = 0.0;
    for (int round = 0; round < 2 || figures->audio < 30.0; round++) {
        for (size_t i = 0; i < SENTENCES; i++) {
            int status = say(stream, sentences[i], NULL, &figures->audio, rate);
            if (status != CLI_DONE)
                return status;
        }
        if (figures->audio <= 0.0)      /* a voice that is silent would keep us here */
            return cli_failed(SYRINX_ERROR_FORMAT, "the voice makes no sound");
    }
    figures->wall_factor = (cli_seconds() - wall) / figures->audio;
    figures->cpu_factor = (cpu_now() - cpu) / figures->audio;
    return CLI_DONE;
}

static int measure_latency(syrinx_stream *stream, int rate, const char *const *texts, size_t count, double *times, int calls)
{
    double audio = 0.0;
    for (int i = 0; i < calls; i++) {
        times[i] = 0.0;
        int status = say(stream, texts[(size_t)i % count], &times[i], &audio, rate);
        if (status != CLI_DONE)
            return status;
    }
    qsort(times, (size_t)calls, sizeof *times, compare);
    return CLI_DONE;
}

/* Runs this program with `speak … -o - --format raw`; its text comes from `text`, `repeat` times. Tells when the first byte came and what the process used. */
static int run_self(const char *voice, const char *precision, const char *text, int repeat, double *first, double *cpu, double *peak_mb)
{
    const char *arguments[12] = { "syrinx", "speak", "-q", "-o", "-", "--format", "raw", "--precision", precision ? precision : "float32", voice ? "-v" : NULL, voice };
    char self[4096], bytes[65536];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    int in[2], out[2], result = 0;
    pid_t child;
    struct rusage usage;
    if (n <= 0 || pipe2(in, O_CLOEXEC) != 0)
        return -1;
    if (pipe2(out, O_CLOEXEC) != 0) {
        close(in[0]);
        close(in[1]);
        return -1;
    }
    self[n] = '\0';
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    double begin = cli_seconds();
    int failed = posix_spawn(&child, self, &actions, NULL, (char *const *)arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(in[0]);
    close(out[1]);
    if (failed) {
        close(in[1]);
        close(out[0]);
        return -1;
    }
    /* The text fits into the pipe, so writing it does not wait for the reader. */
    for (int i = 0; i < repeat && result == 0; i++)
        result = write(in[1], text, strlen(text)) < 0 ? -1 : 0;
    close(in[1]);
    *first = 0.0;
    while ((n = read(out[0], bytes, sizeof bytes)) > 0 || (n < 0 && errno == EINTR)) {
        if (*first == 0.0 && n > 0)
            *first = cli_seconds() - begin;
    }
    close(out[0]);
    int state;
    while (wait4(child, &state, 0, &usage) < 0 && errno == EINTR)
        continue;
    *cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
    *peak_mb = (double)usage.ru_maxrss / 1024.0;
    return result == 0 && *first > 0.0 ? 0 : -1;
}

/* A letter is the shortest text, so that the process ends with its first samples and its CPU time is that of the start. */
static int measure_cold(const char *voice, const char *precision, struct figures *figures)
{
    double wall[COLD_STARTS], cpu[COLD_STARTS], ignored;
    for (int i = 0; i < COLD_STARTS; i++) {
        if (run_self(voice, precision, "a", 1, &wall[i], &cpu[i], &ignored) != 0) {
            cli_error("this command cannot be started once more: %s", errno ? strerror(errno) : "it made no sound");
            return CLI_FAILED;
        }
    }
    qsort(wall, COLD_STARTS, sizeof *wall, compare);
    qsort(cpu, COLD_STARTS, sizeof *cpu, compare);
    figures->cold_wall = wall[COLD_STARTS / 2];
    figures->cold_cpu = cpu[COLD_STARTS / 2];
    if (run_self(voice, precision, "Nobody had told the keeper that the ships were no longer coming. ", 40, &ignored, &wall[0], &figures->peak_mb) != 0) {
        cli_error("this command cannot be started once more");
        return CLI_FAILED;
    }
    return CLI_DONE;
}

static int first_instrument(const char *name, const char *path, void *user)
{
    (void)path;
    snprintf(user, 128, "%s", name);
    return 1;
}

/* Sixteen notes of one instrument (the piano, or what there is), and how soon one more is there. */
static int measure_notes(struct figures *figures, char name[128])
{
    syrinx_instrument *instrument = NULL;
    syrinx_live *live = NULL;
    float block[2 * NOTE_BLOCK];
    strcpy(name, "piano");
    int code = syrinx_instrument_open(name, &instrument);
    if (code == SYRINX_ERROR_NOT_FOUND) {
        if (syrinx_instruments_list(first_instrument, name) < 1)
            return CLI_DONE;
        code = syrinx_instrument_open(name, &instrument);
    }
    if (code == SYRINX_OK)
        code = syrinx_live_new(instrument, NULL, &live);
    for (int i = 0; i < NOTES && code == SYRINX_OK; i++)
        code = syrinx_live_note_on(live, 0, syrinx_instrument_lowest(instrument) + (float)(2 * i), 90);
    double cpu = cpu_now(), sound = 0.0;
    for (; sound < 2.0 && code >= 0; sound += NOTE_BLOCK / 48000.0)
        code = syrinx_live_read(live, block, NOTE_BLOCK);
    figures->notes_factor = sound / (cpu_now() - cpu);
    if (code >= 0)
        code = syrinx_live_control(live, 0, 120, 0);
    for (int i = 0; i < figures->calls && code >= 0; i++) {
        for (int k = 0; k < 4 && code >= 0; k++)
            code = syrinx_live_read(live, block, NOTE_BLOCK);
        double begin = cli_seconds();
        if (code >= 0)
            code = syrinx_live_note_on(live, 0, syrinx_instrument_lowest(instrument) + (float)(i % 24), 90);
        if (code >= 0)
            code = syrinx_live_read(live, block, NOTE_BLOCK);
        figures->note[i] = cli_seconds() - begin;
        if (code >= 0)
            code = syrinx_live_control(live, 0, 120, 0);
    }
    int status = code < 0 ? cli_failed(code, syrinx_last_message()) : CLI_DONE;
    qsort(figures->note, (size_t)figures->calls, sizeof *figures->note, compare);
    figures->instrument = name;
    syrinx_live_free(live);
    syrinx_instrument_close(instrument);
    return status;
}

static void print_percentiles(const char *name, const double *times, int calls)
{
    printf("%s  median %6.2f ms, 90 %% within %6.2f ms, 99 %% within %6.2f ms, slowest %6.2f ms\n", name, 1e3 * percentile(times, calls, 0.5),
           1e3 * percentile(times, calls, 0.9), 1e3 * percentile(times, calls, 0.99), 1e3 * times[calls - 1]);
}

static void print_text(const struct figures *figures, const syrinx_voice *voice)
{
    printf("Syrinx %s, voice %s, one thread\n", syrinx_version(), syrinx_voice_name(voice));
    printf("real-time factor        %.4f CPU, %.4f wall (%.0f times faster than speech; %.0f s of sound)\n", figures->cpu_factor,
           figures->wall_factor, 1.0 / figures->wall_factor, figures->audio);
    print_percentiles("first sample, letter  ", figures->letter, figures->calls);
    print_percentiles("first sample, sentence", figures->sentence, figures->calls);
    printf("load the voice          %.1f ms CPU, %.1f ms wall (files checked)\n", 1e3 * figures->load_cpu, 1e3 * figures->load_wall);
    printf("cold start, a letter    %.1f ms CPU in all, first sample after %.1f ms\n", 1e3 * figures->cold_cpu, 1e3 * figures->cold_wall);
    printf("peak memory             %.1f MB\n", figures->peak_mb);
    if (figures->instrument) {
        printf("%d notes of %s  %.0f times faster than real time, %.2f ms CPU a second of a note\n", NOTES, figures->instrument, figures->notes_factor,
               1e3 / figures->notes_factor / NOTES);
        print_percentiles("first block of a note ", figures->note, figures->calls);
    }
}

static void print_json_latency(const char *name, const double *times, int calls)
{
    printf("\"%s\":{\"p50\":%.6f,\"p90\":%.6f,\"p99\":%.6f,\"max\":%.6f},", name, percentile(times, calls, 0.5), percentile(times, calls, 0.9),
           percentile(times, calls, 0.99), times[calls - 1]);
}

static void print_json(const struct figures *figures, const syrinx_voice *voice)
{
    printf("{\"version\":\"%s\",\"voice\":", syrinx_version());
    cli_json_string(stdout, syrinx_voice_name(voice), strlen(syrinx_voice_name(voice)));
    printf(",\"calls\":%d,\"audio_seconds\":%.3f,\"real_time_factor\":{\"cpu\":%.6f,\"wall\":%.6f},", figures->calls, figures->audio, figures->cpu_factor,
           figures->wall_factor);
    print_json_latency("first_sample_letter", figures->letter, figures->calls);
    print_json_latency("first_sample_sentence", figures->sentence, figures->calls);
    if (figures->instrument) {
        printf("\"instrument\":{\"name\":");
        cli_json_string(stdout, figures->instrument, strlen(figures->instrument));
        printf(",\"notes\":%d,\"times_real_time\":%.2f},", NOTES, figures->notes_factor);
        print_json_latency("first_block_note", figures->note, figures->calls);
    }
    printf("\"load\":{\"cpu\":%.6f,\"wall\":%.6f},\"cold_start\":{\"cpu\":%.6f,\"wall\":%.6f},\"peak_mb\":%.1f}\n", figures->load_cpu, figures->load_wall,
           figures->cold_cpu, figures->cold_wall, figures->peak_mb);
}

static int bench(const char *voice_name, const char *precision, struct figures *figures, bool json)
{
    syrinx_voice_options options;
    syrinx_voice *voice = NULL;
    syrinx_stream *stream = NULL;
    char instrument[128];
    double audio = 0.0, wall = cli_seconds(), cpu = cpu_now();
    syrinx_voice_options_init(&options);
    if (!cli_precision(precision, &options.precision))
        return CLI_USAGE;
    int code = syrinx_voice_open(voice_name, &options, &voice), status = CLI_DONE;
    figures->load_wall = cli_seconds() - wall;
    figures->load_cpu = cpu_now() - cpu;
    if (code == SYRINX_OK)
        cli_precision_told(voice, options.precision);
    if (code == SYRINX_OK)
        code = syrinx_stream_new(voice, NULL, &stream);
    if (code < 0) {
        status = cli_failed(code, syrinx_last_message());
    } else {
        int rate = syrinx_voice_sample_rate(voice);
        status = say(stream, sentences[0], NULL, &audio, rate);        /* warm */
        if (status == CLI_DONE)
            status = measure_factor(stream, rate, figures);
        if (status == CLI_DONE)
            status = measure_latency(stream, rate, letters, LETTERS, figures->letter, figures->calls);
        if (status == CLI_DONE)
            status = measure_latency(stream, rate, sentences, SENTENCES, figures->sentence, figures->calls);
        if (status == CLI_DONE)
            status = measure_cold(voice_name, precision, figures);
        if (status == CLI_DONE)
            status = measure_notes(figures, instrument);
        if (status == CLI_DONE)
            (json ? print_json : print_text)(figures, voice);
    }
    syrinx_stream_free(stream);
    syrinx_voice_close(voice);
    return cli_interrupted() ? cli_interrupt_status() : status;
}

int cli_bench(int argc, char **argv)
{
    struct figures figures = { .calls = 100 };
    const char *voice = NULL;
    const char *precision = NULL;
    int json = 0, operands, status;
    const struct cli_option options[] = {
        { "voice", 'v', CLI_STRING, &voice, "VOICE", "a name from 'syrinx voices', or a voice's folder", 0, 0 },
        { "precision", 0, CLI_STRING, &precision, "NAME", "float32 (the default), bfloat16, float16 or int8", 0, 0 },
        { "calls", 'n', CLI_INT, &figures.calls, "N", "calls for the latency, 100 if not given", 1, 100000 },
        { "json", 0, CLI_FLAG, &json, NULL, "print one JSON object; times in seconds", 0, 0 },
        { NULL, 0, 0, NULL, NULL, NULL, 0, 0 },
    };
    const struct cli_usage usage = {
        "bench", "[OPTION]...",
        "Measures on one thread: CPU time a second of sound, time to the first sample (warm), loading, a cold\n"
        "start of the command, peak memory, and instruments. Compare figures of the same machine and hour only.", options,
    };
    if (!cli_config(options, &status) || !cli_options(&usage, argc, argv, &operands, &status))
        return status;
    if (operands > 0)
        return cli_misuse("'%s' is not needed here", argv[1]);
    figures.letter = malloc((size_t)figures.calls * sizeof(double));
    figures.sentence = malloc((size_t)figures.calls * sizeof(double));
    figures.note = malloc((size_t)figures.calls * sizeof(double));
    status = figures.letter && figures.sentence && figures.note ? bench(voice, precision, &figures, json != 0) : cli_failed(SYRINX_ERROR_MEMORY, NULL);
    free(figures.letter);
    free(figures.sentence);
    free(figures.note);
    return status;
}
