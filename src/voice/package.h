/* package.h - voice packages on their way: read from a folder or a ZIP into memory, checked as a whole, put into the user's folder, taken out of it.
 *
 * A package comes from strangers. Nothing of it is written anywhere before all of it was checked, and then only the files that its card names (and
 * licences and the like), under names of one level. Reading goes on behind a fault, so that a check tells all of them. */
#ifndef SX_VOICE_PACKAGE_H
#define SX_VOICE_PACKAGE_H

#include "voice/voice.h"

enum {
    SX_PACKAGE_FILE = 256 << 20,    /* most bytes of a network, of all files together, of a ZIP, of a licence or a note */
    SX_PACKAGE_ALL = 512 << 20,
    SX_PACKAGE_NOTE = 1 << 20,
    SX_PACKAGE_NOTES = 8,           /* licences and notes kept */
    SX_PACKAGE_ENTRIES = 256,       /* files in the folder or the ZIP */
    SX_PACKAGE_RATIO = 100          /* weights hardly pack at all; a megabyte packed more than this is a bomb */
};

struct sx_package_file {
    char *name;                     /* of one level */
    unsigned char *data;            /* [size], ours */
    size_t size;
};

struct sx_package {
    char *where;                    /* path, for messages */
    bool is_folder;
    struct sx_card card;
    struct sx_package_file file[1 + SX_GRAPHS + SX_PACKAGE_NOTES];  /* voice.json, the networks (data NULL: not there), notes */
    int count;
};

/* Reads a folder or a ZIP. Faults are told; the package holds what could be read and must be freed. Negative when there is nothing to look at: NOT_FOUND,
 * IO, MEMORY, UNSUPPORTED (a ZIP in a build without; an ONNX file by itself). */
int sx_package_read(const char *path, struct sx_package *package, struct sx_faults *faults, struct sx_error *error);
/* The same for a ZIP in memory. */
int sx_package_read_zip(const void *bytes, size_t length, const char *where, struct sx_package *package, struct sx_faults *faults, struct sx_error *error);
void sx_package_free(struct sx_package *package);

/* The same for a Piper voice (sx_voice_piper_file found it): both files in memory, checked; *voice as sx_package_check gives it. */
int sx_package_read_piper(const char *onnx, struct sx_package *package, struct sx_faults *faults, struct sx_voice **voice, struct sx_error *error);

/* Everything that opening a voice checks, and that the networks can run along time. Gives a voice of what is in the package's memory (to be closed before
 * the package is freed) when there is no fault, else NULL. */
void sx_package_check(const struct sx_package *package, struct sx_faults *faults, struct sx_voice **voice);

/* Writes a package without faults into the user's folder, under its name, in one step; with `replace` over a voice of that name. *folder in fresh memory.
 * EXISTS, IO, NOT_FOUND (no home), INPUT (what is there has files that are no voice's), MEMORY. */
int sx_package_install(const struct sx_package *package, bool replace, char **folder, struct sx_error *error);
/* Takes a voice out of the user's folder. NOT_FOUND (tells where else one of that name is), INPUT as above, IO, MEMORY. */
int sx_package_remove(const char *name, char **folder, struct sx_error *error);

/* -------------------------------------------------------------- the parts, for each other and for tests */

/* Where files come from: a folder or a ZIP. */
struct sx_shelf {
    const char *where;
    int count;
    char *names[SX_PACKAGE_ENTRIES];        /* of one level, in any order */
    int folder;                             /* descriptor, -1 */
    struct zip *zip;
    uint64_t index[SX_PACKAGE_ENTRIES];     /* in the ZIP */
    uint64_t total;                         /* bytes read so far */
};

int sx_shelf_folder(const char *path, struct sx_shelf *shelf, struct sx_faults *faults, struct sx_error *error);
/* The bytes must outlive the shelf. */
int sx_shelf_zip(const void *bytes, size_t length, struct sx_shelf *shelf, struct sx_faults *faults, struct sx_error *error);
/* File `i` in fresh memory; false after a fault. */
bool sx_shelf_read(struct sx_shelf *shelf, int i, size_t limit, struct sx_package_file *file, struct sx_faults *faults);
bool sx_shelf_read_zip(struct sx_shelf *shelf, int i, size_t limit, struct sx_package_file *file, struct sx_faults *faults);
void sx_shelf_close(struct sx_shelf *shelf);
void sx_shelf_close_zip(struct sx_shelf *shelf);
/* Puts a name on the shelf; false after a fault (too many). */
bool sx_shelf_add(struct sx_shelf *shelf, const char *name, uint64_t index, struct sx_faults *faults);
/* The files that belong beside a voice without a card that names them: licences and notes. */
bool sx_is_note(const char *name);

#endif
