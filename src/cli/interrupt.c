/* interrupt.c - signals: an interruption becomes a flag that loops look at, a closed pipe an error of write(). */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"

static atomic_int caught;               /* lock-free, so a handler may write it, whatever thread it runs on */
static int wake[2] = { -1, -1 };        /* a byte comes here, so that poll() cannot miss a signal that came just before it */

#define TWICE 0.5                       /* seconds: timeout(1) and the like tell their child and then its whole group, which is one interruption */

static double first_caught;             /* set before `caught`, read after it */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The first asks, another one later on ends the program. */
static void on_signal(int number)
{
    int kept = errno;
    if (caught) {
        if (now() - first_caught > TWICE) {
            signal(number, SIG_DFL);
            raise(number);
        }
        errno = kept;
        return;
    }
    first_caught = now();
    caught = number;
    ssize_t told = wake[1] >= 0 ? write(wake[1], "!", 1) : 0;       /* where the pipe is full, it is awake */
    (void)told;
    errno = kept;
}

/* Standard streams that whoever started us closed: our files must not get their numbers. What is used of them fails, as it would if they were closed. */
static void hold_standard_streams(void)
{
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
            return;
}

void cli_signals(void)
{
    hold_standard_streams();
    static const int ends[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction action, before;
    if (pipe(wake) == 0) {
        for (int i = 0; i < 2; i++) {
            fcntl(wake[i], F_SETFD, FD_CLOEXEC);
            fcntl(wake[i], F_SETFL, O_NONBLOCK);
        }
    }
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    action.sa_flags = 0;                            /* no SA_RESTART: a blocking read ends */
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        if (sigaction(ends[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)     /* nohup stays nohup */
            sigaction(ends[i], &action, NULL);
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

bool cli_interrupted(void)
{
    return caught != 0;
}

int cli_interrupt_status(void)
{
    return 128 + (caught ? caught : SIGINT);
}

int cli_wait_readable(int fd)
{
    struct pollfd sources[2] = { { fd, POLLIN, 0 }, { wake[0], POLLIN, 0 } };
    for (;;) {
        if (caught)
            return 0;
        int n = poll(sources, wake[0] >= 0 ? 2 : 1, -1);
        if (n < 0 && errno != EINTR)
            return -1;
        if (n > 0 && sources[0].revents)
            return 1;
    }
}

bool cli_readable_within(int fd, double seconds)
{
    struct pollfd sources[2] = { { fd, POLLIN, 0 }, { wake[0], POLLIN, 0 } };
    return !caught && poll(sources, wake[0] >= 0 ? 2 : 1, (int)(seconds * 1000.0)) > 0 && sources[0].revents;
}

void cli_sleep(double seconds)
{
    struct pollfd source = { wake[0], POLLIN, 0 };
    if (!caught)
        poll(&source, wake[0] >= 0, (int)(seconds * 1000.0));
}

double cli_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}
