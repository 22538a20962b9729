/* Packages of instruments: what a card says, and that hostile cards and graphs are refused with a message that tells why. */
#include "test.h"

#include "instrument.h"

#define HEAD "{\"format\": \"syrinx-instrument-1\", \"name\": \"made\", \"partials\": 8, "

static int parse(const char *text, struct sx_instrument_card *card, struct sx_error *error)
{
    sx_error_clear(error);
    return sx_instrument_card_parse(text, strlen(text), "card", card, error);
}

static void a_card_says_what_it_says(void **state)
{
    (void)state;
    struct sx_instrument_card card;
    struct sx_error error;
    const char *text = HEAD "\"title\": \"Made up\", \"version\": \"1.2\", \"program\": 40, \"range\": [55, 96.5], \"sustained\": true, \"hold\": [0.6, 5.8], \"attack_skip\": 0.17, "
        "\"release\": [[55, 0.25], [96, 0.18]], \"vibrato\": {\"hertz\": 4.7, \"cents\": 6.7, \"decibels\": 0.8, \"delay\": 0.25, \"measured\": true}, \"gain\": 2.07, "
        "\"articulations\": [\"sustain\", \"staccato\"], \"dynamics\": {\"p\": 40, \"f\": 96}, \"data\": \"12 notes\", \"licence\": \"CC0-1.0\", \"else\": [1, {\"a\": 2}]}";
    if (parse(text, &card, &error) < 0) fail_msg("%s", error.message);
    assert_string_equal(card.title, "Made up");
    assert_string_equal(card.version, "1.2");
    assert_string_equal(card.licence, "CC0-1.0");
    assert_string_equal(card.file[0], "frame.onnx");
    assert_string_equal(card.text, text);
    assert_int_equal(card.program, 40);
    assert_true(card.sustained && !card.percussion);
    assert_true(card.low == 55.0f && card.high == 96.5f && card.hold[1] == 5.8f && card.attack_skip == 0.17f && card.gain == 2.07f);
    assert_true(card.vibrato_hertz == 4.7f && card.vibrato_delay == 0.25f);
    assert_int_equal(card.articulation_count, 2);
    assert_string_equal(card.articulations[1], "staccato");
    assert_int_equal(card.dynamic_count, 2);
    assert_string_equal(card.dynamics[1], "f");
    assert_true(card.ratios[0] == 1.0f && card.ratios[7] == 8.0f);
    assert_true((card.keys[0] >> 55 & 1) && !(card.keys[0] >> 54 & 1) && (card.keys[1] >> 32 & 1) && !(card.keys[1] >> 33 & 1));
    sx_instrument_card_free(&card);

    text = HEAD "\"percussion\": true, \"program\": null, \"range\": [36, 51], \"sustained\": false, \"seconds\": 3, \"tail\": 30, \"ratios\": [1, 2.1, 3, 4, 5, 6, 7, 8.5], "
        "\"keys\": {\"36\": \"kick\", \"51\": \"ride\"}}";
    if (parse(text, &card, &error) < 0) fail_msg("%s", error.message);
    assert_string_equal(card.title, "made");
    assert_string_equal(card.version, "");
    assert_int_equal(card.program, -1);
    assert_int_equal(card.release_count, 0);
    assert_true(card.percussion && card.ratios[7] == 8.5f && card.seconds == 3.0f && card.tail == 30.0f);
    assert_true(card.keys[0] == ((uint64_t)1 << 36 | (uint64_t)1 << 51) && card.keys[1] == 0);
    sx_instrument_card_free(&card);
}

static void wrong_cards_are_refused_with_their_reason(void **state)
{
    (void)state;
    const struct { int code; const char *text, *reason; } wrong[] = {
        { SYRINX_ERROR_FORMAT, "", "card:" },
        { SYRINX_ERROR_FORMAT, "[]", "format" },
        { SYRINX_ERROR_FORMAT, "{\"format\": 1}", "format" },
        { SYRINX_ERROR_UNSUPPORTED, "{\"format\": \"syrinx-instrument-2\"}", "another version" },
        { SYRINX_ERROR_FORMAT, "{\"format\": \"syrinx-instrument-1\", \"name\": \"../up\"}", "name" },
        { SYRINX_ERROR_FORMAT, "{\"format\": \"syrinx-instrument-1\", \"name\": \"a\", \"name\": \"b\"}", "duplicate" },
        { SYRINX_ERROR_FORMAT, "{\"format\": \"syrinx-instrument-1\", \"name\": \"a\"}", "partials" },
        { SYRINX_ERROR_FORMAT, "{\"format\": \"syrinx-instrument-1\", \"name\": \"a\", \"partials\": 129}", "1 to 128" },
        { SYRINX_ERROR_FORMAT, "{\"format\": \"syrinx-instrument-1\", \"name\": \"a\", \"partials\": 8.5}", "partials" },
        { SYRINX_ERROR_FORMAT, HEAD "\"ratios\": [1, 2]}", "as many" },
        { SYRINX_ERROR_FORMAT, HEAD "\"ratios\": [1, 2, 3, 4, 5, 6, 7, \"8\"]}", "ratios" },
        { SYRINX_ERROR_FORMAT, HEAD "\"ratios\": [1, 2, 3, 4, 5, 6, 7, -8]}", "ratios" },
        { SYRINX_ERROR_FORMAT, HEAD STRUCK ", \"program\": 128}", "program" },
        { SYRINX_ERROR_FORMAT, HEAD STRUCK ", \"percussion\": 1}", "percussion" },
        { SYRINX_ERROR_FORMAT, HEAD "\"range\": [60, 59], \"sustained\": false, \"seconds\": 1, \"tail\": 1}", "range" },
        { SYRINX_ERROR_FORMAT, HEAD "\"range\": [60], \"sustained\": false, \"seconds\": 1, \"tail\": 1}", "range" },
        { SYRINX_ERROR_FORMAT, HEAD "\"range\": [60, 61], \"seconds\": 1, \"tail\": 1}", "sustained" },
        { SYRINX_ERROR_FORMAT, HEAD "\"range\": [60, 61], \"sustained\": false, \"tail\": 1}", "seconds" },
        { SYRINX_ERROR_FORMAT, HEAD "\"range\": [60, 61], \"sustained\": false, \"seconds\": 1, \"tail\": -1}", "tail" },
        { SYRINX_ERROR_FORMAT, HEAD "\"range\": [60, 61], \"sustained\": true}", "hold" },
        { SYRINX_ERROR_FORMAT, HEAD "\"range\": [60, 61], \"sustained\": true, \"hold\": [2, 1]}", "hold" },
        { SYRINX_ERROR_FORMAT, HEAD "\"range\": [60, 61], \"sustained\": true, \"hold\": [0, 1e300]}", "hold" },
        { SYRINX_ERROR_FORMAT, HEAD "\"range\": [60, 61], \"sustained\": true, \"hold\": [0, 1], \"release\": []}", "release" },
        { SYRINX_ERROR_FORMAT, HEAD "\"range\": [60, 61], \"sustained\": true, \"hold\": [0, 1], \"release\": [[60, 0]]}", "release" },
        { SYRINX_ERROR_FORMAT, HEAD "\"range\": [60, 61], \"sustained\": true, \"hold\": [0, 1], \"release\": [[61, 1], [60, 1]]}", "release" },
        { SYRINX_ERROR_FORMAT, HEAD FED ", \"vibrato\": 3}", "vibrato" },
        { SYRINX_ERROR_FORMAT, HEAD FED ", \"vibrato\": {\"hertz\": 0}}", "hertz" },
        { SYRINX_ERROR_FORMAT, HEAD FED ", \"gain\": \"loud\"}", "gain" },
        { SYRINX_ERROR_FORMAT, HEAD FED ", \"keys\": {\"128\": \"x\"}}", "keys" },
        { SYRINX_ERROR_FORMAT, HEAD FED ", \"files\": 3}", "files" },
        { SYRINX_ERROR_FORMAT, HEAD FED ", \"files\": {\"frame\": {\"name\": \"../../etc/passwd\"}}}", "no path" },
        { SYRINX_ERROR_FORMAT, HEAD FED ", \"files\": {\"frame\": {\"name\": \"a\", \"sha256\": \"12\"}}}", "sha256" },
        { SYRINX_ERROR_FORMAT, HEAD FED ", }", "card:" },
    };
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct sx_instrument_card card;
        struct sx_error error;
        int code = parse(wrong[i].text, &card, &error);
        if (code != wrong[i].code || !strstr(error.message, wrong[i].reason)) fail_msg("%s: %d %s", wrong[i].text, code, error.message);
        assert_null(card.text);
    }
}

static char base[64];

static int setup(void **state)
{
    (void)state;
    strcpy(base, "/tmp/syrinx-test-XXXXXX");
    return mkdtemp(base) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    return rmdir(base);
}

/* The package is refused, with a message that has `reason` in it. */
static void refused(const struct make *make, const char *card, const char *reason, int code)
{
    char folder[100];
    struct sx_instrument *instrument;
    struct sx_error error;
    snprintf(folder, sizeof folder, "%s/made", base);
    make_package(make, folder);
    if (card) make_file(folder, "instrument.json", card);
    int got = sx_instrument_open(folder, &instrument, &error);
    if (got != code || !strstr(error.message, reason)) fail_msg("%d %s, not %d %s", got, got < 0 ? error.message : "", code, reason);
    assert_null(instrument);
    make_remove(folder);
}

static void wrong_graphs_are_refused(void **state)
{
    (void)state;
    struct make make = make_new(FED);
    make.in = 6;
    refused(&make, NULL, "float [1,T,5]", SYRINX_ERROR_FORMAT);
    make.in = 0;
    make.out = MAKE_FRAME - 1;
    refused(&make, NULL, "numbers a column", SYRINX_ERROR_FORMAT);
    make.out = 0;
    refused(&make, "{\"format\": \"syrinx-instrument-1\", \"name\": \"made\", \"partials\": 9, " FED "}", "frame.onnx", SYRINX_ERROR_FORMAT);
    refused(&make, "no JSON", "instrument.json", SYRINX_ERROR_FORMAT);
    refused(&make, "{\"format\": \"syrinx-instrument-1\", \"name\": \"made\", \"partials\": 8, " FED ", \"files\": {\"frame\": {\"name\": \"frame.onnx\", \"sha256\": "
                   "\"0000000000000000000000000000000000000000000000000000000000000000\"}}}", "damaged", SYRINX_ERROR_FORMAT);
    refused(&make, "{\"format\": \"syrinx-instrument-1\", \"name\": \"made\", \"partials\": 8, " FED ", \"files\": {\"frame\": {\"name\": \"instrument.json\", \"sha256\": "
                   "\"0000000000000000000000000000000000000000000000000000000000000000\"}}}", "damaged", SYRINX_ERROR_FORMAT);

    struct sx_instrument *instrument;
    struct sx_error error;
    assert_int_equal(sx_instrument_open("/nowhere/at/all", &instrument, &error), SYRINX_ERROR_NOT_FOUND);
    assert_int_equal(sx_instrument_open("no-such-instrument", &instrument, &error), SYRINX_ERROR_NOT_FOUND);
    assert_non_null(strstr(error.message, "instruments"));
    assert_int_equal(sx_instrument_open("..", &instrument, &error), SYRINX_ERROR_NOT_FOUND);
}

/* Networks that say nonsense make finite sound or silence, and end. */
static void nonsense_from_a_network_is_survived(void **state)
{
    (void)state;
    const float nonsense[] = { NAN, INFINITY, -INFINITY, 1e30f, -1e30f, 80.0f };
    for (size_t i = 0; i < COUNT(nonsense); i++) {
        struct make make = make_new(i % 2 ? STRUCK : FED);
        for (int k = 0; k < MAKE_FRAME; k++) make.frame[k] = nonsense[i];
        for (int k = 0; k < MAKE_ONSET; k++) make.onset[k] = nonsense[i];
        struct sx_instrument *instrument = make_open(&make);
        struct sx_sounder *sounder = make_sounder(instrument, 1, 2);
        struct sx_error error;
        struct sx_sound sound = { nonsense[i], nonsense[i], 7, nonsense[i], nonsense[i], nonsense[i], nonsense[i], nonsense[i], nonsense[i], nonsense[i], nonsense[i],
                                  nonsense[i], nonsense[i], nonsense[i], nonsense[i] };
        make_note(sounder, 0, 60, 0.5f);
        assert_int_equal(sx_sounder_on(sounder, 100, &sound, NULL, &error), 0);
        for (int c = -1; c <= SX_SOUND_CONTROLS; c++) assert_int_equal(sx_sounder_control(sounder, 3000 + c, c, nonsense[i], &error), 0);
        sx_sounder_cut(sounder, 12000, 0, nonsense[i], &error);
        float *x = make_sound(sounder, 2, 24000);
        for (int n = 0; n < 24000; n++) assert_true(isfinite(x[n]));
        free(x);
        sx_sounder_free(sounder);
        sx_instrument_close(instrument);
    }
}

static int keep_name(const char *name, const char *path, void *user)
{
    struct sx_buffer *names = user;
    assert_non_null(strstr(path, name));
    sx_buffer_printf(names, "%s ", name);
    return 0;
}

static void instruments_are_found_by_name(void **state)
{
    (void)state;
    char place[100], folder[128];
    struct make make = make_new(FED);
    struct sx_instrument *instrument;
    struct sx_error error;
    struct sx_buffer names = { 0 };
    snprintf(place, sizeof place, "%s/instruments", base);
    mkdir(place, 0755);
    for (int i = 0; i < 2; i++) {
        snprintf(folder, sizeof folder, "%s/%s", place, i ? "aulos" : "zither");
        make_package(&make, folder);
    }
    const char *before = getenv("SYRINX_VOICES");
    char *kept = before ? strdup(before) : NULL;
    setenv("SYRINX_VOICES", base, 1);
    if (sx_instrument_open("aulos", &instrument, &error) < 0) fail_msg("%s", error.message);
    assert_non_null(strstr(instrument->path, "instruments/aulos"));
    assert_true(sx_instrument_size(instrument) > 1000);
    sx_instrument_close(instrument);
    assert_true(sx_instrument_list(keep_name, &names) >= 2);
    const char *a = strstr(names.data, "aulos "), *z = strstr(names.data, "zither ");
    assert_true(a && z && a < z);
    sx_buffer_free(&names);
    if (kept)
        setenv("SYRINX_VOICES", kept, 1);
    else
        unsetenv("SYRINX_VOICES");
    free(kept);
    for (int i = 0; i < 2; i++) {
        snprintf(folder, sizeof folder, "%s/%s", place, i ? "aulos" : "zither");
        make_remove(folder);
    }
    rmdir(place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_card_says_what_it_says),
        cmocka_unit_test(wrong_cards_are_refused_with_their_reason),
        cmocka_unit_test_setup_teardown(wrong_graphs_are_refused, setup, teardown),
        cmocka_unit_test(nonsense_from_a_network_is_survived),
        cmocka_unit_test_setup_teardown(instruments_are_found_by_name, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
