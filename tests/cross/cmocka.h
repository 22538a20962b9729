/* cmocka.h - as much of cmocka as test_nn_kernels needs, for processors whose cmocka is not installed here (`make check-aarch64`). */
#ifndef SX_TEST_CROSS_CMOCKA_H
#define SX_TEST_CROSS_CMOCKA_H

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

struct CMUnitTest {
    const char *name;
    void (*run)(void **state);
};

static jmp_buf cross_failed;

#define cross_check(holds, text) ((holds) ? (void)0 : (printf("# %s:%d: %s\n", __FILE__, __LINE__, text), longjmp(cross_failed, 1)))
#define assert_true(value) cross_check(value, #value)
#define assert_non_null(value) cross_check((value) != NULL, #value " is NULL")
#define assert_int_equal(a, b) cross_check((a) == (b), #a " is not " #b)
#define assert_memory_equal(a, b, size) cross_check(memcmp(a, b, size) == 0, #a " differs from " #b)
#define fail_msg(...) (printf("# " __VA_ARGS__), printf("\n"), longjmp(cross_failed, 1))
#define print_message(...) printf(__VA_ARGS__)
#define cmocka_unit_test(function) {#function, function}
#define cmocka_run_group_tests_name(name, tests, setup, teardown) cross_run(tests, sizeof tests / sizeof *tests)

static inline int cross_run(const struct CMUnitTest *tests, size_t count)
{
    static size_t i;
    static int bad;
    for (i = 0; i < count; i++) {
        void *state = NULL;
        int failed = setjmp(cross_failed);
        if (!failed)
            tests[i].run(&state);
        bad += failed != 0;
        printf("%s %zu - %s\n", failed ? "not ok" : "ok", i + 1, tests[i].name);
    }
    return bad;
}

#endif
