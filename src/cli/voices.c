/* voices.c - `syrinx voices`: which voices there are, what a card says, packages checked, added and removed. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "card.h"

/* The voice that speaks without -v: the configured one, else the library's default. */
static bool own_default(const char **name, int *status)
{
    *name = NULL;
    const struct cli_option options[] = {
        { "voice", 'v', CLI_STRING, name, "VOICE", "", 0, 0 },
        { NULL, 0, 0, NULL, NULL, NULL, 0, 0 },
    };
    return cli_config(options, status);
}

/* -------------------------------------------------------------- list */

struct listing {
    const char *first;          /* the default voice */
    bool json;
    int count, failed;
};

static void print_json_string(const char *key, const char *text)
{
    printf(", \"%s\": ", key);
    cli_json_string(stdout, text, strlen(text));
}

static void list_json(const struct listing *listing, const char *name, const char *path, const syrinx_voice *voice)
{
    fputs(listing->count ? ",\n  {\"name\": " : "[\n  {\"name\": ", stdout);
    cli_json_string(stdout, name, strlen(name));
    printf(", \"default\": %s", strcmp(name, listing->first) == 0 ? "true" : "false");
    print_json_string("path", path);
    if (voice) {
        print_json_string("version", syrinx_voice_version(voice));
        fputs(", \"languages\": [", stdout);
        for (int i = 0; i < syrinx_voice_language_count(voice); i++) {
            fputs(i ? ", " : "", stdout);
            cli_json_string(stdout, syrinx_voice_language(voice, i), strlen(syrinx_voice_language(voice, i)));
        }
        fputs("], \"speakers\": [", stdout);
        for (int i = 0; i < syrinx_voice_speaker_count(voice); i++) {
            fputs(i ? ", " : "", stdout);
            cli_json_string(stdout, syrinx_voice_speaker(voice, i), strlen(syrinx_voice_speaker(voice, i)));
        }
        fputs("]", stdout);
        print_json_string("description", syrinx_voice_description(voice));
    } else {
        print_json_string("error", syrinx_last_message());
    }
    putchar('}');
}

/* Bytes of a name or a card to the screen, without control characters. */
static void print_plain(const char *text)
{
    for (; *text; text++) {
        bool control = (unsigned char)*text < 0x20 || *text == 0x7F || ((unsigned char)*text == 0xC2 && (unsigned char)text[1] < 0xA0);
        putchar(control ? '?' : *text);
        text += control && (unsigned char)*text == 0xC2 && text[1];
    }
}

static int print_hidden(const char *path, void *user)
{
    if (strcmp(path, user) != 0) {
        printf("\n    hides ");
        print_plain(path);
    }
    return 0;
}

static void list_plain(const struct listing *listing, const char *name, const char *path, const syrinx_voice *voice)
{
    bool color = cli_color(stdout);
    fputs(color ? "\033[1m" : "", stdout);
    print_plain(name);
    fputs(color ? "\033[0m" : "", stdout);
    if (voice && *syrinx_voice_version(voice)) {
        putchar(' ');
        print_plain(syrinx_voice_version(voice));
    }
    fputs(strcmp(name, listing->first) == 0 ? " (default)" : "", stdout);
    if (!voice) {
        printf("\n    cannot be opened: ");
        print_plain(syrinx_last_message());
    } else {
        for (int i = 0; i < syrinx_voice_language_count(voice); i++)
            printf("%s%s", i ? ", " : "  ", syrinx_voice_language(voice, i));
        printf("\n    %s ", syrinx_voice_speaker_count(voice) == 1 ? "speaker" : "speakers");
        for (int i = 0; i < syrinx_voice_speaker_count(voice); i++)
            printf("%s%s", i ? ", " : "", syrinx_voice_speaker(voice, i));
        if (*syrinx_voice_description(voice)) {
            printf("\n    ");
            print_plain(syrinx_voice_description(voice));
        }
    }
    printf("\n    ");
    print_plain(path);
    syrinx_voices_find(name, print_hidden, (void *)path);
    putchar('\n');
}

static int list_voice(const char *name, const char *path, void *user)
{
    struct listing *listing = user;
    syrinx_voice_options options;
    syrinx_voice *voice;
    syrinx_voice_options_init(&options);
    options.verify = 0;                 /* a list is not the place to read every file */
    if (syrinx_voice_open(path, &options, &voice) < 0) {
        voice = NULL;
        listing->failed++;
    }
    (listing->json ? list_json : list_plain)(listing, name, path, voice);
    syrinx_voice_close(voice);
    listing->count++;
    return 0;
}

static int list_instrument(const char *name, const char *path, void *user)
{
    int *count = user;
    (void)path;
    fputs((*count)++ ? ", " : "instruments\n    ", stdout);
    print_plain(name);
    return 0;
}

static int list_all(bool json)
{
    int status;
    struct listing listing = { NULL, json, 0, 0 };
    if (!own_default(&listing.first, &status))
        return status;
    if (!listing.first)
        listing.first = syrinx_voices_default();
    int code = syrinx_voices_list(list_voice, &listing);
    if (code < 0)
        return cli_failed(code, syrinx_last_message());
    int instruments = 0;
    if (json)
        fputs(listing.count ? "\n]\n" : "[]\n", stdout);
    else if ((code = syrinx_instruments_list(list_instrument, &instruments)) < 0)
        return cli_failed(code, syrinx_last_message());
    if (instruments)
        putchar('\n');
    if (listing.count == 0) {
        cli_error("no voice is installed; set SYRINX_VOICES to a folder with voices, or add one");
        return CLI_FAILED;
    }
    return listing.failed ? CLI_REFUSED : CLI_DONE;
}

/* -------------------------------------------------------------- info */

static void print_card(const char *card)
{
    size_t length = strlen(card);
    fputs(card, stdout);
    if (length == 0 || card[length - 1] != '\n')
        putchar('\n');
}

/* CLI_DONE, CLI_REFUSED (a damaged one), CLI_FAILED: there is none of that name. */
static int instrument_info(const char *name, bool json)
{
    syrinx_instrument *instrument;
    int code = syrinx_instrument_open(name, &instrument);
    if (code == SYRINX_ERROR_NOT_FOUND)
        return CLI_FAILED;
    if (code < 0)
        return cli_failed(code, syrinx_last_message());
    if (json)
        print_card(syrinx_instrument_card(instrument));
    else
        card_print_instrument(instrument);
    syrinx_instrument_close(instrument);
    return CLI_DONE;
}

static int print_info(const char *name, bool json)
{
    syrinx_voice *voice;
    int status;
    if (!name && !own_default(&name, &status))
        return status;
    int code = syrinx_voice_open(name, NULL, &voice);
    if (code < 0) {
        char *message = strdup(syrinx_last_message());      /* looking for an instrument may leave another */
        status = code == SYRINX_ERROR_NOT_FOUND && name ? instrument_info(name, json) : CLI_FAILED;
        if (status != CLI_FAILED) {
            free(message);
            return status;
        }
        status = cli_failed(code, message);
        free(message);
        if (status == CLI_REFUSED)
            cli_note("'syrinx voices check %s' tells all that is wrong with it", name ? name : syrinx_voices_default());
        return status;
    }
    if (json)
        print_card(syrinx_voice_card(voice));
    else
        card_print(voice);
    syrinx_voice_close(voice);
    return CLI_DONE;
}

/* -------------------------------------------------------------- check, add, remove */

static int keep_path(const char *path, void *user)
{
    *(char **)user = strdup(path);
    return 1;
}

static void tell(void *user, int hint, const char *message)
{
    (void)user;
    bool color = cli_color(stdout);
    if (hint && cli_quiet)
        return;
    printf("%s%s:%s ", color ? hint ? "\033[1m" : "\033[1;31m" : "", hint ? "hint" : "wrong", color ? "\033[0m" : "");
    print_plain(message);
    putchar('\n');
}

/* A path, or else the name of a voice in the search path. */
static int check(const char *path)
{
    char *found = NULL;
    struct stat info;
    if (stat(path, &info) != 0 && !strchr(path, '/'))
        syrinx_voices_find(path, keep_path, &found);
    int faults = syrinx_voices_check(found ? found : path, tell, NULL);
    int status = faults < 0 ? cli_failed(faults, syrinx_last_message()) : faults ? CLI_REFUSED : CLI_DONE;
    if (faults >= 0) {
        print_plain(found ? found : path);
        if (faults)
            printf(": refused for %d fault%s\n", faults, faults == 1 ? "" : "s");
        else
            printf(": a whole voice package\n");
    }
    free(found);
    return status;
}

struct rivals {
    const char *folder;         /* of the voice that was added or removed */
    bool added, passed;         /* passed: the search was there */
};

/* Others of that name may surprise whoever adds or removes one. */
static int tell_rival(const char *path, void *user)
{
    struct rivals *rivals = user;
    if (strcmp(path, rivals->folder) == 0) {
        rivals->passed = true;
        return 0;
    }
    if (rivals->added)
        cli_note(rivals->passed ? "it comes before the one in %s now" : "but one of that name in %s comes first", path);
    else
        cli_note("one of that name is in %s, and is used now", path);
    return 1;
}

static void tell_rivals(const char *folder, bool added)
{
    const char *slash = strrchr(folder, '/');
    struct rivals rivals = { folder, added, false };
    syrinx_voices_find(slash ? slash + 1 : folder, tell_rival, &rivals);
}

static int add(const char *path, bool force)
{
    char *folder;
    int code = syrinx_voices_add(path, force, &folder);
    if (code < 0) {
        int status = cli_failed(code, syrinx_last_message());
        if (code == SYRINX_ERROR_EXISTS)
            cli_note("--force puts the new one in its place");
        return status;
    }
    cli_note("added to %s", folder);
    tell_rivals(folder, true);
    syrinx_free(folder);
    return CLI_DONE;
}

static int remove_voice(const char *name)
{
    char *folder;
    int code = syrinx_voices_remove(name, &folder);
    if (code < 0)
        return cli_failed(code, syrinx_last_message());
    cli_note("removed %s", folder);
    tell_rivals(folder, false);
    syrinx_free(folder);
    return CLI_DONE;
}

/* -------------------------------------------------------------- the subcommand */

int cli_voices(int argc, char **argv)
{
    int json = 0, force = 0, operands, status;
    const struct cli_option options[] = {
        { "json", 0, CLI_FLAG, &json, NULL, "list: as JSON; info: print the card as it is", 0, 0 },
        { "force", 0, CLI_FLAG, &force, NULL, "add: in the place of a voice of that name", 0, 0 },
        { NULL, 0, 0, NULL, NULL, NULL, 0, 0 },
    };
    const struct cli_usage usage = {
        "voices", "[list | info [NAME] | add PATH | remove NAME | check PATH] [OPTION]...",
        "Lists the voices in $SYRINX_VOICES, your data folder and the installed folder, the default one first,\n"
        "and the instruments there.\n"
        "'info' checks the files of one voice and prints its card: speakers, data, licence, training, figures;\n"
        "of an instrument its range, articulations, dynamics, data and licence.\n"
        "'add' puts a package, a folder or a ZIP of one, into your data folder, once all of it was checked.\n"
        "'remove' takes a voice out of your data folder. 'check' tells all that is wrong with a package.", options,
    };
    if (!cli_options(&usage, argc, argv, &operands, &status))
        return status;
    const char *action = operands ? argv[1] : "list", *operand = operands > 1 ? argv[2] : NULL;
    bool list = strcmp(action, "list") == 0, info = strcmp(action, "info") == 0, adding = strcmp(action, "add") == 0;
    bool removing = strcmp(action, "remove") == 0, checking = strcmp(action, "check") == 0;
    if (!list && !info && !adding && !removing && !checking)
        return cli_misuse("unknown action '%s'", action);
    if (json && !list && !info)
        return cli_misuse("--json is for list and info");
    if (force && !adding)
        return cli_misuse("--force without add");
    if (operands > (list ? 1 : 2))
        return cli_misuse(list ? "'%s' is not needed" : "one voice at a time, not '%s' as well", argv[list ? 2 : 3]);
    if (!operand && (adding || removing || checking))
        return cli_misuse("%s what? Give %s", action, removing ? "a name" : "the path of a package");
    return list ? list_all(json != 0) : info ? print_info(operand, json != 0) : adding ? add(operand, force != 0) : removing ? remove_voice(operand) : check(operand);
}
