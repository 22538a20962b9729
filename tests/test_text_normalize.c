/* test_text_normalize.c - golden normalisations by class, and where sentences end. */
#include "test.h"

#include <string.h>

#include "text/text.h"

struct row {
    const char *text, *spoken;
};

static const struct row rows[] = {
    /* cardinals, ordinals, decimals */
    {"There are 12 of 1,250 left.", "there are twelve of one thousand two hundred fifty left"},
    {"1000000", "one million"},
    {"-40 and +7", "minus forty and plus seven"},
    {"The 3rd, 12th and 21st.", "the third twelfth and twenty first"},
    {"Pi is 3.14159.", "pi is three point one four one five nine"},
    {".5 or 0.25", "point five or zero point two five"},
    {"Agent 007", "agent zero zero seven"},
    {"123456789012345678901234567890123456789012", "one two three four five six seven eight nine zero one two three four five six seven eight nine zero one two three four five "
                                                   "six seven eight nine zero one two three four five six seven eight nine zero one two"},
    /* years, decades, dates */
    {"He was born in 1905 and left in 2001.", "he was born in nineteen oh five and left in two thousand one"},
    {"In 1850, 1850 people came.", "in eighteen fifty one thousand eight hundred fifty people came"},
    {"Songs of the 1980s and the '60s.", "songs of the nineteen eighties and the sixties"},
    {"On July 20, 1969 it landed.", "on july twentieth nineteen sixty nine it landed"},
    {"3 March 2024", "the third of march twenty twenty four"},
    {"the 5th of November, 1605", "the fifth of november sixteen oh five"},
    {"2023-11-02", "november second twenty twenty three"},
    {"On 12/31/1999 it ended.", "on december thirty first nineteen ninety nine it ended"},
    {"Q3 2022", "q three twenty twenty two"},
    {"By 300 B.C. it fell.", "by three hundred b c it fell"},
    /* times */
    {"It leaves at 10:30 a.m. on Monday.", "it leaves at ten thirty a m on monday"},
    {"at 5pm, 14:05 or 6:00", "at five p m fourteen oh five or six o'clock"},
    {"9am-5pm", "nine a m to five p m"},
    {"1:02:03", "one hour two minutes and three seconds"},
    /* money */
    {"It costs $1,234.56.", "it costs one thousand two hundred thirty four dollars and fifty six cents"},
    {"$5, £2.50, €3 and $1", "five dollars two pounds and fifty pence three euros and one dollar"},
    {"They raised $2.5M.", "they raised two point five million dollars"},
    {"$0.99", "ninety nine cents"},
    {"a $100 bill", "a one hundred dollar bill"},
    {"$5-$10", "five dollars to ten dollars"},
    {"US$3bn", "three billion us dollars"},
    {"50 EUR or 5$", "fifty euros or five dollars"},
    {"$50K/year", "fifty thousand dollars per year"},
    /* measures */
    {"Up 3.5%.", "up three point five percent"},
    {"120 km/h, 5 kg and 1 lb", "one hundred twenty kilometers per hour five kilograms and one pound"},
    {"25\xC2\xB0""C or -10\xC2\xB0""F", "twenty five degrees celsius or minus ten degrees fahrenheit"},
    {"45 m\xC2\xB2", "forty five square meters"},
    {"9.8 m/s\xC2\xB2", "nine point eight meters per square second"},
    {"4 1/2 lbs", "four and a half pounds"},
    {"He is 6'2\".", "he is six feet two"},
    {"A 12\" pizza", "a twelve inch pizza"},
    {"It is 6 in. wide.", "it is six inches wide"},
    {"5-10%", "five to ten percent"},
    {"a 4x4", "a four by four"},
    {"He ran 100m in 9.58 s.", "he ran one hundred meters in nine point five eight seconds"},
    /* fractions, ranges, scores, ratios */
    {"3/4 cup", "three quarters cup"},
    {"1/2 and 2/3", "one half and two thirds"},
    {"2\xC2\xBD cups", "two and a half cups"},
    {"pp. 12-15", "pages twelve to fifteen"},
    {"1990-1995", "nineteen ninety to nineteen ninety five"},
    {"They won 3-1.", "they won three to one"},
    {"a 16:9 screen", "a sixteen to nine screen"},
    {"24/7", "twenty four seven"},
    {"10^9", "ten to the ninth"},
    /* telephone numbers and addresses */
    {"Call 555-0142.", "call five five five zero one four two"},
    {"(212) 555-0187", "two one two five five five zero one eight seven"},
    {"+44 20 7946 0958", "plus four four two zero seven nine four six zero nine five eight"},
    {"192.168.0.1", "one nine two dot one six eight dot zero dot one"},
    {"123 Main St., Apt. 4B, Springfield, IL 62704", "one twenty three main street apartment four b springfield illinois six two seven zero four"},
    /* roman numerals */
    {"Henry VIII and Elizabeth II", "henry the eighth and elizabeth the second"},
    {"Chapter IV of World War II", "chapter four of world war two"},
    {"Malcolm X and I", "malcolm x and i"},
    {"Act III, Scene ii", "act three scene two"},
    /* abbreviations */
    {"Dr. Smith met Mrs. Lee on Elm St. at St. Paul.", "doctor smith met missus lee on elm street at saint paul"},
    {"No. 5 is here. No. I won't.", "number five is here no i won't"},
    {"e.g. this, i.e. that, etc.", "for example this that is that et cetera"},
    {"John F. Kennedy Jr.", "john f kennedy junior"},
    {"Jan. 6", "january sixth"},
    /* capitals */
    {"NASA, the FBI and UNESCO", "nasa the f b i and unesco"},
    {"Two CDs and the CEO's PC", "two c ds and the c e o's p c"},
    {"WARNING: DO NOT TOUCH", "warning do not touch"},
    {"the WHO said STOP", "the w h o said stop"},
    {"getUserName and parseHTMLString", "get user name and parse h t m l string"},
    {"an iPhone, McDonald's", "an iphone mcdonald's"},
    {"AT&T", "a t and t"},
    {"vitamin A, a plan", "vitamin a a plan"},
    /* serials and versions */
    {"MP3s, B12, H2O, COVID-19", "m p threes b twelve h two o covid nineteen"},
    {"v2.3.1", "v two point three point one"},
    {"an A380, the M25", "an a three eighty the m twenty five"},
    /* mail, pages, files, tags */
    {"jane.doe@example.com", "jane dot doe at example dot com"},
    {"https://www.example.com/a", "h t t p s colon slash slash w w w dot example dot com slash a"},
    {"See README.md and main.c.", "see readme dot m d and main dot c"},
    {"/etc/hosts", "slash etc slash hosts"},
    {"#ThrowbackThursday by @john_doe", "hashtag throwback thursday by at john underscore doe"},
    /* symbols */
    {"Salt & pepper", "salt and pepper"},
    {"2 + 2 = 4", "two plus two equals four"},
    {"x^2 \xE2\x89\xA4 9", "x squared is less than or equal to nine"},
    {"a C++ class in C#", "a c plus plus class in c sharp"},
    {"Sale* ends.[3]", "sale ends"},
    {"#1 in \xC2\xA7 4", "number one in section four"},
    {"w/o a coat, brb", "without a coat b r b"},
    /* cleaning */
    {"caf\xC3\xA9 cafe\xCC\x81", "caf\xC3\xA9 caf\xC3\xA9"},
    {"soft\xC2\xADly zero\xE2\x80\x8Bwidth", "softly zerowidth"},
    {"don\xE2\x80\x99t \xE2\x80\x9Cquote\xE2\x80\x9D", "don't quote"},
    {"full\xEF\xBC\x91 \xEF\xAC\x81sh", "full one fish"},
    {"\x1B[31mred\x1B[0m", "red"},
    {"bad \xFF\xFE\xC3 bytes", "bad bytes"},
    {"...!?", ""},
    {"*&%$#@!", ""},
    {"", ""},
};

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

static void check(const char *input, size_t length, const char *spoken)
{
    struct sx_buffer out = {0};
    struct sx_error error = {0};
    assert_int_equal(sx_text_normalize(text, input, length, &out, &error), 0);
    if (strcmp(out.data ? out.data : "", spoken))
        print_error("of \"%s\"\n", input);
    assert_string_equal(out.data ? out.data : "", spoken);
    sx_buffer_free(&out);
}

static void golden(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        check(rows[i].text, strlen(rows[i].text), rows[i].spoken);
}

static void nul_is_space(void **state)
{
    (void)state;
    check("one\0two", 7, "one two");
    check("\0\0", 2, "");
}

/* Utterances parted by '|', '/' where the sentence goes on; P behind a paragraph's last. */
static const struct row sentences[] = {
    {"He met Dr. Smith. Then he left.", "He met Dr. Smith.|Then he left."},
    {"The U.S. Army came. In the U.S. The team won.", "The U.S. Army came.|In the U.S.|The team won."},
    {"At 5 p.m. He slept. At 5 p.m. Monday he woke.", "At 5 p.m.|He slept.|At 5 p.m. Monday he woke."},
    {"\"Stop!\" he cried. \"Why?\" She ran.", "\"Stop/he cried.|\"Why?\"|She ran."},
    {"J. R. R. Tolkien wrote. It was I. Then we left.", "J. R. R. Tolkien wrote.|It was I.|Then we left."},
    {"It is 3.14. See fig. 3 and vol. II of it.", "It is 3.14.|See fig. 3 and vol. II of it."},
    {"Wait... what? Well... Yes.", "Wait... what?|Well...|Yes."},
    {"1. First item. 2. Second.", "1. First item.|2. Second."},
    {"One\nline. Two\n\nThree", "One\nline.|TwoP|Three"},
    {"Visit example.com. Then (go.) Now.", "Visit example.com.|Then (go.)|Now."},
};

static void sentence_ends(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sentences); i++) {
        struct sx_reader *reader;
        struct sx_utterance u;
        struct sx_error error;
        struct sx_buffer out = {0};
        bool cut = false;
        assert_int_equal(sx_reader_new(text, &reader, &error), 0);
        assert_int_equal(sx_reader_push(reader, sentences[i].text, strlen(sentences[i].text), &error), 0);
        sx_reader_end(reader);
        while (sx_reader_next(reader, &u, &error) > 0) {
            if (out.length)
                sx_buffer_putc(&out, cut ? '/' : '|');
            cut = u.cut;
            sx_buffer_add(&out, sentences[i].text + u.begin, (size_t)(u.end - u.begin));
            if (u.paragraph)
                sx_buffer_putc(&out, 'P');
        }
        assert_string_equal(out.data, sentences[i].spoken);
        sx_buffer_free(&out);
        sx_reader_free(reader);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(golden, setup, teardown),
        cmocka_unit_test_setup_teardown(nul_is_space, setup, teardown),
        cmocka_unit_test_setup_teardown(sentence_ends, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
