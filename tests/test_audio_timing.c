/* test_audio_timing.c - the player on a device with a clock: PulseAudio's null sink, reached through PortAudio and ALSA's pulse plugin. Pace,
 * underruns of a producer that is slow on purpose, position, and what the sink's monitor heard.
 *
 * The sound server is our own, with its own folders and socket. No check has an upper limit on time: a busy machine may be late, and what it may
 * disturb gets three attempts. Without pulseaudio the tests are skipped. */
#include "audio.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/wait.h>
#include <time.h>

#ifdef SX_HAVE_DEVICE
#define RATE 24000
#define CAPTURE_RATE 48000

static pid_t server = -1;
static char address[300];

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void pause_for(double seconds)
{
    struct timespec time = { (time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9) };
    nanosleep(&time, NULL);
}

/* Runs a program with its output in a file of the test's folder; -1 when it cannot be started. */
static pid_t start(const char *const *arguments, const char *output)
{
    pid_t child = fork();
    if (child == 0) {
        int fd = open(audio_path(output), O_WRONLY | O_CREAT | O_TRUNC, 0600), nothing = open("/dev/null", O_RDWR);
        dup2(nothing, STDIN_FILENO);
        dup2(fd, STDOUT_FILENO);
        dup2(nothing, STDERR_FILENO);
        execvp(arguments[0], (char *const *)arguments);
        _exit(127);
    }
    return child;
}

static void end(pid_t child)
{
    int status;
    if (child > 0) {
        kill(child, SIGTERM);
        waitpid(child, &status, 0);
    }
}

static int start_server(void **state)
{
    char native[400], conf[500];
    if (audio_setup(state) != 0)
        return -1;
    setenv("JACK_NO_START_SERVER", "1", 1);
    setenv("HOME", audio_folder, 1);
    setenv("XDG_CONFIG_HOME", audio_folder, 1);
    setenv("XDG_RUNTIME_DIR", audio_folder, 1);
    setenv("PULSE_RUNTIME_PATH", audio_folder, 1);
    setenv("PULSE_STATE_PATH", audio_folder, 1);
    setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", 1);
    setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent", 1);
    snprintf(address, sizeof address, "unix:%s/native", audio_folder);
    snprintf(native, sizeof native, "module-native-protocol-unix socket=%s/native auth-anonymous=1", audio_folder);
    const char *const arguments[] = {
        "pulseaudio", "-n", "--daemonize=no", "--system=false", "--exit-idle-time=60", "--use-pid-file=no", "--disable-shm=yes", "--high-priority=no",
        "--realtime=no", "--log-target=null", "-L", native, "-L", "module-null-sink sink_name=null rate=48000 norewinds=1", NULL,
    };
    server = start(arguments, "server.log");
    for (int i = 0; i < 100 && access(audio_path("native"), F_OK) != 0; i++) {
        if (server <= 0 || waitpid(server, NULL, WNOHANG) != 0) {
            server = -1;
            break;
        }
        pause_for(0.1);
    }
    snprintf(conf, sizeof conf, "pcm_type.pulse { lib \"libasound_module_pcm_pulse.so\" }\npcm.!default { type pulse server \"%s\" }\n", address);
    FILE *file = fopen(audio_path("asound.conf"), "w");
    fputs(conf, file);
    fclose(file);
    setenv("ALSA_CONFIG_PATH", audio_path("asound.conf"), 1);
    return 0;
}

static int end_server(void **state)
{
    end(server);
    audio_files(1);
    char command[200];      /* the server leaves folders of its own choice */
    snprintf(command, sizeof command, "rm -rf '%s'", audio_folder);
    (void)state;
    return system(command) == 0 ? 0 : -1;
}

/* A player, or a skipped test where there is no sound server or ALSA lacks its plugin. */
static syrinx_player *open_player(float latency)
{
    syrinx_player_options options;
    syrinx_player *player;
    if (server <= 0)
        skip();
    syrinx_player_options_init(&options);
    options.latency = latency;
    if (syrinx_player_new(RATE, 1, &options, &player) != SYRINX_OK) {
        print_message("%s\n", syrinx_last_message());
        skip();
    }
    return player;
}

static int write_tone(syrinx_player *player, double seconds)
{
    float block[480];
    int count = (int)(seconds * RATE);
    uint64_t last = 0;
    for (int at = 0; at < count; at += 480) {
        for (int i = 0; i < 480; i++)
            block[i] = 0.5f * (float)sin(2.0 * M_PI * TONE * (at + i) / RATE);
        int code = syrinx_player_write(player, block, 480);
        uint64_t position = syrinx_player_position(player);
        if (code < 0)
            return code;
        if (position < last || position > (uint64_t)at + 480)
            return -100;
        last = position;
    }
    return 0;
}

static void keeps_pace(void **state)
{
    uint64_t underruns = 1;
    (void)state;
    for (int attempt = 0; attempt < 3 && underruns > 0; attempt++) {
        syrinx_player *player = open_player(0.2f);
        double begin = now();
        assert_int_equal(write_tone(player, 1.6), 0);
        assert_int_equal(syrinx_player_drain(player), SYRINX_OK);
        double lasted = now() - begin;
        assert_int_equal(syrinx_player_position(player), (uint64_t)(1.6 * RATE));
        underruns = syrinx_player_underruns(player);
        syrinx_player_free(player);
        if (lasted < 1.3)
            fail_msg("1.6 s of sound took %.2f s: the device has no clock", lasted);
    }
    assert_int_equal(underruns, 0);
}

static void counts_a_slow_producer(void **state)
{
    syrinx_player *player = open_player(0.05f);
    (void)state;
    for (int i = 0; i < 4; i++) {
        float block[2400] = { 0 };
        assert_int_equal(syrinx_player_write(player, block, 2400), SYRINX_OK);
        pause_for(0.5);                 /* five times what was written */
    }
    uint64_t underruns = syrinx_player_underruns(player);
    assert_int_equal(syrinx_player_drain(player), SYRINX_OK);
    assert_int_equal(syrinx_player_position(player), 9600);
    syrinx_player_free(player);
    assert_in_range(underruns, 3, 8);   /* one a gap; a late machine may join two or split one */
}

static void *write_on(void *user)
{
    return (void *)(intptr_t)write_tone(user, 20.0);
}

static void stops_while_another_thread_writes(void **state)
{
    syrinx_player *player = open_player(0.05f);
    pthread_t thread;
    void *result;
    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, write_on, player), 0);
    for (int i = 0; i < 100 && syrinx_player_position(player) < RATE / 4; i++)
        pause_for(0.1);
    assert_int_equal(syrinx_player_stop(player), SYRINX_OK);
    pthread_join(thread, &result);
    assert_int_equal((intptr_t)result, SYRINX_ERROR_CANCELLED);
    uint64_t heard = syrinx_player_position(player);
    assert_in_range(heard, RATE / 4, 20 * RATE - 1);
    pause_for(0.2);
    assert_int_equal(syrinx_player_position(player), heard);    /* and nothing goes on */
    /* the player can be used again */
    float block[480] = { 0 };
    assert_int_equal(syrinx_player_write(player, block, 480), SYRINX_OK);
    assert_int_equal(syrinx_player_drain(player), SYRINX_OK);
    assert_int_equal(syrinx_player_position(player), heard + 480);
    syrinx_player_free(player);
}

/* The monitor of the sink, as float32 mono; the loudest second of it has the tone. */
static void is_heard(void **state)
{
    double amplitude = 0.0, rest = 1.0;
    (void)state;
    for (int attempt = 0; attempt < 3 && !(amplitude > 0.49 && amplitude < 0.51 && rest < 0.02); attempt++) {
        syrinx_player *player = open_player(0.2f);
        char latency[] = "--latency-msec=50";
        const char *const arguments[] = { "parec", "-s", address, "-d", "null.monitor", "--raw", "--format=float32le", "--channels=1", "--rate=48000", latency, NULL };
        pid_t recorder = start(arguments, "monitor.raw");
        struct stat info = { 0 };
        for (int i = 0; i < 50 && info.st_size == 0; i++) {       /* until it records */
            pause_for(0.1);
            if (stat(audio_path("monitor.raw"), &info) != 0)
                info.st_size = 0;
        }
        assert_int_equal(write_tone(player, 2.0), 0);
        assert_int_equal(syrinx_player_drain(player), SYRINX_OK);
        pause_for(0.5);
        end(recorder);
        syrinx_player_free(player);
        size_t room = 30 * CAPTURE_RATE, first = 0;
        float *samples = calloc(room, sizeof *samples);
        FILE *file = fopen(audio_path("monitor.raw"), "rb");
        size_t count = fread(samples, sizeof *samples, room, file);
        fclose(file);
        while (first < count && fabsf(samples[first]) < 0.01f)
            first++;
        amplitude = 0.0;
        if (first + 3 * CAPTURE_RATE / 2 < count)
            amplitude = audio_amplitude(samples + first + CAPTURE_RATE / 4, CAPTURE_RATE, 1, TONE, CAPTURE_RATE, &rest);
        free(samples);
    }
    if (!(amplitude > 0.49 && amplitude < 0.51 && rest < 0.02))
        fail_msg("amplitude %g, rest %g", amplitude, rest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_pace),
        cmocka_unit_test(counts_a_slow_producer),
        cmocka_unit_test(stops_while_another_thread_writes),
        cmocka_unit_test(is_heard),
    };
    return cmocka_run_group_tests(tests, start_server, end_server);
}
#else
static void not_in_this_build(void **state)
{
    (void)state;
    skip();
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(not_in_this_build) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
#endif
