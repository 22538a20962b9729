/* front.c - text without sound: the front end as a handle, and short cuts for one piece of text. */
#include <stdlib.h>
#include <string.h>

#include "api/handles.h"
#include "base/buffer.h"
#include "text/print.h"
#include "text/ssml.h"

struct syrinx_front {
    struct sx_text *text;
    struct sx_reader *reader;
    char *folder;
    syrinx_front_options options;       /* no strings in it */
    struct sx_error error;
};

void syrinx_front_options_init(syrinx_front_options *options)
{
    if (!options)
        return;
    memset(options, 0, sizeof *options);
    options->size = sizeof *options;
}

int syrinx_front_new(const syrinx_front_options *given, syrinx_front **out)
{
    struct sx_error *error = sx_thread_error();
    if (!out)
        return sx_fail(error, SYRINX_ERROR_ARGUMENT, "syrinx_front_new: front is NULL");
    *out = NULL;
    syrinx_front *front = calloc(1, sizeof *front);
    if (!front)
        return sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    syrinx_front_options *options = &front->options;
    syrinx_front_options_init(options);
    int code = sx_options_copy(options, sizeof *options, sizeof *options, given, "syrinx_front_options", error);
    if (code == SYRINX_OK)
        code = sx_punctuation_check(options->punctuation, error);
    if (code == SYRINX_OK)
        code = sx_text_new(options->lexicon, SX_TEXT_PUNCTUATION(options->punctuation) | (options->no_lexicon ? SX_TEXT_NO_LEXICON : 0), &front->text, error);
    if (code == SYRINX_OK)
        code = sx_reader_new(front->text, &front->reader, error);
    if (code == SYRINX_OK)
        code = sx_reader_language(front->reader, options->language, error);
    if (code == SYRINX_OK && options->folder && !(front->folder = strdup(options->folder)))
        code = sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    if (code == SYRINX_OK)
        sx_reader_warn(front->reader, options->warn, options->warn_user);
    options->language = options->lexicon = options->folder = NULL;
    if (code < 0)
        syrinx_front_free(front);
    else
        *out = front;
    return code;
}

void syrinx_front_free(syrinx_front *front)
{
    if (!front)
        return;
    sx_reader_free(front->reader);
    sx_text_free(front->text);
    free(front->folder);
    free(front);
}

const char *syrinx_front_message(const syrinx_front *front)
{
    return front ? front->error.message : "";
}

struct sx_reader *sx_front_reader(syrinx_front *front, struct sx_text **text, struct sx_error **error)
{
    *text = front->text;
    *error = &front->error;
    sx_reader_reset(front->reader);
    return front->reader;
}

static void warn(void *user, const char *message)
{
    const syrinx_front *front = user;
    if (front->options.warn)
        front->options.warn(front->options.warn_user, message);
}

/* Without a voice any speaker will do. */
static const char *choose_voice(void *user, const char *names, const char *gender, int age, int variant, const char *languages)
{
    (void)user, (void)names, (void)gender, (void)age, (void)variant, (void)languages;
    return "";
}

static int new_ssml(syrinx_front *front, struct sx_ssml **ssml)
{
    const struct sx_ssml_options options = {.user = front, .warn = warn, .choose_voice = choose_voice, .folder = front->folder};
    struct sx_markup_sink sink;
    sx_reader_sink(front->reader, &sink);
    return sx_ssml_new(&options, &sink, 0, ssml, &front->error);
}

/* Reads the text and prints it; hands the buffer's memory to the caller. */
static int print(syrinx_front *front, const char *text, size_t length, int kind, struct sx_printer *printer, char **result)
{
    struct sx_error *error = &front->error;
    struct sx_buffer buffer = {0};
    struct sx_ssml *ssml = NULL;
    if (length == SYRINX_LEN_AUTO)
        length = strlen(text);
    printer->out = &buffer;
    sx_reader_reset(front->reader);
    sx_print_begin(printer);
    int code = SYRINX_OK;
    if (kind == SYRINX_SSML)
        code = new_ssml(front, &ssml);
    for (size_t at = 0; at < length && code >= 0;) {        /* in pieces, so that memory stays bounded */
        size_t n = length - at < 8192 ? length - at : 8192;
        code = ssml ? sx_ssml_push(ssml, text + at, n, error) : sx_reader_push(front->reader, text + at, n, error);
        at += n;
        if (code >= 0)
            code = sx_print_ready(printer, front->reader, error);
    }
    if (ssml && code >= 0)
        code = sx_ssml_end(ssml, error);
    sx_reader_end(front->reader);
    if (code >= 0)
        code = sx_print_ready(printer, front->reader, error);
    sx_print_end(printer);
    sx_reader_reset(front->reader);     /* before the lexica of the markup go */
    sx_ssml_free(ssml);
    if (code >= 0 && !buffer.data)
        sx_buffer_puts(&buffer, "");
    if (code >= 0 && buffer.failed)
        code = sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
    if (code < 0)
        sx_buffer_free(&buffer);
    else
        *result = buffer.data;
    return code < 0 ? code : SYRINX_OK;
}

int syrinx_front_normalize(syrinx_front *front, const char *text, size_t length, int kind, char **result)
{
    struct sx_printer printer = {.form = SX_PRINT_WORDS};
    if (!front)
        return SYRINX_ERROR_ARGUMENT;
    if (!text || !result || (kind != SYRINX_TEXT && kind != SYRINX_SSML))
        return sx_fail(&front->error, SYRINX_ERROR_ARGUMENT, "syrinx_front_normalize: text or result is NULL, or no known kind");
    *result = NULL;
    return print(front, text, length, kind, &printer, result);
}

int syrinx_front_phonemize(syrinx_front *front, const char *text, size_t length, int kind, int alphabet, int flags, char **result)
{
    struct sx_printer printer = {.form = sx_print_form(alphabet), .json = flags & SYRINX_JSON};
    if (!front)
        return SYRINX_ERROR_ARGUMENT;
    if (!text || !result || (kind != SYRINX_TEXT && kind != SYRINX_SSML) || alphabet < SYRINX_IPA || alphabet > SYRINX_TOKENS || (flags & ~SYRINX_JSON))
        return sx_fail(&front->error, SYRINX_ERROR_ARGUMENT, "syrinx_front_phonemize: a NULL, or no known kind, alphabet or flag");
    *result = NULL;
    return print(front, text, length, kind, &printer, result);
}

/* The message of a handle that goes away. */
static int last(const syrinx_front *front, int code)
{
    return code < 0 ? sx_fail(sx_thread_error(), code, "%s", front->error.message) : code;
}

int syrinx_normalize(const char *text, size_t length, char **result)
{
    syrinx_front *front;
    int code = syrinx_front_new(NULL, &front);
    if (code < 0)
        return code;
    code = last(front, syrinx_front_normalize(front, text, length, SYRINX_TEXT, result));
    syrinx_front_free(front);
    return code;
}

int syrinx_phonemize(const char *text, size_t length, int alphabet, int flags, const char *lexicon, char **result)
{
    syrinx_front *front;
    syrinx_front_options options;
    syrinx_front_options_init(&options);
    options.lexicon = lexicon;
    options.no_lexicon = (flags & SYRINX_NO_LEXICON) != 0;
    int code = syrinx_front_new(&options, &front);
    if (code < 0)
        return code;
    code = last(front, syrinx_front_phonemize(front, text, length, SYRINX_TEXT, alphabet, flags & ~SYRINX_NO_LEXICON, result));
    syrinx_front_free(front);
    return code;
}

void syrinx_free(void *memory)
{
    free(memory);
}
