/* test_allocations.c - pulling music or a live instrument allocates and frees nothing, as callbacks of sound devices need it. malloc and its kin are the test's own. */
#include "test.h"

#include "instrument.h"

#include "syrinx.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
#define COUNTS 0                /* the allocator is the sanitizer's */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define COUNTS 0
#endif
#endif
#ifndef COUNTS
#define COUNTS 1
#endif

static _Thread_local bool pulling;
static _Thread_local int allocations;

#if COUNTS
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);

void *malloc(size_t size)
{
    allocations += pulling;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    allocations += pulling;
    return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    allocations += pulling;
    return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    allocations += pulling;
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    allocations += pulling;
    *memory = __libc_memalign(alignment, size);
    return *memory ? 0 : 12;
}

void free(void *memory)
{
    allocations += pulling && memory;
    __libc_free(memory);
}
#endif

static char base[64], folder[120];

/* A piano that lasts plays everything. */
static int setup(void **state)
{
    struct make make = make_new(FED);
    (void)state;
    make.frame[0] = logf(0.1f);
    for (int i = 0; i < SX_SOUND_BANDS; i++)
        make.frame[MAKE_PARTIALS + i] = logf(0.0001f);
    strcpy(base, "/tmp/syrinx-test-XXXXXX");
    if (!mkdtemp(base))
        return -1;
    snprintf(folder, sizeof folder, "%s/instruments", base);
    mkdir(folder, 0755);
    strcat(folder, "/piano");
    make_package(&make, folder);
    setenv("SYRINX_VOICES", base, 1);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    make_remove(folder);
    *strrchr(folder, '/') = '\0';
    rmdir(folder);
    return rmdir(base);
}

static int put(unsigned char *file, int at, int delta, int status, int a, int b)
{
    if (delta > 127)
        file[at++] = (unsigned char)(0x80 | delta >> 7);
    file[at++] = (unsigned char)(delta & 127);
    file[at++] = (unsigned char)status;
    file[at++] = (unsigned char)a;
    if ((status & 0xF0) != 0xC0)
        file[at++] = (unsigned char)b;
    return at;
}

/* Every program and many percussion keys on sixteen channels, controllers all the time, notes that are held far longer than there are lines for them. */
static int busy_file(unsigned char *file)
{
    static const unsigned char head[] = "MThd\0\0\0\6\0\0\0\1\0\x60" "MTrk\0\0\0";
    static const unsigned char controls[] = { 1, 7, 10, 11, 64, 67, 91, 93, 120, 121 };
    int at = (int)sizeof head - 1 + 1;
    memcpy(file, head, sizeof head - 1);
    for (int i = 0; i < 900; i++) {
        int channel = i % 16;
        at = put(file, at, i % 3, 0xC0 | channel, i % 128, 0);
        at = put(file, at, 0, 0xB0 | channel, controls[i % 10], i * 37 % 128);
        at = put(file, at, 0, 0xE0 | channel, i % 128, i * 5 % 128);
        at = put(file, at, 0, 0x90 | channel, 30 + i * 7 % 60, 40 + i % 80);
        if (i % 4 == 0)
            at = put(file, at, 1, 0x80 | channel, 30 + i * 7 % 60, 0);
    }
    at = put(file, at, 200, 0xB0, 123, 0);
    memcpy(file + at, "\0\xFF\x2F", 4);
    at += 4;
    int length = at - 22;
    file[18] = 0;
    file[19] = (unsigned char)(length >> 16);
    file[20] = (unsigned char)(length >> 8);
    file[21] = (unsigned char)length;
    return at;
}

static int read_counted(syrinx_music *music, float *block, int frames)
{
    pulling = true;
    int n = syrinx_music_read(music, block, frames);
    pulling = false;
    return n;
}

static void music_allocates_nothing(void **state)
{
    static unsigned char file[40000];
    static float block[2 * 700];
    (void)state;
    int length = busy_file(file);
    for (int k = 0; k < 3; k++) {
        syrinx_music_options options;
        syrinx_score *score;
        syrinx_music *music;
        syrinx_music_options_init(&options);
        options.sample_rate = k == 1 ? 44100 : 48000;
        options.stems = k == 2;
        options.click = 1;
        options.count_in = 1;
        options.times = 2;
        if (syrinx_score_read(file, (size_t)length, SYRINX_SCORE_MIDI, 0, &score) < 0)
            fail_msg("%s", syrinx_last_message());
        assert_true(syrinx_score_note_count(score) > 700);
        int code = syrinx_music_new(score, &options, &music), n, frames = 0;
        if (code == SYRINX_ERROR_UNSUPPORTED && k == 1) {       /* no resampler in this build */
            syrinx_score_close(score);
            continue;
        }
        if (code < 0)
            fail_msg("%s", syrinx_last_message());
        allocations = 0;
        for (int time = 0; time < 2; time++) {
            while ((n = read_counted(music, block, 700)) > 0) {
                frames += n;
                if (time == 0 && frames > 100000)
                    break;
            }
            assert_true(n >= 0);
            if (time == 0) {
                syrinx_music_cancel(music);
                assert_int_equal(read_counted(music, block, 700), SYRINX_ERROR_CANCELLED);
            }
        }
        assert_true(frames > 300000);
        assert_int_equal(allocations, 0);
        syrinx_music_free(music);
        syrinx_score_close(score);
    }
}

static void a_live_instrument_allocates_nothing(void **state)
{
    static float block[2 * 256];
    syrinx_instrument *instrument;
    (void)state;
    assert_int_equal(syrinx_instrument_open("piano", &instrument), SYRINX_OK);
    for (int k = 0; k < 2; k++) {
        syrinx_live_options options;
        syrinx_live *live;
        syrinx_live_options_init(&options);
        options.sample_rate = k == 1 ? 44100 : 48000;
        int code = syrinx_live_new(instrument, &options, &live);
        if (code == SYRINX_ERROR_UNSUPPORTED && k == 1)
            continue;
        assert_int_equal(code, SYRINX_OK);
        allocations = 0;
        bool sounds = false;
        for (int i = 0; i < 400; i++) {
            for (int j = 0; j < (i == 50 ? 4000 : 20); j++) {           /* once more at a time than the sounder has room for */
                unsigned char note[3] = { 0x90, (unsigned char)((i * 20 + j) % 128), (unsigned char)((i + j) % 100) };
                unsigned char control[3] = { 0xB0, (unsigned char)(j % 128), (unsigned char)(i % 128) };
                pulling = true;
                syrinx_live_midi(live, j, j % 3 ? note : control, 3);
                pulling = false;
            }
            pulling = true;
            int n = syrinx_live_read(live, block, 256);
            pulling = false;
            assert_int_equal(n, 256);
            for (int j = 0; j < 512; j++)
                sounds |= fabsf(block[j]) > 0.001f;
        }
        assert_true(sounds);
        assert_int_equal(allocations, 0);
        syrinx_live_free(live);
    }
    syrinx_instrument_close(instrument);
}

/* The counter itself: what is allocated while it counts is seen. */
static void counts(void **state)
{
    void *volatile memory;
    (void)state;
    allocations = 0;
    pulling = true;
    memory = malloc(1000);
    free(memory);
    pulling = false;
    if (COUNTS)
        assert_int_equal(allocations, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts), cmocka_unit_test(music_allocates_nothing), cmocka_unit_test(a_live_instrument_allocates_nothing),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
