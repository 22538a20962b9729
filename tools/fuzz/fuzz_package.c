/* fuzz_package.c - any bytes as a ZIP with a voice in it: read and checked, nothing is written. The first byte picks: the bytes are the archive, or they are
 * the card of a whole package (its networks are two bytes each), which libzip packs, so that changes get past checksums and directories. */
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "voice/package.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void hear(void *user, bool hint, const char *message)
{
    *(size_t *)user += strlen(message) + hint;
}

static void check(const void *bytes, size_t length)
{
    size_t heard = 0;
    struct sx_faults faults = {.tell = hear, .user = &heard};
    struct sx_package package;
    struct sx_voice *voice = NULL;
    struct sx_error error;
    if (sx_package_read_zip(bytes, length, "fuzz.zip", &package, &faults, &error) == SYRINX_OK)
        sx_package_check(&package, &faults, &voice);
    sx_voice_close(voice);
    sx_package_free(&package);
}

static void add(zip_t *zip, const char *name, const void *data, size_t size)
{
    zip_source_t *source = zip_source_buffer(zip, data, size, 0);
    if (source && zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8) < 0)
        zip_source_free(source);
}

static void check_packed(const uint8_t *card, size_t size)
{
    zip_error_t error;
    zip_stat_t info;
    zip_error_init(&error);
    zip_source_t *target = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_t *zip = target ? zip_open_from_source(target, ZIP_TRUNCATE, &error) : NULL;
    if (!zip)
        abort();
    zip_source_keep(target);
    add(zip, "voice.json", card, size);
    add(zip, "text.onnx", "\x08\x08", 2);
    add(zip, "decoder.onnx", "\x08\x08", 2);
    add(zip, "vocoder.onnx", "\x08\x08", 2);
    add(zip, "LICENCE", card, size < 40 ? size : 40);
    if (zip_close(zip) != 0) {
        zip_discard(zip);
    } else if (zip_source_open(target) == 0 && zip_source_stat(target, &info) == 0) {
        void *bytes = malloc(info.size + 1);
        if (bytes && zip_source_read(target, bytes, info.size) == (zip_int64_t)info.size)
            check(bytes, info.size);
        free(bytes);
        zip_source_close(target);
    }
    zip_source_free(target);
    zip_error_fini(&error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    if (data[0] & 1)
        check(data + 1, size - 1);
    else
        check_packed(data + 1, size - 1);
    return 0;
}
