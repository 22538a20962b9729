/* test_lexicon.c - a user's lexicon by itself: fields, parts of speech, several words and signs, W3C PLS, folders, files that change. */
#include "test.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "text/lexicon.h"
#include "text/text.h"

static char folder[64], path[128];

static int setup(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/syrinx-lexicon-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/lexicon", folder);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

/* The new file takes the old one's place at once; its time differs from the old one's whatever the clock's grain. */
static void write_file(const char *name, const char *content)
{
    static int turn;
    char part[160];
    struct timespec times[2] = {{1000 + ++turn, 0}, {1000 + turn, 0}};
    snprintf(part, sizeof part, "%s.part", name);
    FILE *file = fopen(part, "w");
    assert_non_null(file);
    fputs(content, file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(utimensat(0, part, times, 0), 0);
    assert_int_equal(rename(part, name), 0);
}

static struct sx_lexicon *open_text(const char *content)
{
    struct sx_lexicon *lexicon;
    struct sx_error error;
    write_file(path, content);
    if (sx_lexicon_open(path, &lexicon, &error) < 0)
        fail_msg("%s", error.message);
    return lexicon;
}

static void refused(const char *content, const char *message)
{
    struct sx_lexicon *lexicon;
    struct sx_error error;
    write_file(path, content);
    assert_int_equal(sx_lexicon_open(path, &lexicon, &error), SYRINX_ERROR_INPUT);
    assert_memory_equal(error.message, path, strlen(path));
    if (strncmp(error.message + strlen(path), message, strlen(message)) != 0)
        fail_msg("%s\ngives  %s\nwanted %s", content, error.message + strlen(path), message);
}

/* An entry as ARPAbet or words; "-" for none. */
static const char *show(const struct sx_lexicon_entry *entry)
{
    static char text[400];
    size_t used = 0;
    if (!entry)
        return "-";
    if (!entry->phones)
        return entry->words;
    for (int i = 0; i < entry->count; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i ? " " : "", sx_phone_arpabet(entry->phones[i].id, entry->phones[i].stress));
    return text;
}

#define FINDS(lexicon, word, role, want) assert_string_equal(show(sx_lexicon_find_role(lexicon, word, strlen(word), role)), want)

static void matches(const struct sx_lexicon *lexicon, const char *text, const char *role, size_t took, const char *want)
{
    size_t n = 99;
    assert_string_equal(show(sx_lexicon_match(lexicon, text, strlen(text), role, &n)), want);
    assert_int_equal(n, took);
}

static void roles(void **state)
{
    (void)state;
    struct sx_lexicon *lexicon = open_text("# comment\n;;; comment\nread\tVBD\tR EH1 D\nread\tverb\tR IY1 D\nread\tnoun\t[[\xCB\x88\xC9\xB9i\xCB\x90""d]]\nlive\tL IH1 V\n"
                                           "live\tadj\tL AY1 V\nlive\tL AY1 V\nlead \t \tL EH1 D\nwind\tclaws:VVB amazon:VB\tW AY1 N D\nx\tpast\t[[EH1 K S]]\n");
    assert_int_equal(sx_lexicon_count(lexicon), 5);
    FINDS(lexicon, "read", "VBD", "R EH1 D");
    FINDS(lexicon, "read", "claws:vbd", "R EH1 D");
    FINDS(lexicon, "read", "VB", "R IY1 D");            /* "verb" holds it */
    FINDS(lexicon, "read", "VBZ NNS", "R IY1 D");
    FINDS(lexicon, "read", "NN", "R IY1 D");
    FINDS(lexicon, "read", NULL, "-");                  /* only for those parts of speech */
    FINDS(lexicon, "read", "RB", "-");
    FINDS(lexicon, "live", NULL, "L IH1 V");            /* the first line wins */
    FINDS(lexicon, "live", "JJ", "L AY1 V");
    FINDS(lexicon, "live", "VB", "L IH1 V");
    FINDS(lexicon, "lead", "NN", "L EH1 D");
    FINDS(lexicon, "wind", "VB", "W AY1 N D");
    FINDS(lexicon, "wind", "VBP", "W AY1 N D");         /* tags of the same class */
    FINDS(lexicon, "x", "VVD", "EH1 K S");
    FINDS(lexicon, "x", "VB", "-");
    int readings = 0;
    for (const struct sx_lexicon_entry *e = sx_lexicon_readings(lexicon, "read", 4); e; e = e->next)
        readings++;
    assert_int_equal(readings, 3);
    assert_null(sx_lexicon_readings(lexicon, "rea", 3));
    sx_lexicon_close(lexicon);
}

/* Lines in all their forms. */
static void fields(void **state)
{
    (void)state;
    struct sx_lexicon *lexicon = open_text("NASA  N AE1 S AH0 # space\nNASA(2)  N EY1 S AH0\nsql S IY1 K W AH0 L\n\\#\thash\n  New   York \tN UW1 Y AO1 R K\n"
                                           "r&d\tresearch and development\n\xE2\x86\x92\tleads to\n<\tless than\n;;;\tthree semicolons\n");
    FINDS(lexicon, "nasa", NULL, "N AE1 S AH0");
    FINDS(lexicon, "sql", NULL, "S IY1 K W AH0 L");
    FINDS(lexicon, "#", NULL, "hash");
    FINDS(lexicon, "new york", NULL, "N UW1 Y AO1 R K");
    FINDS(lexicon, "r&d", NULL, "research and development");
    FINDS(lexicon, "\xE2\x86\x92", NULL, "leads to");
    FINDS(lexicon, "<", NULL, "less than");
    FINDS(lexicon, ";;;", NULL, "three semicolons");
    FINDS(lexicon, "new", NULL, "-");
    assert_int_equal(sx_lexicon_count(lexicon), 8);
    sx_lexicon_close(lexicon);

    /* a sign in the first line is not yet XML */
    lexicon = open_text("<b\tless than b\n");
    FINDS(lexicon, "<b", NULL, "less than b");
    sx_lexicon_close(lexicon);

    refused("good\tG UH1 D\nNew York N UW1\n", ":2: a tab between word and pronunciation is missing");
    refused("a\tpart, of speech\tEY1\n", ":1: \"part, of speech\" is no part of speech");
}

/* The longest entry that a text begins with. */
static void longest(void **state)
{
    (void)state;
    struct sx_lexicon *lexicon = open_text("new york\tone\nnew york city\ttwo\nnew\tthree\n\xE2\x86\x92\tfour\nc++\tfive\nc\tsix\nread\tVBD\tseven\nread\tVB\teight\n"
                                           "\xC3\xA9t\xC3\xA9\tnine\n;\tten\nread\xE2\x80\x99s\televen\n");
    matches(lexicon, "New York is", NULL, 8, "one");
    matches(lexicon, "NEW \n\xC2\xA0York City, ", NULL, 16, "two");
    matches(lexicon, "New Yorker", NULL, 3, "three");
    matches(lexicon, "New", NULL, 3, "three");
    matches(lexicon, "Newer", NULL, 0, "-");
    matches(lexicon, "\xE2\x86\x92x", NULL, 3, "four");
    matches(lexicon, "C++x", NULL, 3, "five");
    matches(lexicon, "C+", NULL, 1, "six");
    matches(lexicon, "C2", NULL, 0, "-");
    matches(lexicon, "read it", "VVD", 4, "seven");
    matches(lexicon, "read it", "VB", 4, "eight");
    matches(lexicon, "read it", NULL, 0, "-");
    matches(lexicon, "\xC3\x89T\xC3\x89.", NULL, 5, "nine");
    matches(lexicon, "; ", NULL, 1, "ten");
    matches(lexicon, "Read\xE2\x80\x99s", NULL, 8, "eleven");
    matches(lexicon, "Read's", NULL, 6, "eleven");
    matches(lexicon, " new", NULL, 0, "-");
    matches(lexicon, "zzz", NULL, 0, "-");
    matches(lexicon, "", NULL, 0, "-");
    matches(NULL, "a", NULL, 0, "-");

    /* two in one: the first is asked first, unless the second knows more of the text */
    struct sx_lexicon *first = open_text("new\tfirst\nonly\tfirst\n"), *both;
    struct sx_error error;
    assert_int_equal(sx_lexicon_join(first, lexicon, &both, &error), 0);
    sx_lexicon_close(first);
    sx_lexicon_close(lexicon);
    FINDS(both, "new", NULL, "first");
    FINDS(both, "only", NULL, "first");
    FINDS(both, "c", NULL, "six");
    FINDS(both, "read", "VB", "eight");
    matches(both, "New York", NULL, 8, "one");
    matches(both, "New!", NULL, 3, "first");
    matches(both, "Only", NULL, 4, "first");
    assert_int_equal(sx_lexicon_count(both), 12);
    assert_false(sx_lexicon_changed(both));
    sx_lexicon_close(both);
}

#define PLS "<?xml version='1.0'?>\n<lexicon version='1.0' xmlns='http://www.w3.org/2005/01/pronunciation-lexicon' alphabet='ipa' xml:lang='en-GB'>\n"

static void pls(void **state)
{
    (void)state;
    struct sx_lexicon *lexicon = open_text(
        "\xEF\xBB\xBF" PLS "<meta name='a' content='b'/><metadata><x>no</x></metadata>"
        "<lexeme><grapheme> Siobh\xC3\xA1n </grapheme><grapheme>Siobhan</grapheme><phoneme>\xCA\x83\xC9\xAA\xCB\x88v\xC9\x94\xCB\x90n</phoneme><example>no</example></lexeme>"
        "<lexeme><grapheme>a1</grapheme><phoneme>e</phoneme><phoneme prefer='true'>i</phoneme><phoneme prefer='true'>o\xCA\x8A</phoneme></lexeme>"
        "<lexeme><grapheme>a2</grapheme><phoneme alphabet='x-arpabet'>K AE1 T</phoneme></lexeme>"
        "<lexeme><grapheme>a3</grapheme><phoneme alphabet='X-SAMPA'>&quot;k{t</phoneme></lexeme>"
        "<lexeme><grapheme>W3C</grapheme><alias>World Wide\n Web Consortium</alias></lexeme>"
        "<lexeme><grapheme>a4</grapheme><phoneme>i</phoneme><alias prefer='true'>a four</alias></lexeme>"
        "<lexeme role='claws:VVD'><grapheme>read</grapheme><phoneme>\xC9\xB9\xC9\x9B""d</phoneme></lexeme>"
        "<lexeme><grapheme>silent</grapheme></lexeme>"
        "<lexeme><grapheme>a5</grapheme><phoneme>t\xC9\x99m&#x251;</phoneme></lexeme></lexicon>\n");
    FINDS(lexicon, "siobh\xC3\xA1n", NULL, "SH IH0 V AO1 N");
    FINDS(lexicon, "siobhan", NULL, "SH IH0 V AO1 N");
    FINDS(lexicon, "a1", NULL, "IY0");
    FINDS(lexicon, "a2", NULL, "K AE1 T");
    FINDS(lexicon, "a3", NULL, "K AE1 T");
    FINDS(lexicon, "w3c", NULL, "world wide web consortium");
    FINDS(lexicon, "a4", NULL, "a four");
    FINDS(lexicon, "read", "VVD", "R EH0 D");
    FINDS(lexicon, "read", NULL, "-");
    FINDS(lexicon, "silent", NULL, "-");
    FINDS(lexicon, "a5", NULL, "T AH0 M AA0");
    assert_string_equal(sx_lexicon_find(lexicon, "a2", 2)->language, "en-GB");
    sx_lexicon_close(lexicon);
    lexicon = open_text("<p:lexicon xmlns:p='x' alphabet='x-arpabet'><p:lexeme><p:grapheme>a</p:grapheme><p:phoneme>AH0</p:phoneme></p:lexeme></p:lexicon>");
    FINDS(lexicon, "a", NULL, "AH0");
    assert_null(sx_lexicon_find(lexicon, "a", 1)->language);
    sx_lexicon_close(lexicon);

    refused(PLS "<lexeme><grapheme>a</grapheme><phoneme>i</phoneme></lexeme>\n  <lexeme><phoneme>i</phoneme></lexeme></lexicon>", ":4:3: the lexeme lacks a grapheme");
    refused(PLS "<lexeme><grapheme>a</grapheme><phoneme>\xE2\x98\x83</phoneme></lexeme></lexicon>", ":3:31: \"\xE2\x98\x83\" is not IPA that Syrinx knows");
    refused(PLS "<lexeme><grapheme>a</grapheme><phoneme alphabet='x-arpabet'>QQ</phoneme></lexeme></lexicon>", ":3:31: \"QQ\" is not ARPAbet");
    refused(PLS "<lexeme><grapheme>a</grapheme><phoneme alphabet='x-sampa'>*</phoneme></lexeme></lexicon>", ":3:31: \"*\" is not X-SAMPA");
    refused(PLS "<lexeme><grapheme>a</grapheme><phoneme alphabet='x-ups'>i</phoneme></lexeme></lexicon>", ":3:31: the alphabet \"x-ups\" is not");
    refused(PLS "<lexeme><grapheme>a</grapheme><phoneme/></lexeme></lexicon>", ":3:31: \"\" is not IPA");
    refused(PLS "<lexeme><grapheme> </grapheme><phoneme>i</phoneme></lexeme></lexicon>", ":3:9: the grapheme is empty");
    refused(PLS "<lexeme><grapheme>a</grapheme><alias/></lexeme></lexicon>", ":3:31: the alias is empty");
    refused(PLS "<lexeme><grapheme>a</lexeme></lexicon>", ":3:22: </lexeme> closes while <grapheme> (line 3, column 9) is open");
    refused(PLS, ":3:1: the document ends while <lexicon> (line 2, column 1) is open");
    refused("<html/>", ":1:1: a lexicon begins with <lexicon>, not with <html>");
    refused("<!DOCTYPE l [<!ENTITY x SYSTEM '/etc/passwd'>]><lexicon>&x;</lexicon>", ":1:");
}

static void many_files(void **state)
{
    (void)state;
    struct sx_lexicon *lexicon;
    struct sx_error error;
    char name[160];
    static const struct { const char *name, *content; } files[] = {
        {"b.txt", "both\tlater\nb\tbee\n"}, {"a.tsv", "both\tfirst\n"}, {"c.pls", "<lexicon><lexeme><grapheme>c</grapheme><alias>sea</alias></lexeme></lexicon>"},
        {"d.bak", "not a lexicon"}, {".e.txt", "hidden"}};
    for (size_t i = 0; i < COUNT(files); i++) {
        snprintf(name, sizeof name, "%s/%s", folder, files[i].name);
        write_file(name, files[i].content);
    }
    assert_int_equal(sx_lexicon_open(folder, &lexicon, &error), 0);
    FINDS(lexicon, "both", NULL, "first");
    FINDS(lexicon, "b", NULL, "bee");
    FINDS(lexicon, "c", NULL, "sea");
    assert_int_equal(sx_lexicon_refresh(&lexicon, &error), 0);
    snprintf(name, sizeof name, "%s/a0.txt", folder);
    write_file(name, "b\tnew\n");
    assert_int_equal(sx_lexicon_refresh(&lexicon, &error), 1);
    FINDS(lexicon, "b", NULL, "new");
    write_file(name, "b\n");
    assert_int_equal(sx_lexicon_refresh(&lexicon, &error), SYRINX_ERROR_INPUT);
    assert_non_null(strstr(error.message, "/a0.txt:1: a tab"));
    sx_lexicon_close(lexicon);
    assert_int_equal(sx_lexicon_open(folder, &lexicon, &error), SYRINX_ERROR_INPUT);
    assert_int_equal(sx_lexicon_open("/nonexistent/x", &lexicon, &error), SYRINX_ERROR_NOT_FOUND);
}

/* A file that is edited: read again once, kept when it is broken, and whoever holds the old one can go on with it. */
static void changes(void **state)
{
    (void)state;
    struct sx_lexicon *lexicon = open_text("a\tone\n"), *held = sx_lexicon_ref(lexicon);
    struct sx_error error;
    assert_false(sx_lexicon_changed(lexicon));
    assert_int_equal(sx_lexicon_refresh(&lexicon, &error), 0);
    assert_ptr_equal(lexicon, held);
    write_file(path, "a\ttwo\n");
    assert_true(sx_lexicon_changed(lexicon));
    assert_int_equal(sx_lexicon_refresh(&lexicon, &error), 1);
    assert_int_equal(sx_lexicon_refresh(&lexicon, &error), 0);
    FINDS(lexicon, "a", NULL, "two");
    FINDS(held, "a", NULL, "one");
    sx_lexicon_close(held);
    /* broken, said once; broken otherwise, said again */
    write_file(path, "a\n");
    assert_int_equal(sx_lexicon_refresh(&lexicon, &error), SYRINX_ERROR_INPUT);
    assert_int_equal(sx_lexicon_refresh(&lexicon, &error), 0);
    FINDS(lexicon, "a", NULL, "two");
    write_file(path, "bb\n");
    assert_int_equal(sx_lexicon_refresh(&lexicon, &error), SYRINX_ERROR_INPUT);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(sx_lexicon_refresh(&lexicon, &error), SYRINX_ERROR_NOT_FOUND);
    assert_int_equal(sx_lexicon_refresh(&lexicon, &error), 0);
    FINDS(lexicon, "a", NULL, "two");
    write_file(path, "a\tthree\n");
    assert_int_equal(sx_lexicon_refresh(&lexicon, &error), 1);
    FINDS(lexicon, "a", NULL, "three");
    sx_lexicon_close(lexicon);
}

static struct sx_lexicon_watch *watch;
static int refusals;

static void count_refusal(void *user, const char *message)
{
    (void)user;
    refusals += strstr(message, "a tab between") != NULL;
}

/* What a reader on another thread does meanwhile: every lexicon that it gets is a whole one. */
static void *reading(void *user)
{
    int *wrong = user;
    for (int i = 0; i < 20000; i++) {
        struct sx_lexicon *lexicon = sx_lexicon_watch_get(watch, NULL, NULL);
        const struct sx_lexicon_entry *a = sx_lexicon_find(lexicon, "a", 1), *b = sx_lexicon_find(lexicon, "b", 1);
        *wrong += !a || !b || strcmp(a->words, b->words) != 0;
        sx_lexicon_close(lexicon);
    }
    return NULL;
}

static void wait_for(const char *want)
{
    for (int i = 0; i < 500; i++) {
        struct sx_lexicon *lexicon = sx_lexicon_watch_get(watch, count_refusal, NULL);
        bool there = !strcmp(show(sx_lexicon_find(lexicon, "a", 1)), want);
        sx_lexicon_close(lexicon);
        if (there)
            return;
        nanosleep(&(struct timespec){0, 20000000}, NULL);
    }
    fail_msg("\"%s\" did not come", want);
}

static void watched(void **state)
{
    (void)state;
    struct sx_error error;
    pthread_t threads[2];
    int wrong[2] = {0};
    write_file(path, "a\tone\nb\tone\n");
    assert_int_equal(sx_lexicon_watch_new(path, &watch, &error), 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, reading, &wrong[i]), 0);
    write_file(path, "a\ttwo\nb\ttwo\n");
    wait_for("two");
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(wrong[0] + wrong[1], 0);
    write_file(path, "broken\n");
    for (int i = 0; i < 500 && !refusals; i++) {
        sx_lexicon_close(sx_lexicon_watch_get(watch, count_refusal, NULL));
        nanosleep(&(struct timespec){0, 20000000}, NULL);
    }
    assert_int_equal(refusals, 1);
    wait_for("two");
    write_file(path, "a\tthree\nb\tthree\n");
    wait_for("three");
    sx_lexicon_watch_free(watch);
    assert_int_equal(sx_lexicon_watch_new("/nonexistent/x", &watch, &error), SYRINX_ERROR_NOT_FOUND);
}

/* Through the whole front end. */
static void spoken(void **state)
{
    (void)state;
    struct sx_text *text;
    struct sx_error error;
    struct sx_buffer out = {0};
    write_file(path, PLS "<lexeme><grapheme>Nguyen</grapheme><phoneme>\xCB\x88w\xC9\xAAn</phoneme></lexeme></lexicon>");
    assert_int_equal(sx_text_new(path, 0, &text, &error), 0);
    assert_int_equal(sx_text_phonemize(text, "NGUYEN", 6, SYRINX_ARPABET, false, &out, &error), 0);
    assert_string_equal(out.data, "W IH1 N");
    sx_buffer_free(&out);
    sx_text_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(fields, setup, teardown),   cmocka_unit_test_setup_teardown(roles, setup, teardown),
        cmocka_unit_test_setup_teardown(longest, setup, teardown),  cmocka_unit_test_setup_teardown(pls, setup, teardown),
        cmocka_unit_test_setup_teardown(many_files, setup, teardown), cmocka_unit_test_setup_teardown(changes, setup, teardown),
        cmocka_unit_test_setup_teardown(watched, setup, teardown),  cmocka_unit_test_setup_teardown(spoken, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
