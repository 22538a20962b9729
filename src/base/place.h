/* place.h - where the library itself lies: what belongs to it is looked for nearby. */
#ifndef SX_BASE_PLACE_H
#define SX_BASE_PLACE_H

/* The folder of the library, or of the program that it is linked into, links followed; free() it. NULL: not known. */
char *sx_own_folder(void);

#endif
