/* test_package.c - voice packages from folders and ZIPs: what is wrong with them is told, all of it, and hostile ones are refused. */
#include "package.h"

#include "tiny_onnx.h"

static char work[] = "/tmp/syrinx-test-XXXXXX";

/* Reads and checks; the number of faults. *code: what reading said. */
static int check_folder(const char *path, struct told *told, int *code)
{
    struct sx_faults faults = {.tell = hear, .user = told};
    struct sx_package package;
    struct sx_voice *voice = NULL;
    struct sx_error error;
    memset(told, 0, sizeof *told);
    *code = sx_package_read(path, &package, &faults, &error);
    if (*code == SYRINX_OK)
        sx_package_check(&package, &faults, &voice);
    assert_true((faults.count == 0) == (voice != NULL || *code < 0));
    sx_voice_close(voice);
    sx_package_free(&package);
    return faults.count;
}

static char *in_work(const char *name)
{
    return sx_path_join(work, name);
}

static void remove_folder(const char *path)
{
    char command[256];
    snprintf(command, sizeof command, "rm -rf '%s'", path);
    assert_int_equal(system(command), 0);
}

/* Writes the parts as a folder and checks it. */
static int check_parts(const struct part *parts, int count, struct told *told)
{
    char *path = in_work("voice");
    int code;
    write_parts(path, parts, count);
    int faults = check_folder(path, told, &code);
    assert_int_equal(code, SYRINX_OK);
    remove_folder(path);
    free(path);
    return faults;
}

static void the_shipped_voice_is_whole(void **state)
{
    (void)state;
    struct told told;
    int code;
    assert_int_equal(check_folder("voices/base", &told, &code), 0);
    assert_int_equal(code, SYRINX_OK);
    told_free(&told);
}

static void break_much(json_t *root, const struct part *parts)
{
    (void)parts;
    json_object_set_new(root, "hop", json_integer(256));
    json_object_set_new(root, "default_speaker", json_string("nobody"));
    json_object_del(root, "licence");
    json_object_set_new(json_object_get(json_object_get(root, "files"), "text"), "name", json_string("../text.onnx"));
}

static void all_faults_are_told(void **state)
{
    (void)state;
    struct part parts[PARTS];
    struct told told;
    load_base(parts);
    change_card(parts, break_much);
    ((char *)parts[DECODER].data)[parts[DECODER].size / 2] ^= 1;
    set_part(&parts[VOCODER], "junk", 4);
    assert_true(check_parts(parts, PARTS, &told) >= 6);
    assert_true(has(&told.faults, "hop") && has(&told.faults, "default_speaker") && has(&told.faults, "\"text\" with a \"name\""));
    assert_true(has(&told.faults, "decoder.onnx is damaged") && has(&told.faults, "vocoder.onnx is damaged"));
    assert_true(has(&told.hints, "\"licence\" (of the voice) is missing") && has(&told.hints, "text.onnx in it does not belong"));
    told_free(&told);
    free_parts(parts);

    load_base(parts);
    assert_int_equal(check_parts(parts, DECODER, &told), 2);        /* two networks are not there */
    assert_true(has(&told.faults, "decoder.onnx, which voice.json names, is missing") && has(&told.faults, "vocoder.onnx, which"));
    told_free(&told);
    assert_int_equal(check_parts(parts + 1, 3, &told), 1);
    assert_true(has(&told.faults, "no voice.json"));
    told_free(&told);
    set_part(&parts[CARD], "", 0);
    assert_int_equal(check_parts(parts, PARTS, &told), 1);
    told_free(&told);
    set_part(&parts[CARD], "{\"format\": 1, \"name\": \"\033[2J\033c\"", 30);
    assert_int_equal(check_parts(parts, PARTS, &told), 1);
    assert_null(strchr(told.faults.data, 033));                     /* nothing that moves the cursor */
    told_free(&told);
    free_parts(parts);
}

/* Networks that are well-formed and fit no voice: digests are right, the graphs are not. */
static void networks_that_do_not_fit(void **state)
{
    (void)state;
    static const struct { int part, in, out; const char *what; } cases[] = {
        {DECODER, 3, 81, "float [1,T,"}, {DECODER, 0, 80, "80 numbers a frame, not 81"}, {VOCODER, 80, 128, "float [1,T,82]"},
        {VOCODER, 82, 127, "127 numbers a frame, not "}, {TEXT, 82, 128, "4 inputs and 4 outputs"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct part parts[PARTS];
        struct told told;
        load_base(parts);
        struct sx_buffer model = tiny_model(cases[i].in ? cases[i].in : decoder_width(parts), cases[i].out, 1, 0, 0.1f);
        set_part(&parts[cases[i].part], model.data, model.length);
        sx_buffer_free(&model);
        change_card(parts, fresh_digests);
        assert_int_equal(check_parts(parts, PARTS, &told), 1);
        assert_true(has(&told.faults, cases[i].what));
        told_free(&told);
        free_parts(parts);
    }
    struct part parts[PARTS];
    struct told told;
    load_base(parts);
    struct sx_buffer model = tiny_model(82, 128, 1, 20, 0.1f);
    set_part(&parts[VOCODER], model.data, model.length);
    sx_buffer_free(&model);
    change_card(parts, fresh_digests);
    assert_int_equal(check_parts(parts, PARTS, &told), 0);
    assert_true(has(&told.hints, "looks 20 frames ahead"));
    told_free(&told);
    free_parts(parts);
}

static void folders_hold_plain_files(void **state)
{
    (void)state;
    struct part parts[PARTS];
    struct told told;
    char *path = in_work("voice"), *file = sx_path_join(path, "vocoder.onnx"), *card = sx_path_join(path, "voice.json");
    int code;
    load_base(parts);

    write_parts(path, parts, VOCODER);
    assert_int_equal(symlink("/etc/passwd", file), 0);
    assert_int_equal(check_folder(path, &told, &code), 1);
    assert_true(has(&told.faults, "symbolic link"));
    told_free(&told);
    unlink(file);

    assert_int_equal(mkfifo(file, 0600), 0);                        /* must not wait for a writer either */
    assert_int_equal(check_folder(path, &told, &code), 1);
    assert_true(has(&told.faults, "not a regular file"));
    told_free(&told);
    unlink(file);

    assert_int_equal(mkdir(file, 0755), 0);
    assert_int_equal(check_folder(path, &told, &code), 1);
    assert_true(has(&told.faults, "not a regular file"));
    told_free(&told);
    rmdir(file);

    FILE *large = fopen(file, "wb");
    assert_int_equal(ftruncate(fileno(large), (off_t)SX_PACKAGE_FILE + 1), 0);
    fclose(large);
    assert_int_equal(check_folder(path, &told, &code), 1);
    assert_true(has(&told.faults, "too large"));
    told_free(&told);

    large = fopen(card, "wb");
    assert_int_equal(ftruncate(fileno(large), (off_t)SX_CARD_BYTES + 1), 0);
    fclose(large);
    assert_int_equal(check_folder(path, &told, &code), 1);
    assert_true(has(&told.faults, "voice.json is too large"));
    told_free(&told);
    remove_folder(path);
    free(file);
    free(card);
    free(path);

    assert_int_equal(check_folder("/nonexistent/voice", &told, &code), 0);
    assert_int_equal(code, SYRINX_ERROR_NOT_FOUND);
    assert_int_equal(check_folder("/dev/null", &told, &code), 0);
    assert_int_equal(code, SYRINX_ERROR_IO);
    assert_int_equal(check_folder("voices/base/text.onnx", &told, &code), 0);
    assert_int_equal(code, SYRINX_ERROR_UNSUPPORTED);
    assert_int_equal(check_folder("README.md", &told, &code), 1);
    assert_true(has(&told.faults, "neither a folder nor a ZIP"));
    told_free(&told);
    free_parts(parts);
}

#ifdef SX_HAVE_FILES

static int check_bytes(const void *bytes, size_t length, struct told *told, struct sx_package *package)
{
    struct sx_faults faults = {.tell = hear, .user = told};
    struct sx_error error;
    memset(told, 0, sizeof *told);
    assert_int_equal(sx_package_read_zip(bytes, length, "test.zip", package, &faults, &error), SYRINX_OK);
    return faults.count;
}

/* Packs, reads, frees: the number of faults. */
static int check_zip(const struct part *parts, int count, bool deflate, struct told *told)
{
    struct sx_package package;
    size_t length;
    void *bytes = pack(parts, count, deflate, &length);
    int faults = check_bytes(bytes, length, told, &package);
    if (faults == 0) {
        assert_string_equal(package.card.name, "base");
        for (int i = 0; i <= SX_GRAPHS; i++)
            assert_non_null(package.file[i].data);
    }
    sx_package_free(&package);
    free(bytes);
    return faults;
}

static void zips_of_both_layouts(void **state)
{
    (void)state;
    static const char *const nested[PARTS] = {"my voice/voice.json", "my voice/text.onnx", "my voice/decoder.onnx", "my voice/vocoder.onnx"};
    struct part parts[PARTS + 6];
    struct told told;
    load_base(parts);
    for (int deflate = 0; deflate < 2; deflate++) {
        assert_int_equal(check_zip(parts, PARTS, deflate, &told), 0);
        told_free(&told);
    }
    for (int i = 0; i < PARTS; i++)
        parts[i].name = nested[i];
    parts[PARTS] = (struct part){"__MACOSX/my voice/._voice.json", "x", 1, 0};
    parts[PARTS + 1] = (struct part){"my voice/.DS_Store", "x", 1, 0};
    parts[PARTS + 2] = (struct part){"my voice/LICENCE.txt", "CC0", 3, 0100644};
    parts[PARTS + 3] = (struct part){"my voice/train.log", "x", 1, 0};
    parts[PARTS + 4] = (struct part){"other/text.onnx", "x", 1, 0};
    parts[PARTS + 5] = (struct part){"my voice/samples/voice.json", "x", 1, 0};
    struct sx_package package;
    size_t length;
    void *bytes = pack(parts, PARTS + 6, false, &length);
    assert_int_equal(check_bytes(bytes, length, &told, &package), 0);
    assert_int_equal(package.count, PARTS + 1);                     /* the licence comes along, nothing else does */
    assert_string_equal(package.file[PARTS].name, "LICENCE.txt");
    assert_true(has(&told.hints, "train.log") && has(&told.hints, "other/text.onnx") && has(&told.hints, "samples/voice.json") && !has(&told.hints, "DS_Store"));
    sx_package_free(&package);
    told_free(&told);
    free(bytes);
    free_parts(parts);
}

static void hostile_zips_are_refused(void **state)
{
    (void)state;
    static char zeros[4 << 20];
    static const struct { struct part part; const char *what; } cases[] = {
        {{"../evil", "x", 1, 0}, "leads out"},
        {{"/etc/evil", "x", 1, 0}, "leads out"},
        {{"a/../../evil", "x", 1, 0}, "leads out"},
        {{"a/./evil", "x", 1, 0}, "leads out"},
        {{"..\\evil", "x", 1, 0}, "leads out"},
        {{"C:evil", "x", 1, 0}, "leads out"},
        {{"a//evil", "x", 1, 0}, "leads out"},
        {{"link", "/etc/passwd", 11, 0120777}, "symbolic link"},
        {{"pipe", "x", 1, 0010644}, "device or the like"},
        {{"sub/voice.json", "{}", 2, 0}, "more than one voice.json"},
        {{"LICENSE", zeros, sizeof zeros, 0}, "too large"},
    };
    struct part parts[PARTS + 1];
    struct told told;
    load_base(parts);
    for (size_t i = 0; i < COUNT(cases); i++) {
        parts[PARTS] = cases[i].part;
        assert_true(check_zip(parts, PARTS + 1, false, &told) >= 1);
        assert_true(has(&told.faults, cases[i].what));
        assert_null(strchr(told.faults.data, 033));
        told_free(&told);
    }
    set_part(&parts[TEXT], zeros, sizeof zeros);                    /* packs a thousandfold */
    assert_true(check_zip(parts, PARTS, true, &told) >= 1);
    assert_true(has(&told.faults, "100-fold"));
    told_free(&told);
    assert_int_equal(check_zip(parts, PARTS, false, &told), 1);      /* not packed: read, and damaged */
    assert_true(has(&told.faults, "SHA-256"));
    told_free(&told);
    assert_int_equal(check_zip(parts + 1, 3, false, &told), 1);
    assert_true(has(&told.faults, "no voice.json"));
    told_free(&told);
    free_parts(parts);

    struct part many[300];
    char names[300][16];
    for (int i = 0; i < 300; i++) {
        snprintf(names[i], sizeof names[i], "f%d", i);
        many[i] = (struct part){i ? names[i] : "voice.json", "{}", 2, 0};
    }
    assert_true(check_zip(many, 300, false, &told) >= 1);
    assert_true(has(&told.faults, "more than 256 files"));
    told_free(&told);
}

/* Two entries of one name: libzip writes none such, so the second name is changed in the bytes. */
static void twins_are_refused(void **state)
{
    (void)state;
    struct part parts[PARTS + 1];
    struct told told;
    struct sx_package package;
    size_t length;
    load_base(parts);
    parts[PARTS] = (struct part){"LICENSE2", "mine", 4, 0};
    parts[TEXT].name = "LICENSE1";
    unsigned char *bytes = pack(parts, PARTS + 1, false, &length);
    int changed = 0;
    for (size_t i = 0; i + 8 <= length; i++) {
        if (memcmp(bytes + i, "LICENSE2", 8) == 0) {
            bytes[i + 7] = '1';
            changed++;
        }
    }
    assert_int_equal(changed, 2);                                   /* in front of the file, and in the directory */
    assert_true(check_bytes(bytes, length, &told, &package) >= 1);
    assert_true(has(&told.faults, "two files in it are named LICENSE1"));
    sx_package_free(&package);
    told_free(&told);
    free(bytes);
    free_parts(parts);
}

/* A small package, cut anywhere and with any byte changed: refused or read, never worse. */
static void damaged_zips(void **state)
{
    (void)state;
    struct part parts[PARTS];
    struct told told;
    struct sx_package package;
    size_t length;
    load_base(parts);
    for (int i = 1; i < PARTS; i++)
        set_part(&parts[i], "\x08\x08", 2);
    change_card(parts, fresh_digests);
    unsigned char *bytes = pack(parts, PARTS, true, &length), *copy = malloc(length);
    for (size_t n = 0; n < length; n++) {
        assert_true(check_bytes(bytes, n, &told, &package) >= 1);
        sx_package_free(&package);
        told_free(&told);
    }
    int refused = 0;
    for (unsigned i = 0; i < 3000; i++) {
        memcpy(copy, bytes, length);
        copy[i * 2654435761u % length] ^= (unsigned char)(1 + i % 255);
        refused += check_bytes(copy, length, &told, &package) > 0;
        sx_package_free(&package);
        told_free(&told);
    }
    assert_true(refused > 1000);
    bytes[length - 22 + 10] = 0xFF;                                 /* "65535 files" */
    bytes[length - 22 + 11] = 0xFF;
    assert_int_equal(check_bytes(bytes, length, &told, &package), 1);
    assert_true(has(&told.faults, "too large"));
    sx_package_free(&package);
    told_free(&told);
    free(copy);
    free(bytes);
    free_parts(parts);
}

#endif

static int make_work(void **state)
{
    (void)state;
    return mkdtemp(work) ? 0 : -1;
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
        cmocka_unit_test(the_shipped_voice_is_whole), cmocka_unit_test(all_faults_are_told), cmocka_unit_test(networks_that_do_not_fit),
        cmocka_unit_test(folders_hold_plain_files),
#ifdef SX_HAVE_FILES
        cmocka_unit_test(zips_of_both_layouts), cmocka_unit_test(hostile_zips_are_refused), cmocka_unit_test(twins_are_refused),
        cmocka_unit_test(damaged_zips),
#endif
    };
    return cmocka_run_group_tests(tests, make_work, remove_work);
}
