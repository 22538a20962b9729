/* shelf_zip.c - files of a package in a ZIP archive: what a hostile one may hold (paths that lead out, links, bombs, many files) is refused before any
 * of it is unpacked, and nothing is unpacked to disk. */
#include "voice/package.h"

#ifdef SX_HAVE_FILES

#include <stdlib.h>
#include <string.h>
#include <zip.h>

enum { RATIO_FROM = 1 << 20, END_RECORD = 22, COMMENT = 65535, UNIX_TYPE = 0170000, UNIX_FILE = 0100000, UNIX_LINK = 0120000, UNIX_FOLDER = 0040000 };

/* The directory is read as a whole by libzip, so its record tells first how much that will be. A ZIP64, which says 65535, is no voice either. */
static bool is_small(const unsigned char *bytes, size_t length)
{
    size_t from = length > END_RECORD + COMMENT ? length - END_RECORD - COMMENT : 0;
    for (size_t i = from; i + END_RECORD <= length; i++)
        if (memcmp(bytes + i, "PK\5\6", 4) == 0 && (bytes[i + 10] | bytes[i + 11] << 8) > 2 * SX_PACKAGE_ENTRIES)
            return false;
    return true;
}

/* A path that stays where it is: no beginning at the root, no way up, nothing that some system takes for a separator, nothing that cannot be seen. */
static bool is_inside(const char *name)
{
    if (!*name || *name == '/' || strlen(name) > 1000)
        return false;
    for (const char *c = name; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7F || *c == '\\' || (*c == ':' && c == name + 1))
            return false;
    for (const char *part = name; part; part = strchr(part, '/')) {
        part += *part == '/';
        size_t n = strcspn(part, "/");
        if ((n == 1 && part[0] == '.') || (n == 2 && part[0] == '.' && part[1] == '.') || (n == 0 && *part))
            return false;
    }
    return true;
}

/* What Macs put beside files. */
static bool is_litter(const char *name)
{
    const char *last = strrchr(name, '/');
    last = last ? last + 1 : name;
    return strncmp(name, "__MACOSX/", 9) == 0 || strcmp(last, ".DS_Store") == 0;
}

/* One entry of the directory: NULL after a fault, "" for what does not count. */
static const char *entry_name(struct sx_shelf *shelf, zip_uint64_t i, struct sx_faults *faults)
{
    const char *name = zip_get_name(shelf->zip, i, 0);
    zip_uint8_t system = 0;
    zip_uint32_t attributes = 0;
    if (!name || !is_inside(name)) {
        sx_fault(faults, SYRINX_ERROR_INPUT, "%s: the name \"%.200s\" in it leads out of its folder, or is none", shelf->where, name ? name : "");
        return NULL;
    }
    if (zip_file_get_external_attributes(shelf->zip, i, 0, &system, &attributes) == 0 && system == ZIP_OPSYS_UNIX) {
        zip_uint32_t type = attributes >> 16 & UNIX_TYPE;
        if (type && type != UNIX_FILE && type != UNIX_FOLDER) {
            sx_fault(faults, SYRINX_ERROR_INPUT, "%s: %.200s in it is a %s; a package holds its files themselves", shelf->where, name,
                     type == UNIX_LINK ? "symbolic link" : "device or the like");
            return NULL;
        }
    }
    return name[strlen(name) - 1] == '/' || is_litter(name) ? "" : name;
}

/* Finds the one voice.json, at the top or in a folder there: *prefix is that folder's name with its slash, by length. */
static bool find_card(struct sx_shelf *shelf, zip_int64_t count, const char **prefix, size_t *length, struct sx_faults *faults)
{
    int cards = 0;
    bool good = true;
    for (zip_int64_t i = 0; i < count; i++) {
        const char *name = entry_name(shelf, (zip_uint64_t)i, faults);
        good = good && name;
        if (!name || !*name)
            continue;
        const char *slash = strchr(name, '/'), *last = slash ? slash + 1 : name;
        if (strcmp(last, "voice.json") == 0) {
            cards++;
            *prefix = name;
            *length = (size_t)(last - name);
        }
    }
    if (good && cards == 0)
        sx_fault(faults, SYRINX_ERROR_FORMAT, "%s: no voice.json in it, at the top or in a folder there: not a voice package", shelf->where);
    else if (good && cards > 1)
        sx_fault(faults, SYRINX_ERROR_INPUT, "%s: more than one voice.json in it; a package holds one voice", shelf->where);
    return good && cards == 1;
}

int sx_shelf_zip(const void *bytes, size_t length, struct sx_shelf *shelf, struct sx_faults *faults, struct sx_error *error)
{
    if (length > SX_PACKAGE_ALL || !is_small(bytes, length)) {
        sx_fault(faults, SYRINX_ERROR_INPUT, "%s: too large: %d MiB and %d files are the most that a voice may have", shelf->where, SX_PACKAGE_ALL >> 20, SX_PACKAGE_ENTRIES);
        return SYRINX_OK;
    }
    zip_error_t why;
    zip_error_init(&why);
    zip_source_t *source = zip_source_buffer_create(bytes, length, 0, &why);
    if (source)
        shelf->zip = zip_open_from_source(source, ZIP_RDONLY, &why);
    int code = SYRINX_OK;
    if (!shelf->zip) {
        if (zip_error_code_zip(&why) == ZIP_ER_MEMORY)
            code = sx_fail(error, SYRINX_ERROR_MEMORY, "out of memory");
        else
            sx_fault(faults, SYRINX_ERROR_FORMAT, "%s: not a ZIP archive, or damaged: %s", shelf->where, zip_error_strerror(&why));
        if (source)
            zip_source_free(source);
    }
    zip_error_fini(&why);
    const char *prefix = "";
    size_t n = 0;
    zip_int64_t count = shelf->zip ? zip_get_num_entries(shelf->zip, 0) : 0;
    if (!shelf->zip || !find_card(shelf, count, &prefix, &n, faults))
        return code;
    for (zip_int64_t i = 0; i < count; i++) {
        const char *name = zip_get_name(shelf->zip, (zip_uint64_t)i, 0);
        if (!name || name[strlen(name) - 1] == '/' || is_litter(name))
            continue;
        if (strncmp(name, prefix, n) != 0 || strchr(name + n, '/')) {
            sx_hint(faults, "%s: %.200s in it does not belong to the voice and is left out", shelf->where, name);
            continue;
        }
        for (int k = 0; k < shelf->count; k++)
            if (strcmp(shelf->names[k], name + n) == 0)     /* which one is meant depends on who reads it: a way past a check */
                sx_fault(faults, SYRINX_ERROR_INPUT, "%s: two files in it are named %.200s", shelf->where, name);
        if (!sx_shelf_add(shelf, name + n, (uint64_t)i, faults))
            break;
    }
    return SYRINX_OK;
}

bool sx_shelf_read_zip(struct sx_shelf *shelf, int i, size_t limit, struct sx_package_file *file, struct sx_faults *faults)
{
    zip_stat_t info;
    const char *name = shelf->names[i];
    if (zip_stat_index(shelf->zip, shelf->index[i], 0, &info) != 0 || !(info.valid & ZIP_STAT_SIZE)) {
        sx_fault(faults, SYRINX_ERROR_FORMAT, "%s: %s in it is damaged", shelf->where, name);
        return false;
    }
    if ((info.valid & ZIP_STAT_ENCRYPTION_METHOD) && info.encryption_method != ZIP_EM_NONE) {
        sx_fault(faults, SYRINX_ERROR_INPUT, "%s: %s in it is enciphered", shelf->where, name);
        return false;
    }
    if (info.size > limit || shelf->total + info.size > SX_PACKAGE_ALL) {
        sx_fault(faults, SYRINX_ERROR_INPUT, "%s: %s in it is too large: %zu bytes are the most, and %d MiB for all files", shelf->where, name, limit, SX_PACKAGE_ALL >> 20);
        return false;
    }
    if (info.size > RATIO_FROM && (info.valid & ZIP_STAT_COMP_SIZE) && info.comp_size < info.size / SX_PACKAGE_RATIO) {
        sx_fault(faults, SYRINX_ERROR_INPUT, "%s: %s in it is packed more than %d-fold: no voice is", shelf->where, name, SX_PACKAGE_RATIO);
        return false;
    }
    zip_file_t *in = zip_fopen_index(shelf->zip, shelf->index[i], 0);
    size_t done = 0;
    zip_int64_t n = 1;
    char more;
    file->data = in ? malloc((size_t)info.size + 1) : NULL;
    while (file->data && done < info.size && (n = zip_fread(in, file->data + done, info.size - done)) > 0)
        done += (size_t)n;
    bool good = file->data && done == info.size && zip_fread(in, &more, 1) == 0;    /* the checksum is looked at behind the last byte */
    if (in && !file->data)
        sx_fault(faults, SYRINX_ERROR_MEMORY, "out of memory");
    else if (!good)
        sx_fault(faults, SYRINX_ERROR_FORMAT, "%s: %s in it is damaged, or packed in a way that is not known here", shelf->where, name);
    if (in)
        zip_fclose(in);
    file->size = good ? done : 0;
    shelf->total += file->size;
    return good;
}

void sx_shelf_close_zip(struct sx_shelf *shelf)
{
    if (shelf->zip)
        zip_discard(shelf->zip);
    shelf->zip = NULL;
}

#else

int sx_shelf_zip(const void *bytes, size_t length, struct sx_shelf *shelf, struct sx_faults *faults, struct sx_error *error)
{
    (void)bytes, (void)length, (void)faults;
    return sx_fail(error, SYRINX_ERROR_UNSUPPORTED, "%s: this build reads no ZIP archives; unpack it and give the folder", shelf->where);
}

bool sx_shelf_read_zip(struct sx_shelf *shelf, int i, size_t limit, struct sx_package_file *file, struct sx_faults *faults)
{
    (void)shelf, (void)i, (void)limit, (void)file, (void)faults;
    return false;
}

void sx_shelf_close_zip(struct sx_shelf *shelf)
{
    (void)shelf;
}

#endif
