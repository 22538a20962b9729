/* test_package_install.c - voices into the user's folder and out of it by the public functions: whole or not at all, and nothing else is touched. */
#include "package.h"

#include <dirent.h>
#include <math.h>
#include <sys/resource.h>
#include <signal.h>
#include <time.h>
#include <utime.h>

#include "tiny_onnx.h"

static char work[] = "/tmp/syrinx-test-XXXXXX";
static char voices[64], base[80], source[64];      /* the user's folder, "base" in it, a package */

static void remove_folder(const char *path)
{
    char command[256];
    snprintf(command, sizeof command, "chmod -R u+rwx '%s' 2>/dev/null; rm -rf '%s'", path, path);
    assert_int_equal(system(command), 0);
}

/* How many entries a folder has, hidden ones too; -1: none such. */
static int entries(const char *path)
{
    DIR *dir = opendir(path);
    int count = 0;
    if (!dir)
        return -1;
    while (readdir(dir))
        count++;
    closedir(dir);
    return count - 2;
}

static void touch(const char *folder, const char *name)
{
    char *path = sx_path_join(folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("mine\n", file);
    fclose(file);
    free(path);
}

static bool is_there(const char *folder, const char *name)
{
    char *path = sx_path_join(folder, name);
    struct stat info;
    bool there = lstat(path, &info) == 0;
    free(path);
    return there;
}

static int add(const char *path, int replace)
{
    char *folder;
    int code = syrinx_voices_add(path, replace, &folder);
    assert_true((code == SYRINX_OK) == (folder != NULL));
    if (folder)
        assert_string_equal(folder, base);
    syrinx_free(folder);
    return code;
}

static int starts_afresh(void **state)
{
    (void)state;
    remove_folder(voices);
    remove_folder(source);
    setenv("SYRINX_VOICES", "voices", 1);
    return 0;
}

static void a_voice_comes_and_goes(void **state)
{
    (void)state;
    char *folder;
    syrinx_voice *voice;
    assert_int_equal(entries(voices), -1);
    assert_int_equal(add("voices/base", 0), SYRINX_OK);
    assert_int_equal(entries(voices), 1);
    assert_int_equal(entries(base), PARTS);
    setenv("SYRINX_VOICES", "", 1);
    assert_int_equal(syrinx_voice_open("base", NULL, &voice), SYRINX_OK);
    assert_string_equal(syrinx_voice_path(voice), base);
    assert_true(syrinx_voice_language_count(voice) > 0 && strlen(syrinx_voice_language(voice, 0)) >= 2);
    assert_null(syrinx_voice_language(voice, syrinx_voice_language_count(voice)));
    assert_non_null(syrinx_voice_speaker_language(voice, 0));
    assert_null(syrinx_voice_speaker_language(voice, -1));
    assert_true(syrinx_voice_size(voice) > 100000);
    assert_true(*syrinx_voice_version(voice) && *syrinx_voice_description(voice));
    assert_non_null(syrinx_voice_speaker(voice, syrinx_voice_default_speaker(voice)));

    assert_int_equal(add("voices/base", 0), SYRINX_ERROR_EXISTS);
    assert_int_equal(add("voices/base", 1), SYRINX_OK);
    assert_int_equal(entries(voices), 1);
    assert_int_equal(syrinx_voices_remove("base", &folder), SYRINX_OK);
    assert_string_equal(folder, base);
    syrinx_free(folder);
    assert_int_equal(entries(voices), 0);
    float block[480];                               /* a voice that is open speaks on */
    syrinx_stream *stream;
    assert_int_equal(syrinx_stream_new(voice, NULL, &stream), SYRINX_OK);
    assert_int_equal(syrinx_stream_text(stream, "Hello.", SYRINX_LEN_AUTO, SYRINX_TEXT), SYRINX_OK);
    assert_int_equal(syrinx_stream_end(stream), SYRINX_OK);
    assert_int_equal(syrinx_stream_read(stream, block, 480), 480);
    syrinx_stream_free(stream);
    syrinx_voice_close(voice);

    setenv("SYRINX_VOICES", "voices", 1);
    assert_int_equal(syrinx_voices_remove("base", NULL), SYRINX_ERROR_NOT_FOUND);
    assert_non_null(strstr(syrinx_last_message(), "one is in voices/base"));
    static const char *const odd[] = {"", ".", "..", "a/b", "../base", "-x"};
    for (size_t i = 0; i < COUNT(odd); i++)
        assert_int_equal(syrinx_voices_remove(odd[i], NULL), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_voices_remove(NULL, NULL), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_voices_add(NULL, 0, NULL), SYRINX_ERROR_ARGUMENT);
    assert_int_equal(syrinx_voices_check(NULL, NULL, NULL), SYRINX_ERROR_ARGUMENT);
}

/* What is refused leaves no trace, and the voice that was there before stays. */
static void what_is_refused_leaves_nothing(void **state)
{
    (void)state;
    struct part parts[PARTS];
    load_base(parts);
    assert_int_equal(add("voices/base", 0), SYRINX_OK);
    ((char *)parts[TEXT].data)[1000] ^= 1;
    write_parts(source, parts, PARTS);
    assert_int_equal(add(source, 1), SYRINX_ERROR_FORMAT);
    assert_non_null(strstr(syrinx_last_message(), "text.onnx"));
    assert_int_equal(entries(voices), 1);
    syrinx_voice *voice;
    assert_int_equal(syrinx_voice_open(base, NULL, &voice), SYRINX_OK);
    syrinx_voice_close(voice);

    /* a full disk: the limit on a file's size fails write() in the same way */
    struct rlimit before, small;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    small = before;
    small.rlim_cur = 100000;
    setrlimit(RLIMIT_FSIZE, &small);
    assert_int_equal(add("voices/base", 1), SYRINX_ERROR_IO);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(entries(voices), 1);
    assert_int_equal(entries(base), PARTS);
    assert_int_equal(syrinx_voice_open(base, NULL, &voice), SYRINX_OK);
    syrinx_voice_close(voice);
    free_parts(parts);
}

static void other_files_are_not_touched(void **state)
{
    (void)state;
    assert_int_equal(add("voices/base", 0), SYRINX_OK);
    touch(base, "LICENCE.txt");                     /* belongs to a voice */
    assert_int_equal(add("voices/base", 1), SYRINX_OK);
    assert_false(is_there(base, "LICENCE.txt"));
    touch(base, "recording.wav");
    assert_int_equal(add("voices/base", 1), SYRINX_ERROR_INPUT);
    assert_non_null(strstr(syrinx_last_message(), "recording.wav"));
    assert_int_equal(syrinx_voices_remove("base", NULL), SYRINX_ERROR_INPUT);
    assert_true(is_there(base, "recording.wav") && is_there(base, "voice.json"));
    assert_int_equal(entries(voices), 1);

    remove_folder(base);
    assert_int_equal(mkdir(base, 0755), 0);         /* a folder that is no voice */
    touch(base, "diary.txt");
    assert_int_equal(add("voices/base", 0), SYRINX_ERROR_EXISTS);
    assert_int_equal(add("voices/base", 1), SYRINX_ERROR_INPUT);
    assert_int_equal(syrinx_voices_remove("base", NULL), SYRINX_ERROR_INPUT);
    assert_true(is_there(base, "diary.txt"));

    remove_folder(base);
    touch(voices, "base");                          /* a file */
    assert_int_equal(add("voices/base", 0), SYRINX_ERROR_EXISTS);
    assert_int_equal(add("voices/base", 1), SYRINX_ERROR_INPUT);
    assert_int_equal(syrinx_voices_remove("base", NULL), SYRINX_ERROR_INPUT);
    assert_int_equal(unlink(base), 0);

    char *real = realpath("voices/base", NULL);     /* a link to a voice elsewhere: the link goes, the voice stays */
    assert_int_equal(symlink(real, base), 0);
    assert_int_equal(add("voices/base", 1), SYRINX_ERROR_INPUT);
    assert_int_equal(syrinx_voices_remove("base", NULL), SYRINX_OK);
    assert_int_equal(entries(voices), 0);
    assert_true(is_there(real, "voice.json"));
    free(real);
}

static void a_damaged_voice_can_be_removed_and_replaced(void **state)
{
    (void)state;
    assert_int_equal(add("voices/base", 0), SYRINX_OK);
    touch(base, "voice.json");                      /* over the card */
    assert_int_equal(add("voices/base", 1), SYRINX_OK);
    touch(base, "voice.json");
    assert_int_equal(syrinx_voices_remove("base", NULL), SYRINX_OK);
    assert_int_equal(entries(voices), 0);
}

static void what_a_killed_add_left_is_swept(void **state)
{
    (void)state;
    char old[128], young[128];
    struct utimbuf yesterday = {time(NULL) - 100000, time(NULL) - 100000};
    assert_int_equal(add("voices/base", 0), SYRINX_OK);
    snprintf(old, sizeof old, "%s/.syrinx-voice-0123456789abcdef", voices);
    snprintf(young, sizeof young, "%s/.syrinx-voice-fedcba9876543210", voices);
    assert_int_equal(mkdir(old, 0755), 0);
    assert_int_equal(mkdir(young, 0755), 0);        /* another process may be at it */
    touch(old, "text.onnx");
    assert_int_equal(utime(old, &yesterday), 0);
    assert_int_equal(add("voices/base", 1), SYRINX_OK);
    assert_int_equal(entries(voices), 2);
    assert_int_equal(entries(young), 0);
}

static void folders_that_cannot_be(void **state)
{
    (void)state;
    char home[80];
    const char *data = getenv("XDG_DATA_HOME");
    char *kept = strdup(data), *old_home = getenv("HOME") ? strdup(getenv("HOME")) : NULL;
    setenv("XDG_DATA_HOME", "relative", 1);         /* to be ignored, says the specification */
    snprintf(home, sizeof home, "%s/home", work);
    setenv("HOME", home, 1);
    char *folder;
    assert_int_equal(syrinx_voices_add("voices/base", 0, &folder), SYRINX_OK);
    assert_non_null(strstr(folder, "/home/.local/share/syrinx/voices/base"));
    syrinx_free(folder);
    unsetenv("XDG_DATA_HOME");
    unsetenv("HOME");
    assert_int_equal(syrinx_voices_add("voices/base", 0, NULL), SYRINX_ERROR_NOT_FOUND);
    assert_int_equal(syrinx_voices_remove("base", NULL), SYRINX_ERROR_NOT_FOUND);
    touch(work, "file");
    snprintf(home, sizeof home, "%s/file", work);
    setenv("XDG_DATA_HOME", home, 1);
    assert_int_equal(syrinx_voices_add("voices/base", 0, NULL), SYRINX_ERROR_IO);
    setenv("XDG_DATA_HOME", kept, 1);
    if (geteuid() != 0) {                           /* root writes anywhere */
        assert_int_equal(add("voices/base", 0), SYRINX_OK);
        chmod(voices, 0500);
        assert_int_equal(add("voices/base", 1), SYRINX_ERROR_IO);
        assert_int_equal(syrinx_voices_remove("base", NULL), SYRINX_ERROR_IO);
        chmod(voices, 0700);
        assert_int_equal(entries(base), PARTS);
    }
    if (old_home)
        setenv("HOME", old_home, 1);
    free(old_home);
    free(kept);
}

struct heard {
    int faults, hints;
    char last[512];
};

static void hear_all(void *user, int hint, const char *message)
{
    struct heard *heard = user;
    heard->faults += !hint;
    heard->hints += hint;
    if (!hint)
        snprintf(heard->last, sizeof heard->last, "%s", message);
}

/* A decoder of one convolution whose weights are `weight` and whose biases are `bias`, in the place of the shipped one. */
static void odd_decoder(struct part parts[PARTS], float weight, float bias)
{
    struct sx_buffer model = tiny_model(decoder_width(parts), 81, 0, 0, weight), marked = {0}, plain = {0};
    for (int i = 0; i < 81; i++) {
        float was = weight * sx_random_normal(22, (uint64_t)i);
        sx_buffer_add(&marked, &was, sizeof was);
        sx_buffer_add(&plain, &bias, sizeof bias);
    }
    char *at = memmem(model.data, model.length, marked.data, marked.length);
    assert_non_null(at);
    memcpy(at, plain.data, plain.length);
    set_part(&parts[DECODER], model.data, model.length);
    sx_buffer_free(&model);
    sx_buffer_free(&marked);
    sx_buffer_free(&plain);
    change_card(parts, fresh_digests);
}

/* Packages in which everything fits, and which say nothing: the trial finds them. */
static void voices_that_do_not_speak(void **state)
{
    (void)state;
    static const struct { float weight, bias; const char *what; } cases[] = {{1e-30f, -9.21f, "is silent"}, {1e-30f, NAN, "is silent"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct part parts[PARTS];
        struct heard heard = {0};
        load_base(parts);
        odd_decoder(parts, cases[i].weight, cases[i].bias);
        write_parts(source, parts, PARTS);
        assert_int_equal(syrinx_voices_check(source, hear_all, &heard), 1);
        assert_int_equal(heard.faults, 1);
        assert_non_null(strstr(heard.last, "speaker "));
        assert_non_null(strstr(heard.last, cases[i].what));
        assert_int_equal(add(source, 0), SYRINX_ERROR_FORMAT);
        assert_true(entries(voices) <= 0);
        remove_folder(source);
        free_parts(parts);
    }
    struct heard heard = {0};
    assert_int_equal(syrinx_voices_check("voices/base", hear_all, &heard), 0);
    assert_int_equal(heard.faults, 0);
    assert_int_equal(syrinx_voices_check("voices/base", NULL, NULL), 0);
    assert_int_equal(syrinx_voices_check("/nonexistent", NULL, NULL), SYRINX_ERROR_NOT_FOUND);
}

#ifdef SX_HAVE_FILES

static void rename_voice(json_t *root, const struct part *parts)
{
    (void)parts;
    json_object_set_new(root, "name", json_string("Ännchen 2"));
}

static void zips_are_added_under_the_name_of_the_card(void **state)
{
    (void)state;
    struct part parts[PARTS];
    char *folder, path[80];
    size_t length;
    load_base(parts);
    change_card(parts, rename_voice);
    void *bytes = pack(parts, PARTS, true, &length);
    snprintf(path, sizeof path, "%s/voice.bin", work);      /* what is in it counts, not its name */
    FILE *file = fopen(path, "wb");
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    fclose(file);
    assert_int_equal(syrinx_voices_add(path, 0, &folder), SYRINX_OK);
    assert_non_null(strstr(folder, "/Ännchen 2"));
    syrinx_free(folder);
    syrinx_voice *voice;
    assert_int_equal(syrinx_voice_open("Ännchen 2", NULL, &voice), SYRINX_OK);
    syrinx_voice_close(voice);
    assert_int_equal(syrinx_voices_remove("Ännchen 2", NULL), SYRINX_OK);
    assert_int_equal(entries(voices), 0);
    free(bytes);
    free_parts(parts);
}

#endif

static int make_work(void **state)
{
    (void)state;
    if (!mkdtemp(work))
        return -1;
    setenv("XDG_DATA_HOME", work, 1);
    snprintf(voices, sizeof voices, "%s/syrinx/voices", work);
    snprintf(base, sizeof base, "%s/base", voices);
    snprintf(source, sizeof source, "%s/source", work);
    return 0;
}

static int remove_work(void **state)
{
    (void)state;
    remove_folder(work);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_voice_comes_and_goes, starts_afresh), cmocka_unit_test_setup(what_is_refused_leaves_nothing, starts_afresh),
        cmocka_unit_test_setup(other_files_are_not_touched, starts_afresh),
        cmocka_unit_test_setup(a_damaged_voice_can_be_removed_and_replaced, starts_afresh),
        cmocka_unit_test_setup(what_a_killed_add_left_is_swept, starts_afresh), cmocka_unit_test_setup(folders_that_cannot_be, starts_afresh),
        cmocka_unit_test_setup(voices_that_do_not_speak, starts_afresh),
#ifdef SX_HAVE_FILES
        cmocka_unit_test_setup(zips_are_added_under_the_name_of_the_card, starts_afresh),
#endif
    };
    return cmocka_run_group_tests(tests, make_work, remove_work);
}
