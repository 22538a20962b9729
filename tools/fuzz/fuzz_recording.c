/* fuzz_recording.c - WAV files as `syrinx copy` reads them. The command's reader is compiled in, with its messages silenced. */
#include <stdarg.h>

#include "cli/recording.c"

void cli_error(const char *format, ...)
{
    (void)format;
}

void cli_note(const char *format, ...)
{
    (void)format;
}

int cli_failed(int code, const char *message)
{
    (void)code, (void)message;
    return CLI_FAILED;
}

int cli_wait_readable(int fd)
{
    (void)fd;
    return 1;
}

int cli_interrupt_status(void)
{
    return CLI_INTERRUPTED;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes bytes = { (unsigned char *)data, size };
    struct cli_recording recording = { 0 };
    if (decode("fuzz", &bytes, &recording) == CLI_DONE) {
        for (size_t i = 0; i < recording.count; i++) {
            if (!isfinite(recording.samples[i]))
                abort();
        }
    }
    cli_recording_free(&recording);
    return 0;
}
