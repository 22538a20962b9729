/* foreign_espeak.c - libespeak-ng behind dlopen: one library, one lock, one voice set at a time.
 *
 * Declared here by ourselves after espeak-ng 1.51's speak_lib.h (names, types and values only), so that no header is needed to build. The library has one
 * state for the process, therefore this file has the only static state of the front end. It is never unloaded or terminated: another user of it in the
 * same process may still need it, and it goes with the process. */
#include <dlfcn.h>
#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <utf8proc.h>

#include "base/ascii.h"
#include "base/utf8.h"
#include "text/foreign_tame.h"

struct espeak_voice {           /* espeak_VOICE; the fields behind `identifier` are not read */
    const char *name;
    const char *languages;      /* u8 priority, a string; …; u8 0 */
    const char *identifier;
};

enum {
    AUDIO_OUTPUT_SYNCHRONOUS = 2,       /* no audio device, no thread */
    INITIALIZE_DONT_EXIT = 0x8000,
    CHARS_UTF8 = 1,
    PHONEMES_IPA = 2,
    SEPARATOR = '_' << 8,               /* between the phonemes of a word */
    POSITION_CHARACTER = 1,
    CHANGES = 32,                       /* of voices, before what they left behind is cleared */
    MAX_VOICES = 400
};

static struct {
    pthread_mutex_t lock;
    bool tried, ready, hidden;
    int (*set_voice)(const char *name);
    const char *(*say)(const void **text, int text_mode, int phoneme_mode);
    int (*synth)(const void *text, size_t size, unsigned position, int position_type, unsigned end, unsigned flags, unsigned *unique, void *user);
    int changes;
    locale_t utf8;              /* its tests of characters go by the locale: each call has this one */
    char current[64];           /* identifier of the voice that is set */
    struct voice {
        char identifier[64], language[32];      /* a language in lower case; a voice with several has several of these */
        unsigned char priority;                 /* lower is better */
        signed char incomplete;                 /* 1, 0; -1: not looked at yet */
    } *voices;
    int count;
    char path[512];             /* its data */
} espeak = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void add_voices(const struct espeak_voice **list)
{
    for (; *list; list++) {
        const char *p = (*list)->languages;
        while (p && *p && espeak.count < MAX_VOICES) {
            struct voice *v = &espeak.voices[espeak.count];
            size_t n = strlen(p + 1);
            if ((*list)->identifier && strlen((*list)->identifier) < sizeof v->identifier && n < sizeof v->language) {
                strcpy(v->identifier, (*list)->identifier);
                for (size_t i = 0; i <= n; i++)
                    v->language[i] = sx_ascii_lower(p[1 + i]);
                v->priority = (unsigned char)*p;
                v->incomplete = -1;
                espeak.count++;
            }
            p += n + 2;
        }
    }
}

/* Under the lock. Opens the library at the first call. */
static bool ready(void)
{
    if (espeak.tried)
        return espeak.ready && !espeak.hidden;
    espeak.tried = true;
    const char *file = getenv("SYRINX_ESPEAK");
    if (file && !*file)
        return false;
    void *library = dlopen(file ? file : "libespeak-ng.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return false;
    int (*initialize)(int output, int buffer, const char *path, int options);
    const struct espeak_voice **(*list)(struct espeak_voice *spec);
    const char *(*info)(const char **path);
    /* ISO C has no conversion from an object's pointer to a function's; POSIX has. */
    *(void **)&initialize = dlsym(library, "espeak_Initialize");
    *(void **)&list = dlsym(library, "espeak_ListVoices");
    *(void **)&info = dlsym(library, "espeak_Info");
    *(void **)&espeak.set_voice = dlsym(library, "espeak_SetVoiceByName");
    *(void **)&espeak.say = dlsym(library, "espeak_TextToPhonemes");
    *(void **)&espeak.synth = dlsym(library, "espeak_Synth");
    espeak.voices = calloc(MAX_VOICES, sizeof *espeak.voices);
    espeak.utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    /* espeak_Initialize calls setlocale: what the program had comes back. */
    const char *now = setlocale(LC_CTYPE, NULL);
    char *before = now ? strdup(now) : NULL;
    if (initialize && list && info && espeak.set_voice && espeak.say && espeak.voices && before &&
        initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, NULL, INITIALIZE_DONT_EXIT) > 0) {
        const char *path = NULL;
        const struct espeak_voice **voices = list(NULL);
        info(&path);
        if (voices)
            add_voices(voices);
        snprintf(espeak.path, sizeof espeak.path, "%s", path ? path : "");
        espeak.ready = espeak.count > 0;
    }
    if (before)
        setlocale(LC_CTYPE, before);
    free(before);
    if (!espeak.ready)
        dlclose(library);
    return espeak.ready && !espeak.hidden;
}

bool sx_foreign_present(void)
{
    pthread_mutex_lock(&espeak.lock);
    bool there = ready();
    pthread_mutex_unlock(&espeak.lock);
    return there;
}

void sx_foreign_hide(bool hide)
{
    pthread_mutex_lock(&espeak.lock);
    espeak.hidden = hide;
    pthread_mutex_unlock(&espeak.lock);
}

/* A voice whose dictionary is smaller than its file asks for: setting it prints to standard error, which a library must not. */
static bool look_incomplete(const char *identifier)
{
    char path[700], line[256], name[64] = "";
    long wanted = 0;
    snprintf(path, sizeof path, "%s/lang/%s", espeak.path, identifier);
    FILE *file = fopen(path, "r");
    if (!file) {
        snprintf(path, sizeof path, "%s/voices/%s", espeak.path, identifier);
        file = fopen(path, "r");
    }
    if (!file)
        return false;
    while (fgets(line, sizeof line, file)) {
        if (!strncmp(line, "dict_min", 8))
            wanted = strtol(line + 8, NULL, 10);
        else if (!strncmp(line, "dictionary", 10) || (!*name && !strncmp(line, "language", 8)))
            sscanf(line + (line[0] == 'd' ? 10 : 8), "%60[ \ta-zA-Z0-9-]", name);
    }
    fclose(file);
    size_t skip = strspn(name, " \t"), n = strcspn(name + skip, " \t-");
    struct stat status;
    snprintf(path, sizeof path, "%s/%.*s_dict", espeak.path, (int)n, name + skip);
    return wanted > 0 && !stat(path, &status) && status.st_size < wanted;
}

static bool incomplete(struct voice *voice)
{
    if (voice->incomplete < 0)
        voice->incomplete = look_incomplete(voice->identifier);
    return voice->incomplete;
}

/* Under the lock. The best voice for exactly this language or identifier. */
static const struct voice *find(const char *language)
{
    struct voice *best = NULL;
    for (int i = 0; i < espeak.count; i++) {
        struct voice *v = &espeak.voices[i];
        if ((!strcmp(v->language, language) || !strcmp(v->identifier, language)) && (!best || v->priority < best->priority))
            best = v;
    }
    return best && !incomplete(best) ? best : NULL;
}

bool sx_espeak_voice(const char *language, char *identifier, size_t room)
{
    char tag[64], list[160];
    const struct voice *found = NULL;
    size_t n = 0;
    for (; language[n] && n < sizeof tag - 1; n++)
        tag[n] = language[n] == '_' ? '-' : sx_ascii_lower(language[n]);
    tag[n] = 0;
    pthread_mutex_lock(&espeak.lock);
    if (n && ready()) {
        bool listed = sx_language_field(tag, 1, list, sizeof list);
        for (char *p = list, *next; listed && !found && *p; p = next) {
            size_t m = strcspn(p, " ");
            next = p + m + (p[m] == ' ');
            p[m] = 0;
            found = find(p);
        }
        while (!found && n) {   /* "xx-yy-zz", "xx-yy", "xx" as the library itself calls them */
            tag[n] = 0;
            found = find(tag);
            while (n && tag[--n] != '-')
                ;
        }
        if (found)
            snprintf(identifier, room, "%s", found->identifier);
    }
    pthread_mutex_unlock(&espeak.lock);
    return found != NULL;
}

int sx_espeak_list(char (*identifiers)[64], int room)
{
    int n = 0;
    pthread_mutex_lock(&espeak.lock);
    for (int i = 0; ready() && i < espeak.count && n < room; i++) {
        bool again = incomplete(&espeak.voices[i]);
        for (int k = 0; k < n && !again; k++)
            again = !strcmp(identifiers[k], espeak.voices[i].identifier);
        if (!again)
            strcpy(identifiers[n++], espeak.voices[i].identifier);
    }
    pthread_mutex_unlock(&espeak.lock);
    return n;
}

/* Under the lock. Each change of the voice leaves 1.3 kB in the queue of the library's synthesizer, which only a synthesis takes out: that of an empty text,
 * which gives no sound. */
static bool set_voice(const char *identifier)
{
    if (!strcmp(espeak.current, identifier))
        return true;
    espeak.current[0] = 0;
    if (espeak.set_voice(identifier) != 0)
        return false;
    snprintf(espeak.current, sizeof espeak.current, "%s", identifier);
    if (++espeak.changes >= CHANGES && espeak.synth) {
        espeak.synth("", 1, 0, POSITION_CHARACTER, 0, CHARS_UTF8, NULL, NULL);
        espeak.changes = 0;
    }
    return true;
}

bool sx_espeak_say(const char *identifier, const char *text, size_t length, struct sx_buffer *out)
{
    char piece[SX_FOREIGN_PIECE + 4];
    if (length > SX_FOREIGN_PIECE)
        length = SX_FOREIGN_PIECE;
    memcpy(piece, text, length);
    memcpy(piece + length, " \n", 3);   /* nothing is held back for the next text */
    bool done = false;
    pthread_mutex_lock(&espeak.lock);
    if (ready()) {
        locale_t before = espeak.utf8 ? uselocale(espeak.utf8) : (locale_t)0;
        done = set_voice(identifier);
        const void *at = piece;
        /* A clause a call; each moves on, the count is for a library that would not. */
        for (int i = 0; done && at && i < SX_FOREIGN_PIECE; i++) {
            const char *phonemes = espeak.say(&at, CHARS_UTF8, PHONEMES_IPA | SEPARATOR);
            if (phonemes && *phonemes) {
                sx_buffer_puts(out, phonemes);
                sx_buffer_putc(out, ' ');
            }
        }
        if (espeak.utf8)
            uselocale(before);
    }
    pthread_mutex_unlock(&espeak.lock);
    return done && !out->failed;
}

bool sx_espeak_exact(const char *name, char *identifier, size_t room)
{
    char tag[64];
    size_t n = 0;
    for (; name[n] && n < sizeof tag - 1; n++)
        tag[n] = name[n] == '_' ? '-' : sx_ascii_lower(name[n]);
    tag[n] = 0;
    pthread_mutex_lock(&espeak.lock);
    const struct voice *found = n && ready() ? find(tag) : NULL;
    if (found)
        snprintf(identifier, room, "%s", found->identifier);
    pthread_mutex_unlock(&espeak.lock);
    return found || sx_espeak_voice(name, identifier, room);
}

/* ------------------------------------------------------------------ clause by clause */

/* What a character is for libespeak-ng 1.51's clauses: one of ".?!,:;" where it marks the end of one, with SOFT when no blank needs to follow (such are not
 * handed on as marks: Piper compares the whole value), 0: nothing. The marks of scripts that Piper has voices for, no more. */
enum { SOFT = 0x80, ELLIPSIS = 0x40 };

static int clause_mark(uint32_t c)
{
    switch (c) {
    case '.': case '?': case '!': case ',': case ':': case ';': return (int)c;
    case 0x55D: case 0x60C: case 0x1363: return ',';
    case 0x387: case 0x61B: case 0x1364: case 0x2013: case 0x2014: case 0x204F: return ';';
    case 0x1365: case 0x1366: return ':';
    case 0x37E: case 0x61F: case 0x1367: case 0x2047: return '?';
    case 0x203C: return '!';
    case 0x6D4: case 0x1362: return '.';
    case 0x589: case 0x964: case 0xDF4: case 0xF0D: case 0x3002: case 0xFF0E: case 0xFF61: return '.' | SOFT;
    case 0xFF01: return '!' | SOFT;
    case 0xFF1F: return '?' | SOFT;
    case 0x3001: case 0xFF0C: case 0xFF64: return ',' | SOFT;
    case 0xFF1A: return ':' | SOFT;
    case 0xA1: case 0xBF: case 0xFF1B: return ';' | SOFT;
    case 0x2026: return ELLIPSIS;
    default: return 0;
    }
}

/* The character before text[end), and where it begins. */
static uint32_t before(const char *text, size_t begin, size_t end, size_t *start)
{
    uint32_t c;
    *start = end - 1;
    while (*start > begin && end - *start < 4 && ((unsigned char)text[*start] & 0xC0) == 0x80)
        --*start;
    sx_utf8_decode(text + *start, end - *start, &c);
    return c;
}

static bool is_blank(uint32_t c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == 0xA0 || c == 0x3000;
}

/* Where there is no letter or digit, marks end nothing. */
static bool anything_said(const char *text, size_t begin, size_t end)
{
    uint32_t c;
    for (size_t i = begin; i < end;) {
        i += (size_t)sx_utf8_decode(text + i, end - i, &c);
        utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)c);
        if ((k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_LO) || (k >= UTF8PROC_CATEGORY_ND && k <= UTF8PROC_CATEGORY_NO))
            return true;
    }
    return false;
}

/* The mark that ended the clause text[begin, end), behind which the library has looked at one more character when `more`. It skips blanks behind the mark, takes
 * the first of several marks ("?!"), and three stops are an ellipsis, which is no sentence's end. */
static void find_mark(const char *text, bool more, struct sx_espeak_clause *clause)
{
    size_t begin = clause->begin, at = clause->end, start;
    uint32_t c;
    int mark = 0, dots = 0;
    clause->mark = 0;
    clause->sentence = false;
    if (more && at > begin)
        before(text, begin, at, &at);
    clause->end = at;
    while (at > begin && is_blank(before(text, begin, at, &start)))
        at = start;
    for (; at > begin; at = start) {
        c = before(text, begin, at, &start);
        int next = clause_mark(c);
        if (!next || (mark && (next & SOFT)))
            break;
        dots = c == '.' ? dots + 1 : 0;
        mark = next;
    }
    if (!mark || mark == ELLIPSIS || dots > 2 || !anything_said(text, begin, at))
        return;
    int plain = mark & ~SOFT;
    clause->sentence = plain == '.' || plain == '?' || plain == '!';
    clause->mark = mark & SOFT ? 0 : (char)plain;
}

/* Under the lock. One piece of a text; false when there is no room for more clauses. */
static bool say_clauses(const struct sx_tame *tame, struct sx_buffer *out, struct sx_espeak_clause *clauses, int room, int *count)
{
    const char *text = tame->text.data;
    const void *at = text;
    size_t last = 0, length = tame->text.length;        /* where the clause begins */
    for (; at && *count < room; ++*count) {
        const char *phonemes = espeak.say(&at, CHARS_UTF8, PHONEMES_IPA);
        struct sx_espeak_clause *clause = &clauses[*count];
        size_t end = at ? (size_t)((const char *)at - text) : length;
        end = end > length ? length : end < last ? last : end;
        *clause = (struct sx_espeak_clause){.begin = last, .end = end, .phonemes = out->length};
        sx_buffer_puts(out, phonemes ? phonemes : "");
        clause->length = out->length - clause->phonemes;
        find_mark(text, at != NULL, clause);
        last = clause->end;
        clause->begin = sx_tame_source(tame, clause->begin);
        clause->end = sx_tame_source(tame, clause->end);
    }
    for (size_t i = 0; at && i < length; i++)           /* nothing is held back for the next text */
        espeak.say(&at, CHARS_UTF8, PHONEMES_IPA);
    return *count < room;
}

int sx_espeak_clauses(const char *identifier, const char *text, size_t length, struct sx_buffer *out, struct sx_espeak_clause *clauses, int room)
{
    const char *slash = strrchr(identifier, '/');
    char language[16];
    int count = -1;
    struct sx_tame tame = {.end = 0};
    snprintf(language, sizeof language, "%.*s", (int)strcspn(slash ? slash + 1 : identifier, "-"), slash ? slash + 1 : identifier);
    pthread_mutex_lock(&espeak.lock);
    if (ready()) {
        locale_t locale = espeak.utf8 ? uselocale(espeak.utf8) : (locale_t)0;
        if (set_voice(identifier)) {
            count = 0;
            while (sx_tame_next(&tame, language, text, length) && say_clauses(&tame, out, clauses, room, &count))
                continue;
        }
        if (espeak.utf8)
            uselocale(locale);
    }
    pthread_mutex_unlock(&espeak.lock);
    bool failed = out->failed || tame.text.failed || tame.from.failed;
    sx_tame_free(&tame);
    return failed ? -1 : count;
}
