/* test_audio_player.c - the speaker path through the real PortAudio onto ALSA's file plugin: content, opening, closing, stopping, and
 * what happens without a device. That device has no clock, so silence may stand anywhere between our samples; timing is tested elsewhere. */
#include "audio.h"

#include <fcntl.h>
#include <sys/wait.h>

#ifdef SX_HAVE_DEVICE
#define RATE 24000

/* PortAudio and ALSA keep what they once read about devices, so each test is a process of its own. */
static void in_child(int (*test)(void))
{
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        setenv("JACK_NO_START_SERVER", "1", 1);
        _exit(test());
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        fail_msg("check %d", WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
    audio_files(1);
}

/* In a child, a failed check ends the test with a number that tells which. */
#define CHECK(number, condition) do { if (!(condition)) return number; } while (0)

static void use_file_device(void)
{
    char out[200];
    strcpy(out, audio_path("out.raw"));
    FILE *file = fopen(audio_path("asound.conf"), "w");
    fprintf(file, "pcm.!default { type plug slave { pcm { type file file \"%s\" format raw slave.pcm { type null } } format FLOAT_LE rate %d channels 1 } }\n",
            out, RATE);
    fclose(file);
    setenv("ALSA_CONFIG_PATH", audio_path("asound.conf"), 1);
}

/* Sample `i` of a signal without a zero in it. */
static float signal_at(int i)
{
    uint32_t x = (uint32_t)i * 2654435761u;
    return 0.25f + (float)(x >> 9) / 33554432.0f;
}

static int write_signal(syrinx_player *player, int from, int count)
{
    float block[480];
    for (int at = 0, n; at < count; at += n) {
        n = count - at < 480 ? count - at : 480;
        for (int i = 0; i < n; i++)
            block[i] = signal_at(from + at + i);
        int code = syrinx_player_write(player, block, n);
        if (code < 0)
            return code;
    }
    return 0;
}

/* What reached the device, without the silence; *count samples. */
static float *device_samples(size_t *count)
{
    FILE *file = fopen(audio_path("out.raw"), "rb");
    float block[4096], *all = NULL;
    size_t n, capacity = 0;
    *count = 0;
    while (file && (n = fread(block, sizeof *block, 4096, file)) > 0) {
        for (size_t i = 0; i < n; i++) {
            if (block[i] == 0.0f)
                continue;
            if (*count == capacity)
                all = realloc(all, (capacity = 2 * capacity + 65536) * sizeof *all);
            all[(*count)++] = block[i];
        }
    }
    if (file)
        fclose(file);
    return all;
}

static int content(void)
{
    syrinx_player *player;
    size_t count;
    use_file_device();
    CHECK(1, syrinx_player_new(RATE, 1, NULL, &player) == SYRINX_OK);
    CHECK(2, syrinx_player_position(player) == 0);
    CHECK(3, write_signal(player, 0, RATE) == 0);
    CHECK(4, syrinx_player_position(player) <= RATE);
    CHECK(5, syrinx_player_drain(player) == SYRINX_OK);
    CHECK(6, syrinx_player_position(player) == RATE);
    /* after the end it can go on */
    CHECK(7, write_signal(player, RATE, 1000) == 0);
    CHECK(8, syrinx_player_drain(player) == SYRINX_OK);
    CHECK(9, syrinx_player_position(player) == RATE + 1000);
    CHECK(10, syrinx_player_drain(player) == SYRINX_OK);
    syrinx_player_free(player);
    float *samples = device_samples(&count);
    CHECK(11, count == RATE + 1000);
    for (int i = 0; i < RATE + 1000; i++)
        CHECK(12, samples[i] == signal_at(i));
    free(samples);
    return 0;
}

/* Descriptors open in this process. */
static int descriptors(void)
{
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    while (folder && readdir(folder))
        count++;
    if (folder)
        closedir(folder);
    return count;
}

static int open_and_close(void)
{
    int before = 0;
    use_file_device();
    for (int i = 0; i < 6; i++) {
        syrinx_player *player;
        CHECK(1, syrinx_player_new(RATE, 1, NULL, &player) == SYRINX_OK);
        if (i % 2)
            CHECK(2, write_signal(player, 0, 2000) == 0);
        if (i % 3 == 0)
            CHECK(3, syrinx_player_drain(player) == SYRINX_OK);
        syrinx_player_free(player);             /* also while samples wait */
        if (i == 1)
            before = descriptors();
    }
    CHECK(4, descriptors() == before);
    syrinx_player_free(NULL);
    return 0;
}

static int stopping(void)
{
    syrinx_player *player;
    size_t count;
    use_file_device();
    CHECK(1, syrinx_player_new(RATE, 1, NULL, &player) == SYRINX_OK);
    CHECK(2, write_signal(player, 0, RATE / 2) == 0);
    CHECK(3, syrinx_player_stop(player) == SYRINX_OK);
    uint64_t heard = syrinx_player_position(player);
    CHECK(4, heard <= RATE / 2);
    CHECK(5, syrinx_player_stop(player) == SYRINX_OK);
    CHECK(6, syrinx_player_drain(player) == SYRINX_OK);
    CHECK(7, syrinx_player_position(player) == heard);
    CHECK(8, write_signal(player, 100000, 3000) == 0);
    CHECK(9, syrinx_player_drain(player) == SYRINX_OK);
    CHECK(10, syrinx_player_position(player) == heard + 3000);
    syrinx_player_free(player);
    float *samples = device_samples(&count);
    CHECK(11, count >= 3000 && count <= RATE / 2 + 3000);
    for (int i = 0; i < 3000; i++)              /* the new samples last, whole, and nothing of the dropped ones after them */
        CHECK(12, samples[count - 3000 + (size_t)i] == signal_at(100000 + i));
    free(samples);
    return 0;
}

static int stereo_and_names(void)
{
    syrinx_player *player;
    syrinx_player_options options;
    use_file_device();
    syrinx_player_options_init(&options);
    options.device = "DEFAULT";                 /* case does not matter */
    CHECK(1, syrinx_player_new(48000, 2, &options, &player) == SYRINX_OK);
    float frames[200] = { 0 };
    CHECK(2, syrinx_player_write(player, frames, 100) == SYRINX_OK);
    CHECK(3, syrinx_player_drain(player) == SYRINX_OK);
    CHECK(4, syrinx_player_position(player) == 100);
    syrinx_player_free(player);
    options.device = "no such thing";
    CHECK(5, syrinx_player_new(RATE, 1, &options, &player) == SYRINX_ERROR_DEVICE);
    CHECK(6, player == NULL && strstr(syrinx_last_message(), "no such thing") && strstr(syrinx_last_message(), "default"));
    return 0;
}

static int mistakes(void)
{
    syrinx_player *player;
    syrinx_player_options options;
    syrinx_player_options_init(&options);
    CHECK(1, syrinx_player_new(0, 1, NULL, &player) == SYRINX_ERROR_ARGUMENT);
    CHECK(2, syrinx_player_new(RATE, 0, NULL, &player) == SYRINX_ERROR_ARGUMENT);
    CHECK(3, syrinx_player_new(RATE, 1, NULL, NULL) == SYRINX_ERROR_ARGUMENT);
    options.latency = 9.0f;
    CHECK(4, syrinx_player_new(RATE, 1, &options, &player) == SYRINX_ERROR_ARGUMENT);
    options.latency = NAN;
    CHECK(5, syrinx_player_new(RATE, 1, &options, &player) == SYRINX_ERROR_ARGUMENT);
    CHECK(6, syrinx_player_write(NULL, NULL, 1) == SYRINX_ERROR_ARGUMENT);
    CHECK(7, syrinx_player_drain(NULL) == SYRINX_ERROR_ARGUMENT);
    CHECK(8, syrinx_player_stop(NULL) == SYRINX_ERROR_ARGUMENT);
    CHECK(9, syrinx_player_position(NULL) == 0 && syrinx_player_underruns(NULL) == 0);
    return 0;
}

/* A machine without sound, and not a word on stderr, where ALSA and JACK would write pages. */
static int no_device(void)
{
    syrinx_player *player;
    struct stat info;
    FILE *file = fopen(audio_path("empty.conf"), "w");
    fclose(file);
    setenv("ALSA_CONFIG_PATH", audio_path("empty.conf"), 1);
    int log = open(audio_path("stderr"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(log, STDERR_FILENO);
    CHECK(1, syrinx_player_new(RATE, 1, NULL, &player) == SYRINX_ERROR_DEVICE);
    CHECK(2, player == NULL && strstr(syrinx_last_message(), "no audio device"));
    unsetenv("ALSA_CONFIG_PATH");               /* the system's own list of devices that are not there */
    setenv("PULSE_SERVER", "unix:/nonexistent", 1);
    int code = syrinx_player_new(RATE, 1, NULL, &player);
    CHECK(3, code == SYRINX_OK || code == SYRINX_ERROR_DEVICE);
    syrinx_player_free(player);
    CHECK(4, fstat(log, &info) == 0);
    CHECK(5, info.st_size == 0);
    return 0;
}

static void reaches_the_device(void **state) { (void)state; in_child(content); }
static void opens_and_closes(void **state) { (void)state; in_child(open_and_close); }
static void stops(void **state) { (void)state; in_child(stopping); }
static void finds_devices_by_name(void **state) { (void)state; in_child(stereo_and_names); }
static void refuses_mistakes(void **state) { (void)state; in_child(mistakes); }
static void says_that_there_is_none(void **state) { (void)state; in_child(no_device); }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reaches_the_device),
        cmocka_unit_test(opens_and_closes),
        cmocka_unit_test(stops),
        cmocka_unit_test(finds_devices_by_name),
        cmocka_unit_test(refuses_mistakes),
        cmocka_unit_test(says_that_there_is_none),
    };
    return cmocka_run_group_tests(tests, audio_setup, audio_teardown);
}
#else
static void says_so(void **state)
{
    syrinx_player *player = (syrinx_player *)1;
    (void)state;
    assert_int_equal(syrinx_player_new(24000, 1, NULL, &player), SYRINX_ERROR_UNSUPPORTED);
    assert_null(player);
    assert_non_null(strstr(syrinx_last_message(), "DEVICE=0"));
    assert_int_equal(syrinx_player_write(NULL, NULL, 0), SYRINX_ERROR_UNSUPPORTED);
    syrinx_player_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(says_so) };
    return cmocka_run_group_tests(tests, audio_setup, audio_teardown);
}
#endif
