/* main.c - sd_syrinx, an output module of Speech Dispatcher: commands from standard input, answers, events and sound to standard output, complaints to
 * standard error, which the server keeps in a log. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "speechd/speaker.h"

struct module {
    struct sd_config config;
    struct sd_parser parser;
    struct sd_output output;
    struct sd_voices voices;
    struct sd_settings settings;
    struct sd_speaker *speaker;     /* NULL before INIT */
    bool voices_there;              /* `voices` is initialised */
    uint64_t last;                  /* number of the last message */
    int log_level;
    int complaints;                 /* standard error as it was; -1: as it is */
    bool over;
    int status;                     /* of the program's end */
};

static void complain(const char *message)
{
    fprintf(stderr, "sd_syrinx: %s\n", message);
}

/* ------------------------------------------------------------------ commands */

/* The first of all commands: with the voice open and one word said to nobody, the first message is as quick as the others. */
static bool start(struct module *module, char *why, size_t room)
{
    struct sd_target target;
    syrinx_stream *stream;
    float samples[480];
    int rate, code;
    if (!(module->voices_there = sd_voices_init(&module->voices, &module->config, complain)) || !sd_voices_look(&module->voices)) {
        snprintf(why, room, "out of memory");
        return false;
    }
    sd_voices_choose(&module->voices, &module->settings, &target);
    code = sd_voices_stream(&module->voices, &target, SYRINX_PUNCTUATION_NONE, &stream, &rate);
    if (code < 0) {
        snprintf(why, room, "%s", syrinx_last_message());
        return false;
    }
    syrinx_stream_text(stream, "<speak>Hello.</speak>", SYRINX_LEN_AUTO, SYRINX_SSML);
    syrinx_stream_end(stream);
    while (syrinx_stream_read(stream, samples, 480) > 0)
        ;
    module->speaker = sd_speaker_new(&module->voices, &module->output, &module->config, complain);
    snprintf(why, room, "%s", module->speaker ? "" : "no thread");
    return module->speaker != NULL;
}

static void init(struct module *module)
{
    char why[400] = "", answer[600];
    if (!module->speaker && !start(module, why, sizeof why)) {
        for (char *c = why; *c; c++)
            *c = *c == '\n' ? ' ' : *c;
        snprintf(answer, sizeof answer, "399-Syrinx cannot speak: %s\n399 ERR CANT INIT MODULE\n", why);
        sd_output_answer(&module->output, answer);
        module->over = true;
        module->status = 1;
        return;
    }
    snprintf(answer, sizeof answer, "299-Syrinx %s is ready.\n299 OK LOADED SUCCESSFULLY\n", syrinx_version());
    sd_output_answer(&module->output, answer);
}

static void speak(struct module *module, enum sd_verb verb, const char *data, size_t length, size_t lines)
{
    if (!data) {
        sd_output_answer(&module->output, "402 ERROR OUT OF MEMORY\n");
    } else if (!module->speaker || length == 0 || sd_output_busy(&module->output)) {
        sd_output_answer(&module->output, "301 ERROR CANT SPEAK\n");
    } else if (verb != SD_SPEAK && lines > 1) {
        sd_output_answer(&module->output, "305 DATA MORE THAN ONE LINE\n");
    } else {
        sd_output_begin(&module->output, ++module->last);
        if (!sd_speaker_say(module->speaker, module->last, verb, data, length, &module->settings))
            sd_output_end(&module->output, module->last);
    }
}

static void set(struct module *module, int result, const char *done)
{
    sd_output_answer(&module->output, result == SD_SET_DONE ? done : result == SD_SET_SYNTAX ? "302 ERROR BAD SYNTAX\n" : "303 ERROR INVALID PARAMETER OR VALUE\n");
}

/* Sound goes through the server: older ones offer other ways first, and are told no. */
static int set_audio(void *user, const char *name, const char *value)
{
    (void)user;
    return !strcmp(name, "audio_output_method") && !strcmp(value, "server") ? SD_SET_DONE : SD_SET_VALUE;
}

static int set_log_level(void *user, const char *name, const char *value)
{
    struct module *module = user;
    if (strcmp(name, "log_level") != 0 || *value < '0' || *value > '9' || value[1])
        return SD_SET_VALUE;
    module->log_level = *value - '0';
    return SD_SET_DONE;
}

static void list_one(void *user, const struct sd_entry *entry)
{
    struct sd_text *text = user;
    const char *fields[] = {entry->voice, "/", entry->speaker, "\t", entry->language, "\tnone\n"};
    sd_text_put(text, "200-");
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        sd_text_put(text, fields[i]);
}

static void list_voices(struct module *module)
{
    struct sd_text text = {0};
    if (module->speaker && sd_voices_look(&module->voices))
        sd_voices_visit(&module->voices, list_one, &text);
    bool some = text.length > 0;
    sd_text_put(&text, some ? "200 OK VOICE LIST SENT\n" : "304 CANT LIST VOICES\n");
    sd_output_answer(&module->output, text.failed ? "402 ERROR OUT OF MEMORY\n" : text.bytes);
    sd_text_free(&text);
}

/* "ON /some/file" or "OFF": complaints go to the file. */
static void debug(struct module *module, const char *data)
{
    char path[SD_LINE_MOST + 1];
    size_t n = strcspn(data, " ");
    if (n == 2 && !strncmp(data, "ON", 2)) {
        snprintf(path, sizeof path, "%s", data + n + strspn(data + n, " "));
        path[strcspn(path, " ")] = 0;
        int file = *path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
        if (file < 0) {
            sd_output_answer(&module->output, *path ? "303 CANT OPEN CUSTOM DEBUG FILE\n" : "302 ERROR BAD SYNTAX\n");
            return;
        }
        if (module->complaints < 0)
            module->complaints = fcntl(2, F_DUPFD_CLOEXEC, 3);
        dup2(file, 2);
        close(file);
        sd_output_answer(&module->output, "200 OK DEBUGGING ON\n");
    } else if (n == 3 && !strncmp(data, "OFF", 3)) {
        if (module->complaints >= 0) {
            dup2(module->complaints, 2);
            close(module->complaints);
            module->complaints = -1;
        }
        sd_output_answer(&module->output, "200 OK DEBUGGING OFF\n");
    } else {
        sd_output_answer(&module->output, "302 ERROR BAD SYNTAX\n");
    }
}

static void begin(void *user, enum sd_verb verb)
{
    struct module *module = user;
    sd_output_answer(&module->output, verb == SD_SET ? "203 OK RECEIVING SETTINGS\n" : verb == SD_AUDIO ? "207 OK RECEIVING AUDIO SETTINGS\n"
        : verb == SD_LOGLEVEL ? "207 OK RECEIVING LOGLEVEL SETTINGS\n" : "202 OK RECEIVING MESSAGE\n");
}

static void command(void *user, enum sd_verb verb, const char *data, size_t length, size_t lines)
{
    struct module *module = user;
    if (module->over)
        return;
    if (module->log_level >= 5)
        fprintf(stderr, "sd_syrinx: command %d, %zu bytes\n", (int)verb, length);
    switch (verb) {
    case SD_INIT: init(module); break;
    case SD_SPEAK:
    case SD_CHAR:
    case SD_KEY:
    case SD_SOUND_ICON: speak(module, verb, data, length, lines); break;
    case SD_STOP:
        if (sd_output_silence(&module->output)) {
            sd_speaker_leave(module->speaker);
            sd_output_stopped(&module->output);
        }
        break;
    case SD_PAUSE:
        if (sd_output_silence(&module->output)) {
            sd_speaker_leave(module->speaker);
            sd_output_paused(&module->output);
        }
        break;
    case SD_SET: set(module, data ? sd_settings_apply(&module->settings, data, length) : SD_SET_SYNTAX, "203 OK SETTINGS RECEIVED\n"); break;
    case SD_AUDIO: set(module, data ? sd_settings_lines(data, length, set_audio, module) : SD_SET_SYNTAX, "203 OK AUDIO INITIALIZED\n"); break;
    case SD_LOGLEVEL: set(module, data ? sd_settings_lines(data, length, set_log_level, module) : SD_SET_SYNTAX, "203 OK LOGLEVEL SET\n"); break;
    case SD_LIST_VOICES: list_voices(module); break;
    case SD_DEBUG: debug(module, data); break;
    case SD_QUIT: module->over = true; break;
    default: sd_output_answer(&module->output, "300 ERR UNKNOWN COMMAND\n"); break;
    }
}

/* ------------------------------------------------------------------ the program */

static void listen_to(struct module *module)
{
    char bytes[16384];
    while (!module->over) {
        ssize_t n = read(0, bytes, sizeof bytes);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;                 /* the server is gone */
        sd_parser_push(&module->parser, bytes, (size_t)n);
    }
}

int main(int argc, char **argv)
{
    if (argc > 1 && !strcmp(argv[1], "--version")) {
        printf("sd_syrinx %s\n", syrinx_version());
        return 0;
    }
    struct module *module = calloc(1, sizeof *module);
    const struct sd_sink sink = {module, begin, command};
    if (!module || !sd_output_init(&module->output, 1)) {
        complain("out of memory");
        return 1;
    }
    signal(SIGPIPE, SIG_IGN);
    module->complaints = -1;
    sd_config_init(&module->config);
    if (argc > 1 && !sd_config_read(&module->config, argv[1], complain))
        fprintf(stderr, "sd_syrinx: %s: %s; the defaults hold\n", argv[1], strerror(errno));
    sd_settings_init(&module->settings);
    sd_parser_init(&module->parser, &sink);
    listen_to(module);
    if (sd_output_silence(&module->output)) {
        sd_speaker_leave(module->speaker);
        sd_output_stopped(&module->output);
    }
    if (module->over && !module->status)
        sd_output_answer(&module->output, "210 OK QUIT\n");
    sd_speaker_free(module->speaker);
    if (module->voices_there)
        sd_voices_free(&module->voices);
    sd_parser_free(&module->parser);
    int status = module->status;
    sd_output_free(&module->output);
    free(module);
    return status;
}
