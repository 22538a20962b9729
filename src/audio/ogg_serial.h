/* ogg_serial.h - gives the pages of an Ogg stream another serial number, so that the same sound under the same name is the same file. */
#ifndef SX_AUDIO_OGG_SERIAL_H
#define SX_AUDIO_OGG_SERIAL_H

#include <stddef.h>
#include <stdint.h>

#define SX_OGG_HEADER_MOST 282

struct sx_ogg_serial {
    uint32_t serial;
    size_t body;                /* bytes of the page at hand still to come */
};

/* The number for a file of a name: others have others, as they must where streams are put one behind another. */
uint32_t sx_ogg_serial_of(const char *path);
/* Bytes that are about to be written. Where they begin a page (a whole header, as libsndfile writes them) the changed header is put into `header` and its
 * length returned; else 0, and they are right as they are. */
size_t sx_ogg_serial_page(struct sx_ogg_serial *ogg, const unsigned char *bytes, size_t length, unsigned char header[SX_OGG_HEADER_MOST]);

#endif
