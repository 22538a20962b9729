/* inspect.c - `syrinx inspect`: speaks a text into memory, with its events and pitch, and hands all to the page. */
#include "inspect.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK 4800
#define MAX_SECONDS 600         /* a page is for looking; a book has no picture */

/* Makes room for `more` items; false after an explanation. */
static bool grow(void **items, size_t count, size_t *capacity, size_t more, size_t size)
{
    if (count + more <= *capacity)
        return true;
    size_t wanted = *capacity ? 2 * *capacity : 256;
    while (wanted < count + more)
        wanted *= 2;
    void *grown = realloc(*items, wanted * size);
    if (!grown) {
        cli_failed(SYRINX_ERROR_MEMORY, NULL);
        return false;
    }
    *items = grown;
    *capacity = wanted;
    return true;
}

static bool add_span(struct cli_span **spans, size_t *count, size_t *capacity, const syrinx_event *event)
{
    if (!grow((void **)spans, *count, capacity, 1, sizeof **spans))
        return false;
    struct cli_span *span = &(*spans)[(*count)++];
    *span = (struct cli_span){ event->sample, event->duration, event->text_begin, event->text_end, "", event->stress };
    if (event->name)
        snprintf(span->name, sizeof span->name, "%s", event->name);
    return true;
}

static bool take(struct cli_inspection *inspection, syrinx_stream *stream)
{
    syrinx_event event;
    syrinx_frame frame;
    bool good = true;
    while (good && syrinx_stream_event(stream, &event) > 0) {
        if (event.type == SYRINX_EVENT_WORD)
            good = add_span(&inspection->words, &inspection->word_count, &inspection->word_capacity, &event);
        else if (event.type == SYRINX_EVENT_PHONE)
            good = add_span(&inspection->phones, &inspection->phone_count, &inspection->phone_capacity, &event);
    }
    while (good && syrinx_stream_frame(stream, &frame) > 0) {
        good = grow((void **)&inspection->frames, inspection->frame_count, &inspection->frame_capacity, 1, sizeof frame);
        if (good)
            inspection->frames[inspection->frame_count++] = frame;
    }
    return good;
}

static int speak(struct cli_inspection *inspection, syrinx_stream *stream, struct cli_source *source, int kind)
{
    syrinx_frame frame;
    int n = syrinx_stream_frame(stream, &frame);        /* the first call says that frames are wanted */
    for (;;) {
        if (cli_interrupted())
            return cli_interrupt_status();
        if (!grow((void **)&inspection->samples, inspection->count, &inspection->capacity, BLOCK, sizeof *inspection->samples))
            return CLI_FAILED;
        n = syrinx_stream_read(stream, inspection->samples + inspection->count, BLOCK);
        if (n == SYRINX_AGAIN) {
            const char *piece;
            size_t length;
            int status = cli_source_read(source, &piece, &length);
            if (status != CLI_DONE)
                return status;
            int code = length ? syrinx_stream_text(stream, piece, length, kind) : syrinx_stream_end(stream);
            if (code < 0)
                return cli_failed(code, syrinx_stream_message(stream));
            continue;
        }
        if (n < 0)
            return cli_failed(n, syrinx_stream_message(stream));
        inspection->count += (size_t)n;
        if (!take(inspection, stream))
            return CLI_FAILED;
        if (n == 0)
            return CLI_DONE;
        if (inspection->count > (size_t)MAX_SECONDS * (size_t)inspection->rate) {
            cli_error("more than %d seconds of speech; inspect a part of the text", MAX_SECONDS);
            return CLI_FAILED;
        }
    }
}

static int write_page(const struct cli_inspection *inspection, const struct cli_source *source, const char *path)
{
    struct cli_output output;
    int status = cli_output_open(&output, path);
    if (status != CLI_DONE)
        return status;
    if (!cli_inspection_page(inspection, source, output.file)) {
        cli_output_abandon(&output);
        return cli_failed(SYRINX_ERROR_MEMORY, NULL);
    }
    return cli_output_close(&output);
}

static int inspect(const char *voice_name, const syrinx_options *options, struct cli_source *source, int kind, const char *output)
{
    struct cli_inspection inspection = { 0 };
    syrinx_voice *voice = NULL;
    syrinx_stream *stream = NULL;
    int status = CLI_DONE, code = syrinx_voice_open(voice_name, NULL, &voice);
    if (code == SYRINX_OK)
        code = syrinx_stream_new(voice, options, &stream);
    if (code < 0) {
        status = cli_failed(code, syrinx_last_message());
    } else {
        inspection.rate = syrinx_voice_sample_rate(voice);
        inspection.voice = syrinx_voice_name(voice);
        inspection.speaker = options->speaker;
        status = speak(&inspection, stream, source, kind);
    }
    if (status == CLI_DONE)
        status = write_page(&inspection, source, output);
    free(inspection.samples);
    free(inspection.words);
    free(inspection.phones);
    free(inspection.frames);
    syrinx_stream_free(stream);
    syrinx_voice_close(voice);
    return status;
}

int cli_inspect(int argc, char **argv)
{
    const char *voice = NULL, *file = NULL, *output = NULL, *punctuation = NULL;
    int ssml = 0;
    syrinx_options options;
    syrinx_options_init(&options);
    const struct cli_option table[] = {
        { "output", 'o', CLI_STRING, &output, "FILE", "the page, such as page.html; - is standard output", 0, 0 },
        { "file", 'f', CLI_STRING, &file, "FILE", "read the text from FILE; - is standard input", 0, 0 },
        { "voice", 'v', CLI_STRING, &voice, "VOICE", "a name from 'syrinx voices', or a voice's folder", 0, 0 },
        { "speaker", 's', CLI_STRING, &options.speaker, "SPEAKER", "a name, or a blend such as kathleen:0.6,linda:0.4", 0, 0 },
        { "language", 'l', CLI_STRING, &options.language, "LANG", "of the text, such as en-GB or de; auto finds it by the words", 0, 0 },
        { "rate", 'r', CLI_FLOAT, &options.rate, "RATE", "speaking rate, 0.25 to 6; 1 as recorded", 0.25, 6 },
        { "pitch", 'p', CLI_FLOAT, &options.pitch, "SEMITONES", "higher or lower, -24 to 24", -24, 24 },
        { "volume", 0, CLI_FLOAT, &options.volume, "DB", "louder or softer, -60 to 20 decibels", -60, 20 },
        { "lexicon", 0, CLI_STRING, &options.lexicon, "FILE", "your own words: a line is WORD, tab, ARPAbet, [[IPA]] or words", 0, 0 },
        { "punctuation", 0, CLI_STRING, &punctuation, "LEVEL", "the marks to be named: none, some, most or all", 0, 0 },
        { "ssml", 0, CLI_FLAG, &ssml, NULL, "the text is SSML 1.1", 0, 0 },
        { "seed", 0, CLI_UINT64, &options.seed, "N", "of the noise in the voice", 0, 0 },
        { NULL, 0, 0, NULL, NULL, NULL, 0, 0 },
    };
    const struct cli_usage usage = {
        "inspect", "[OPTION]... [TEXT]...|SCORE -o PAGE.html",
        "Speaks TEXT into a page for the browser: waveform, spectrogram, pitch, phones and words on one time\n"
        "axis, with the sound to play. A SCORE (a file's name that ends in .mid, .abc, .musicxml, .mxl...) is\n"
        "played into a page with its notes over the spectrogram. The page is one file and needs no network.", table,
    };
    struct cli_source source;
    int operands, status;
    if (!cli_config(table, &status))
        return status;
    const char *configured_voice = voice, *configured_speaker = options.speaker;
    if (!cli_options(&usage, argc, argv, &operands, &status))
        return status;
    if (voice != configured_voice && options.speaker == configured_speaker)
        options.speaker = NULL;             /* the configured speaker belongs to the configured voice */
    if (!output)
        return cli_misuse("where to? Give -o PAGE.html");
    options.warn = cli_warn;
    const char *score = file && operands == 0 ? file : !file && operands == 1 ? argv[1] : NULL;
    if (score && !ssml && cli_is_score(score))
        return cli_inspect_score(score, options.seed, output);
    if (!cli_punctuation(punctuation, &options.punctuation))
        return CLI_USAGE;
    status = cli_source_open(&source, file, operands, argv + 1);
    if (status != CLI_DONE)
        return status;
    if (ssml && !(options.folder = cli_folder_of(file)))
        return cli_failed(SYRINX_ERROR_MEMORY, NULL);
    source.keep = true;
    status = inspect(voice, &options, &source, ssml ? SYRINX_SSML : SYRINX_TEXT, output);
    free((char *)options.folder);
    if (cli_interrupted())
        status = cli_interrupt_status();
    cli_source_close(&source);
    return status;
}
