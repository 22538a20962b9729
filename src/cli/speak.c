/* speak.c - `syrinx speak`: text in bit by bit, samples out as they are made. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "speak.h"

#define BLOCK_PLAYER 480        /* 20 ms: an interruption and a word on the screen are not late */
#define BLOCK_FILE 4800
#define LONG_WAIT 0.5           /* seconds for the next line: longer than any pause between sentences, and all of the line before was heard */

static int push_word(struct cli_speak *speak, const syrinx_event *event)
{
    if (speak->first + speak->count == speak->capacity) {
        if (speak->first > speak->capacity / 2) {
            memmove(speak->words, speak->words + speak->first, speak->count * sizeof *speak->words);
            speak->first = 0;
        } else {
            size_t capacity = speak->capacity ? 2 * speak->capacity : 64;
            struct cli_speak_word *words = realloc(speak->words, capacity * sizeof *words);
            if (!words)
                return cli_failed(SYRINX_ERROR_MEMORY, NULL);
            speak->words = words;
            speak->capacity = capacity;
        }
    }
    speak->words[speak->first + speak->count++] = (struct cli_speak_word){ event->sample, event->text_begin, event->text_end };
    return CLI_DONE;
}

static void write_event(FILE *file, const syrinx_event *event, int rate, int chapter)
{
    static const char *const types[] = { "", "sentence", "word", "phone", "mark", "end" };
    fprintf(file, "{\"type\":\"%s\",\"sample\":%llu,\"seconds\":%.4f,\"duration\":%llu,\"begin\":%llu,\"end\":%llu",
            event->type >= 1 && event->type <= 5 ? types[event->type] : "", (unsigned long long)event->sample,
            (double)event->sample / rate, (unsigned long long)event->duration, (unsigned long long)event->text_begin,
            (unsigned long long)event->text_end);
    if (event->name) {
        fputs(",\"name\":", file);
        cli_json_string(file, event->name, strlen(event->name));
    }
    if (event->type == SYRINX_EVENT_PHONE)
        fprintf(file, ",\"stress\":%d,\"viseme\":%d", event->stress, event->viseme);
    if (chapter >= 0)
        fprintf(file, ",\"chapter\":%d", chapter + 1);
    fputs("}\n", file);
}

static int take_events(struct cli_speak *speak)
{
    syrinx_event event;
    int status = CLI_DONE;
    while (status == CLI_DONE && syrinx_stream_event(speak->stream, &event) > 0) {
        if (event.text_end > speak->reached && event.type != SYRINX_EVENT_SENTENCE)
            speak->reached = event.text_end;
        if (speak->events.file)
            write_event(speak->events.file, &event, speak->sound.rate, speak->chapter);
        if (speak->want_show && event.type == SYRINX_EVENT_WORD)
            status = push_word(speak, &event);
    }
    return status;
}

/* Shows the words that are heard by now, and how far we are. */
static void tick(void *user)
{
    struct cli_speak *speak = user;
    uint64_t position = speak->sounding ? cli_sound_position(&speak->sound) + speak->dropped : 0;
    while (speak->count > 0 && speak->words[speak->first].sample <= position) {
        const struct cli_speak_word *word = &speak->words[speak->first++];
        speak->count--;
        cli_show_word(&speak->show, &speak->source, word->begin, word->end);
    }
    cli_progress_update(&speak->progress, speak->reached, speak->source.total, (double)speak->sound.samples / speak->sound.rate);
}

/* The next chapter, a part of a text, or the end. */
static int feed(struct cli_speak *speak)
{
    const char *piece;
    if (speak->book.document) {
        int last = speak->chapter >= 0 ? speak->chapter + 1 : speak->book.count;
        int done = speak->given < last ? syrinx_stream_document(speak->stream, speak->book.document, speak->given++) : syrinx_stream_end(speak->stream);
        return done < 0 ? cli_failed(done, syrinx_stream_message(speak->stream)) : CLI_DONE;
    }
    size_t length;
    double since = cli_seconds();
    while (speak->live && speak->count > 0 && !cli_interrupted() && !cli_readable_within(speak->source.fd, 0.02))
        tick(speak);                    /* the last words are heard while we wait for more */
    int code = SYRINX_OK, status = cli_source_read(&speak->source, &piece, &length);
    if (status != CLI_DONE)
        return status;
    speak->all_read = length == 0;
    if (length > 0)
        code = syrinx_stream_text(speak->stream, piece, length, speak->ssml ? SYRINX_SSML : SYRINX_TEXT);
    else if (!speak->line_over)
        code = syrinx_stream_end(speak->stream);
    speak->drop_pause = speak->drop_pause || (speak->line_over && !speak->output && cli_seconds() - since > LONG_WAIT);
    speak->line_over = speak->line_over && length == 0;
    if (code >= 0 && speak->live && cli_source_line_over(&speak->source, piece, length)) {
        code = syrinx_stream_end(speak->stream);
        speak->line_over = true;
    }
    return code < 0 ? cli_failed(code, syrinx_stream_message(speak->stream)) : CLI_DONE;
}

static int open_sound(struct cli_speak *speak)
{
    const struct cli_book *book = &speak->book;
    const char *voice = syrinx_voice_name(speak->voice), *author = book->document ? syrinx_document_author(book->document) : NULL;
    const char *title = book->document ? syrinx_document_title(book->document) : NULL;
    char comment[200];
    struct cli_sound_options options = { .format = speak->format, .output_rate = speak->sample_rate, .artist = author ? author : voice, .title = title,
                                         .loudness = speak->loudness, .peak = speak->peak };
    snprintf(comment, sizeof comment, "voice: %s", voice);
    options.comment = author ? comment : NULL;      /* who speaks is told in any case */
    if (speak->chapter >= 0) {
        const char *name = syrinx_document_chapter_title(book->document, speak->chapter);
        options.title = name && *name ? name : title;
        options.album = title;
        options.track = speak->chapter + 1;
    }
    int status = cli_sound_open(&speak->sound, speak->chapter >= 0 ? book->files[speak->chapter] : speak->output, syrinx_voice_sample_rate(speak->voice), &options);
    speak->sounding = status == CLI_DONE;
    return status;
}

/* Samples of a pause at the beginning of what was read. */
static int pause_of(struct cli_speak *speak, const float *samples, int count)
{
    int n = 0;
    while (speak->drop_pause && n < count && samples[n] == 0)
        n++;
    speak->drop_pause = speak->drop_pause && n == count;
    speak->dropped += (uint64_t)n;
    return n;
}

/* A line is said before more comes if the text is typed or piped and the sound is heard as it is made: by the speakers, or by what reads our standard output. */
static bool is_live(const struct cli_speak *speak)
{
    struct stat info;
    return speak->source.live && !speak->ssml && !speak->book.document &&
           (!speak->output || (strcmp(speak->output, "-") == 0 && fstat(STDOUT_FILENO, &info) == 0 && !S_ISREG(info.st_mode)));
}

static int run(struct cli_speak *speak)
{
    float samples[BLOCK_FILE];
    int block = speak->output ? BLOCK_FILE : BLOCK_PLAYER, status = CLI_DONE;
    speak->live = is_live(speak);
    while (speak->ssml && !speak->all_read && status == CLI_DONE)        /* a mistake in the markup is told before anything is heard */
        status = feed(speak);
    if (speak->ssml && speak->output && status == CLI_DONE)             /* or written */
        status = open_sound(speak);
    while (status == CLI_DONE) {
        if (cli_interrupted())
            return cli_interrupt_status();
        int n = syrinx_stream_read(speak->stream, samples, block);
        if (n == SYRINX_AGAIN) {
            status = feed(speak);
            continue;
        }
        if (n < 0)
            return cli_failed(n, syrinx_stream_message(speak->stream));
        if (n > 0 && !speak->sounding)      /* the speakers are opened when there is something to say */
            status = open_sound(speak);
        int pause = n > 0 ? pause_of(speak, samples, n) : 0;
        if (n > pause && status == CLI_DONE)
            status = cli_sound_write(&speak->sound, samples + pause, n - pause);
        if (status == CLI_DONE)
            status = take_events(speak);
        tick(speak);
        if (n == 0 && status == CLI_DONE && speak->line_over && !speak->all_read)
            status = feed(speak);
        else if (n == 0)
            break;
    }
    return status;
}

static int open_all(struct cli_speak *speak, int operands, char **words)
{
    syrinx_voice_options options;
    int status = cli_book_open(&speak->book, speak->ssml ? "text" : speak->input, speak->chapters, speak->file, operands, words, &speak->source);
    if (status == CLI_DONE && speak->chapters)
        status = cli_book_place(&speak->book, speak->output, speak->format);
    if (status != CLI_DONE)
        return status;
    speak->source.keep = speak->source.keep || speak->want_show;
    if (speak->ssml && !(speak->options.folder = speak->folder ? strdup(speak->folder) : cli_folder_of(speak->file)))
        return cli_failed(SYRINX_ERROR_MEMORY, NULL);
    int code = SYRINX_OK;
    if (!speak->voice_lent) {
        syrinx_voice_options_init(&options);
        options.threads = speak->threads;
        if (!cli_precision(speak->precision, &options.precision))
            return CLI_USAGE;
        code = syrinx_voice_open(speak->voice_name, &options, &speak->voice);
        if (code == SYRINX_OK)
            cli_precision_told(speak->voice, options.precision);
    }
    if (code < 0)
        return cli_failed(code, syrinx_last_message());
    const char *language = speak->book.document && !speak->options.language ? syrinx_document_language(speak->book.document) : NULL;
    if (language)
        speak->options.language = language;
    code = syrinx_stream_new(speak->voice, &speak->options, &speak->stream);
    if (code == SYRINX_ERROR_UNSUPPORTED && language) {         /* what a file says of itself keeps nobody from hearing it */
        cli_note("%s", syrinx_last_message());
        speak->options.language = NULL;
        code = syrinx_stream_new(speak->voice, &speak->options, &speak->stream);
    }
    if (code < 0)
        return cli_failed(code, syrinx_last_message());
    speak->sound.rate = syrinx_voice_sample_rate(speak->voice);
    if (speak->events_path && (status = cli_output_open(&speak->events, speak->events_path)) != CLI_DONE)
        return status;
    return speak->output && !speak->chapters && !speak->ssml ? open_sound(speak) : CLI_DONE;
}

/* One file after the other. Each chapter is a life of the stream of its own, so that it sounds the same whatever comes before it. */
static int run_chapters(struct cli_speak *speak)
{
    int status = CLI_DONE;
    for (int i = 0; i < speak->book.count && status == CLI_DONE; i++) {
        speak->chapter = speak->given = i;
        syrinx_stream_cancel(speak->stream);
        status = feed(speak);
        if (status == CLI_DONE)
            status = open_sound(speak);
        if (status == CLI_DONE)
            status = run(speak);
        if (status == CLI_DONE)
            status = cli_sound_close(&speak->sound, tick, speak);
        speak->sounding = speak->sounding && status != CLI_DONE;
        speak->count = 0;
    }
    if (status == CLI_DONE && speak->book.count == 0)
        cli_note("there is nothing to read");
    if (status == CLI_DONE && speak->book.count > 0) {
        const char *author = syrinx_document_author(speak->book.document);
        status = cli_book_cue(&speak->book, author ? author : syrinx_voice_name(speak->voice));
    }
    return status;
}

int cli_speak_run(struct cli_speak *speak, int operands, char **words)
{
    int status = open_all(speak, operands, words);
    if (status == CLI_DONE) {
        bool out_taken = (speak->output && strcmp(speak->output, "-") == 0) || (speak->events_path && strcmp(speak->events_path, "-") == 0);
        if (speak->want_show)
            cli_show_begin(&speak->show, out_taken ? stderr : stdout, speak->ssml);
        cli_progress_begin(&speak->progress, !speak->want_show && !speak->voice_lent);
        status = speak->chapters ? run_chapters(speak) : run(speak);
        if (status == CLI_DONE && speak->sounding)
            status = cli_sound_close(&speak->sound, tick, speak);
        cli_progress_end(&speak->progress);
        cli_show_end(&speak->show, &speak->source, status == CLI_DONE);
    }
    if (cli_interrupted())
        status = cli_interrupt_status();
    if (status != CLI_DONE) {
        cli_sound_abandon(&speak->sound);
        cli_output_abandon(&speak->events);
    } else {
        status = cli_output_close(&speak->events);
    }
    syrinx_stream_free(speak->stream);
    if (!speak->voice_lent)
        syrinx_voice_close(speak->voice);
    cli_source_close(&speak->source);
    cli_book_close(&speak->book);
    free(speak->words);
    free((char *)speak->options.folder);
    return status;
}

void cli_speak_init(struct cli_speak *speak)
{
    *speak = (struct cli_speak){ .threads = 1, .chapter = -1, .peak = NAN };
    syrinx_options_init(&speak->options);
    speak->options.warn = cli_warn;
}

int cli_speak_check(struct cli_speak *speak)
{
    if (!cli_punctuation(speak->punctuation, &speak->options.punctuation))
        return CLI_USAGE;
    if (speak->ssml && (speak->input || speak->chapters))
        return cli_misuse("--ssml with --%s: SSML is no document", speak->input ? "input" : "chapters");
    if (speak->loudness != 0 && !speak->output)
        return cli_misuse("--loudness is for files: it needs -o");
    if (!isnan(speak->peak) && speak->loudness == 0)
        return cli_misuse("--peak without --loudness");
    if (isnan(speak->peak))
        speak->peak = -1;
    return CLI_DONE;
}

int cli_speak(int argc, char **argv)
{
    struct cli_speak speak;
    cli_speak_init(&speak);
    const struct cli_option options[] = {
        { "file", 'f', CLI_STRING, &speak.file, "FILE", "read the text from FILE; - is standard input", 0, 0 },
        { "output", 'o', CLI_STRING, &speak.output, "FILE", "write sound to FILE; - is standard output (WAV)", 0, 0 },
        CLI_SPEAK_OPTIONS(speak),
        { "chapters", 0, CLI_FLAG, &speak.chapters, NULL, "a file for each chapter; -o is a folder, or a name such as book-%02d.flac", 0, 0 },
        { "events", 0, CLI_STRING, &speak.events_path, "FILE", "write when each sentence, word and phone begins, as JSON lines", 0, 0 },
        { "threads", 0, CLI_INT, &speak.threads, "N", "threads to use; 1 is best for latency, 0 is one a core", 0, 1024 },
        { "precision", 0, CLI_STRING, &speak.precision, "NAME", "float32 (the default), bfloat16 (faster), float16 or int8 (smaller) behind the durations", 0, 0 },
        { "show", 0, CLI_FLAG, &speak.want_show, NULL, "print the words as they are spoken", 0, 0 },
        { NULL, 0, 0, NULL, NULL, NULL, 0, 0 },
    };
    const struct cli_usage usage = {
        "speak", "[OPTION]... [TEXT]...",
        "Says TEXT, or what comes from standard input, to the speakers or to a file. Speaking begins with the\n"
        "first sentence, while later ones are still being read and made. Markdown, HTML, EPUB and subtitles\n"
        "are known by the file, or by --input, and read as a person would. Nothing to say is no mistake: the\n"
        "exit status is 0, and with -o the file holds no samples (MP3 and Opus 1/50 s).", options,
    };
    int operands, status;
    if (!cli_config(options, &status))
        return status;
    const char *configured_voice = speak.voice_name, *configured_speaker = speak.options.speaker;
    if (!cli_options(&usage, argc, argv, &operands, &status))
        return status;
    if (speak.voice_name != configured_voice && speak.options.speaker == configured_speaker)
        speak.options.speaker = NULL;       /* the configured speaker belongs to the configured voice */
    if ((status = cli_speak_check(&speak)) != CLI_DONE)
        return status;
    if (speak.chapters && (!speak.output || strcmp(speak.output, "-") == 0))
        return cli_misuse("--chapters needs -o with a folder, or a name with %%d");
    if (speak.format && !speak.output)
        return cli_misuse("--format without -o");
    if (speak.output && speak.events_path && strcmp(speak.output, "-") == 0 && strcmp(speak.events_path, "-") == 0)
        return cli_misuse("sound and events cannot both go to standard output");
    return cli_speak_run(&speak, operands, argv + 1);
}
