/* speechd_module.c - times of an output module by itself: from the end of a message to its first sound, and to the first that an ear can hear if it is played as it
 * comes; from STOP to the last sound, sound ahead of its time; and a long session with random stops, after which its memory is looked at. Used by tools/bench/speechd. */
#include "../../tests/speechd.h"

enum { PAUSE = 3000, LOUD = 200 };      /* LOUD: amplitude, -44 dB of full scale. PAUSE: microseconds before a message: nobody types faster, and a process with real-time priority that never rests is put to rest */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double part_of(const double *sorted, int count, int percent)
{
    int at = count * percent / 100;
    return 1000 * sorted[at < count ? at : count - 1];
}

static void report(const char *what, double *times, int count)
{
    qsort(times, (size_t)count, sizeof *times, by_size);
    printf("module: %-46s median %6.2f ms, 99 %% %6.2f ms, slowest %6.2f ms (%d)\n", what, part_of(times, count, 50), part_of(times, count, 99), 1000 * times[count - 1], count);
}

/* The message without its last line, then the line that the clock begins with. */
static bool prepare(struct sd_server *server, const char *verb, const char *text)
{
    return sd_server_say(server, verb) && sd_server_say(server, "\n") && sd_server_next(server, 20) == SD_REPLY && sd_server_say(server, text) &&
           sd_server_say(server, "\n");
}

/* Says it and stops it `after` seconds behind its first sound; seconds to the first sound, to the first that can be heard and, behind the STOP, to
 * the last sound (0: none came). */
static bool one(struct sd_server *server, const char *verb, const char *text, double after, double *start, double *heard, double *stop, double *ahead)
{
    usleep(PAUSE);
    if (!prepare(server, verb, text))
        return false;
    double sent = sd_time(), first = 0, last = 0, stopped = 0, sound = 0;
    *heard = 0;
    if (!sd_server_say(server, ".\n"))
        return false;
    for (;;) {
        if (first && !stopped && sd_time() >= first + after) {
            stopped = sd_time();
            sd_server_say(server, "STOP\n");
        }
        double wait = first && !stopped ? first + after - sd_time() : 20;
        int event = sd_server_next(server, wait > 0 ? wait : 0);
        if (event == SD_SOUND) {
            if (!first)
                first = server->time;
            last = server->time;
            for (int i = 0; i < server->sample_count && !*heard; i++)
                if (abs(server->samples[i]) > LOUD)
                    *heard = first - sent + sound + (double)i / server->rate;
            sound += (double)server->sample_count / server->rate;
            *ahead = sound - (server->time - first) > *ahead ? sound - (server->time - first) : *ahead;
        } else if (event == SD_END || event == SD_STOPPED) {
            break;
        } else if (event == SD_GONE || (event == SD_LATE && wait >= 20)) {
            return false;
        }
    }
    *start = first ? first - sent : 0;
    *stop = stopped && last > stopped ? last - stopped : 0;
    return true;
}

static long memory_of(pid_t process)
{
    char path[60], line[200];
    long kilobytes = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)process);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "VmRSS: %ld", &kilobytes) == 1)
            break;
    if (file)
        fclose(file);
    return kilobytes;
}

static unsigned turn = 15;

static double chance(void)
{
    turn = turn * 1103515245u + 12345u;
    return (turn >> 8) / 16777216.0;
}

static int session(struct sd_server *server, int count)
{
    static const char *const texts[][2] = {{"CHAR", "a"}, {"CHAR", "?"}, {"KEY", "shift_a"}, {"KEY", "Return"}, {"CHAR", "M"},
                                           {"SPEAK", "<speak>Menu item 3 of 12, read only. <mark name=\"__spd_0\"/>Press space to open it.</speak>"},
                                           {"SPEAK", "<speak>Anna's file report-12.txt, 4 kB, of yesterday, 12:30.</speak>"}};
    long early = 0;
    double start, heard, stop, ahead = 0;
    for (int i = 0; i < count; i++) {
        char lines[100];
        snprintf(lines, sizeof lines, "rate=%d\ncap_let_recogn=%s\npunctuation_mode=%s", (int)(chance() * 100), chance() < 0.5 ? "none" : "icon", chance() < 0.5 ? "some" : "all");
        int k = (int)(chance() * 7);
        if (!sd_server_block(server, "SET", lines) || !one(server, texts[k][0], texts[k][1], 0.1 * chance(), &start, &heard, &stop, &ahead)) {
            fprintf(stderr, "utterance %d failed\n", i);
            return 1;
        }
        if (i == count / 4)
            early = memory_of(server->child);
    }
    printf("module: session of %d utterances with random stops: memory %ld kB after a quarter, %ld kB at the end\n", count, early, memory_of(server->child));
    return 0;
}

int main(int argc, char **argv)
{
    static const char *const kinds[][3] = {{"CHAR, letters", "CHAR", NULL}, {"CHAR, digits", "CHAR", NULL}, {"KEY", "KEY", NULL}, {"SPEAK, one word", "SPEAK", "<speak>Settings</speak>"},
        {"SPEAK, 12 words", "SPEAK", "<speak>The quick brown fox jumps over the lazy dog near the river.</speak>"},
        {"SPEAK, 12 words at 6x", "SPEAK", "<speak>The quick brown fox jumps over the lazy dog near the river.</speak>"},
        {"SPEAK, 60 words", "SPEAK", "<speak>Nobody had told the old lighthouse keeper, who had lived on the rock for more than thirty years, that the ships were no longer coming, "
         "and so, every evening, when the sun had gone down behind the islands, he climbed the hundred and twelve steps, lit the lamp, sat down in his chair by the window, "
         "and waited for somebody to pass by.</speak>"}};
    static const char *const keys[] = {"shift_a", "Return", "control_alt_Delete", "F5", "Tab", "space", "kp-plus"};
    struct sd_server server;
    if (argc != 4 && argc != 5) {
        fprintf(stderr, "usage: speechd_module MODULE CALLS SESSION [KIND]\n");
        return 2;
    }
    int calls = atoi(argv[2]);
    if (calls < 1 || !sd_server_start(&server, argv[1], NULL) || !sd_server_say(&server, "INIT\n") || sd_server_next(&server, 60) != SD_REPLY ||
        sd_server_next(&server, 60) != SD_REPLY || !sd_server_block(&server, "AUDIO", "audio_output_method=server")) {
        fprintf(stderr, "%s does not start\n", argv[1]);
        return 1;
    }
    double *starts = malloc((size_t)calls * sizeof *starts), *heards = malloc((size_t)calls * sizeof *heards), *stops = malloc((size_t)calls * sizeof *stops), ahead = 0;
    size_t only = argc == 5 ? (size_t)atoi(argv[4]) : sizeof kinds, last = only < sizeof kinds / sizeof kinds[0] ? only + 1 : sizeof kinds / sizeof kinds[0];
    for (size_t kind = only < last ? only : 0; starts && heards && stops && kind < last; kind++) {
        char text[2] = "a";
        if (!sd_server_block(&server, "SET", kind == 5 ? "volume=100\nrate=100" : "volume=100\nrate=0"))
            return 1;
        for (int i = 0; i < calls; i++) {
            text[0] = (char)(kind == 0 ? 'a' + i % 26 : '0' + i % 10);
            const char *said = kind < 2 ? text : kind == 2 ? keys[i % 7] : kinds[kind][2];
            if (!one(&server, kinds[kind][1], said, kind < 4 ? 0.005 : 0.1 * (i % 10) / 10, &starts[i], &heards[i], &stops[i], &ahead))
                return 1;
        }
        char what[100];
        snprintf(what, sizeof what, "%s: to the first sound", kinds[kind][0]);
        report(what, starts, calls);
        snprintf(what, sizeof what, "%s: to what is heard", kinds[kind][0]);
        report(what, heards, calls);
        snprintf(what, sizeof what, "%s: STOP to the last sound", kinds[kind][0]);
        report(what, stops, calls);
    }
    printf("module: sound ahead of its time: %.0f ms at most\n", 1000 * ahead);
    int failed = session(&server, atoi(argv[3]));
    if (sd_server_stop(&server, true) != 0)
        failed = 1;
    free(starts);
    free(heards);
    free(stops);
    return failed;
}
