/* test_vocoder.c - network and renderer in a stream: any cut gives the same bits and exact lengths; copy synthesis. */
#include "signals.h"
#include "tiny_onnx.h"

#include "dsp/analysis.h"
#include "vocoder/copy.h"
#include "vocoder/renderer.h"
#include "vocoder/vocoder.h"

struct network {
    struct sx_buffer bytes;
    struct sx_model *model;
};

static struct network network_new(int in, int out, int before, int ahead, float scale)
{
    struct network network = { tiny_model(in, out, before, ahead, scale), NULL };
    struct sx_error error;
    assert_false(network.bytes.failed);
    if (sx_model_open_memory(network.bytes.data, network.bytes.length, "tiny", &network.model, &error) != SYRINX_OK) fail_msg("%s", error.message);
    return network;
}

static void network_free(struct network *network)
{
    sx_model_close(network->model);
    sx_buffer_free(&network->bytes);
}

static struct sx_vocoder *vocoder_new(const struct network *network, uint64_t seed)
{
    struct sx_vocoder *vocoder;
    struct sx_error error;
    if (sx_vocoder_new(network->model, NULL, seed, &vocoder, &error) != SYRINX_OK) fail_msg("%s", error.message);
    return vocoder;
}

static float *random_frames(int count)
{
    float *frames = malloc(sizeof *frames * SX_VOCODER_IN * (size_t)(count + 1));
    for (int t = 0; t < count; t++) {
        float *frame = frames + t * SX_VOCODER_IN;
        for (int m = 0; m < SX_MELS; m++) frame[m] = -4.0f + sx_random_normal(31, (uint64_t)(t * SX_MELS + m));
        frame[SX_MELS] = 5.0f + 0.3f * (float)sin(0.4 * t);
        frame[SX_MELS + 1] = (float)(t / 4 % 2);
    }
    return frames;
}

/* Pushes in pieces of 0 to `most` frames by `cut`; cut 0: as many as fit. `lone_end`: the end comes in a push without frames. */
static float *push_all(struct sx_vocoder *vocoder, const float *frames, int count, int most, uint64_t cut, bool lone_end)
{
    int room = count + SX_VOCODER_BLOCK + sx_vocoder_delay(vocoder), done = 0, made = 0, pushes = 0;
    float *out = malloc(sizeof *out * SX_HOP * (size_t)room);
    bool last = false;
    while (!last) {
        float block[(SX_VOCODER_BLOCK + 80) * SX_HOP];
        int n = cut ? (int)(sx_random_bits(cut, (uint64_t)pushes++) % (uint64_t)(most + 1)) : most;
        if (n > count - done) n = count - done;
        last = done + n == count && (!lone_end || n == 0);
        int got = sx_vocoder_push(vocoder, frames + done * SX_VOCODER_IN, NULL, n, last, block);
        done += n;
        assert_true(got >= 0 && got <= (n + sx_vocoder_delay(vocoder)) * SX_HOP);
        assert_true(made + got <= done * SX_HOP);
        /* What is older than the delay is out. */
        assert_true(made + got >= (done - sx_vocoder_delay(vocoder)) * SX_HOP);
        memcpy(out + made, block, sizeof *out * (size_t)got);
        made += got;
    }
    assert_int_equal(made, count * SX_HOP);
    return out;
}

static void any_cut_gives_the_same_bits(void **state)
{
    (void)state;
    enum { COUNT = 70 };
    const int ahead[] = { 3, 0, 1, 7 };
    float *frames = random_frames(COUNT);
    for (int i = 0; i < 4; i++) {
        struct network network = network_new(SX_VOCODER_IN, SX_FILTERS, 3, ahead[i], 0.01f);
        struct sx_vocoder *vocoder = vocoder_new(&network, 8);
        assert_int_equal(sx_vocoder_delay(vocoder), (ahead[i] > 1 ? ahead[i] : 1) + 3);
        float *expected = push_all(vocoder, frames, COUNT, SX_VOCODER_BLOCK, 0, false);
        for (uint64_t cut = 1; cut <= 24; cut++) {
            sx_vocoder_reset(vocoder, 8);
            float *out = push_all(vocoder, frames, COUNT, cut % 3 ? SX_VOCODER_BLOCK : (int)cut / 3, cut, cut % 2);
            assert_memory_equal(out, expected, sizeof *out * SX_HOP * COUNT);
            free(out);
        }
        sx_vocoder_reset(vocoder, 8);
        float *out = push_all(vocoder, frames, COUNT, 1, 0, true);
        assert_memory_equal(out, expected, sizeof *out * SX_HOP * COUNT);
        free(out);
        free(expected);
        sx_vocoder_free(vocoder);
        network_free(&network);
    }
    free(frames);
}

/* The same as the whole network first and the renderer after it. */
static void joins_network_and_renderer(void **state)
{
    (void)state;
    enum { COUNT = 40 };
    struct network network = network_new(SX_VOCODER_IN, SX_FILTERS, 2, 3, 0.01f);
    struct sx_vocoder *vocoder = vocoder_new(&network, 4);
    struct sx_flow *flow;
    struct sx_error error;
    float *frames = random_frames(COUNT), *filters = malloc(sizeof *filters * SX_FILTERS * (COUNT + 3)), expected[(COUNT + 3) * SX_HOP];
    assert_int_equal(sx_flow_new(network.model, NULL, COUNT, &flow, &error), SYRINX_OK);
    assert_int_equal(sx_flow_push(flow, frames, COUNT, true, filters), COUNT);
    struct sx_renderer *renderer = sx_renderer_new(4, sx_nn_level());
    int made = 0;
    for (int t = 0; t < COUNT; t++) {
        float next = frames[(t + 1 < COUNT ? t + 1 : t) * SX_VOCODER_IN + SX_MELS];
        made += sx_renderer_push(renderer, frames + t * SX_VOCODER_IN, filters + t * SX_FILTERS, next, expected + made);
    }
    made += sx_renderer_end(renderer, expected + made);
    float *out = push_all(vocoder, frames, COUNT, 5, 0, false);
    CHECK_ABOVE(snr_float(out, expected, COUNT * SX_HOP), 90.0);
    free(out);
    free(frames);
    free(filters);
    sx_renderer_free(renderer);
    sx_flow_free(flow);
    sx_vocoder_free(vocoder);
    network_free(&network);
}

/* A voice without the noise's shape, and a pitch that the network sees in part: it gets the unraised frames, the renderer the raised ones and no shape. */
static void the_network_sees_less_of_the_pitch(void **state)
{
    (void)state;
    enum { COUNT = 40, STEP = 5 };
    const float raise = 0.4f;
    struct network network = network_new(SX_VOCODER_IN, SX_FILTERS_PLAIN, 2, 3, 0.05f);
    struct sx_vocoder *vocoder = vocoder_new(&network, 4);
    struct sx_renderer *renderer = sx_renderer_new(4, sx_nn_level());
    struct sx_flow *flow;
    struct sx_error error;
    float *frames = random_frames(COUNT), *filters = malloc(sizeof *filters * SX_FILTERS_PLAIN * (COUNT + 3)), unheard[STEP];
    float expected[(COUNT + 3) * SX_HOP], out[(COUNT + 3) * SX_HOP], block[(SX_VOCODER_BLOCK + 80) * SX_HOP];
    int made = 0;
    assert_int_equal(sx_flow_new(network.model, NULL, COUNT, &flow, &error), SYRINX_OK);
    assert_int_equal(sx_flow_push(flow, frames, COUNT, true, filters), COUNT);
    for (int t = 0; t < COUNT; t++) frames[t * SX_VOCODER_IN + SX_MELS] += raise;
    for (int t = 0; t < COUNT; t++) {
        float row[SX_FILTERS] = {0}, next = frames[(t + 1 < COUNT ? t + 1 : t) * SX_VOCODER_IN + SX_MELS];
        memcpy(row, filters + t * SX_FILTERS_PLAIN, sizeof *row * SX_FILTERS_PLAIN);
        made += sx_renderer_push(renderer, frames + t * SX_VOCODER_IN, row, next, expected + made);
    }
    made += sx_renderer_end(renderer, expected + made);
    assert_int_equal(made, COUNT * SX_HOP);
    for (int i = 0; i < STEP; i++) unheard[i] = raise;
    made = 0;
    for (int t = 0; t < COUNT; t += STEP) {
        int got = sx_vocoder_push(vocoder, frames + t * SX_VOCODER_IN, unheard, STEP, t + STEP == COUNT, block);
        memcpy(out + made, block, sizeof *out * (size_t)got);
        made += got;
    }
    assert_int_equal(made, COUNT * SX_HOP);
    CHECK_ABOVE(snr_float(out, expected, COUNT * SX_HOP), 70.0);
    float *all = push_all(vocoder, frames, COUNT, STEP, 0, false);
    assert_true(snr_float(all, expected, COUNT * SX_HOP) < 40.0);
    free(all);
    free(frames);
    free(filters);
    sx_renderer_free(renderer);
    sx_flow_free(flow);
    sx_vocoder_free(vocoder);
    network_free(&network);
}

static void short_utterances_and_many(void **state)
{
    (void)state;
    struct network network = network_new(SX_VOCODER_IN, SX_FILTERS, 3, 3, 0.01f);
    struct sx_vocoder *vocoder = vocoder_new(&network, 1);
    float *frames = random_frames(12);
    for (int count = 0; count <= 12; count++) free(push_all(vocoder, frames, count, 3, 0, count % 2));
    /* The second time noise and phase have gone on. */
    sx_vocoder_reset(vocoder, 1);
    float *first = push_all(vocoder, frames, 12, 3, 0, false), *second = push_all(vocoder, frames, 12, 3, 0, false);
    sx_vocoder_reset(vocoder, 1);
    float *again = push_all(vocoder, frames, 12, 4, 0, false);
    assert_memory_equal(first, again, sizeof *first * SX_HOP * 12);
    assert_memory_not_equal(first, second, sizeof *first * SX_HOP * 12);
    /* A reset in the midst of an utterance leaves nothing of it. */
    float block[(SX_VOCODER_BLOCK + 80) * SX_HOP];
    sx_vocoder_push(vocoder, frames, NULL, 7, false, block);
    sx_vocoder_reset(vocoder, 1);
    float *fresh = push_all(vocoder, frames, 12, 2, 0, false);
    assert_memory_equal(first, fresh, sizeof *first * SX_HOP * 12);
    free(first);
    free(second);
    free(again);
    free(fresh);
    free(frames);
    sx_vocoder_free(vocoder);
    network_free(&network);
}

static void hostile_networks_and_frames(void **state)
{
    (void)state;
    enum { COUNT = 30 };
    struct network network = network_new(SX_VOCODER_IN, SX_FILTERS, 3, 3, 1e30f);
    struct sx_vocoder *vocoder = vocoder_new(&network, 1);
    const float wild[] = { NAN, INFINITY, -INFINITY, 3e38f, 1e-42f };
    float *frames = random_frames(COUNT);
    for (int i = 0; i < COUNT * SX_VOCODER_IN; i += 7) frames[i] = wild[i % 5];
    float *out = push_all(vocoder, frames, COUNT, 4, 0, false);
    for (int n = 0; n < COUNT * SX_HOP; n++) assert_true(fabsf(out[n]) < 1e6f);
    free(out);
    free(frames);
    sx_vocoder_free(vocoder);
    network_free(&network);
}

static void wrong_widths_are_refused(void **state)
{
    (void)state;
    const int widths[][2] = { { SX_VOCODER_IN + 1, SX_FILTERS }, { SX_VOCODER_IN, SX_FILTERS + 1 } };
    for (int i = 0; i < 2; i++) {
        struct network network = network_new(widths[i][0], widths[i][1], 1, 1, 0.01f);
        struct sx_vocoder *vocoder;
        struct sx_error error;
        assert_int_equal(sx_vocoder_new(network.model, NULL, 1, &vocoder, &error), SYRINX_ERROR_FORMAT);
        assert_null(vocoder);
        network_free(&network);
    }
    struct network network = network_new(SX_VOCODER_IN, SX_FILTERS, 1, 200, 0.01f);
    struct sx_vocoder *vocoder;
    struct sx_error error;
    assert_int_equal(sx_vocoder_new(network.model, NULL, 1, &vocoder, &error), SYRINX_ERROR_FORMAT);
    network_free(&network);
    sx_vocoder_free(NULL);
}

/* ---- copy synthesis by a network that says nothing (filters 0): skips and minimum phase alone, which already speaks */

static double rms(const float *x, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) sum += (double)x[i] * x[i];
    return sqrt(sum / (double)n);
}

/* A vowel between pauses at `rate`, level as given. */
static float *recording(int rate, float level, size_t *count)
{
    enum { LENGTH = 24000 };
    static float x[LENGTH];
    *count = (size_t)rate;
    float *y = malloc(sizeof *y * *count);
    memset(x, 0, sizeof x);
    fill_vowel(x + 6000, 12000, 140.0, 180.0);
    for (size_t i = 0; i < *count; i++) {
        double at = (double)i * LENGTH / rate;
        size_t n = (size_t)at;
        float next = n + 1 < LENGTH ? x[n + 1] : 0.0f;
        y[i] = level / 0.05f * (x[n] + (float)(at - (double)n) * (next - x[n]));        /* good enough for ears of pitch */
    }
    return y;
}

static void copies_keep_length_level_and_pitch(void **state)
{
    (void)state;
    const int rates[] = { 24000, 16000, 44100 };
    const float levels[] = { 0.05f, 0.2f, 0.01f };
    struct network network = network_new(SX_VOCODER_IN, SX_FILTERS, 3, 3, 0.0f);
    for (int i = 0; i < 3; i++) {
        size_t count, length;
        struct sx_error error;
        float *x = recording(rates[i], levels[i], &count), *y;
        if (sx_copy(network.model, NULL, 1, x, count, rates[i], &y, &length, &error) != SYRINX_OK) fail_msg("%s", error.message);
        assert_int_equal(length, 24000);
        CHECK_NEAR(20.0 * log10(rms(y + 7000, 10000) / levels[i]), 0.0, 6.0);
        CHECK_ABOVE(20.0 * log10(levels[i] / (rms(y, 4000) + 1e-9)), 40.0);
        struct sx_frames frames;
        float scaled[24000];
        for (size_t n = 0; n < length; n++) scaled[n] = y[n] * 0.05f / levels[i];
        assert_int_equal(sx_analyse(scaled, length, &frames, &error), SYRINX_OK);
        for (int t = 30; t < 70; t++) {
            double expected = 140.0 * pow(180.0 / 140.0, (t * SX_HOP - 6000) / 12000.0);
            assert_true(frames.voiced[t] == 1.0f);
            CHECK_NEAR(1200.0 * log2(exp(frames.lnf0[t]) / expected), 0.0, 25.0);
        }
        sx_frames_free(&frames);
        free(x);
        free(y);
    }
    network_free(&network);
}

static void copies_of_odd_recordings(void **state)
{
    (void)state;
    struct network network = network_new(SX_VOCODER_IN, SX_FILTERS, 3, 3, 0.0f);
    struct sx_error error;
    float x[4800] = { 0 }, *y;
    size_t length;
    /* Silence stays silent, the shortest works, what is no number is silence. */
    assert_int_equal(sx_copy(network.model, NULL, 1, x, 4800, 24000, &y, &length, &error), SYRINX_OK);
    assert_int_equal(length, 4800);
    for (size_t i = 0; i < length; i++) assert_true(fabsf(y[i]) < 1e-3f);
    free(y);
    assert_int_equal(sx_copy(network.model, NULL, 1, x, 240, 24000, &y, &length, &error), SYRINX_OK);
    assert_int_equal(length, 240);
    free(y);
    for (int i = 0; i < 4800; i++) x[i] = i % 3 == 0 ? NAN : i % 3 == 1 ? INFINITY : 1e30f;
    assert_int_equal(sx_copy(network.model, NULL, 1, x, 4800, 48000, &y, &length, &error), SYRINX_OK);
    for (size_t i = 0; i < length; i++) assert_true(fabsf(y[i]) <= 1.0f);
    free(y);
    assert_int_equal(sx_copy(network.model, NULL, 1, x, 239, 24000, &y, &length, &error), SYRINX_ERROR_INPUT);
    assert_null(y);
    assert_int_equal(sx_copy(network.model, NULL, 1, x, 4800, 7999, &y, &length, &error), SYRINX_ERROR_INPUT);
    assert_int_equal(sx_copy(network.model, NULL, 1, x, 4800, 192001, &y, &length, &error), SYRINX_ERROR_INPUT);
    assert_int_equal(sx_copy(network.model, NULL, 1, x, SIZE_MAX / 8, 48000, &y, &length, &error), SYRINX_ERROR_INPUT);
    network_free(&network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_cut_gives_the_same_bits),
        cmocka_unit_test(joins_network_and_renderer),
        cmocka_unit_test(the_network_sees_less_of_the_pitch),
        cmocka_unit_test(short_utterances_and_many),
        cmocka_unit_test(hostile_networks_and_frames),
        cmocka_unit_test(wrong_widths_are_refused),
        cmocka_unit_test(copies_keep_length_level_and_pitch),
        cmocka_unit_test(copies_of_odd_recordings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
