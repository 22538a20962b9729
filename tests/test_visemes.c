/* test_visemes.c - shapes of the mouth: a table without holes, and events that cover a sentence without gaps. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "syrinx.h"
#include "text/text.h"

enum { MOST = 600 };

static void every_phone_has_a_shape(void **state)
{
    int phones = 0;
    (void)state;
    for (int id = 16; id < 256; id++) {
        const char *ipa = sx_phone_ipa(id);
        if (!ipa)
            continue;
        phones++;
        if (syrinx_viseme(ipa) < 1 || syrinx_viseme(ipa) > 21)
            fail_msg("phone %d, %s, has the shape %d", id, ipa, syrinx_viseme(ipa));
    }
    assert_true(phones > 80);
    assert_int_equal(syrinx_viseme("p"), 21);
    assert_int_equal(syrinx_viseme("aɪ"), 11);
    assert_int_equal(syrinx_viseme("θ"), 17);
    assert_int_equal(syrinx_viseme(NULL), 0);
    assert_int_equal(syrinx_viseme(""), 0);
    assert_int_equal(syrinx_viseme("aɪx"), 0);
    assert_int_equal(syrinx_viseme(" "), 0);
}

static int events_of(syrinx_voice *voice, int visemes, syrinx_event *events, uint64_t *total)
{
    syrinx_options options;
    syrinx_stream *stream;
    float samples[480];
    int count = 0, n;
    syrinx_options_init(&options);
    options.visemes = visemes;
    assert_int_equal(syrinx_stream_new(voice, &options, &stream), SYRINX_OK);
    assert_int_equal(syrinx_stream_text(stream, "Papa, my dog barks.", SYRINX_LEN_AUTO, SYRINX_TEXT), SYRINX_OK);
    assert_int_equal(syrinx_stream_end(stream), SYRINX_OK);
    *total = 0;
    while ((n = syrinx_stream_read(stream, samples, 480)) > 0) {
        *total += (uint64_t)n;
        while (count < MOST && syrinx_stream_event(stream, &events[count]) == 1)
            count++;
    }
    assert_int_equal(n, 0);
    while (count < MOST && syrinx_stream_event(stream, &events[count]) == 1)
        count++;
    assert_true(count < MOST);
    syrinx_stream_free(stream);
    return count;
}

static void events_cover_the_sentence(void **state)
{
    syrinx_event with[MOST], without[MOST];
    syrinx_voice *voice;
    uint64_t total, at = 0, last = 0;
    int lips = 0, others = 0, rests = 0;
    (void)state;
    assert_int_equal(syrinx_voice_open(NULL, NULL, &voice), SYRINX_OK);
    int count = events_of(voice, 0, without, &total), more = events_of(voice, 1, with, &total);
    for (int i = 0; i < more; i++) {
        assert_true(with[i].sample >= last);
        last = with[i].sample;
        if (with[i].type != SYRINX_EVENT_VISEME) {
            assert_true(others < count);
            assert_int_equal(with[i].type, without[others].type);
            assert_int_equal(with[i].sample, without[others].sample);
            others++;
            continue;
        }
        assert_int_equal(with[i].sample, at);       /* no gap, no overlap */
        at += with[i].duration;
        assert_true(with[i].viseme >= 0 && with[i].viseme <= 21);
        lips += with[i].viseme == 21;
        rests += with[i].viseme == 0;
    }
    assert_int_equal(others, count);
    assert_int_equal(at, total);
    assert_true(lips >= 4);             /* p p m b */
    assert_true(rests >= 2);            /* before and behind */
    for (int i = 0; i < count; i++) {
        assert_int_not_equal(without[i].type, SYRINX_EVENT_VISEME);
        assert_int_equal(without[i].viseme != 0, without[i].type == SYRINX_EVENT_PHONE);
    }
    syrinx_voice_close(voice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_phone_has_a_shape), cmocka_unit_test(events_cover_the_sentence)};
    setenv("SYRINX_VOICES", "voices", 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
