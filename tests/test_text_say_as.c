/* test_text_say_as.c - passages whose kind markup tells: what is said of each, what is refused, and the names of kinds. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "text/say.h"

struct row {
    const char *kind, *format, *detail, *text, *spoken;     /* spoken NULL: refused */
};

static const struct row rows[] = {
    {"cardinal", NULL, NULL, "1234", "one thousand two hundred thirty four"},
    {"number", NULL, NULL, "-12,345.5", "minus twelve thousand three hundred forty five point five"},
    {"cardinal", NULL, NULL, "XIV", "fourteen"},
    {"cardinal", NULL, NULL, "007", "seven"},
    {"cardinal", NULL, NULL, "12 345", "twelve thousand three hundred forty five"},
    {"cardinal", NULL, NULL, "twelve", NULL},
    {"cardinal", NULL, NULL, "1.2.3", NULL},
    {"cardinal", NULL, NULL, "", NULL},
    {"number", "ordinal", NULL, "3", "third"},
    {"number", "digits", NULL, "30", "three zero"},
    {"ordinal", NULL, NULL, "21", "twenty first"},
    {"ordinal", NULL, NULL, "22nd", "twenty second"},
    {"ordinal", NULL, NULL, "IV", "fourth"},
    {"ordinal", NULL, NULL, "abc", NULL},
    {"digits", NULL, NULL, "1234", "one two three four"},
    {"number_digit", NULL, NULL, "12-34", "one two three four"},
    {"digits", NULL, NULL, "3.5", "three point five"},
    {"digits", NULL, NULL, "none", NULL},
    {"characters", NULL, NULL, "W3C", "w three c"},
    {"spell-out", NULL, NULL, "hello", "h e l l o"},
    {"characters", "phonetic", NULL, "Ox7", "oscar x ray seven"},
    {"characters", "phonetic", "capital", "Ox", "capital oscar x ray"},
    {"characters", "glyph", NULL, "Ox", "capital o x"},
    {"date", "mdy", NULL, "07/04/2020", "july fourth twenty twenty"},
    {"date", "dmy", NULL, "07/04/2020", "the seventh of april twenty twenty"},
    {"date", "ymd", NULL, "2020-04-07", "april seventh twenty twenty"},
    {"date", "yyyymmdd", NULL, "19600910", "september tenth nineteen sixty"},
    {"date", "yyyymmdd", NULL, "????0922", "september twenty second"},
    {"date", "dmy", NULL, "25 Dec 1999", "the twenty fifth of december nineteen ninety nine"},
    {"date", "mdy", NULL, "December 25, 1999", "december twenty fifth nineteen ninety nine"},
    {"date", "mdy", NULL, "25.12.99", "december twenty fifth ninety nine"},
    {"date", "y", NULL, "1984", "nineteen eighty four"},
    {"date", "m", NULL, "10", "october"},
    {"date", "d", NULL, "31", "the thirty first"},
    {"date", "my", NULL, "3/2001", "march two thousand one"},
    {"date", "ym", NULL, "2001-03", "march two thousand one"},
    {"date", "md", NULL, "12-25", "december twenty fifth"},
    {"date", "dm", NULL, "25.12.", "the twenty fifth of december"},
    {"date", NULL, NULL, "2020-04-07", "april seventh twenty twenty"},
    {"date", "mdy", NULL, "soon", NULL},
    {"date", "mdy", NULL, "1/2/3/4", NULL},
    {"date", "mdy", NULL, "13/32/2020", NULL},
    {"time", "hms24", NULL, "14:05:30", "fourteen oh five and thirty seconds"},
    {"time", "hms12", NULL, "2:05pm", "two oh five p m"},
    {"time", "hms12", NULL, "14:05", "two oh five p m"},
    {"time", NULL, NULL, "2:00", "two o'clock"},
    {"time", "h:mm", NULL, "2:30 a.m.", "two thirty a m"},
    {"time", "hms24", NULL, "0930", "nine thirty"},
    {"time", NULL, NULL, "1'21\"", "one minute and twenty one seconds"},
    {"time", NULL, NULL, "noon", NULL},
    {"time", NULL, NULL, "25:99", "twenty five minutes and ninety nine seconds"},
    {"duration", NULL, NULL, "PT1H30M", "one hour and thirty minutes"},
    {"duration", "hms", NULL, "1:02:03", "one hour two minutes and three seconds"},
    {"duration", "ms", NULL, "2:30", "two minutes and thirty seconds"},
    {"duration", NULL, NULL, "P1DT12H", "one day and twelve hours"},
    {"duration", NULL, NULL, "long", NULL},
    {"telephone", "1", NULL, "(781) 771-7777", "seven eight one seven seven one seven seven seven seven"},
    {"telephone", NULL, NULL, "+44 20 7946 0958 x12", "plus four four two zero seven nine four six zero nine five eight extension one two"},
    {"currency", NULL, NULL, "$42.50", "forty two dollars and fifty cents"},
    {"currency", NULL, NULL, "USD45.30", "forty five us dollars and thirty cents"},
    {"currency", NULL, "EUR", "12", "twelve euros"},
    {"currency", NULL, NULL, "much", NULL},
    {"unit", NULL, NULL, "10 kg", "ten kilograms"},
    {"measure", NULL, NULL, "5'11\"", "five feet eleven"},
    {"measure", NULL, NULL, "x", NULL},
    {"fraction", NULL, NULL, "3/4", "three quarters"},
    {"fraction", NULL, NULL, "1+1/2", "one and a half"},
    {"fraction", NULL, NULL, "50/50", "fifty fiftieths"},
    {"fraction", NULL, NULL, "1/0", NULL},
    {"net", "email", NULL, "jo@x.com", "jo at x dot com"},
    {"expletive", NULL, NULL, "darn it", "bleep"},
    {"name", NULL, NULL, "Ann", NULL},
    {"address", NULL, NULL, "1 Main St", NULL},
};

static void reads(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct sx_arena arena = {0};
        struct sx_buffer out = {0};
        char text[128];
        size_t length = strlen(rows[i].text);
        /* other text around it: nothing of it may be seen */
        snprintf(text, sizeof text, "7%s 8", rows[i].text);
        struct sx_say say = {.text = text, .length = strlen(text), .at = 1, .arena = &arena, .style = &sx_style_plain};
        bool done = sx_say_as(&say, length, sx_say_as_kind(rows[i].kind), rows[i].format, rows[i].detail);
        for (int w = 0; w < say.count; w++) {
            if (w)
                sx_buffer_putc(&out, ' ');
            sx_buffer_puts(&out, say.words[w].text);
            assert_true(say.words[w].begin >= 1 && say.words[w].begin < say.words[w].end && say.words[w].end <= 1 + length);
        }
        if (!rows[i].spoken) {
            if (done)
                print_error("of \"%s\": %s\n", rows[i].text, out.data ? out.data : "");
            assert_false(done);
            assert_int_equal(say.at, 1);
            assert_int_equal(say.count, 0);
        } else {
            if (!out.data || strcmp(out.data, rows[i].spoken))
                print_error("of \"%s\"\n", rows[i].text);
            assert_true(done);
            assert_string_equal(out.data, rows[i].spoken);
            assert_int_equal(say.at, 1 + length);
        }
        assert_string_equal(text + 1 + length, " 8");
        sx_buffer_free(&out);
        sx_arena_free(&arena);
    }
}

static void kinds(void **state)
{
    (void)state;
    assert_int_equal(sx_say_as_kind("cardinal"), SX_AS_CARDINAL);
    assert_int_equal(sx_say_as_kind("Spell-Out"), SX_AS_CHARACTERS);
    assert_int_equal(sx_say_as_kind("vxml:phone"), SX_AS_TELEPHONE);
    assert_int_equal(sx_say_as_kind("bleep"), SX_AS_EXPLETIVE);
    assert_int_equal(sx_say_as_kind("interjection"), SX_AS_NONE);
    assert_int_equal(sx_say_as_kind("nonsense"), -1);
    assert_int_equal(sx_say_as_kind(""), -1);
    assert_int_equal(sx_say_as_kind(NULL), -1);
}

/* The same date in two countries; numbers with decimal commas. */
static void locales(void **state)
{
    static const struct { const char *language, *text, *spoken; } cases[] = {
        {NULL, "On 3/4/2020.", "on march fourth twenty twenty"}, {"en-US", "On 3/4/2020.", "on march fourth twenty twenty"},
            {"en", "On 3/4/2020.", "on march fourth twenty twenty"},
        {"en-GB", "On 3/4/2020.", "on april third twenty twenty"}, {"en-AU", "On 3/4.", "on april third"},
            {"en-Latn-IN", "On 3/4/2020.", "on april third twenty twenty"},
        {"en-US", "On 25/12/2020.", "on december twenty fifth twenty twenty"}, {"en-GB", "On 12/25/2020.", "on december twenty fifth twenty twenty"},
        {"en-GB", "On 2020-04-03.", "on april third twenty twenty"}, {NULL, "It is 1.000,5 now.", "it is one thousand point five now"},
        {"en-DE", "It is 1.000 now.", "it is one thousand now"}, {"en-DE", "It is 3,5 now.", "it is three point five now"},
            {"en-150", "It is 3,5 now.", "it is three point five now"},
        {NULL, "It is 1.000 now.", "it is one point zero zero zero now"}, {"en-US", "It is 1,000.5 now.", "it is one thousand point five now"}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sx_arena arena = {0};
        struct sx_buffer out = {0};
        struct sx_error error = {0};
        char text[64];
        snprintf(text, sizeof text, "%s", cases[i].text);
        struct sx_say say = {.text = text, .length = strlen(text), .arena = &arena, .style = &sx_style_plain, .language = cases[i].language};
        assert_int_equal(sx_say_sentence(&say, &error), 0);
        for (int w = 0; w < say.count; w++) {
            if (w)
                sx_buffer_putc(&out, ' ');
            sx_buffer_puts(&out, say.words[w].text);
        }
        if (strcmp(out.data ? out.data : "", cases[i].spoken))
            print_error("of \"%s\" in %s\n", cases[i].text, cases[i].language ? cases[i].language : "-");
        assert_string_equal(out.data, cases[i].spoken);
        sx_buffer_free(&out);
        sx_arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads), cmocka_unit_test(kinds), cmocka_unit_test(locales)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
