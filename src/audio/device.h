/* device.h - finding and opening a PortAudio output stream that takes our samples as they are or nearly so. */
#ifndef SX_AUDIO_DEVICE_H
#define SX_AUDIO_DEVICE_H
#ifdef SX_HAVE_DEVICE
#include <portaudio.h>

#include "base/error.h"

struct sx_device {
    PaStream *stream;
    int rate, channels;         /* what the device takes; may differ from what was asked for */
};

/* `name`: NULL or a part of the device's name. `channels` may be doubled (mono to both sides) and the rate be the device's own when it
 * refuses ours. DEVICE with a message that says what was looked for and found. */
int sx_device_open(const char *name, int rate, int channels, double latency, PaStreamCallback *callback, void *user,
                   struct sx_device *device, struct sx_error *error);
void sx_device_close(struct sx_device *device);

#endif
#endif
