/* text_speed.c - CPU seconds of the text front end and of espeak_TextToPhonemes on one text; and how ours grows with the text. Built and run by
 * tools/bench/text. */
#include <dlfcn.h>
#include <stdint.h>

#include "bench.h"
#include "text/text.h"

static char *load(const char *path, size_t *length)
{
    FILE *f = fopen(path, "rb");
    if (!f || fseek(f, 0, SEEK_END))
        return NULL;
    long n = ftell(f);
    rewind(f);
    char *text = malloc((size_t)n + 1);
    *length = text ? fread(text, 1, (size_t)n, f) : 0;
    if (text)
        text[*length] = 0;
    fclose(f);
    return text;
}

/* Seconds for the text in pieces of 8 kB; words, tokens: what came out. */
static double ours(const struct sx_text *text, const char *bytes, size_t length, uint64_t *words, uint64_t *tokens)
{
    struct sx_reader *reader;
    struct sx_error error;
    struct sx_utterance u;
    if (sx_reader_new(text, &reader, &error) < 0)
        exit(1);
    *words = *tokens = 0;
    double start = bench_seconds(CLOCK_PROCESS_CPUTIME_ID);
    for (size_t at = 0; at <= length;) {
        size_t n = length - at < 8192 ? length - at : 8192;
        if (sx_reader_push(reader, bytes + at, n, &error) < 0)
            exit(1);
        at += n;
        if (at == length) {
            sx_reader_end(reader);
            at++;
        }
        int status;
        while ((status = sx_reader_next(reader, &u, &error)) > 0) {
            *words += (uint64_t)u.word_count;
            *tokens += (uint64_t)u.token_count;
        }
        if (status < 0)
            exit(1);
    }
    double seconds = bench_seconds(CLOCK_PROCESS_CPUTIME_ID) - start;
    sx_reader_free(reader);
    return seconds;
}

/* libespeak-ng, loaded when it is there: IPA of the whole text, one call a clause as its interface gives it. */
static double espeak(const char *bytes)
{
    void *lib = dlopen("libespeak-ng.so.1", RTLD_NOW);
    if (!lib)
        return -1;
    int (*initialize)(int, int, const char *, int);
    int (*voice)(const char *);
    const char *(*phonemes)(const void **, int, int);
    *(void **)&initialize = dlsym(lib, "espeak_Initialize");
    *(void **)&voice = dlsym(lib, "espeak_SetVoiceByName");
    *(void **)&phonemes = dlsym(lib, "espeak_TextToPhonemes");
    if (!initialize || !voice || !phonemes || initialize(1, 0, NULL, 0) < 0 || voice("en-us"))
        return -1;
    const void *at = bytes;
    double start = bench_seconds(CLOCK_PROCESS_CPUTIME_ID);
    while (at)
        phonemes(&at, 1, 2);        /* UTF-8 to IPA */
    return bench_seconds(CLOCK_PROCESS_CPUTIME_ID) - start;
}

static void curve(const struct sx_text *text)
{
    static const char *const names[] = {"prose", "one line", "one word", "no stop", "digits", "signs"};
    static const size_t sizes[] = {10000, 100000, 1000000, 10000000};
    static const char prose[] = "The old house stood at the end of the lane, and nobody had lived there for 12 years. On March 3, 2021 it was sold for $250,000! ";
    printf("%-10s", "bytes");
    for (int s = 0; s < 4; s++)
        printf("%12zu", sizes[s]);
    printf("   (CPU seconds)\n");
    for (int kind = 0; kind < 6; kind++) {
        printf("%-10s", names[kind]);
        for (int s = 0; s < 4; s++) {
            size_t n = sizes[s];
            char *bytes = malloc(n + 1);
            if (!bytes)
                exit(1);
            for (size_t i = 0; i < n; i++) {
                char c = prose[i % (sizeof prose - 1)];
                bytes[i] = kind == 2 ? (char)('a' + i * 7 % 26) : kind == 4 ? (char)('0' + i * 7 % 10) : kind == 5 ? "+-*/=<>^%&#@!?.,;:()[]{}"[i * 7 % 24] : c;
                if (kind == 3 && strchr(".!,0123456789$", bytes[i]))
                    bytes[i] = 'x';
                if (kind == 0 && i % (sizeof prose - 1) == sizeof prose - 2)
                    bytes[i] = '\n';
            }
            uint64_t words, tokens;
            printf("%12.3f", ours(text, bytes, n, &words, &tokens));
            fflush(stdout);
            free(bytes);
        }
        printf("\n");
    }
}

int main(int argc, char **argv)
{
    struct sx_text *text;
    struct sx_error error;
    struct sx_reader *reader;
    double start = bench_seconds(CLOCK_PROCESS_CPUTIME_ID);
    if (argc < 2 || sx_text_new(NULL, 0, &text, &error) < 0 || sx_reader_new(text, &reader, &error) < 0)
        return 1;
    double open = bench_seconds(CLOCK_PROCESS_CPUTIME_ID) - start;
    sx_reader_free(reader);
    if (!strcmp(argv[1], "--curve")) {
        curve(text);
        return 0;
    }
    size_t length;
    char *bytes = load(argv[1], &length);
    if (!bytes)
        return 1;
    printf("open: %.2f ms of CPU for lexicon and models, cold\n", open * 1e3);
    int runs = argc > 2 ? atoi(argv[2]) : 3;
    double mb = (double)length / 1e6;
    for (int i = 0; i < runs; i++) {
        uint64_t words, tokens;
        double a = ours(text, bytes, length, &words, &tokens), b = argc > 3 ? -1 : espeak(bytes);
        printf("syrinx %7.1f MB/minute (%llu words, %llu tokens)", mb / a * 60, (unsigned long long)words, (unsigned long long)tokens);
        if (b > 0)
            printf("   espeak_TextToPhonemes %7.1f MB/minute   ratio %.2f", mb / b * 60, b / a);
        printf("\n");
    }
    free(bytes);
    sx_text_free(text);
    return 0;
}
