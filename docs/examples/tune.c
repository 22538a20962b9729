/* tune.c - plays the score that it is given into tune.wav. */
#include <syrinx.h>

int main(int argc, char **argv)
{
    float block[2 * 1024];
    int n = -1;
    syrinx_score *score;
    syrinx_music *music;
    syrinx_writer *writer;
    syrinx_writer_options options;
    syrinx_writer_options_init(&options);
    options.sample_rate = 48000;
    options.channels = 2;
    options.music = 1;
    if (argc != 2 || syrinx_score_open(argv[1], SYRINX_SCORE_AUTO, 0, &score) < 0 || syrinx_music_new(score, NULL, &music) < 0 ||
        syrinx_writer_open("tune.wav", &options, &writer) < 0)
        return 1;
    while ((n = syrinx_music_read(music, block, 1024)) > 0)
        syrinx_writer_write(writer, block, n);
    syrinx_music_free(music);
    syrinx_score_close(score);
    return syrinx_writer_close(writer) < 0 || n < 0;
}
