/* quiet.h - keeps the sound system's own libraries from writing to stderr while we look for a device. */
#ifndef SX_AUDIO_QUIET_H
#define SX_AUDIO_QUIET_H

struct sx_quiet {
    void *alsa, *jack_error, *jack_info;        /* what was set before */
};

/* ALSA (this thread only) and JACK report nothing until sx_quiet_end; libraries that are not loaded are left alone. */
void sx_quiet_begin(struct sx_quiet *quiet);
void sx_quiet_end(const struct sx_quiet *quiet);

#endif
