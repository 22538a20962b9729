/* test_audio_failures.c - full disks, closed pipes, streams: each format says that it failed, and leaves no file. */
#include "audio.h"

#include <fcntl.h>
#include <pthread.h>
#ifdef SX_HAVE_FILES
#include <sndfile.h>
static const char *const formats[] = { "wav", "raw", "flac", "ogg", "opus", "mp3" };
#else
static const char *const formats[] = { "wav", "raw" };
#endif

#define SECONDS 4
#define RATE 24000

static int open_writer(const char *path, const char *format, syrinx_writer **writer)
{
    syrinx_writer_options options;
    syrinx_writer_options_init(&options);
    options.format = format;
    options.sample_rate = RATE;
    return syrinx_writer_open(path, &options, writer);
}

/* Noise, which no codec makes small. Returns the first negative code of write and close; *message is what was said about it. */
static int write_noise(syrinx_writer *writer, char message[512])
{
    float samples[480];
    uint32_t seed = 1;
    int code = SYRINX_OK;
    for (int at = 0; at < SECONDS * RATE && code == SYRINX_OK; at += 480) {
        for (int i = 0; i < 480; i++) {
            seed = seed * 1664525u + 1013904223u;
            samples[i] = (float)(int32_t)seed / 4294967296.0f;
        }
        code = syrinx_writer_write(writer, samples, 480);
    }
    if (code < 0) {
        /* the failure is remembered: more samples and the close repeat it */
        assert_int_equal(syrinx_writer_write(writer, samples, 480), code);
        snprintf(message, 512, "%s", syrinx_writer_message(writer));
        assert_int_equal(syrinx_writer_close(writer), code);
        assert_string_equal(syrinx_last_message(), message);
        return code;
    }
    code = syrinx_writer_close(writer);
    snprintf(message, 512, "%s", syrinx_last_message());
    return code;
}

/* A disk that ends after `limit` bytes, made of the limit on file sizes: write() fails in the same place and way. */
static void full_disk(rlim_t limit)
{
    struct rlimit before, small;
    for (size_t i = 0; i < COUNT(formats); i++) {
        syrinx_writer *writer = NULL;
        char name[32], message[512] = "", old[8] = "";
        snprintf(name, sizeof name, "a.%s", formats[i]);
        /* what had the name before must survive */
        FILE *file = fopen(audio_path(name), "w");
        fputs("before", file);
        fclose(file);
        assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
        small = before;
        small.rlim_cur = limit;
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        int code = open_writer(audio_path(name), NULL, &writer);
        if (code == SYRINX_OK)
            code = write_noise(writer, message);
        else
            snprintf(message, sizeof message, "%s", syrinx_last_message());
        setrlimit(RLIMIT_FSIZE, &before);
        if (code != SYRINX_ERROR_IO)
            fail_msg("%s, %d bytes of room: %d, not %d", formats[i], (int)limit, code, SYRINX_ERROR_IO);
        if (!strstr(message, "File too large"))
            fail_msg("%s: message \"%s\"", formats[i], message);
        file = fopen(audio_path(name), "r");
        assert_non_null(fgets(old, sizeof old, file));
        fclose(file);
        assert_string_equal(old, "before");
        assert_int_equal(audio_files(1), 1);
    }
}

static void disk_full_at_once(void **state) { (void)state; full_disk(0); }
static void disk_full_in_the_header(void **state) { (void)state; full_disk(20); }
static void disk_full_on_the_way(void **state) { (void)state; full_disk(5000); }

/* The last bytes fail: what the encoder held back until close, which libsndfile calls a success. */
static void disk_full_at_the_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(formats); i++) {
        syrinx_writer *writer;
        struct stat info;
        struct rlimit before, small;
        char name[32], message[512];
        snprintf(name, sizeof name, "a.%s", formats[i]);
        assert_int_equal(open_writer(audio_path(name), NULL, &writer), SYRINX_OK);
        assert_int_equal(write_noise(writer, message), SYRINX_OK);
        assert_int_equal(stat(audio_path(name), &info), 0);
        audio_files(1);
        assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
        small = before;
        small.rlim_cur = (rlim_t)info.st_size - 1;
        assert_int_equal(open_writer(audio_path(name), NULL, &writer), SYRINX_OK);
        setrlimit(RLIMIT_FSIZE, &small);
        int code = write_noise(writer, message);
        setrlimit(RLIMIT_FSIZE, &before);
        if (code != SYRINX_ERROR_IO)
            fail_msg("%s, one byte too few: %d", formats[i], code);
        assert_int_equal(audio_files(1), 0);
    }
}

static void full_device(void **state)
{
    (void)state;
    if (access("/dev/full", W_OK) != 0)
        skip();
    for (size_t i = 0; i < COUNT(formats); i++) {
        syrinx_writer *writer = NULL;
        char message[512] = "";
        int code = open_writer("/dev/full", formats[i], &writer);
        if (code == SYRINX_OK)
            code = write_noise(writer, message);
        else
            snprintf(message, sizeof message, "%s", syrinx_last_message());
        if (code != SYRINX_ERROR_IO || !strstr(message, "No space left"))
            fail_msg("%s: %d \"%s\"", formats[i], code, message);
    }
}

struct reader {
    int fd;
    size_t limit, length;       /* stop reading after `limit` bytes */
    unsigned char *bytes;
};

static void *read_pipe(void *user)
{
    struct reader *reader = user;
    ssize_t n;
    while (reader->length < reader->limit &&
           (n = read(reader->fd, reader->bytes + reader->length, reader->limit - reader->length)) > 0)
        reader->length += (size_t)n;
    close(reader->fd);
    return NULL;
}

/* Writes noise into a pipe whose other end takes `limit` bytes. */
static int through_pipe(const char *format, struct reader *reader, char message[512])
{
    pthread_t thread;
    syrinx_writer *writer = NULL;
    int ends[2];
    char path[64];
    assert_int_equal(pipe(ends), 0);
    reader->fd = ends[0];
    reader->length = 0;
    snprintf(path, sizeof path, "/dev/fd/%d", ends[1]);
    int code = open_writer(path, format, &writer);
    assert_int_equal(code, SYRINX_OK);
    close(ends[1]);
    assert_int_equal(pthread_create(&thread, NULL, read_pipe, reader), 0);
    code = write_noise(writer, message);
    pthread_join(thread, NULL);
    return code;
}

static void closed_pipe(void **state)
{
    (void)state;
    struct reader reader = { .limit = 100, .bytes = malloc(100) };
    for (size_t i = 0; i < COUNT(formats); i++) {
        char message[512] = "";
        int code = through_pipe(formats[i], &reader, message);
        if (code != SYRINX_ERROR_IO || !strstr(message, "Broken pipe"))
            fail_msg("%s: %d \"%s\"", formats[i], code, message);
    }
    free(reader.bytes);
}

static void pipes_carry_whole_files(void **state)
{
    (void)state;
    size_t room = 1 << 20;
    struct reader reader = { .limit = room, .bytes = malloc(room) };
    for (size_t i = 0; i < COUNT(formats); i++) {
        char message[512] = "";
        assert_int_equal(through_pipe(formats[i], &reader, message), SYRINX_OK);
        if (strcmp(formats[i], "wav") == 0) {
            assert_memory_equal(reader.bytes, "RIFF\xFF\xFF\xFF\xFFWAVEfmt ", 16);
            const unsigned char *data = memmem(reader.bytes, 400, "data\xFF\xFF\xFF\xFF", 8);
            assert_non_null(data);
            assert_int_equal(reader.bytes + reader.length - (data + 8), SECONDS * RATE * 2);
        }
        if (strcmp(formats[i], "raw") == 0)
            assert_int_equal(reader.length, SECONDS * RATE * 4);
#ifdef SX_HAVE_FILES
        if (strcmp(formats[i], "raw") == 0)
            continue;
        SF_INFO info = { 0 };
        FILE *file = fopen(audio_path("copy"), "wb");
        fwrite(reader.bytes, 1, reader.length, file);
        fclose(file);
        SNDFILE *sound = sf_open(audio_path("copy"), SFM_READ, &info);
        if (!sound)
            fail_msg("%s from a pipe: %s", formats[i], sf_strerror(NULL));
        assert_int_equal(info.samplerate, RATE);
        float *samples = malloc((SECONDS + 1) * RATE * sizeof *samples);
        int frames = (int)sf_readf_float(sound, samples, (SECONDS + 1) * RATE);
        double energy = 0.0;
        for (int k = 0; k < frames; k++)
            energy += (double)samples[k] * (double)samples[k];
        if (abs(frames - SECONDS * RATE) > (strcmp(formats[i], "mp3") == 0 ? 2 * 1152 + 529 : 0) || energy / frames < 0.04)
            fail_msg("%s from a pipe: %d frames, energy %g", formats[i], frames, energy / frames);
        free(samples);
        sf_close(sound);
        audio_files(1);
#endif
    }
    free(reader.bytes);
}

/* Standard output into a file: the header is mended, what comes after the sound follows it. */
static void redirected_output_is_a_file(void **state)
{
    (void)state;
    syrinx_writer *writer;
    char message[512];
    struct stat info;
    int saved = dup(STDOUT_FILENO), fd = open(audio_path("out.wav"), O_RDWR | O_CREAT | O_TRUNC, 0600);
    fflush(stdout);
    dup2(fd, STDOUT_FILENO);
    int opened = open_writer("-", NULL, &writer);
    int written = opened == SYRINX_OK ? write_noise(writer, message) : opened;
    dup2(saved, STDOUT_FILENO);
    close(saved);
    assert_int_equal(written, SYRINX_OK);
    unsigned char head[8];
    assert_int_equal(pread(fd, head, 8, 0), 8);
    assert_int_equal(fstat(fd, &info), 0);
    assert_int_equal(head[4] | head[5] << 8 | head[6] << 16 | head[7] << 24, info.st_size - 8);
    assert_int_equal(lseek(fd, 0, SEEK_CUR), info.st_size);
    close(fd);
    audio_files(1);
}

static void unwritable_places(void **state)
{
    (void)state;
    syrinx_writer *writer;
    if (geteuid() != 0) {               /* root may write everywhere */
        assert_int_equal(chmod(audio_folder, 0500), 0);
        int code = open_writer(audio_path("a.wav"), NULL, &writer);
        chmod(audio_folder, 0700);
        assert_int_equal(code, SYRINX_ERROR_IO);
    }
    assert_int_equal(open_writer("/proc/a.wav", NULL, &writer) < 0, 1);
    assert_non_null(strstr(syrinx_last_message(), "/proc/a.wav"));
    assert_int_equal(audio_files(0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(disk_full_at_once),
        cmocka_unit_test(disk_full_in_the_header),
        cmocka_unit_test(disk_full_on_the_way),
        cmocka_unit_test(disk_full_at_the_end),
        cmocka_unit_test(full_device),
        cmocka_unit_test(closed_pipe),
        cmocka_unit_test(pipes_carry_whole_files),
        cmocka_unit_test(redirected_output_is_a_file),
        cmocka_unit_test(unwritable_places),
    };
    return cmocka_run_group_tests(tests, audio_setup, audio_teardown);
}
