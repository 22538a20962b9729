/* fuzz_epub.c - any bytes as an EPUB; or, since checksums stop most of them at the door, as the files of one: package, contents and two chapters, parted
 * by NUL bytes. The first byte chooses. */
#include <zip.h>

#include "document.h"

static void add(zip_t *zip, const char *name, const void *data, size_t size)
{
    zip_source_t *source = zip_source_buffer(zip, data, size, 0);
    zip_int64_t index = source ? zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8) : -1;
    if (index < 0)
        abort();
    zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_STORE, 0);
}

static int pack(const uint8_t *data, size_t size)
{
    static const char container[] = "<container><rootfiles><rootfile full-path=\"p\"/></rootfiles></container>";
    static const char *const names[] = { "p", "n", "a", "b" };
    zip_error_t error;
    zip_stat_t info;
    zip_error_init(&error);
    zip_source_t *target = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_t *zip = target ? zip_open_from_source(target, ZIP_TRUNCATE, &error) : NULL;
    if (!zip)
        abort();
    zip_source_keep(target);
    add(zip, "META-INF/container.xml", container, strlen(container));
    for (int i = 0; i < 4; i++) {
        const uint8_t *nul = size && i < 3 ? memchr(data, 0, size) : NULL;
        size_t n = nul ? (size_t)(nul - data) : size;
        add(zip, names[i], data, n);
        n += nul != NULL;
        data += n;
        size -= n;
    }
    if (zip_close(zip) != 0 || zip_source_open(target) != 0 || zip_source_stat(target, &info) != 0)
        abort();
    char *bytes = malloc(info.size);
    if (!bytes || zip_source_read(target, bytes, info.size) != (zip_int64_t)info.size)
        abort();
    zip_source_close(target);
    zip_source_free(target);
    zip_error_fini(&error);
    fuzz_document(bytes, info.size, SYRINX_DOCUMENT_EPUB);
    free(bytes);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    return data[0] == 'P' ? fuzz_document(data, size, SYRINX_DOCUMENT_EPUB) : pack(data + 1, size - 1);
}
