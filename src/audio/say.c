/* say.c - syrinx_say: the shortest program that speaks, made of nothing but the public interface. */
#include "base/error.h"

#define BLOCK 480

static int keep(int code, const char *message)
{
    return sx_fail(sx_thread_error(), code, "%s", message);
}

static int pump(syrinx_stream *stream, syrinx_player *player)
{
    float samples[BLOCK];
    int n;
    while ((n = syrinx_stream_read(stream, samples, BLOCK)) > 0) {
        int code = syrinx_player_write(player, samples, n);
        if (code < 0)
            return keep(code, syrinx_player_message(player));
    }
    if (n < 0)
        return keep(n, syrinx_stream_message(stream));
    int code = syrinx_player_drain(player);
    return code < 0 ? keep(code, syrinx_player_message(player)) : SYRINX_OK;
}

int syrinx_say(const char *text)
{
    syrinx_voice *voice = NULL;
    syrinx_stream *stream = NULL;
    syrinx_player *player = NULL;
    if (!text)
        return keep(SYRINX_ERROR_ARGUMENT, "syrinx_say: no text");
    int code = syrinx_voice_open(NULL, NULL, &voice);
    if (code == SYRINX_OK)
        code = syrinx_player_new(syrinx_voice_sample_rate(voice), 1, NULL, &player);
    if (code == SYRINX_OK)
        code = syrinx_stream_new(voice, NULL, &stream);
    if (code == SYRINX_OK) {
        code = syrinx_stream_text(stream, text, SYRINX_LEN_AUTO, SYRINX_TEXT);
        if (code == SYRINX_OK)
            code = syrinx_stream_end(stream);
        code = code < 0 ? keep(code, syrinx_stream_message(stream)) : pump(stream, player);
    }
    syrinx_player_free(player);
    syrinx_stream_free(stream);
    syrinx_voice_close(voice);
    return code;
}
