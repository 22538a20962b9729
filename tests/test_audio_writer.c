/* test_audio_writer.c - every format at every rate, read back; metadata, rounding, clipping, empty files, refusals. */
#include "audio.h"

#include "audio/encoder.h"
#include "base/buffer.h"
#include "base/file.h"
#ifdef SX_HAVE_FILES
#include <sndfile.h>
#endif

static int open_writer(const char *path, const char *format, int rate, int output_rate, int channels, syrinx_writer **writer)
{
    syrinx_writer_options options;
    syrinx_writer_options_init(&options);
    options.format = format;
    options.sample_rate = rate;
    options.output_rate = output_rate;
    options.channels = channels;
    options.artist = "base";
    options.title = "A title";
    options.comment = "a comment";
    return syrinx_writer_open(path, &options, writer);
}

static int write_tone(const char *path, const char *format, int rate, int output_rate, int channels)
{
    syrinx_writer *writer;
    int frames = rate / 2, code = open_writer(path, format, rate, output_rate, channels, &writer);
    if (code < 0)
        return code;
    float *samples = malloc((size_t)frames * (size_t)channels * sizeof *samples);
    audio_tone(samples, frames, channels, rate);
    for (int at = 0, n; at < frames; at += n) {         /* pieces of all sizes */
        n = 1 + at % 701 < frames - at ? 1 + at % 701 : frames - at;
        assert_int_equal(syrinx_writer_write(writer, samples + at * channels, n), SYRINX_OK);
    }
    free(samples);
    return syrinx_writer_close(writer);
}

static unsigned char *read_bytes(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    unsigned char *bytes = malloc(1 << 22);
    *length = fread(bytes, 1, 1 << 22, file);
    fclose(file);
    return bytes;
}

static int16_t pcm(const unsigned char *at)
{
    return (int16_t)(at[0] | at[1] << 8);
}

/* The position of the samples in a WAV file. */
static size_t find_data(const unsigned char *bytes, size_t length)
{
    size_t at = 12;
    while (at + 8 <= length && memcmp(bytes + at, "data", 4) != 0)
        at += 8 + (size_t)(bytes[at + 4] | bytes[at + 5] << 8 | bytes[at + 6] << 16);
    assert_true(at + 8 <= length);
    return at + 8;
}

static void wav_rounds_and_clips(void **state)
{
    (void)state;
    static const float samples[] = { 0.0f, 1.0f, -1.0f, 2.0f, -7.0f, NAN, INFINITY, 0.5f / 32767.0f, 0.49f / 32767.0f, -0.5f / 32767.0f, 0.25f };
    static const int expected[] = { 0, 32767, -32767, 32767, -32767, 0, 32767, 1, 0, -1, 8192 };
    syrinx_writer *writer;
    size_t length;
    assert_int_equal(open_writer(audio_path("a.wav"), NULL, 24000, 0, 1, &writer), SYRINX_OK);
    assert_int_equal(syrinx_writer_write(writer, samples, COUNT(samples)), SYRINX_OK);
    assert_int_equal(syrinx_writer_close(writer), SYRINX_OK);
    unsigned char *bytes = read_bytes(audio_path("a.wav"), &length);
    size_t data = find_data(bytes, length);
    assert_int_equal(length - data, 2 * COUNT(samples));
    for (size_t i = 0; i < COUNT(samples); i++)
        assert_int_equal(pcm(bytes + data + 2 * i), expected[i]);
    /* sizes: RIFF's counts all but itself and its id */
    assert_int_equal(bytes[4] | bytes[5] << 8 | bytes[6] << 16, (int)length - 8);
    free(bytes);
    unlink(audio_path("a.wav"));
}

static void raw_is_exact(void **state)
{
    (void)state;
    static const float samples[] = { 0.0f, 1.0f, -3.5f, 0.1f };
    syrinx_writer *writer;
    size_t length;
    assert_int_equal(open_writer(audio_path("a.raw"), NULL, 24000, 0, 1, &writer), SYRINX_OK);
    assert_int_equal(syrinx_writer_write(writer, samples, COUNT(samples)), SYRINX_OK);
    assert_int_equal(syrinx_writer_close(writer), SYRINX_OK);
    unsigned char *bytes = read_bytes(audio_path("a.raw"), &length);
    assert_int_equal(length, sizeof samples);
    for (size_t i = 0; i < COUNT(samples); i++) {
        uint32_t value = bytes[4 * i] | bytes[4 * i + 1] << 8 | bytes[4 * i + 2] << 16 | (uint32_t)bytes[4 * i + 3] << 24;
        assert_memory_equal(&value, &samples[i], 4);
    }
    free(bytes);
    unlink(audio_path("a.raw"));
}

static void wav_says_synthetic(void **state)
{
    (void)state;
    size_t length;
    assert_int_equal(write_tone(audio_path("a.wav"), NULL, 24000, 0, 1), SYRINX_OK);
    unsigned char *bytes = read_bytes(audio_path("a.wav"), &length);
    const char *wanted[] = { "synthetic speech, Syrinx " SX_VERSION "; a comment", "Syrinx " SX_VERSION, "A title", "base" };
    for (size_t i = 0; i < COUNT(wanted); i++)
        assert_non_null(memmem(bytes, length, wanted[i], strlen(wanted[i]) + 1));
    free(bytes);
    unlink(audio_path("a.wav"));
}

static uint64_t little(const char *at, int bytes)
{
    uint64_t value = 0;
    for (int i = bytes - 1; i >= 0; i--)
        value = value << 8 | (unsigned char)at[i];
    return value;
}

/* Over 4 GB the reserved chunk becomes ds64 and the header keeps its length. */
static void wav_grows_into_rf64(void **state)
{
    (void)state;
    struct sx_sound_file file = { .rate = 24000, .channels = 2, .comment = "c" };
    struct sx_buffer small = { 0 }, big = { 0 }, edge = { 0 }, open_end = { 0 };
    uint64_t bytes = UINT64_C(5000000000);
    sx_wav_header(&small, &file, 1000, true);
    sx_wav_header(&big, &file, bytes, true);
    sx_wav_header(&edge, &file, UINT64_C(0xFFFFFFFF) - 10, true);
    sx_wav_header(&open_end, &file, UINT64_MAX, false);
    assert_int_equal(small.length, big.length);
    assert_memory_equal(small.data, "RIFF", 4);
    assert_memory_equal(small.data + 12, "JUNK", 4);
    assert_int_equal(little(small.data + 4, 4), small.length - 8 + 1000);
    assert_memory_equal(big.data, "RF64\xFF\xFF\xFF\xFFWAVEds64", 16);
    assert_int_equal(little(big.data + 20, 8), big.length - 8 + bytes);
    assert_int_equal(little(big.data + 28, 8), bytes);
    assert_int_equal(little(big.data + 36, 8), bytes / 4);
    assert_memory_equal(big.data + big.length - 8, "data\xFF\xFF\xFF\xFF", 8);
    assert_memory_equal(edge.data, "RF64", 4);
    assert_memory_equal(open_end.data, "RIFF\xFF\xFF\xFF\xFFWAVEfmt ", 16);
    assert_int_equal(open_end.length, small.length - 36);
    sx_buffer_free(&small);
    sx_buffer_free(&big);
    sx_buffer_free(&edge);
    sx_buffer_free(&open_end);
}

static void mistakes_are_refused(void **state)
{
    (void)state;
    syrinx_writer *writer = (syrinx_writer *)1;
    assert_int_equal(open_writer(audio_path("a.txt"), NULL, 24000, 0, 1, &writer), SYRINX_ERROR_UNSUPPORTED);
    assert_null(writer);
    assert_non_null(strstr(syrinx_last_message(), ".flac"));
    assert_int_equal(open_writer(audio_path("a.wav"), "aiff", 24000, 0, 1, &writer), SYRINX_ERROR_UNSUPPORTED);
    assert_int_equal(open_writer(audio_path("a.wav"), NULL, 24000, 0, 0, &writer), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(open_writer(audio_path("a.wav"), NULL, 24000, 0, 65, &writer), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(open_writer(audio_path("a.wav"), NULL, 0, 0, 1, &writer), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(open_writer(audio_path("a.wav"), NULL, 24000, -5, 1, &writer), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(open_writer(audio_path("a.wav"), NULL, 2000000, 0, 1, &writer), SYRINX_ERROR_UNSUPPORTED);
    assert_int_equal(open_writer(audio_path("none/a.wav"), NULL, 24000, 0, 1, &writer), SYRINX_ERROR_NOT_FOUND);
    assert_int_equal(open_writer(audio_folder, "wav", 24000, 0, 1, &writer), SYRINX_ERROR_IO);
    assert_int_equal(open_writer("", "wav", 24000, 0, 1, &writer), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_writer_open("a.wav", NULL, &writer), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(audio_files(0), 0);
    assert_int_equal(open_writer(audio_path("a.wav"), NULL, 24000, 0, 1, &writer), SYRINX_OK);
    assert_int_equal(syrinx_writer_write(writer, NULL, 3), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_writer_write(NULL, NULL, 3), SYRINX_ERROR_ARGUMENT);
    syrinx_writer_abandon(writer);
    syrinx_writer_abandon(NULL);
    assert_int_equal(syrinx_writer_close(NULL), SYRINX_OK);
    assert_int_equal(audio_files(0), 0);
}

static void names_appear_at_close(void **state)
{
    (void)state;
    syrinx_writer *writer;
    float samples[100] = { 0 };
    struct stat info;
    char link[200], target[200];
    strcpy(link, audio_path("link.wav"));
    strcpy(target, audio_path("target.wav"));
    assert_int_equal(symlink(target, link), 0);
    assert_int_equal(open_writer(target, NULL, 24000, 0, 1, &writer), SYRINX_OK);
    assert_int_equal(syrinx_writer_write(writer, samples, 100), SYRINX_OK);
    assert_int_not_equal(stat(target, &info), 0);
    assert_int_equal(syrinx_writer_close(writer), SYRINX_OK);
    assert_int_equal(stat(target, &info), 0);
    off_t size = info.st_size;
    /* through a link: the link stays, its target is replaced */
    assert_int_equal(open_writer(link, NULL, 24000, 0, 1, &writer), SYRINX_OK);
    assert_int_equal(syrinx_writer_write(writer, samples, 50), SYRINX_OK);
    assert_int_equal(syrinx_writer_close(writer), SYRINX_OK);
    assert_int_equal(lstat(link, &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    assert_int_equal(stat(target, &info), 0);
    assert_int_equal(info.st_size, size - 100);
    assert_int_equal(audio_files(1), 2);
}

static void the_same_sound_is_the_same_file(void **state)
{
    (void)state;
    static const char *const formats[] = { "wav", "raw",
#ifdef SX_HAVE_FILES
                                           "flac", "ogg", "opus", "mp3",
#endif
    };
    for (size_t i = 0; i < COUNT(formats); i++) {
        struct sx_map map[3];
        struct sx_error error;
        char name[3][200], ending[32];
        for (int k = 0; k < 3; k++) {
            snprintf(ending, sizeof ending, "%s.%s", k < 2 ? "same" : "other", formats[i]);
            assert_int_equal(write_tone(audio_path(ending), NULL, 24000, 0, 1), SYRINX_OK);
            snprintf(name[k], sizeof name[k], "%s", audio_path(ending));
            assert_int_equal(sx_map_open(name[k], &map[k], &error), SYRINX_OK);     /* stays what it is when the next one takes its name */
        }
        assert_int_equal(map[0].size, map[1].size);
        assert_memory_equal(map[0].data, map[1].data, map[0].size);
        bool ogg = strcmp(formats[i], "ogg") == 0 || strcmp(formats[i], "opus") == 0;
        assert_int_equal(map[0].size, map[2].size);
        assert_true((memcmp(map[0].data, map[2].data, map[0].size) != 0) == ogg);   /* streams of other files have other numbers */
        for (int k = 0; k < 3; k++)
            sx_map_close(&map[k]);
    }
    assert_int_equal(audio_files(1), 2 * (int)COUNT(formats));
}

#ifdef SX_HAVE_FILES
static const int rates[] = { 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 88200, 96000, 176400, 192000 };

/* Reads a file whole; *rate, *channels and the frames. */
static float *read_back(const char *path, const char *format, int raw_rate, int *rate, int *channels, int *frames, SNDFILE **keep)
{
    SF_INFO info = { 0 };
    if (strcmp(format, "raw") == 0)
        info = (SF_INFO){ .samplerate = raw_rate, .channels = *channels, .format = SF_FORMAT_RAW | SF_FORMAT_FLOAT | SF_ENDIAN_LITTLE };
    SNDFILE *file = sf_open(path, SFM_READ, &info);
    if (!file)
        fail_msg("%s: %s", path, sf_strerror(NULL));
    float *samples = malloc(((size_t)info.frames + 1) * (size_t)info.channels * sizeof *samples);
    *frames = (int)sf_readf_float(file, samples, info.frames);
    *rate = info.samplerate;
    *channels = info.channels;
    if (keep)
        *keep = file;
    else
        sf_close(file);
    return samples;
}

static void check_tone(const char *path, const char *format, int rate, int file_rate, int channels)
{
    int got_rate, got_channels = channels, frames;
    float *samples = read_back(path, format, file_rate, &got_rate, &got_channels, &frames, NULL);
    assert_int_equal(got_channels, channels);
    assert_int_equal(got_rate, file_rate);
    int expected = (int)((int64_t)(rate / 2) * file_rate / rate), slack = strcmp(format, "mp3") == 0 ? 2 * 1152 + 529 : rate == file_rate ? 0 : 2;
    if (abs(frames - expected) > slack)
        fail_msg("%s at %d Hz: %d frames, expected %d", format, rate, frames, expected);
    for (int c = 0; c < channels; c++) {
        /* the middle half: codecs need a moment at both ends */
        double rest, amplitude = audio_amplitude(samples + (frames / 4) * channels + c, frames / 2, channels, TONE * (c + 1), file_rate, &rest);
        bool lossy = strcmp(format, "mp3") == 0 || strcmp(format, "ogg") == 0 || strcmp(format, "opus") == 0;
        if (fabs(amplitude - 0.5) > (lossy ? 0.06 : 0.001) || rest > (lossy ? 0.05 : 0.001))
            fail_msg("%s at %d Hz, channel %d: amplitude %g, rest %g", format, rate, c, amplitude, rest);
    }
    free(samples);
}

static void check_format(const char *format, const int *known, int nearest)
{
    char name[32];
    snprintf(name, sizeof name, "tone.%s", format);
    for (size_t i = 0; i < COUNT(rates); i++) {
        int rate = rates[i], file_rate = rate, code = write_tone(audio_path(name), NULL, rate, 0, 1);
        bool has = !known;
        for (const int *k = known; k && *k; k++)
            has = has || *k == rate;
        if (!has && nearest) {
            for (const int *k = known; *k; k++) {
                file_rate = *k;
                if (*k >= rate)
                    break;
            }
            has = true;
        }
        if (!has) {
            assert_int_equal(code, SYRINX_ERROR_UNSUPPORTED);
            assert_non_null(strstr(syrinx_last_message(), "44100"));       /* the message names the rates that there are */
            assert_int_equal(audio_files(0), 0);
            continue;
        }
        if (code != SYRINX_OK)
            fail_msg("%s at %d Hz: %s", format, rate, syrinx_last_message());
        check_tone(audio_path(name), format, rate, file_rate, 1);
        assert_int_equal(audio_files(1), 1);
    }
}

static void wav_at_every_rate(void **state) { (void)state; check_format("wav", NULL, 0); }
static void raw_at_every_rate(void **state) { (void)state; check_format("raw", NULL, 0); }
static void flac_at_every_rate(void **state) { (void)state; check_format("flac", NULL, 0); }
static void ogg_at_every_rate(void **state) { (void)state; check_format("ogg", NULL, 0); }

static void opus_at_every_rate(void **state)
{
    (void)state;
    static const int known[] = { 8000, 12000, 16000, 24000, 48000, 0 };
    check_format("opus", known, 1);
    assert_int_equal(write_tone(audio_path("a.opus"), NULL, 24000, 44100, 1), SYRINX_ERROR_UNSUPPORTED);
    assert_int_equal(write_tone(audio_path("a.opus"), NULL, 44100, 16000, 1), SYRINX_OK);
    check_tone(audio_path("a.opus"), "opus", 44100, 16000, 1);
    assert_int_equal(audio_files(1), 1);
}

static void mp3_at_every_rate(void **state)
{
    (void)state;
    static const int known[] = { 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 0 };
    check_format("mp3", known, 0);
}

static void any_rate_becomes_another(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rates); i++) {
        assert_int_equal(write_tone(audio_path("a.wav"), NULL, 24000, rates[i], 1), SYRINX_OK);
        check_tone(audio_path("a.wav"), "wav", 24000, rates[i], 1);
    }
    assert_int_equal(audio_files(1), 1);
}

static void several_channels(void **state)
{
    (void)state;
    static const char *const names[] = { "a.wav", "a.flac", "a.ogg", "a.opus", "a.mp3" };
    for (size_t i = 0; i < COUNT(names); i++) {
        assert_int_equal(write_tone(audio_path(names[i]), NULL, 48000, 0, 2), SYRINX_OK);
        check_tone(audio_path(names[i]), names[i] + 2, 48000, 48000, 2);
    }
    assert_int_equal(write_tone(audio_path("b.wav"), NULL, 48000, 32000, 6), SYRINX_OK);
    check_tone(audio_path("b.wav"), "wav", 48000, 32000, 6);
    assert_int_equal(write_tone(audio_path("b.mp3"), NULL, 48000, 0, 6), SYRINX_ERROR_UNSUPPORTED);
    audio_files(1);
}

static void flac_holds_what_wav_holds(void **state)
{
    (void)state;
    int rate, channels = 1, frames[2];
    assert_int_equal(write_tone(audio_path("a.wav"), NULL, 24000, 0, 1), SYRINX_OK);
    assert_int_equal(write_tone(audio_path("a.flac"), NULL, 24000, 0, 1), SYRINX_OK);
    float *wav = read_back(audio_path("a.wav"), "wav", 0, &rate, &channels, &frames[0], NULL);
    float *flac = read_back(audio_path("a.flac"), "flac", 0, &rate, &channels, &frames[1], NULL);
    assert_int_equal(frames[0], frames[1]);
    assert_memory_equal(wav, flac, (size_t)frames[0] * sizeof *wav);
    free(wav);
    free(flac);
    audio_files(1);
}

static void metadata_comes_back(void **state)
{
    (void)state;
    static const char *const names[] = { "a.wav", "a.flac", "a.ogg", "a.opus", "a.mp3" };
    for (size_t i = 0; i < COUNT(names); i++) {
        SNDFILE *file;
        int rate, channels = 1, frames;
        assert_int_equal(write_tone(audio_path(names[i]), NULL, 24000, 0, 1), SYRINX_OK);
        free(read_back(audio_path(names[i]), names[i] + 2, 0, &rate, &channels, &frames, &file));
        const char *comment = sf_get_string(file, SF_STR_COMMENT), *artist = sf_get_string(file, SF_STR_ARTIST), *title = sf_get_string(file, SF_STR_TITLE);
        if (!comment || strcmp(comment, "synthetic speech, Syrinx " SX_VERSION "; a comment") != 0)
            fail_msg("%s: comment %s", names[i], comment ? comment : "missing");
        assert_string_equal(artist, "base");
        assert_string_equal(title, "A title");
        sf_close(file);
    }
    audio_files(1);
}

static void empty_files_are_valid(void **state)
{
    (void)state;
    static const char *const names[] = { "a.wav", "a.raw", "a.flac", "a.ogg", "a.opus", "a.mp3" };
    for (size_t i = 0; i < COUNT(names); i++) {
        syrinx_writer *writer;
        int rate, channels = 1, frames;
        assert_int_equal(open_writer(audio_path(names[i]), NULL, 24000, 0, 1, &writer), SYRINX_OK);
        if (syrinx_writer_close(writer) != SYRINX_OK)
            fail_msg("%s: %s", names[i], syrinx_last_message());
        float *samples = read_back(audio_path(names[i]), names[i] + 2, 24000, &rate, &channels, &frames, NULL);
        assert_int_equal(rate, 24000);
        /* MP3 and Opus cannot be without samples: a short silence */
        assert_in_range(frames, 0, strcmp(names[i], "a.mp3") == 0 ? 3 * 1152 : strcmp(names[i], "a.opus") == 0 ? 480 : 0);
        for (int k = 0; k < frames; k++)
            assert_true(fabsf(samples[k]) < 1e-4f);
        free(samples);
    }
    audio_files(1);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wav_rounds_and_clips),
        cmocka_unit_test(raw_is_exact),
        cmocka_unit_test(wav_says_synthetic),
        cmocka_unit_test(wav_grows_into_rf64),
        cmocka_unit_test(mistakes_are_refused),
        cmocka_unit_test(names_appear_at_close),
        cmocka_unit_test(the_same_sound_is_the_same_file),
#ifdef SX_HAVE_FILES
        cmocka_unit_test(wav_at_every_rate),
        cmocka_unit_test(raw_at_every_rate),
        cmocka_unit_test(flac_at_every_rate),
        cmocka_unit_test(ogg_at_every_rate),
        cmocka_unit_test(opus_at_every_rate),
        cmocka_unit_test(mp3_at_every_rate),
        cmocka_unit_test(any_rate_becomes_another),
        cmocka_unit_test(several_channels),
        cmocka_unit_test(flac_holds_what_wav_holds),
        cmocka_unit_test(metadata_comes_back),
        cmocka_unit_test(empty_files_are_valid),
#endif
    };
    return cmocka_run_group_tests(tests, audio_setup, audio_teardown);
}
