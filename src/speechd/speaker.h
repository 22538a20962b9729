/* speaker.h - the thread that speaks: takes one message at a time, sends its sound a little ahead of real time, ends at once when it is told to. */
#ifndef SD_SPEAKER_H
#define SD_SPEAKER_H

#include "speechd/output.h"
#include "speechd/spoken.h"
#include "speechd/voices.h"

struct sd_speaker;

/* `voices` is the thread's own from now on but for what any thread may do. NULL: no memory or no thread. */
struct sd_speaker *sd_speaker_new(struct sd_voices *voices, struct sd_output *output, const struct sd_config *config, void (*log)(const char *message));
/* Message `id` (sd_output_begin was called) with the settings of now. False: memory was short. */
bool sd_speaker_say(struct sd_speaker *speaker, uint64_t id, enum sd_verb verb, const char *data, size_t length, const struct sd_settings *settings);
/* The message does not live any more: leave it. Returns at once. */
void sd_speaker_leave(struct sd_speaker *speaker);
void sd_speaker_free(struct sd_speaker *speaker);

#endif
