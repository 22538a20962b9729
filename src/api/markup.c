/* markup.c - SSML given to a stream: which speaker a <voice> gets, which recordings may be heard, where its text goes. */
#include <math.h>
#include <string.h>

#include "api/stream.h"
#include "audio/recording.h"
#include "base/ascii.h"

static void warn(void *user, const char *message)
{
    sx_stream_warn(user, message);
}

static bool playable(void *user, const char *path)
{
    (void)user;
    return sx_recording_readable(path);
}

/* Is `tag` one of the blank-parted tags, or of the same language? */
static bool speaks(const char *languages, const char *tag)
{
    for (const char *p = languages; *p;) {
        size_t n = strcspn(p, " "), primary = strcspn(p, " -_");
        if (n && (!sx_ascii_compare_n(p, tag, n) || (primary == strcspn(tag, "-_") && !sx_ascii_compare_n(p, tag, primary))))
            return true;
        p += n;
        p += strspn(p, " ");
    }
    return false;
}

/* The first name that the voice has; else the variant-th speaker that fits gender and languages. */
static const char *choose_voice(void *user, const char *names, const char *gender, int age, int variant, const char *languages)
{
    const struct sx_voice *voice = ((const struct syrinx_stream *)user)->voice->voice;
    const struct sx_card *card = &voice->card;
    (void)age;          /* no card tells it */
    for (const char *p = names ? names : ""; *p;) {
        size_t n = strcspn(p, " ");
        for (int i = 0; i < sx_voice_speaker_count(voice); i++) {
            const char *name = sx_voice_speaker(voice, i);
            if (strlen(name) == n && !sx_ascii_compare_n(name, p, n))
                return name;
        }
        p += n;
        p += strspn(p, " ");
    }
    if (!gender && !languages && variant < 1)
        return NULL;
    int fitting[SX_SPEAKERS], count = 0;
    for (int i = 0; i < card->speaker_count; i++) {
        bool sex = !gender || (*gender == 'f' && card->sex[i] == 'f') || (*gender == 'm' && card->sex[i] == 'm') || (*gender != 'f' && *gender != 'm');
        if (sex && (!languages || speaks(languages, card->language[i])))
            fitting[count++] = i;
    }
    return count ? card->speakers[fitting[variant > 0 ? (variant - 1) % count : 0]] : NULL;
}

int sx_stream_ssml(struct syrinx_stream *stream, const char *text, size_t length)
{
    struct sx_error *error = &stream->error;
    int code = SYRINX_OK;
    if (!stream->ssml) {
        float mean = 0;
        for (int i = 0; i < stream->voice->voice->card.speaker_count; i++)
            mean += stream->weights[i] * stream->voice->voice->card.pitch[i];
        const struct sx_ssml_options options = {
            .user = stream, .warn = warn, .choose_voice = choose_voice, .playable = stream->folder ? playable : NULL, .folder = stream->folder, .hertz = stream->voice->voice->piper ? 0 : expf(mean)};
        struct sx_markup_sink sink;
        sx_reader_sink(stream->reader, &sink);
        code = sx_ssml_new(&options, &sink, stream->given, &stream->ssml, error);
    } else if (!sx_ssml_begun(stream->ssml)) {
        code = sx_ssml_reset(stream->ssml, stream->given, error);
    }
    if (code == SYRINX_OK)
        code = sx_ssml_push(stream->ssml, text, length, error);
    stream->given += length;
    return code;
}

int sx_stream_ssml_end(struct syrinx_stream *stream)
{
    if (!stream->ssml || !sx_ssml_begun(stream->ssml))
        return SYRINX_OK;
    int code = sx_ssml_end(stream->ssml, &stream->error);
    struct sx_error later;
    int again = sx_ssml_reset(stream->ssml, stream->given, &later);
    if (again == SYRINX_OK)
        again = sx_reader_style(stream->reader, &sx_style_plain, &later);
    if (code == SYRINX_OK && again < 0)
        code = sx_fail(&stream->error, again, "%s", later.message);
    return code;
}
