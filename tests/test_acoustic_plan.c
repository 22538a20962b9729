/* test_acoustic_plan.c - durations, rounding and the pitch contour, without any network. */
#include "test.h"

#include <math.h>
#include <string.h>

#include "acoustic/plan.h"

enum { N = 10 };

/* ^ a b _ c d , e . $ with durations 12 4.6 4.6 1 5.5 5.5 14 7.2 9 12 */
static const struct sx_token tokens[N] = {{SX_PHONE_BEGIN, 0, -1, 0}, {16, 1, 0, 0}, {17, 0, 0, 0}, {SX_PHONE_WORD, 0, -1, 0}, {18, 1, 1, 0}, {19, 0, 1, 0},
                                          {SX_PHONE_COMMA, 0, -1, 0}, {20, 1, 2, 0}, {SX_PHONE_STOP, 0, -1, 0}, {SX_PHONE_END, 0, -1, 0}};
static const float frames_wanted[N] = {12, 4.6f, 4.6f, 1, 5.5f, 5.5f, 14, 7.2f, 9, 12};
static float log_duration[N], pitch[3 * N], point_x[3 * N], point_y[3 * N], point_shift[3 * N];
static int start[N], frames[N];

static struct sx_plan fresh(void)
{
    struct sx_plan plan = {.tokens = tokens, .log_duration = log_duration, .pitch = pitch, .count = N, .start = start, .frames = frames,
                           .point_x = point_x, .point_y = point_y, .point_shift = point_shift};
    for (int i = 0; i < N; i++) {
        log_duration[i] = logf(1 + frames_wanted[i]);
        for (int k = 0; k < 3; k++)
            pitch[3 * i + k] = 5 + 0.01f * (float)(3 * i + k);
    }
    sx_plan_begin(&plan);
    return plan;
}

static void durations_carry_their_rounding(void **state)
{
    (void)state;
    struct sx_plan plan = fresh();
    while (plan.planned < N)
        sx_plan_word(&plan, 1);
    assert_int_equal(frames[3], 0);             /* a short word gap is none */
    assert_int_equal(frames[8], 0);             /* the end mark takes no time */
    assert_int_equal(frames[1] + frames[2], 9); /* 4.6 + 4.6 */
    assert_int_equal(frames[4] + frames[5], 11);
    assert_int_equal(frames[0], 12);
    int end = 0;
    for (int i = 0; i < N; i++) {
        assert_int_equal(start[i], end);
        end += frames[i];
    }
    assert_int_equal(end, plan.end);
    double sum = 0;
    for (int i = 0; i < N; i++)
        sum += i == 3 || i == 8 ? 0 : frames_wanted[i];
    assert_true(fabs(sum - end) <= 1);
}

static void rate_scales_the_length_and_leaves_no_phone_out(void **state)
{
    (void)state;
    struct sx_plan plan = fresh();
    while (plan.planned < N)
        sx_plan_word(&plan, 1);
    int whole = plan.end - frames[N - 1];      /* the silence at the end has a limit of its own */
    for (float rate = 0.25f; rate <= 6; rate *= 2) {
        plan = fresh();
        while (plan.planned < N)
            sx_plan_word(&plan, rate);
        if (rate <= 2)
            assert_true(fabs(plan.end - frames[N - 1] - whole / rate) <= 8);
        for (int i = 0; i < N; i++)
            assert_true(tokens[i].phone < SX_PHONE_FIRST || frames[i] >= 1);
    }
}

static void a_word_is_planned_with_its_mark(void **state)
{
    (void)state;
    static const int ends[] = {4, 7, 10};       /* ^ a b _ | c d , | e . $ */
    struct sx_plan plan = fresh();
    for (int i = 0; i < 3; i++) {
        sx_plan_word(&plan, 1);
        assert_int_equal(plan.planned, ends[i]);
    }
}

static void contour_passes_through_the_points(void **state)
{
    (void)state;
    struct sx_plan plan = fresh();
    float lnf0[200];
    int n = 0;
    for (;; n++) {
        lnf0[n] = sx_plan_lnf0(&plan, n, 1);
        if (plan.planned == N && n + 1 >= plan.end)
            break;
    }
    for (int p = 0; p < plan.points; p++) {
        int left = (int)floorf(point_x[p]);
        if (left < 0 || left + 1 > n)
            continue;
        /* between the frames around a point lies its value: the contour here rises all the time */
        assert_true(lnf0[left] <= point_y[p] + 1e-6f && lnf0[left + 1] >= point_y[p] - 1e-6f);
    }
    assert_float_equal(lnf0[0], pitch[0], 1e-6);
    assert_float_equal(lnf0[n], pitch[3 * N - 1], 0.01);
    for (int i = 1; i <= n; i++)
        assert_true(lnf0[i] >= lnf0[i - 1] - 1e-6f);
}

static void contour_does_not_depend_on_who_plans_ahead(void **state)
{
    (void)state;
    float lazy[200];
    struct sx_plan plan = fresh();
    int n = 0;
    for (;; n++) {
        lazy[n] = sx_plan_lnf0(&plan, n, 1.3f);
        if (plan.planned == N && n + 1 >= plan.end)
            break;
    }
    plan = fresh();
    while (plan.planned < N)
        sx_plan_word(&plan, 1.3f);
    for (int i = 0; i <= n; i++) {
        float eager = sx_plan_lnf0(&plan, i, 1.3f);
        assert_memory_equal(&eager, &lazy[i], sizeof eager);
    }
}

/* What markup adds runs through the same points as the contour; without any it is 0. */
static void a_shift_goes_with_the_contour(void **state)
{
    (void)state;
    static float shift[3 * N];
    struct sx_plan plan = fresh(), with = fresh();
    for (int i = 0; i < 3 * N; i++)
        shift[i] = 2 * pitch[i];
    for (int f = 0; f < 50; f++) {
        (void)sx_plan_lnf0(&plan, f, 1);
        assert_float_equal(sx_plan_shift(&plan, f), 0, 0);
    }
    with.shift = shift;
    for (int f = 0; f < 50; f++) {
        float lnf0 = sx_plan_lnf0(&with, f, 1);
        assert_float_equal(sx_plan_shift(&with, f), 2 * lnf0, 0.001);
    }
}

static void fast_speech_keeps_some_silence_at_its_end(void **state)
{
    (void)state;
    for (float rate = 1; rate <= 6; rate++) {
        struct sx_plan plan = fresh();
        while (plan.planned < N)
            sx_plan_word(&plan, rate);
        assert_in_range(frames[N - 1], 4, 14);
    }
}

static void wild_network_outputs_stay_bounded(void **state)
{
    (void)state;
    static const float wild[] = {NAN, INFINITY, -INFINITY, 1e30f, -1e30f};
    for (size_t w = 0; w < COUNT(wild); w++) {
        struct sx_plan plan = fresh();
        for (int i = 0; i < N; i++)
            log_duration[i] = wild[w];
        while (plan.planned < N)
            sx_plan_word(&plan, 0.25f);
        assert_true(plan.end >= 0 && plan.end <= N * 3000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(durations_carry_their_rounding), cmocka_unit_test(rate_scales_the_length_and_leaves_no_phone_out),
        cmocka_unit_test(a_word_is_planned_with_its_mark), cmocka_unit_test(contour_passes_through_the_points),
        cmocka_unit_test(a_shift_goes_with_the_contour), cmocka_unit_test(fast_speech_keeps_some_silence_at_its_end),
        cmocka_unit_test(contour_does_not_depend_on_who_plans_ahead), cmocka_unit_test(wild_network_outputs_stay_bounded)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
