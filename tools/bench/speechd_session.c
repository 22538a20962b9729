/* speechd_session.c - a client of a running Speech Dispatcher that behaves as a screen reader: many short utterances, most cut off after a moment; and the
 * times from a command to the first sound and from a stop to the last, by the monitor of PulseAudio's sink. Used by tools/bench/speechd and
 * tests/cli/test_speechd.sh. */
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "../../tests/speechd.h"

static int server_socket;
static char got[8192];
static size_t got_count;
static int events[100];         /* from 700 on, that came before anybody asked: the daemon may tell of a message's begin before it says that it has taken it */

/* The daemon's next answer that is no event, or that event; its code, -1 when there is none within the time. */
static int answer(int event, double seconds)
{
    double end = sd_time() + seconds;
    for (;;) {
        if (event && events[event - 700] > 0) {
            events[event - 700]--;
            return event;
        }
        char *feed;
        while ((feed = memchr(got, '\n', got_count))) {
            int code = atoi(got);
            bool last = got_count > 3 && got[3] == ' ';
            size_t n = (size_t)(feed - got) + 1;
            memmove(got, got + n, got_count - n);
            got_count -= n;
            if (!last)
                continue;
            if (event ? code == event : code < 700)
                return code;
            if (code >= 700 && code < 800)
                events[code - 700]++;
        }
        struct pollfd one = {server_socket, POLLIN, 0};
        double left = end - sd_time();
        if (left <= 0 || poll(&one, 1, (int)(left * 1000) + 1) <= 0)
            return -1;
        ssize_t n = read(server_socket, got + got_count, sizeof got - got_count);
        if (n <= 0)
            return -1;
        got_count += (size_t)n;
    }
}

static int tell(const char *format, ...)
{
    char line[1000];
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(line, sizeof line - 3, format, arguments);
    va_end(arguments);
    strcpy(line + n, "\r\n");
    if (write(server_socket, line, (size_t)n + 2) != n + 2)
        return -1;
    return answer(0, 60);
}

static bool say(const char *text)
{
    return tell("SPEAK") == 230 && tell("%s\r\n.", text) == 225;
}

static bool begin(const char *path, const char *module, int rate)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        return false;
    strcpy(address.sun_path, path);
    server_socket = socket(AF_UNIX, SOCK_STREAM, 0);
    return server_socket >= 0 && !connect(server_socket, (struct sockaddr *)&address, sizeof address) && tell("SET self CLIENT_NAME bench:session:main") == 208 &&
           tell("SET self OUTPUT_MODULE %s", module) == 216 && tell("SET self RATE %d", rate) == 203;
}

static void pause_for(double seconds)
{
    usleep((useconds_t)(seconds * 1e6));
}

static unsigned turn = 15;

static double chance(void)
{
    turn = turn * 1103515245u + 12345u;
    return (turn >> 8) / 16777216.0;
}

/* Utterances as a user moves about and types; exits 1 at the first that is not taken. */
static int session(int count)
{
    static const char *const keys[] = {"shift_a", "control_c", "Return", "Tab", "F5", "space", "underscore"}, *const signs[] = {".", ",", "?", "space", "&", "(", "A", "Z"};
    static const char *const marks[] = {"none", "some", "most", "all"}, *const capitals[] = {"none", "spell", "icon"};
    for (int i = 0; i < count; i++) {
        double what = chance();
        bool good;
        if (chance() < 0.1)
            good = tell("SET self PUNCTUATION %s", marks[(int)(chance() * 4)]) == 205 && tell("SET self CAP_LET_RECOGN %s", capitals[(int)(chance() * 3)]) == 206;
        if (what < 0.3)
            good = tell("CHAR %c", 'a' + (int)(chance() * 26)) == 225;
        else if (what < 0.4)
            good = tell("CHAR %s", signs[(int)(chance() * 8)]) == 225;
        else if (what < 0.6)
            good = tell("KEY %s", keys[(int)(chance() * 7)]) == 225;
        else {
            char text[200];
            snprintf(text, sizeof text, "Menu item %d of 12, Anna's file report-%d.txt, read only. Press space to open it.", i % 12 + 1, i);
            good = say(text);
        }
        if (!good) {
            fprintf(stderr, "utterance %d was not taken\n", i);
            return 1;
        }
        pause_for(0.005 + 0.12 * chance() * chance());
        if ((i + 1 == count || chance() < 0.7) && tell("CANCEL self") != 213) {     /* what waits, too */
            fprintf(stderr, "stop %d was not taken\n", i);
            return 1;
        }
    }
    return 0;
}

/* A message is paused after a second and goes on later: the events of both. It is so long that a busy client still meets it. */
static int pause_and_resume(void)
{
    static const char sentence[] = "This is one, and it goes on for a while. This is another, for a machine that takes its time. ";
    char text[500] = "";
    while (strlen(text) + sizeof sentence <= sizeof text)
        strcat(text, sentence);
    if (tell("SET self NOTIFICATION ALL on") != 220 || !say(text) || answer(701, 60) != 701) {
        fprintf(stderr, "no begin\n");
        return 1;
    }
    pause_for(1);
    if (tell("PAUSE self") != 211 || answer(704, 60) != 704) {
        fprintf(stderr, "no pause\n");
        return 1;
    }
    pause_for(0.3);
    if (tell("RESUME self") != 212 || answer(705, 60) != 705 || answer(702, 120) != 702) {
        fprintf(stderr, "no end after the pause\n");
        return 1;
    }
    return 0;
}

/* ------------------------------------------------------------------ by ear */

static int ear;

/* Reads the monitor until `until`: the time when the first loud sample was read into *first (0: none), the last into *last. */
static void listen_until(double until, bool stop_at_first, double *first, double *last)
{
    int16_t samples[2048];
    *first = *last = 0;
    for (double now; (now = sd_time()) < until;) {
        struct pollfd one = {ear, POLLIN, 0};
        if (poll(&one, 1, (int)((until - now) * 1000) + 1) <= 0)
            continue;
        ssize_t n = read(ear, samples, sizeof samples);
        if (n <= 0)
            return;
        now = sd_time();
        for (ssize_t i = 0; i < n / 2; i++)
            if (samples[i] > 200 || samples[i] < -200) {
                *first = *first ? *first : now;
                *last = now;
            }
        if (*first && stop_at_first)
            return;
    }
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void report(const char *what, double *times, int count)
{
    if (!count) {
        printf("%-44s nothing was heard\n", what);
        return;
    }
    qsort(times, (size_t)count, sizeof *times, by_size);
    printf("%-44s median %6.1f ms, 99 %% %6.1f ms (%d)\n", what, 1000 * times[count / 2], 1000 * times[(count * 99) / 100 < count ? count * 99 / 100 : count - 1], count);
}

static int clock_it(const char *module, int count)
{
    double *starts = calloc((size_t)count, sizeof *starts), *stops = calloc((size_t)count, sizeof *stops), first, last;
    int pipes[2], heard = 0, stopped = 0;
    char what[100];
    if (!starts || !stops || pipe(pipes))
        return 1;
    pid_t child = fork();
    if (child == 0) {
        dup2(pipes[1], 1);
        execlp("parec", "parec", "-d", "ear.monitor", "--format=s16le", "--rate=24000", "--channels=1", "--latency-msec=5", "--process-time-msec=5", (char *)NULL);
        _exit(127);
    }
    close(pipes[1]);
    ear = pipes[0];
    listen_until(sd_time() + 1, false, &first, &last);
    for (int kind = 0; kind < 2; kind++) {
        heard = stopped = 0;
        for (int i = -1; i < count; i++) {      /* the first opens the sound, and is not counted */
            if (i == 0)
                heard = stopped = 0;
            listen_until(sd_time() + 0.15, false, &first, &last);
            double sent = sd_time();
            if (kind == 0 ? tell("CHAR %c", 'a' + (i + 26) % 26) != 225 : !say("The quick brown fox jumps over the lazy dog near the old river bank."))
                return 1;
            listen_until(sent + 3, true, &first, &last);
            if (first)
                starts[heard++] = first - sent;
            if (kind) {
                listen_until(sd_time() + 0.2, false, &first, &last);
                sent = sd_time();
                if (tell("CANCEL self") != 213)
                    return 1;
                listen_until(sent + 0.5, false, &first, &last);
                stops[stopped++] = last ? last - sent : 0;
            } else {
                listen_until(sd_time() + 0.7, false, &first, &last);
            }
        }
        snprintf(what, sizeof what, "daemon, %s: %s to sound", module, kind ? "12 words" : "CHAR");
        report(what, starts, heard);
    }
    snprintf(what, sizeof what, "daemon, %s: STOP to silence", module);
    report(what, stops, stopped);
    kill(child, SIGTERM);
    waitpid(child, NULL, 0);
    free(starts);
    free(stops);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: speechd_session SOCKET MODULE session|clock|pause COUNT\n");
        return 2;
    }
    bool clocked = !strcmp(argv[3], "clock");
    if (!begin(argv[1], argv[2], clocked ? 0 : 60)) {
        fprintf(stderr, "no Speech Dispatcher at %s\n", argv[1]);
        return 1;
    }
    int failed = clocked ? clock_it(argv[2], atoi(argv[4])) : !strcmp(argv[3], "pause") ? pause_and_resume() : session(atoi(argv[4]));
    tell("QUIT");
    return failed;
}
