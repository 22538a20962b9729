/* message.c - what the command tells people, and in which colours. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli.h"

const char *cli_name = "syrinx";
int cli_quiet;
static enum { AUTO, ALWAYS, NEVER } color = AUTO;

static _Thread_local struct cli_listener *listener;

void cli_listen(struct cli_listener *to)
{
    listener = to;
}

static void say(const char *style, const char *format, va_list arguments)
{
    bool colored = cli_color(stderr);
    flockfile(stderr);                  /* other threads' messages wait for the end of the line */
    fprintf(stderr, "%s%s:%s ", colored ? style : "", cli_name, colored ? "\033[0m" : "");
    if (listener)
        fprintf(stderr, "%s: ", listener->where);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    funlockfile(stderr);
}

/* A mistake: to whoever listens, or to people. The first one of several tells most. */
static void tell(const char *format, va_list arguments)
{
    if (!listener)
        say("\033[1;31m", format, arguments);
    else if (!*listener->message)
        vsnprintf(listener->message, sizeof listener->message, format, arguments);
}

void cli_error(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    tell(format, arguments);
    va_end(arguments);
}

void cli_note(const char *format, ...)
{
    va_list arguments;
    if (cli_quiet)
        return;
    va_start(arguments, format);
    say("\033[1m", format, arguments);
    va_end(arguments);
}

void cli_warn(void *user, const char *message)
{
    (void)user;
    cli_note("%s", message);
}

int cli_failed(int code, const char *message)
{
    cli_error("%s", message && *message ? message : syrinx_strerror(code));
    switch (code) {
    case SYRINX_ERROR_ARGUMENT: return CLI_USAGE;
    case SYRINX_ERROR_INPUT:
    case SYRINX_ERROR_FORMAT: return CLI_REFUSED;
    default: return CLI_FAILED;
    }
}

int cli_misuse(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    tell(format, arguments);
    va_end(arguments);
    if (!listener)
        fprintf(stderr, "Try '%s --help'.\n", cli_name);
    return CLI_USAGE;
}

bool cli_set_color(const char *when)
{
    if (strcmp(when, "auto") == 0)
        color = AUTO;
    else if (strcmp(when, "always") == 0)
        color = ALWAYS;
    else if (strcmp(when, "never") == 0)
        color = NEVER;
    else
        return false;
    return true;
}

bool cli_color(FILE *file)
{
    if (color != AUTO)
        return color == ALWAYS;
    const char *term = getenv("TERM"), *no = getenv("NO_COLOR");
    return isatty(fileno(file)) && !(no && *no) && term && strcmp(term, "dumb") != 0;
}

int cli_columns(FILE *file)
{
    struct winsize size;
    if (ioctl(fileno(file), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}
