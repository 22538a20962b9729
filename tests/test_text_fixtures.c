/* test_text_fixtures.c - the rows of tests/data/normalize and the sentences of tests/data/sentences.
 *
 * A row is right when its words are one of the accepted readings, compared as tn scorers do: case, accents, punctuation and hyphens do not count, blanks neither
 * but around single letters; "and" within a number is left out; oh is zero, negative is minus, hyphen is dash. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/utf8.h"
#include "text/text.h"

enum { ROOM = 4096, READINGS = 4096 };

static struct sx_text *text;

static int setup(void **state)
{
    struct sx_error error;
    (void)state;
    return sx_text_new(NULL, 0, &text, &error);
}

static int teardown(void **state)
{
    (void)state;
    sx_text_free(text);
    return 0;
}

/* ------------------------------------------------------------------ comparing */

static bool one_of(const char *word, const char *list)
{
    char key[64];
    snprintf(key, sizeof key, " %s ", word);
    return strlen(word) < 60 && strstr(list, key) != NULL;
}

static bool ends(const char *word, const char *ending)
{
    size_t n = strlen(word), k = strlen(ending);
    return n >= k && !strcmp(word + n - k, ending);
}

/* What is compared of a reading. */
static void canonical(const char *in, char out[ROOM])
{
    static const char numbers[] = " zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
        "nineteen twenty thirty "
                                  "forty fifty sixty seventy eighty ninety first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
                                      "thirteenth fourteenth "
                                  "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth "
                                      "ninetieth ";
    static const char big[] = " hundred thousand million billion trillion quadrillion quintillion ";
    static char words[ROOM][40];
    int count = 0;
    size_t n = 0, length = strlen(in);
    for (size_t i = 0; i <= length && count < ROOM - 1;) {
        uint32_t code = ' ';
        if (i < length)
            i += (size_t)sx_utf8_decode(in + i, length - i, &code);
        else
            i++;
        int32_t parts[20] = {(int32_t)code};
        if (code >= 0x80)
            utf8proc_decompose_char((utf8proc_int32_t)code, parts, 20, UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE, NULL);
        utf8proc_category_t k = utf8proc_category(parts[0]);
        if (parts[0] == '\'' || code == 0x2019 || (k >= UTF8PROC_CATEGORY_MN && k <= UTF8PROC_CATEGORY_ME))
            continue;
        bool word = (k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_LO) || (k >= UTF8PROC_CATEGORY_ND && k <= UTF8PROC_CATEGORY_NO);
        if (word && n < 34) {
            n += (size_t)sx_utf8_encode((uint32_t)utf8proc_tolower(parts[0]), words[count] + n);
            continue;
        }
        if (!n)
            continue;
        words[count][n] = 0;
        n = 0;
        char *w = words[count];
        static const char *const same[][2] = {{"oh", "zero"}, {"negative", "minus"}, {"hyphen", "dash"}};
        for (size_t s = 0; s < COUNT(same); s++)
            if (!strcmp(w, same[s][0]))
                strcpy(w, same[s][1]);
        if (ends(w, "metre") || ends(w, "litre"))
            strcpy(w + strlen(w) - 2, "er");
        else if (ends(w, "metres") || ends(w, "litres"))
            strcpy(w + strlen(w) - 3, "ers");
        if (!strcmp(w, "cent") && count && !strcmp(words[count - 1], "per"))
            strcpy(words[count - 1], "percent");
        else if (!strcmp(w, "slash") && count && !strcmp(words[count - 1], "forward"))
            strcpy(words[count - 1], "slash");
        else
            count++;
    }
    out[0] = 0;
    size_t used = 0;
    for (int i = 0; i < count; i++) {
        if (!strcmp(words[i], "and") && i && i + 1 < count && one_of(words[i - 1], big) && one_of(words[i + 1], numbers))
            continue;
        used += (size_t)snprintf(out + used, ROOM - used, words[i][1] ? "%s" : "<%s>", words[i]);
        if (used >= ROOM)
            used = ROOM - 1;
    }
}

/* Readings of a pattern with [a|b] in it; nested. `prefix` is what stands before. Stops at the first that is `wanted`. */
static bool matches(const char *pattern, const char *end, const char *prefix, const char *rest, const char *rest_end, const char *wanted, int *left)
{
    char line[ROOM], plain[ROOM];
    const char *open = pattern;
    while (open < end && *open != '[')
        open++;
    snprintf(line, sizeof line, "%s%.*s", prefix, (int)(open - pattern), pattern);
    if (open == end) {
        if (rest)
            return matches(rest, rest_end, line, NULL, NULL, wanted, left);
        canonical(line, plain);
        return (*left)-- > 0 && !strcmp(plain, wanted);
    }
    int depth = 0;
    const char *close = open, *part = open + 1;
    for (; close < end; close++) {
        depth += *close == '[';
        if (*close == ']' && !--depth)
            break;
    }
    assert_true(close < end);
    /* what follows an alternative: the rest behind the bracket, then the outer rest */
    char follow[ROOM];
    snprintf(follow, sizeof follow, "%.*s%.*s", (int)(end - close - 1), close + 1, rest ? (int)(rest_end - rest) : 0, rest ? rest : "");
    depth = 0;
    for (const char *q = open + 1; q <= close; q++) {
        depth += *q == '[';
        if ((*q == '|' && !depth) || q == close) {
            if (matches(part, q, line, follow, follow + strlen(follow), wanted, left))
                return true;
            part = q + 1;
        }
        depth -= *q == ']';
    }
    return false;
}

static bool accepted(const char *readings, const char *spoken)
{
    char wanted[ROOM];
    canonical(spoken, wanted);
    for (const char *p = readings;;) {
        int depth = 0;
        const char *q = p;
        for (; *q; q++) {
            depth += (*q == '[') - (*q == ']');
            if (!depth && !strncmp(q, " | ", 3))
                break;
        }
        int left = READINGS;
        if (matches(p, q, "", NULL, NULL, wanted, &left))
            return true;
        if (!*q)
            return false;
        p = q + 3;
    }
}

/* ------------------------------------------------------------------ the rows */

static int check_file(const char *path, int *rows)
{
    FILE *file = fopen(path, "r");
    char line[ROOM];
    int wrong = 0;
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        if (!*line || *line == '#')
            continue;
        char *input = strchr(line, '\t'), *readings = input ? strchr(input + 1, '\t') : NULL;
        assert_non_null(readings);
        *input++ = 0;
        *readings++ = 0;
        struct sx_buffer out = {0};
        struct sx_error error = {0};
        assert_int_equal(sx_text_normalize(text, input, strlen(input), &out, &error), 0);
        const char *spoken = out.data ? out.data : "";
        bool right = accepted(readings, spoken) && !strpbrk(spoken, "0123456789");
        if (right == (*line == '~')) {
            print_error("%s\t%s\t%s\n", line, input, right ? "is right now: take off its ~" : spoken);
            wrong++;
        }
        sx_buffer_free(&out);
        ++*rows;
    }
    fclose(file);
    return wrong;
}

static void normalizations(void **state)
{
    int rows = 0, wrong = 0;
    (void)state;
    wrong += check_file("tests/data/normalize/first.tsv", &rows);
    wrong += check_file("tests/data/normalize/second.tsv", &rows);
    wrong += check_file("tests/data/normalize/third.tsv", &rows);
    wrong += check_file("tests/data/normalize/fourth.tsv", &rows);
    wrong += check_file("tests/data/normalize/mended.tsv", &rows);
    wrong += check_file("tests/data/normalize/blind.tsv", &rows);
    assert_true(rows > 2700);
    assert_int_equal(wrong, 0);
}

/* The scorer itself: a test that accepts everything would say nothing. */
static void scorer(void **state)
{
    (void)state;
    assert_true(accepted("one [hundred|] and two", "One hundred two"));
    assert_true(accepted("the f b i", "the F.B.I."));
    assert_false(accepted("the f b i", "the fbi"));
    assert_true(accepted("a [b|[c|d] e] f | x", "a d e f"));
    assert_true(accepted("a [b|[c|d] e] f | x", "X"));
    assert_false(accepted("a [b|[c|d] e] f | x", "a b e f"));
    assert_true(accepted("thumbs up", "thumbsup"));
    assert_false(accepted("two", "to"));
    assert_true(accepted("zero point five", "oh point five"));
}

/* Lines of own.txt: sentences parted by '|', \n is a line's end. */
static void sentences(void **state)
{
    (void)state;
    FILE *file = fopen("tests/data/sentences/own.txt", "r");
    char line[ROOM];
    int count = 0, wrong = 0;
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        if (!*line || *line == '#')
            continue;
        /* the text, and the ends of its sentences counted in characters that are no blanks */
        char input[ROOM];
        size_t n = 0, solid = 0, want[64], wants = 0;
        for (const char *p = line; *p; p++)
            if (*p == '|') {
                want[wants++] = solid;
                if (p[1] != '\\')
                    input[n++] = ' ';
            } else if (*p == '\\' && p[1] == 'n') {
                input[n++] = '\n';
                p++;
            } else {
                input[n++] = *p;
                solid += *p != ' ';
            }
        want[wants++] = solid;
        input[n] = 0;
        struct sx_reader *reader;
        struct sx_utterance u;
        struct sx_error error;
        size_t found = 0;
        bool right = true;
        assert_int_equal(sx_reader_new(text, &reader, &error), 0);
        assert_int_equal(sx_reader_push(reader, input, n, &error), 0);
        sx_reader_end(reader);
        while (sx_reader_next(reader, &u, &error) > 0) {
            if (u.cut)
                continue;
            size_t end = 0;
            for (size_t i = 0; i < u.end; i++)
                end += input[i] != ' ' && input[i] != '\n';
            right &= found < wants && want[found] == end;
            found++;
        }
        sx_reader_free(reader);
        if (!right || found != wants) {
            print_error("%s: %zu sentences of %zu\n", line, found, wants);
            wrong++;
        }
        count += (int)wants;
    }
    fclose(file);
    assert_true(count >= 200);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scorer),
        cmocka_unit_test_setup_teardown(normalizations, setup, teardown),
        cmocka_unit_test_setup_teardown(sentences, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
