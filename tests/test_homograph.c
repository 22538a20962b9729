/* test_homograph.c - readings of homographs in sentences, by part of speech, and the features against those of the training's own code. */
#include "test.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/homograph.h"
#include "text/homograph_context.h"

static char spelled[1024];

/* "R EH1 D" */
static const char *spell(const struct sx_phone *phones, int count)
{
    size_t n = 0;
    spelled[0] = 0;
    for (int i = 0; i < count; i++)
        n += (size_t)snprintf(spelled + n, sizeof spelled - n, "%s%s", i ? " " : "", sx_phone_arpabet(phones[i].id, phones[i].stress));
    return spelled;
}

/* The *word* of a sentence, "" when nothing is said about it. */
static const char *pick(const char *marked)
{
    char sentence[512], word[64];
    const char *first = strchr(marked, '*'), *second = strchr(first + 1, '*');
    uint32_t begin = (uint32_t)(first - marked), end = (uint32_t)(second - first - 1) + begin;
    snprintf(sentence, sizeof sentence, "%.*s%.*s%s", (int)begin, marked, (int)(end - begin), first + 1, second + 1);
    snprintf(word, sizeof word, "%.*s", (int)(end - begin), first + 1);
    for (char *p = word; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p += 32;
    struct sx_phone out[SX_WORD_PHONES];
    return spell(out, sx_homograph_pick(sentence, strlen(sentence), begin, end, word, out));
}

static void check(const char *const (*cases)[2], size_t count)
{
    int wrong = 0;
    for (size_t i = 0; i < count; i++)
        if (strcmp(pick(cases[i][0]), cases[i][1])) {
            print_error("%s: %s, not %s\n", cases[i][0], spelled, cases[i][1]);
            wrong++;
        }
    assert_int_equal(wrong, 0);
}

static void in_sentences(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"My sister has *read* every book in the house.", "R EH1 D"},
        {"You must *read* this before Friday.", "R IY1 D"},
        {"Last night I *read* your report.", "R EH1 D"},
        {"Please *read* the sign.", "R IY1 D"},
        {"It was *read* aloud in court.", "R EH1 D"},
        {"Can you *read* music?", "R IY1 D"},
        {"We *live* on the third floor.", "L IH1 V"},
        {"The band played a *live* show in Chicago.", "L AY1 V"},
        {"Where did your grandparents *live*?", "L IH1 V"},
        {"She *lives* near the station.", "L IH1 V Z"},
        {"The doctors saved many *lives*.", "L AY1 V Z"},
        {"*Close* the door, please.", "K L OW1 Z"},
        {"They sat *close* to the stage.", "K L OW1 S"},
        {"The museum will *close* for the winter.", "K L OW1 Z"},
        {"She is a *close* friend of mine.", "K L OW1 S"},
        {"A strong *wind* shook the windows.", "W IH1 N D"},
        {"You have to *wind* the old clock.", "W AY1 N D"},
        {"The *winds* reached eighty miles an hour.", "W IH1 N D Z"},
        {"He went out to *record* the song of the birds.", "R AH0 K AO1 R D"},
        {"The museum keeps a *record* of every visitor.", "R EH1 K ER0 D"},
        {"They will *present* the award tonight.", "P R IY0 Z EH1 N T"},
        {"Thanks for the lovely *present*.", "P R EH1 Z AH0 N T"},
        {"She did not *use* the front door.", "Y UW1 Z"},
        {"The *use* of cameras is forbidden.", "Y UW1 S"},
        {"The drug has several *uses*.", "Y UW1 S IH0 Z"},
        {"The town *uses* water from the lake.", "Y UW1 Z IH0 Z"},
        {"*Lead* is heavier than iron.", "L EH1 D"},
        {"This path will *lead* you home.", "L IY1 D"},
        {"A *tear* rolled down his face.", "T IH1 R"},
        {"Be careful not to *tear* the page.", "T EH1 R"},
        {"The nurse cleaned the *wound*.", "W UW1 N D"},
        {"He *wound* the rope around the post.", "W AW1 N D"},
        {"They had to *desert* the village.", "D IH0 Z ER1 T"},
        {"The caravan crossed the *desert*.", "D EH1 Z ER0 T"},
        {"The bank may *refuse* the loan.", "R AH0 F Y UW1 Z"},
        {"I *object* to this treatment.", "AH0 B JH EH1 K T"},
        {"A strange *object* hung in the sky.", "AA1 B JH EH0 K T"},
        {"Farms here *produce* wheat and barley.", "P R AH0 D UW1 S"},
        {"The *project* was finished on time.", "P R AA1 JH EH0 K T"},
        {"Copper wires *conduct* electricity.", "K AH0 N D AH1 K T"},
        {"His *conduct* shocked everyone.", "K AA1 N D AH0 K T"},
        {"Sales *increase* before Christmas.", "IH0 N K R IY1 S"},
        {"There was a sharp *increase* in prices.", "IH1 N K R IY2 S"},
        {"Do you have a *permit* to fish here?", "P ER1 M AH0 T"},
        {"The law does not *permit* it.", "P ER0 M IH1 T"},
        {"*Excuse* me, could you help us?", "IH0 K S K Y UW1 Z"},
        {"There is no *excuse* for being late.", "IH0 K S K Y UW1 S"},
        {"We should *separate* the two issues.", "S EH1 P ER0 EY2 T"},
        {"They arrived in *separate* cars.", "S EH1 P ER0 IH0 T"},
        {"Experts *estimate* that it will take a year.", "EH1 S T AH0 M EY2 T"},
        {"What is your best *estimate*?", "EH1 S T AH0 M AH0 T"},
        {"She will *graduate* next spring.", "G R AE1 JH UW0 EY2 T"},
        {"The *graduate* students met on Monday.", "G R AE1 JH UW0 AH0 T"},
        {"Could you *elaborate* on that point?", "IH0 L AE1 B ER0 EY2 T"},
        {"They played an *elaborate* trick on him.", "IH0 L AE1 B R AH0 T"},
        {"The rebels want to *overthrow* the government.", "OW2 V ER0 TH R OW1"},
        {"I *suspect* that he is hiding something.", "S AH0 S P EH1 K T"},
        {"The police arrested a *suspect*.", "S AH1 S P EH2 K T"},
        {"His letter *upset* her.", "AH0 P S EH1 T"},
        {"It will take about a *minute*.", "M IH1 N AH0 T"},
        {"They found *minute* traces of gold.", "M AY0 N UW1 T"},
        {"The *content* of the box was fragile.", "K AA1 N T EH0 N T"},
        {"She was *content* to sit and listen.", "K AH0 N T EH1 N T"},
        {"He plays *bass* in a rock band.", "B EY1 S"},
        {"The *Polish* army crossed the river.", "P OW1 L IH0 SH"},
        {"You should *polish* your shoes.", "P AA1 L IH0 SH"},
        {"The airport in *Mobile*, Alabama, is small.", "M OW0 B IY1 L"},
        {"He gave a low *bow* to the audience.", "B AW1"},
        {"She shot the deer with a *bow* and arrow.", "B OW1"},
        {"It opened in *August* of that year.", "AA1 G AH0 S T"},
        {"A boy *aged* twelve was lost.", "EY1 JH D"},
        {"She *dove* off the pier.", "D OW1 V"},
        {"Both *axes* of the chart start at zero.", "AE1 K S IY2 Z"},
    };
    check(cases, COUNT(cases));
}

/* Words that the model knows only by their kind, forms of the others, and words that have one reading. */
static void kinds(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"The choir *records* its concerts.", "R AH0 K AO1 R D Z"},
        {"The old *records* were burned.", "R EH1 K ER0 D Z"},
        {"He usually *presents* the morning show.", "P R IY0 Z EH1 N T S"},
        {"The children opened their *presents*.", "P R EH1 Z AH0 N T S"},
        {"The number *increases* every day.", "IH0 N K R IY1 S IH0 Z"},
        {"The union asked for pay *increases*.", "IH1 N K R IY2 S IH0 Z"},
        {"Her eyes filled with *tears*.", "T IH1 R Z"},
        {"My allies will *transfer* the money.", "T R AE0 N S F ER1"},
        {"The *transfer* of prisoners began.", "T R AE1 N S F ER0"},
        {"They will *survey* the land in June.", "S ER0 V EY1"},
        {"The *survey* shows that people are happy.", "S ER1 V EY2"},
        {"The *proceeds* go to charity.", "P R OW1 S IY0 D Z"},
        {"We can *reuse* the bottles.", "R IY0 Y UW1 Z"},
        {"The general *deserted* his men.", ""},
        {"He never *closes* the gate.", "K L OW1 Z IH0 Z"},
        {"The firm was *contracted* to build it.", "K AH0 N T R AE1 K T IH0 D"},
        {"I sent my *r\xC3\xA9sum\xC3\xA9* to the firm.", "R EH1 Z AH0 M EY2"},
        {"We *used* to swim in the river.", "Y UW1 S T"},
        {"You will soon get *used* to it.", "Y UW1 S T"},
        {"The saw was *used* to cut logs.", "Y UW1 Z D"},
        {"We *used* two cups of flour.", "Y UW1 Z D"},
        {"They moved to *Nice* in 1998.", "N IY1 S"},
        {"It was a very *nice* meal.", "N AY1 S"},
    };
    check(cases, COUNT(cases));
}

static const char *role(const char *word, const char *name)
{
    struct sx_phone out[SX_WORD_PHONES];
    return spell(out, sx_homograph_role(word, name, out));
}

static void by_role(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"read", "VBD", "R EH1 D"}, {"read", "claws:VVD", "R EH1 D"}, {"read", "past", "R EH1 D"}, {"read", "VV0", "R IY1 D"}, {"read", "VB", "R IY1 D"},
        {"read", "present", "R IY1 D"}, {"read", "vbn", "R EH1 D"}, {"record", "noun", "R EH1 K ER0 D"}, {"record", "NN1", "R EH1 K ER0 D"},
        {"record", "verb", "R AH0 K AO1 R D"}, {"record", "VBP", "R AH0 K AO1 R D"}, {"live", "JJ", "L AY1 V"}, {"live", "adj", "L AY1 V"},
        {"live", "adjective", "L AY1 V"}, {"live", "v", "L IH1 V"}, {"close", "ADJ", "K L OW1 S"}, {"close", "VERB", "K L OW1 Z"},
        {"present", "AJ0", "P R EH1 Z AH0 N T"}, {"present", "NN1", "P R EH1 Z AH0 N T"}, {"polish", "NNP", "P OW1 L IH0 SH"}, {"polish", "n", "P AA1 L IH0 SH"},
        {"wound", "VBD", "W AW1 N D"}, {"wound", "NN", "W UW1 N D"}, {"records", "VBZ", "R AH0 K AO1 R D Z"}, {"records", "NNS", "R EH1 K ER0 D Z"},
        {"content", "JJ", "K AH0 N T EH1 N T"}, {"mobile", "propn", "M OW0 B IY1 L"}, {"close", "a:b:VVB", "K L OW1 Z"}, {"use", "XX VB", "Y UW1 Z"},
        {"use", "XX", ""}, {"use", "", ""}, {"use", ":", ""}, {"use", " ", ""}, {"frequent", "noun", ""}, {"table", "noun", ""}, {"", "noun", ""},
        {"use", "a very long role that no set of tags has", ""}};
    for (size_t i = 0; i < COUNT(cases); i++)
        if (strcmp(role(cases[i][0], cases[i][1]), cases[i][2]))
            fail_msg("%s as %s: %s, not %s", cases[i][0], cases[i][1], spelled, cases[i][2]);
    struct sx_phone out[SX_WORD_PHONES];
    assert_int_equal(sx_homograph_role(NULL, "noun", out), 0);
    assert_int_equal(sx_homograph_role("use", NULL, out), 0);
}

static void hostile(void **state)
{
    (void)state;
    struct sx_phone out[SX_WORD_PHONES];
    assert_int_equal(sx_homograph_pick(NULL, 0, 0, 0, "read", out), 0);
    assert_int_equal(sx_homograph_pick("", 0, 0, 0, "read", out), 0);
    assert_int_equal(sx_homograph_pick("read", 4, 4, 0, "read", out), 0);
    assert_int_equal(sx_homograph_pick("read", 4, 2, 2, "read", out), 0);
    assert_int_equal(sx_homograph_pick("read", 4, 0, 5, "read", out), 0);
    assert_int_equal(sx_homograph_pick("read", 4, UINT32_MAX - 1, UINT32_MAX, "read", out), 0);
    assert_int_equal(sx_homograph_pick("read", 4, 0, 4, NULL, out), 0);
    assert_int_equal(sx_homograph_pick("read", 4, 0, 4, "", out), 0);
    assert_int_equal(sx_homograph_pick("stone", 5, 0, 5, "stone", out), 0);
    assert_int_equal(sx_homograph_pick("read", 4, 0, 4, "read", out), 3);
    /* long sentences of every kind of byte, the word in every place */
    enum { LENGTH = 100000 };
    static const char *const fillers[] = {"a", "aaaa ", ". ", "1,", "\xE2\x80\x94", "\xF0\x9F\x98\x80", "'", "A'b", "\xFF", "\xC2", "\xE2", "\x01", "five words"};
    char *text = malloc(LENGTH);
    assert_non_null(text);
    for (size_t f = 0; f < COUNT(fillers); f++) {
        size_t n = strlen(fillers[f]);
        for (size_t i = 0; i < LENGTH; i++)
            text[i] = fillers[f][i % n];
        for (uint32_t at = 0; at + 4 <= LENGTH; at += at < 600 || at > LENGTH - 600 ? 1 : 997)
            assert_int_equal(sx_homograph_pick(text, LENGTH, at, at + 4, "read", out), 3);
        assert_int_equal(sx_homograph_pick(text, LENGTH, 0, LENGTH, "read", out), 3);
    }
    /* all bytes, pieces cut anywhere */
    uint32_t seed = 1;
    for (int i = 0; i < LENGTH; i++) {
        seed = seed * 1664525 + 1013904223;
        text[i] = (char)(seed >> 24);
    }
    for (int i = 0; i < 2000; i++) {
        seed = seed * 1664525 + 1013904223;
        uint32_t at = seed % 1000, length = at + 1 + (seed >> 16) % 700, end = at + 1 + seed / 7 % (length - at);
        char *copy = malloc(length);        /* to the byte, so that a sanitizer sees a read behind it */
        assert_non_null(copy);
        memcpy(copy, text + i, length);
        assert_true(sx_homograph_pick(copy, length, at, end, "record", out) > 0);
        free(copy);
    }
    free(text);
}

/* tests/data/homograph/features.tsv, by `tools/train/homographs/train.py parity`: sentence, begin, end, word, number of features, how many are shared, sum
 * of their hashes, pronunciation. */
static void as_in_training(void **state)
{
    (void)state;
    FILE *file = fopen("tests/data/homograph/features.tsv", "r");
    assert_non_null(file);
    char line[4096];
    int rows = 0;
    struct sx_fuse classes = sx_homograph_classes();
    while (fgets(line, sizeof line, file)) {
        char *field[8], *p = line;
        line[strcspn(line, "\n")] = 0;
        for (int i = 0; i < 8; i++) {
            field[i] = p;
            p += strcspn(p, "\t");
            if (*p)
                *p++ = 0;
        }
        uint32_t begin = (uint32_t)atoi(field[1]), end = (uint32_t)atoi(field[2]);
        uint64_t features[SX_HOMOGRAPH_FEATURES], sum = 0;
        int shared, count = sx_homograph_context(field[0], strlen(field[0]), begin, end, &classes, features, &shared);
        for (int i = 0; i < count; i++)
            sum += features[i];
        struct sx_phone out[SX_WORD_PHONES];
        spell(out, sx_homograph_pick(field[0], strlen(field[0]), begin, end, field[3], out));
        if (count != atoi(field[4]) || shared != atoi(field[5]) || sum != strtoull(field[6], NULL, 16) || strcmp(spelled, field[7]))
            fail_msg("%s (%s): %d features, %d shared, sum %016llx, %s", field[0], field[3], count, shared, (unsigned long long)sum, spelled);
        rows++;
    }
    fclose(file);
    assert_true(rows >= 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(in_sentences), cmocka_unit_test(kinds), cmocka_unit_test(by_role), cmocka_unit_test(hostile),
                                       cmocka_unit_test(as_in_training)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
