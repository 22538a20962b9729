/* test_piper.c - Piper voices: the JSON (hostile ones too), phoneme ids, words of phonemes, the graph in two parts, and the whole road through the public API. */
#include "test.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/handles.h"
#include "base/utf8.h"
#include "piper/piper.h"
#include "text/foreign.h"
#include "voice/voice.h"

#define SMALL "tests/data/piper/small.onnx"
#define TWO "tests/data/piper/two.onnx"

/* -------------------------------------------------------------- the JSON */

static char hints[4000];

static void hear(void *user, bool hint, const char *message)
{
    (void)user;
    if (hint && strlen(hints) + strlen(message) + 2 < sizeof hints)
        strcat(strcat(hints, message), "\n");
}

/* Reads a JSON, returns its faults; the first one's message in `first`. */
static int read_json(const char *text, struct sx_piper_config *config, char first[504])
{
    struct sx_faults faults = {.tell = hear};
    hints[0] = 0;
    sx_piper_config_read(text, strlen(text), "x.json", config, &faults);
    strcpy(first, faults.count ? faults.first.message : "");
    return faults.count;
}

#define TABLE "\"phoneme_id_map\":{\"_\":[0],\"^\":[1],\"$\":[2],\"a\":[3],\"b\":[4,5],\"\xC9\x99\":[6],\" \":[7],\"q\":[99]}"

static void test_json(void **state)
{
    struct sx_piper_config c;
    char first[504];
    (void)state;
    assert_int_equal(read_json("{\"espeak\":{\"voice\":\"en-us\"},\"num_symbols\":10,\"num_speakers\":3,\"speaker_id_map\":{\"eve\":2,\"out\":7},"
                               "\"language\":{\"code\":\"pt_BR\"},\"inference\":{\"noise_scale\":0.3,\"length_scale\":1.5}," TABLE "}", &c, first), 0);
    assert_int_equal(c.sample_rate, 22050);
    assert_int_equal(c.hop, 256);
    assert_true(c.noise_scale == 0.3f && c.length_scale == 1.5f && c.noise_w == 0.8f);
    assert_string_equal(c.language, "pt-BR");
    assert_int_equal(c.phoneme_count, 7);                       /* "q" has an id that the graph has no row for */
    assert_non_null(strstr(hints, "\"q\" has id 99"));
    assert_non_null(strstr(hints, "\"out\" has number 7"));
    assert_int_equal(c.phonemes[sx_piper_phoneme(&c, "b", 1)].count, 2);
    assert_true(sx_piper_phoneme(&c, "\xC9\x99", 2) >= 0);
    assert_int_equal(sx_piper_phoneme(&c, "\xC9", 1), -1);      /* half of it is another one */
    struct sx_error error;
    assert_int_equal(sx_piper_speaker(&c, "eve", &error), 2);
    assert_int_equal(sx_piper_speaker(&c, "1", &error), 1);
    assert_int_equal(sx_piper_speaker(&c, NULL, &error), 0);
    assert_int_equal(sx_piper_speaker(&c, "3", &error), SYRINX_ERROR_NOT_FOUND);
    assert_int_equal(sx_piper_speaker(&c, "eve:1,0:2", &error), SYRINX_ERROR_ARGUMENT);
    sx_piper_config_free(&c);
}

static void test_json_hostile(void **state)
{
    static const struct { const char *text, *why; } cases[] = {
        {"", "1 byte"}, {"{", "x.json:1:"}, {"[]", "no JSON object"}, {"{}", "espeak"}, {"\"x\"", "x.json:1"},
        {"{\"espeak\":{\"voice\":\"en\"},\"audio\":{\"sample_rate\":-5}," TABLE "}", "sample_rate"},
        {"{\"espeak\":{\"voice\":\"en\"},\"audio\":{\"sample_rate\":22050.5}," TABLE "}", "sample_rate"},
        {"{\"espeak\":{\"voice\":\"en\"},\"num_symbols\":1e300," TABLE "}", "num_symbols"},
        {"{\"espeak\":{\"voice\":\"en\"},\"num_speakers\":2000000000," TABLE "}", "num_speakers"},
        {"{\"espeak\":{\"voice\":\"en\"},\"inference\":{\"length_scale\":\"fast\"}," TABLE "}", "length_scale"},
        {"{\"espeak\":{\"voice\":\"en\"},\"inference\":{\"noise_w\":-1}," TABLE "}", "noise_w"},
        {"{\"espeak\":{\"voice\":\"en\"},\"hop_length\":0," TABLE "}", "hop_length"},
        {"{\"espeak\":{\"voice\":\"en\"},\"phoneme_id_map\":{\"a\":[1]}}", "lacks"},
        {"{\"espeak\":{\"voice\":\"en\"},\"phoneme_id_map\":7}", "phoneme_id_map"},
        {"{\"phoneme_type\":\"pinyin\"," TABLE "}", "pinyin"},
        {"{" TABLE "}", "espeak"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sx_piper_config c;
        char first[504];
        assert_true(read_json(cases[i].text, &c, first) > 0);
        if (!strstr(first, cases[i].why))
            fail_msg("case %zu: %s", i, first);
        sx_piper_config_free(&c);
    }
    struct sx_piper_config c;
    struct sx_faults faults = {0};
    char *deep = malloc(200001);
    memset(deep, '[', 200000);
    deep[200000] = 0;
    sx_piper_config_read(deep, 200000, "x.json", &c, &faults);
    assert_true(faults.count > 0);
    sx_piper_config_free(&c);
    free(deep);
}

/* -------------------------------------------------------------- phonemes */

static void test_align(void **state)
{
    /* "42" is two words where it stands, "of the" one */
    static const uint32_t said[] = {'f', 'o', 't', 'u', 'v', 'd', 'e'}, codes[] = {'f', 'o', 'r', 't', 'u', 'v', 'd', 'i'};
    static const int owner[] = {0, 0, 0, 0, 1, 2, 2}, want[] = {0, 0, 0, 0, 0, 1, 2, 2};
    int got[8];
    struct sx_error error;
    (void)state;
    assert_int_equal(sx_piper_align(said, owner, 7, codes, got, 8, &error), SYRINX_OK);
    assert_memory_equal(got, want, sizeof want);
    assert_int_equal(sx_piper_align(said, owner, 0, codes, got, 8, &error), SYRINX_OK);
    assert_int_equal(got[0], -1);
}

/* The phonemes of a text as one string; utterances end with '|', words are counted in *words. */
static void spell(const struct sx_piper_config *config, const char *text, char *out, int *words)
{
    struct sx_piper_speller speller = {.config = config};
    struct sx_arena arena = {0};
    struct sx_error error = {0};
    struct sx_spelled spelled = {0};
    struct sx_say_passage whole = {0, strlen(text), &sx_style_plain, 1};
    struct sx_say say = {.text = text, .length = strlen(text), .passages = &whole, .passage_count = 1, .arena = &arena};
    assert_int_equal(sx_piper_spell(&speller, &say, &spelled, &error), SYRINX_OK);
    *out = 0;
    for (int i = 0, word = 0; i < spelled.token_count; i++) {
        strcat(out, config->phonemes[spelled.tokens[i].phone].text);
        while (word < say.count && spelled.starts[word + 1] == i + 1)
            strcat(out, spelled.ends[word++] ? "|" : "");
    }
    *words = say.count;
    sx_arena_free(&arena);
}

static struct sx_piper *open_piper(const char *path)
{
    struct sx_faults faults = {0};
    struct sx_piper *piper;
    sx_piper_open(path, &faults, &piper);
    if (!piper)
        fail_msg("%s", faults.first.message);
    return piper;
}

static void test_spell(void **state)
{
    /* what espeak_TextToPhonemes of 1.51 says, with Piper's marks between the clauses */
    static const struct { const char *text, *want; int words; } cases[] = {
        {"Hello, world.", "həlˈoʊ, wˈɜːld.|", 2},
        {"Hello", "həlˈoʊ", 1},
        {"He said \"hello.\" Then (he left.) Done", "hiː sˈɛd həlˈoʊ.|ðˈɛn hiː lˈɛft.|dˈʌn", 7},
        {"Wait... what?! No!? yes.", "wˈeɪtwˌʌt?|nˈoʊ!|jˈɛs.|", 4},
        {"one \xE2\x80\x94 two", "wˈʌn; tˈuː", 2},
        {"[[həlˈoʊ]] you", "həlˈoʊ juː", 2},
        {"say [[ a b ]]", "sˈeɪ a b", 3},
        {"...", "", 0},
    };
    struct sx_piper *piper = open_piper(SMALL);
    (void)state;
    if (!sx_foreign_present()) {
        sx_piper_close(piper);
        skip();
    }
    for (size_t i = 0; i < COUNT(cases); i++) {
        char got[500];
        int words;
        spell(&piper->config, cases[i].text, got, &words);
        assert_string_equal(got, cases[i].want);
        assert_int_equal(words, cases[i].words);
    }
    sx_piper_close(piper);
}

static void test_ids(void **state)
{
    struct sx_piper_config c;
    char first[504];
    (void)state;
    assert_int_equal(read_json("{\"phoneme_type\":\"text\",\"num_symbols\":10," TABLE "}", &c, first), 0);
    struct sx_token tokens[2] = {{.phone = (uint16_t)sx_piper_phoneme(&c, "a", 1)}, {.phone = (uint16_t)sx_piper_phoneme(&c, "b", 1)}};
    static const int64_t want[] = {1, 0, 3, 0, 4, 5, 0, 2};
    int64_t ids[8];
    int last[3];
    assert_int_equal(sx_piper_ids(&c, tokens, 2, NULL, NULL), 8);
    assert_int_equal(sx_piper_ids(&c, tokens, 2, ids, last), 8);
    assert_memory_equal(ids, want, sizeof want);
    assert_int_equal(last[0], 4);
    assert_int_equal(last[1], 7);
    assert_int_equal(last[2], 8);
    sx_piper_config_free(&c);
}

/* -------------------------------------------------------------- the graph */

/* Flow and decoder in pieces give what the whole run gives, however the frames are cut: the same bits, run after run, with one thread and with three. */
static void test_cut(void **state)
{
    (void)state;
    const char *paths[] = {SMALL, TWO};
    for (int which = 0; which < 2; which++) {
        struct sx_piper *piper = open_piper(paths[which]);
        struct sx_session *all;
        struct sx_error error = {0};
        int64_t ids[] = {1, 0, 12, 0, 20, 0, 31, 0, 8, 0, 2}, length = COUNT(ids), sid = 1;
        float scales[3] = {0.667f, 1, 0.8f};
        const struct sx_tensor inputs[4] = {{SX_INT64, 2, {1, COUNT(ids)}, ids}, {SX_INT64, 1, {1}, &length}, {SX_FLOAT, 1, {3}, scales}, {SX_INT64, 1, {1}, &sid}};
        assert_true(piper->has_durations);
        assert_non_null(piper->suffix);
        int hop = piper->config.hop;
        assert_int_equal(sx_suffix_rate(piper->suffix), hop);
        assert_int_equal(sx_session_new(piper->model, NULL, &all, &error), SYRINX_OK);
        for (int threads = 1; threads <= 3; threads += 2) {
            struct sx_pool *pool = sx_pool_new(threads);
            struct sx_course *course;
            assert_int_equal(sx_course_new(piper->model, piper->suffix, pool, 16, &course, &error), SYRINX_OK);
            for (int step = 1; step < 40; step += 6) {
                scales[1] = 0.7f + 0.05f * (float)step;             /* runs of other lengths, other noise and the other speaker */
                sid = step % 4 == 1;
                for (int i = 0; i < 3 + which; i++) {
                    assert_int_equal(sx_session_set_input(all, piper->inputs[i], &inputs[i], &error), SYRINX_OK);
                    assert_int_equal(sx_session_set_input(sx_course_session(course), piper->inputs[i], &inputs[i], &error), SYRINX_OK);
                }
                sx_session_set_seed(all, (uint64_t)step);
                sx_session_set_seed(sx_course_session(course), (uint64_t)step);
                assert_int_equal(sx_session_run(all, &error), SYRINX_OK);
                int64_t count;
                assert_int_equal(sx_course_begin(course, &count, &error), SYRINX_OK);
                const struct sx_tensor *samples = sx_session_output(all, 1), *durations = sx_session_output(sx_course_session(course), 0);
                float sum = 0;
                for (size_t i = 0; i < COUNT(ids); i++)
                    sum += ((const float *)durations->data)[i];
                assert_int_equal((int)sum, (int)count);
                assert_int_equal(samples->shape[samples->rank - 1], count * hop);
                float *made = malloc((size_t)(count + 16) * (size_t)hop * sizeof *made);
                int n = 0, silent = 0;
                for (bool last = false; !last;) {
                    int some = sx_course_step(course, step, made + n, &last, &error);
                    assert_true(some >= 0 && some <= 16 * hop);
                    n += some;
                    silent += some == 0;
                }
                assert_true(silent <= sx_course_look_ahead(course) / (step < 16 ? step : 16) + 1);
                assert_int_equal(n, count * hop);
                assert_memory_equal(made, samples->data, (size_t)n * sizeof *made);
                free(made);
            }
            sx_course_free(course);
            sx_pool_free(pool);
        }
        sx_session_free(all);
        sx_piper_close(piper);
    }
}

static void test_damaged(void **state)
{
    struct sx_map onnx, json;
    struct sx_error error;
    (void)state;
    assert_int_equal(sx_map_open(SMALL, &onnx, &error), SYRINX_OK);
    assert_int_equal(sx_map_open(SMALL ".json", &json, &error), SYRINX_OK);
    for (size_t size = 0; size < onnx.size; size += onnx.size / 37) {
        struct sx_faults faults = {0};
        struct sx_piper *piper;
        sx_piper_open_memory(onnx.data, size, (const char *)json.data, json.size, "cut.onnx", &faults, &piper);
        assert_null(piper);
        assert_true(faults.count > 0);
    }
    /* an operator that nobody has: it is named, with how many there are */
    unsigned char *copy = malloc(onnx.size);
    memcpy(copy, onnx.data, onnx.size);
    int changed = 0;
    for (size_t i = 0; i + 9 < onnx.size; i++)
        if (memcmp(copy + i, "LeakyRelu", 9) == 0) {
            memcpy(copy + i, "LeakyBelu", 9);
            changed++;
        }
    assert_true(changed > 2);
    struct sx_faults faults = {.tell = hear};
    struct sx_piper *piper;
    char want[80];
    hints[0] = 0;
    sx_piper_open_memory(copy, onnx.size, (const char *)json.data, json.size, "odd.onnx", &faults, &piper);
    assert_null(piper);
    assert_int_equal(faults.first.code, SYRINX_ERROR_UNSUPPORTED);
    snprintf(want, sizeof want, "LeakyBelu, which is lacking: %d nodes", changed);
    assert_non_null(strstr(hints, want));
    free(copy);
    sx_map_close(&onnx);
    sx_map_close(&json);
}

/* -------------------------------------------------------------- the public API */

struct take {
    float *samples;
    int count;
    syrinx_event events[400];
    char names[400][24];
    int event_count;
};

static struct take say_kind(syrinx_voice *voice, const syrinx_options *options, const char *text, int kind, int block)
{
    struct take take = {0};
    syrinx_stream *stream;
    int n, room = 0;
    if (syrinx_stream_new(voice, options, &stream) < 0)
        fail_msg("%s", syrinx_last_message());
    assert_int_equal(syrinx_stream_text(stream, text, SYRINX_LEN_AUTO, kind), SYRINX_OK);
    assert_int_equal(syrinx_stream_end(stream), SYRINX_OK);
    do {
        if (take.count + block > room)
            take.samples = realloc(take.samples, (size_t)(room = 2 * (take.count + block)) * sizeof(float));
        n = syrinx_stream_read(stream, take.samples + take.count, block);
        if (n < 0)
            fail_msg("%s", syrinx_stream_message(stream));
        take.count += n;
        syrinx_event event;
        while (syrinx_stream_event(stream, &event) == 1 && take.event_count < 400) {
            snprintf(take.names[take.event_count], 24, "%s", event.name ? event.name : "");
            take.events[take.event_count++] = event;
        }
    } while (n > 0);
    syrinx_stream_free(stream);
    return take;
}

static struct take say(syrinx_voice *voice, const syrinx_options *options, const char *text, int block)
{
    return say_kind(voice, options, text, SYRINX_TEXT, block);
}

/* The small voice as one that reads letters: what it says needs no libespeak-ng. */
static char letters[] = "/tmp/syrinx-piper-XXXXXX";

static syrinx_voice *open_letters(void)
{
    char path[100], *json;
    struct sx_map map;
    struct sx_error error;
    syrinx_voice *voice;
    const char *from = "\"phoneme_type\": \"espeak\"", *at;
    snprintf(path, sizeof path, "%s/letters.onnx", letters);
    assert_int_equal(sx_map_open(TWO, &map, &error), SYRINX_OK);
    FILE *file = fopen(path, "wb");
    assert_int_equal(fwrite(map.data, 1, map.size, file), map.size);
    assert_int_equal(fclose(file), 0);
    sx_map_close(&map);
    assert_int_equal(sx_map_open(TWO ".json", &map, &error), SYRINX_OK);
    json = strndup((const char *)map.data, map.size);
    sx_map_close(&map);
    at = strstr(json, from);
    assert_non_null(at);
    strcat(path, ".json");
    file = fopen(path, "wb");
    fprintf(file, "%.*s\"phoneme_type\": \"text\"%s", (int)(at - json), json, at + strlen(from));
    assert_int_equal(fclose(file), 0);
    free(json);
    path[strlen(path) - 5] = 0;
    if (syrinx_voice_open(path, NULL, &voice) < 0)
        fail_msg("%s", syrinx_last_message());
    return voice;
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(letters) ? 0 : -1;
}

static int remove_folder(void **state)
{
    char path[100];
    (void)state;
    snprintf(path, sizeof path, "%s/letters.onnx", letters);
    unlink(path);
    strcat(path, ".json");
    unlink(path);
    return rmdir(letters);
}

static void test_stream(void **state)
{
    syrinx_voice *voice = open_letters();
    syrinx_options options;
    (void)state;
    assert_int_equal(syrinx_voice_sample_rate(voice), 16000);
    assert_int_equal(syrinx_voice_speaker_count(voice), 2);
    assert_string_equal(syrinx_voice_speaker(voice, 1), "bert");
    assert_string_equal(syrinx_voice_name(voice), "letters");
    assert_string_equal(syrinx_voice_language(voice, 0), "en-US");
    syrinx_options_init(&options);
    const char *text = "The cat sat on the mat. It was a fat one, and it slept.";
    struct take a = say(voice, &options, text, 160), b = say(voice, &options, text, 4799);
    assert_true(a.count > 8000);
    assert_int_equal(a.count, b.count);
    assert_memory_equal(a.samples, b.samples, (size_t)a.count * sizeof(float));
    assert_int_equal(a.event_count, b.event_count);
    /* each word's bytes, in order, within the sound */
    int words = 0;
    uint64_t before = 0;
    for (int i = 0; i < a.event_count; i++) {
        assert_true(a.events[i].sample + a.events[i].duration <= (uint64_t)a.count);
        assert_true(a.events[i].sample >= before || a.events[i].type == SYRINX_EVENT_PHONE);
        if (a.events[i].type == SYRINX_EVENT_WORD) {
            before = a.events[i].sample;
            assert_true(a.events[i].duration > 0);
            words++;
        }
    }
    assert_int_equal(words, 14);
    free(b.samples);
    options.seed = 2;
    b = say(voice, &options, text, 1000);
    assert_false(a.count == b.count && memcmp(a.samples, b.samples, (size_t)a.count * sizeof(float)) == 0);
    free(b.samples);
    options.seed = 1;
    options.speaker = "bert";
    b = say(voice, &options, text, 1000);
    assert_int_equal(b.count, a.count);         /* this graph's durations do not hear the speaker */
    assert_memory_not_equal(a.samples, b.samples, (size_t)a.count * sizeof(float));
    free(b.samples);
    options.speaker = NULL;
    options.rate = 2;
    options.noise_w = 0;
    b = say(voice, &options, text, 1000);
    assert_true(b.count < a.count * 0.7);
    free(b.samples);
    options.rate = 1;
    options.normalize = 1;
    b = say(voice, &options, "The cat sat.", 1000);
    float peak = 0;
    for (int i = 0; i < b.count; i++)
        peak = fmaxf(peak, fabsf(b.samples[i]));
    assert_true(peak > 0.9f && peak <= 1);
    free(b.samples);
    free(a.samples);
    syrinx_voice_close(voice);
}

static void test_refused(void **state)
{
    syrinx_voice *voice = open_letters();
    syrinx_stream *stream;
    syrinx_options options;
    (void)state;
    syrinx_options_init(&options);
    options.pitch = 3;
    assert_int_equal(syrinx_stream_new(voice, &options, &stream), SYRINX_ERROR_UNSUPPORTED);
    options.pitch = 0;
    options.speaker = "nobody";
    assert_int_equal(syrinx_stream_new(voice, &options, &stream), SYRINX_ERROR_NOT_FOUND);
    assert_non_null(strstr(syrinx_last_message(), "anna, bert"));
    options.speaker = NULL;
    options.noise_scale = 11;
    assert_int_equal(syrinx_stream_new(voice, &options, &stream), SYRINX_ERROR_ARGUMENT);
    options.noise_scale = -1;
    assert_int_equal(syrinx_stream_new(voice, &options, &stream), SYRINX_OK);
    assert_int_equal(syrinx_stream_set(stream, SYRINX_PITCH, 1), SYRINX_ERROR_UNSUPPORTED);
    assert_int_equal(syrinx_stream_set(stream, SYRINX_PITCH, 0), SYRINX_OK);
    float block[64];
    assert_int_equal(syrinx_stream_text(stream, "hello there.", SYRINX_LEN_AUTO, SYRINX_TEXT), SYRINX_OK);
    assert_int_equal(syrinx_stream_end(stream), SYRINX_OK);
    assert_int_equal(syrinx_stream_read(stream, block, 64), 64);
    assert_int_equal(syrinx_stream_cancel(stream), SYRINX_OK);
    assert_int_equal(syrinx_stream_read(stream, block, 64), SYRINX_ERROR_CANCELLED);
    assert_int_equal(syrinx_stream_end(stream), SYRINX_OK);
    assert_int_equal(syrinx_stream_read(stream, block, 64), 0);
    syrinx_stream_free(stream);
    syrinx_voice_close(voice);
    assert_int_equal(syrinx_voice_open("tests/data/piper/none.onnx", NULL, &voice), SYRINX_ERROR_NOT_FOUND);
}

/* Pauses of the option and of markup, marks, and the sentence's silence: exactly as many samples. */
static void test_markup(void **state)
{
    syrinx_voice *voice = open_letters();
    syrinx_options options;
    (void)state;
    syrinx_options_init(&options);
    options.noise_w = options.noise_scale = 0;
    struct take a = say(voice, &options, "One. Two.", 1000);
    options.sentence_pause = 0;
    struct take b = say(voice, &options, "One. Two.", 1000);
    assert_int_equal(a.count - b.count, 3200);
    struct take c = say_kind(voice, &options, "<speak>one <mark name='here'/> <break time='500ms'/> two</speak>", SYRINX_SSML, 1000);
    int marks = 0, words = 0;
    uint64_t first_end = 0, second = 0;
    for (int i = 0; i < c.event_count; i++) {
        if (c.events[i].type == SYRINX_EVENT_MARK) {
            assert_string_equal(c.names[i], "here");
            marks++;
        }
        if (c.events[i].type == SYRINX_EVENT_WORD && words++ == 0)
            first_end = c.events[i].sample + c.events[i].duration;
        else if (c.events[i].type == SYRINX_EVENT_WORD)
            second = c.events[i].sample;
    }
    assert_int_equal(marks, 1);
    assert_int_equal(words, 2);
    assert_true(second >= first_end + 8000);
    free(a.samples);
    free(b.samples);
    free(c.samples);
    syrinx_voice_close(voice);
}

static void test_espeak_stream(void **state)
{
    syrinx_voice *voice;
    syrinx_options options;
    (void)state;
    if (!sx_foreign_present())
        skip();
    assert_int_equal(syrinx_voice_open(SMALL, NULL, &voice), SYRINX_OK);
    syrinx_options_init(&options);
    struct take a = say(voice, &options, "Hello 42 \xE2\x80\x9Cworlds\xE2\x80\x9D.", 777);
    static const struct { uint64_t begin, end; } want[] = {{0, 5}, {6, 8}, {12, 18}};
    int words = 0, stressed = 0;
    for (int i = 0; i < a.event_count; i++) {
        if (a.events[i].type == SYRINX_EVENT_WORD) {
            assert_true(words < 3);
            assert_int_equal(a.events[i].text_begin, want[words].begin);
            assert_int_equal(a.events[i].text_end, want[words].end);
            words++;
        }
        stressed += a.events[i].type == SYRINX_EVENT_PHONE && a.events[i].stress == 1;
    }
    assert_int_equal(words, 3);
    assert_true(stressed >= 3);
    free(a.samples);
    /* without the library such a voice says why it is silent */
    syrinx_stream *stream;
    sx_foreign_hide(true);
    assert_int_equal(syrinx_stream_new(voice, NULL, &stream), SYRINX_ERROR_UNSUPPORTED);
    sx_foreign_hide(false);
    assert_non_null(strstr(syrinx_last_message(), "libespeak-ng"));
    syrinx_voice_close(voice);
}

/* Sound comes while the sentence is being made, each word's event with the word. A new rate counts from the next sentence on. */
static void test_inside(void **state)
{
    syrinx_voice *voice = open_letters();
    syrinx_options options;
    syrinx_stream *stream;
    syrinx_event event;
    (void)state;
    syrinx_options_init(&options);
    options.speaker = "bert";
    const char *text = "One two three four. Five six seven eight.";
    struct take whole = say(voice, &options, text, 1000);
    uint64_t first_end = 0, second = 0;
    for (int i = 0, words = 0; i < whole.event_count; i++)
        if (whole.events[i].type == SYRINX_EVENT_WORD) {
            words++;
            first_end = words == 4 ? whole.events[i].sample + whole.events[i].duration : first_end;
            second = words == 5 ? whole.events[i].sample : second;
        }
    assert_true(first_end > 2000 && second > first_end);
    for (int fast = 0; fast < 2; fast++) {
        float *samples = malloc(((size_t)whole.count + 64) * sizeof *samples);
        int count, words = 0, n, last_word = 0;
        assert_int_equal(syrinx_stream_new(voice, &options, &stream), SYRINX_OK);
        assert_int_equal(syrinx_stream_text(stream, text, SYRINX_LEN_AUTO, SYRINX_TEXT), SYRINX_OK);
        assert_int_equal(syrinx_stream_end(stream), SYRINX_OK);
        assert_int_equal(count = syrinx_stream_read(stream, samples, 32), 32);
        if (fast)
            assert_int_equal(syrinx_stream_set(stream, SYRINX_RATE, 3), SYRINX_OK);
        while (count < whole.count && (n = syrinx_stream_read(stream, samples + count, whole.count - count < 64 ? whole.count - count : 64)) > 0) {
            count += n;
            while (syrinx_stream_event(stream, &event) == 1)
                if (event.type == SYRINX_EVENT_WORD) {
                    assert_true(event.sample + 64 + 32 >= (uint64_t)count);         /* told when it is heard, not at the end */
                    last_word = (int)(event.sample + event.duration);
                    words++;
                }
        }
        n = count == whole.count ? syrinx_stream_read(stream, samples + count, 64) : n;
        assert_int_equal(n, 0);
        assert_int_equal(words, 8);
        assert_memory_equal(samples, whole.samples, (fast ? (size_t)first_end : (size_t)whole.count) * sizeof *samples);
        if (fast)
            assert_true(count < whole.count && (double)(count - (int)first_end) < 0.75 * (double)(whole.count - (int)first_end));
        else
            assert_int_equal(count, whole.count);
        assert_true(last_word <= count);
        syrinx_stream_free(stream);
        free(samples);
    }
    free(whole.samples);
    /* two speakers in one text */
    options.speaker = NULL;
    options.noise_scale = options.noise_w = 0;
    struct take one = say_kind(voice, &options, "<speak>one two. three four.</speak>", SYRINX_SSML, 500);
    struct take two = say_kind(voice, &options, "<speak>one two. <voice name='bert'>three four.</voice></speak>", SYRINX_SSML, 500);
    int words = 0;
    for (int i = 0; i < two.event_count; i++)
        words += two.events[i].type == SYRINX_EVENT_WORD;
    assert_int_equal(words, 4);
    for (int i = 0, k = 0; i < two.event_count; i++)        /* the first sentence is the same, the second another voice's */
        if (two.events[i].type == SYRINX_EVENT_WORD && ++k == 3) {
            size_t at = two.events[i].sample, some = two.events[i].duration;
            assert_true(at > 3000 && some > 500 && at + some <= (size_t)one.count);
            assert_memory_equal(one.samples, two.samples, (at - 3200) * sizeof(float));
            assert_memory_not_equal(one.samples + at, two.samples + at, some * sizeof(float));
        }
    free(one.samples);
    free(two.samples);
    syrinx_voice_close(voice);
}

/* A graph of which nothing runs along time makes each sentence as a whole: the same samples. */
static void test_whole(void **state)
{
    syrinx_voice *voice = open_letters();
    struct sx_piper *piper = voice->voice->piper;
    syrinx_options options;
    (void)state;
    syrinx_options_init(&options);
    struct take streamed = say(voice, &options, "One two three. Four five.", 700);
    sx_suffix_free(piper->suffix);
    piper->suffix = NULL;
    struct take whole = say(voice, &options, "One two three. Four five.", 700);
    assert_int_equal(whole.count, streamed.count);
    assert_memory_equal(whole.samples, streamed.samples, (size_t)whole.count * sizeof(float));
    assert_int_equal(whole.event_count, streamed.event_count);
    free(streamed.samples);
    free(whole.samples);
    syrinx_voice_close(voice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json), cmocka_unit_test(test_json_hostile), cmocka_unit_test(test_align), cmocka_unit_test(test_spell), cmocka_unit_test(test_ids),
        cmocka_unit_test(test_cut), cmocka_unit_test(test_damaged), cmocka_unit_test(test_stream), cmocka_unit_test(test_refused), cmocka_unit_test(test_markup),
        cmocka_unit_test(test_espeak_stream), cmocka_unit_test(test_inside), cmocka_unit_test(test_whole),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
