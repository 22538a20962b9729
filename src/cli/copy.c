/* copy.c - `syrinx copy`: a recording through the analysis and the voice's vocoder (copy synthesis). */
#include "recording.h"

#define BLOCK 4800

static int write_all(const float *samples, size_t count, int rate, const char *path, const char *format, int output_rate, const char *artist)
{
    struct cli_sound sound;
    const struct cli_sound_options options = { .format = format, .output_rate = output_rate, .artist = artist };
    int status = cli_sound_open(&sound, path, rate, &options);
    if (status != CLI_DONE)
        return status;
    for (size_t at = 0; status == CLI_DONE && at < count; at += BLOCK) {
        status = cli_interrupted() ? cli_interrupt_status() : cli_sound_write(&sound, samples + at, (int)(count - at < BLOCK ? count - at : BLOCK));
    }
    if (status == CLI_DONE)
        status = cli_sound_close(&sound, NULL, NULL);
    else
        cli_sound_abandon(&sound);
    return cli_interrupted() ? cli_interrupt_status() : status;
}

int cli_copy(int argc, char **argv)
{
    const char *voice_name = NULL, *output = NULL, *format = NULL;
    int sample_rate = 0;
    uint64_t seed = 0;
    const struct cli_option options[] = {
        { "output", 'o', CLI_STRING, &output, "FILE", "write sound to FILE; - is standard output (WAV)", 0, 0 },
        { "format", 0, CLI_STRING, &format, "FORMAT", "wav, flac, ogg, opus, mp3 or raw (float32); by the name's ending", 0, 0 },
        { "sample-rate", 0, CLI_INT, &sample_rate, "HZ", "of the file; the voice's own if not given", 1000, 384000 },
        { "voice", 'v', CLI_STRING, &voice_name, "VOICE", "the voice whose vocoder is used", 0, 0 },
        { "seed", 0, CLI_UINT64, &seed, "N", "of the noise in the voice", 0, 0 },
        { NULL, 0, 0, NULL, NULL, NULL, 0, 0 },
    };
    const struct cli_usage usage = {
        "copy", "[OPTION]... IN.wav",
        "Analyses a recording (WAV, 8 to 192 kHz; several channels are averaged) into mel bands, pitch and\n"
        "voicing, and makes it sound again by the voice's vocoder. To the speakers when there is no -o.", options,
    };
    int operands, status;
    struct cli_recording recording;
    syrinx_voice *voice = NULL;
    float *samples = NULL;
    size_t count = 0;
    if (!cli_config(options, &status) || !cli_options(&usage, argc, argv, &operands, &status))
        return status;
    if (operands != 1)
        return cli_misuse(operands ? "one recording at a time" : "no recording given");
    if (format && !output)
        return cli_misuse("--format without -o");
    status = cli_recording_read(argv[1], &recording);
    if (status == CLI_DONE) {
        int code = syrinx_voice_open(voice_name, NULL, &voice);
        if (code == SYRINX_OK)
            code = syrinx_copy(voice, recording.samples, recording.count, recording.rate, seed, &samples, &count);
        if (code < 0)
            status = cli_failed(code, syrinx_last_message());
        else
            status = write_all(samples, count, syrinx_voice_sample_rate(voice), output, format, sample_rate, syrinx_voice_name(voice));
    }
    syrinx_free(samples);
    syrinx_voice_close(voice);
    cli_recording_free(&recording);
    return status;
}
