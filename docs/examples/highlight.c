/* highlight.c - a callback for each word when its time comes: "Say [it] loud". Sound goes to the speakers, or with a second argument into a file. */
#include <stdio.h>
#include <syrinx.h>

/* What a program does with sound and words. A result that is not 0 stops the speech. */
struct listener {
    int (*sound)(void *user, const float *samples, int count);
    int (*word)(void *user, size_t begin, size_t end, double seconds);      /* bytes of the text */
    void *user;
};

/* Words are told just before the block in which they begin is played, so a listener is at most a block (20 ms) early. */
static int speak(syrinx_stream *stream, int rate, const char *text, const struct listener *to)
{
    float block[480];
    syrinx_event event;
    int n, stop = 0, code = syrinx_stream_text(stream, text, SYRINX_LEN_AUTO, SYRINX_TEXT);
    if (code == SYRINX_OK)
        code = syrinx_stream_end(stream);
    if (code < 0)
        return code;
    while (!stop && (n = syrinx_stream_read(stream, block, 480)) > 0) {
        while (!stop && syrinx_stream_event(stream, &event) == 1)
            if (event.type == SYRINX_EVENT_WORD)
                stop = to->word(to->user, (size_t)event.text_begin, (size_t)event.text_end, (double)event.sample / rate);
        if (!stop)
            stop = to->sound(to->user, block, n);
    }
    if (stop)
        syrinx_stream_cancel(stream);       /* what is left is dropped; the stream can be used again */
    return stop ? 0 : n;
}

struct program {
    const char *text;
    syrinx_player *player;                  /* one of both */
    syrinx_writer *writer;
};

static int on_sound(void *user, const float *samples, int count)
{
    struct program *program = user;
    return program->player ? syrinx_player_write(program->player, samples, count) : syrinx_writer_write(program->writer, samples, count);
}

static int on_word(void *user, size_t begin, size_t end, double seconds)
{
    const char *text = ((struct program *)user)->text;
    printf("%6.2f s  %.*s[%.*s]%s\n", seconds, (int)begin, text, (int)(end - begin), text + begin, text + end);
    return 0;
}

int main(int argc, char **argv)
{
    struct program program = { argc > 1 ? argv[1] : "The current word is highlighted.", NULL, NULL };
    const struct listener listener = { on_sound, on_word, &program };
    syrinx_voice *voice = NULL;
    syrinx_stream *stream = NULL;
    int code = syrinx_voice_open(NULL, NULL, &voice);
    if (code == SYRINX_OK)
        code = syrinx_stream_new(voice, NULL, &stream);
    if (code == SYRINX_OK && argc > 2) {
        syrinx_writer_options options;
        syrinx_writer_options_init(&options);
        options.sample_rate = syrinx_voice_sample_rate(voice);
        code = syrinx_writer_open(argv[2], &options, &program.writer);
    } else if (code == SYRINX_OK) {
        code = syrinx_player_new(syrinx_voice_sample_rate(voice), 1, NULL, &program.player);
    }
    if (code < 0)
        fprintf(stderr, "%s\n", syrinx_last_message());
    else if ((code = speak(stream, syrinx_voice_sample_rate(voice), program.text, &listener)) < 0)
        fprintf(stderr, "%s\n", syrinx_stream_message(stream));
    if (code >= 0 && program.player)
        code = syrinx_player_drain(program.player);
    syrinx_player_free(program.player);
    if (syrinx_writer_close(program.writer) < 0)        /* NULL is no mistake */
        code = -1;
    syrinx_stream_free(stream);
    syrinx_voice_close(voice);
    return code < 0;
}
