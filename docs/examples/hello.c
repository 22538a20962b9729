/* hello.c - ten lines that speak, into hello.wav. */
#include <syrinx.h>

int main(void)
{
    float block[480];
    int n = -1;
    syrinx_voice *voice;
    syrinx_stream *stream;
    syrinx_writer *writer;
    syrinx_writer_options options;
    syrinx_writer_options_init(&options);
    if (syrinx_voice_open(NULL, NULL, &voice) < 0 || syrinx_stream_new(voice, NULL, &stream) < 0 || syrinx_writer_open("hello.wav", &options, &writer) < 0)
        return 1;
    syrinx_stream_text(stream, "Hello, world.", SYRINX_LEN_AUTO, SYRINX_TEXT);
    syrinx_stream_end(stream);
    while ((n = syrinx_stream_read(stream, block, 480)) > 0)
        syrinx_writer_write(writer, block, n);
    syrinx_stream_free(stream);
    syrinx_voice_close(voice);
    return syrinx_writer_close(writer) < 0 || n < 0;
}
