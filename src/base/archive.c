/* archive.c - ZIP by libzip, never to disk: every file read counts against limits on its size, its packing and their sum. */
#include "base/archive.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

enum { RATIO = 300, RATIO_FROM = 1 << 20 };     /* text packs 3- to 10-fold; more than this and a megabyte is a bomb */

struct sx_archive {
    zip_t *zip;
    uint64_t total;             /* bytes read so far */
};

int sx_archive_open(const void *bytes, size_t length, struct sx_archive **out, struct sx_error *error)
{
    zip_error_t why;
    struct sx_archive *archive = calloc(1, sizeof *archive);
    *out = NULL;
    zip_error_init(&why);
    zip_source_t *source = archive ? zip_source_buffer_create(bytes, length, 0, &why) : NULL;
    if (source)
        archive->zip = zip_open_from_source(source, ZIP_RDONLY, &why);
    if (!archive || !archive->zip) {
        int code = !archive || zip_error_code_zip(&why) == ZIP_ER_MEMORY ? sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory")
                 : sx_fail(error, SYRINX_ERROR_FORMAT, "not a ZIP archive, or damaged: %s", zip_error_strerror(&why));
        if (source)
            zip_source_free(source);
        zip_error_fini(&why);
        free(archive);
        return code;
    }
    zip_error_fini(&why);
    if (zip_get_num_entries(archive->zip, 0) > SX_ARCHIVE_FILES) {
        sx_archive_close(archive);
        return sx_fail(error, SYRINX_ERROR_INPUT, "more than %d files in the archive", SX_ARCHIVE_FILES);
    }
    *out = archive;
    return SYRINX_OK;
}

void sx_archive_close(struct sx_archive *archive)
{
    if (!archive)
        return;
    zip_discard(archive->zip);
    free(archive);
}

static zip_int64_t locate(const struct sx_archive *archive, const char *name)
{
    zip_int64_t index = zip_name_locate(archive->zip, name, 0);
    return index >= 0 ? index : zip_name_locate(archive->zip, name, ZIP_FL_NOCASE);
}

bool sx_archive_has(const struct sx_archive *archive, const char *name)
{
    return locate(archive, name) >= 0;
}

int sx_archive_read(struct sx_archive *archive, const char *name, char **bytes, size_t *length, struct sx_error *error)
{
    zip_stat_t info;
    zip_int64_t index = locate(archive, name);
    *bytes = NULL;
    *length = 0;
    if (index < 0 || zip_stat_index(archive->zip, (zip_uint64_t)index, 0, &info) != 0 || !(info.valid & ZIP_STAT_SIZE))
        return sx_fail(error, SYRINX_ERROR_FORMAT, "the file \"%s\" is missing in it", name);
    if ((info.valid & ZIP_STAT_ENCRYPTION_METHOD) && info.encryption_method != ZIP_EM_NONE)
        return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "the file \"%s\" in it is enciphered", name);
    if (info.size > SX_ARCHIVE_ENTRY || archive->total + info.size > SX_ARCHIVE_TOTAL)
        return sx_fail(error, SYRINX_ERROR_INPUT, "\"%s\" in it is too large: %d MB a file and %d MB an archive are the most", name,
                       SX_ARCHIVE_ENTRY >> 20, SX_ARCHIVE_TOTAL >> 20);
    if (info.size > RATIO_FROM && (info.valid & ZIP_STAT_COMP_SIZE) && info.comp_size < info.size / RATIO)
        return sx_fail(error, SYRINX_ERROR_INPUT, "\"%s\" in it is packed more than %d-fold: no text is", name, RATIO);
    zip_file_t *file = zip_fopen_index(archive->zip, (zip_uint64_t)index, 0);
    char *data = file ? malloc((size_t)info.size + 1) : NULL;
    size_t done = 0;
    zip_int64_t n = 1;
    while (data && done < info.size && (n = zip_fread(file, data + done, info.size - done)) > 0)
        done += (size_t)n;
    char more;
    bool good = data && done == info.size && zip_fread(file, &more, 1) == 0;        /* the checksum is looked at behind the last byte */
    bool memory = file && !data;
    if (file)
        zip_fclose(file);
    if (!good) {
        free(data);
        return memory ? sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory") : sx_fail(error, SYRINX_ERROR_FORMAT, "the file \"%s\" in it is damaged", name);
    }
    data[done] = '\0';
    archive->total += done;
    *bytes = data;
    *length = done;
    return SYRINX_OK;
}
