/* progress.c - a bar on the terminal for what takes longer than two seconds; nothing on a pipe. */
#include <string.h>
#include <unistd.h>

#include "cli.h"

void cli_progress_begin(struct cli_progress *progress, bool wanted)
{
    memset(progress, 0, sizeof *progress);
    progress->on = wanted && !cli_quiet && isatty(STDERR_FILENO);
    progress->begin = cli_seconds();
    progress->what = "speech";
}

static void print_time(char *text, size_t size, double seconds)
{
    unsigned whole = seconds > 0 && seconds < 1e9 ? (unsigned)(seconds + 0.5) : 0;
    if (whole >= 3600)
        snprintf(text, size, "%u:%02u:%02u", whole / 3600, whole / 60 % 60, whole % 60);
    else
        snprintf(text, size, "%u:%02u", whole / 60, whole % 60);
}

void cli_progress_update(struct cli_progress *progress, uint64_t done, uint64_t total, double audio)
{
    char bar[32 * 3 + 1] = "", made[16], left[40] = "";
    if (!progress->on)
        return;
    double now = cli_seconds(), passed = now - progress->begin;
    if (passed < 2.0 || now - progress->last < 0.1)
        return;
    progress->last = now;
    progress->drawn = true;
    print_time(made, sizeof made, audio);
    if (total > 0 && done > 0) {
        double part = done < total ? (double)done / (double)total : 1.0;
        int cells = cli_columns(stderr) - 44;
        cells = cells > 32 ? 32 : cells < 4 ? 4 : cells;
        for (int i = 0; i < cells; i++)
            strcat(bar, i < (int)(part * cells + 0.5) ? "━" : "─");
        char rest[16];
        print_time(rest, sizeof rest, passed * (1.0 - part) / part);
        snprintf(left, sizeof left, ", %s left", rest);
        fprintf(stderr, "\r%s%s%s %3.0f %%  %s of %s%s\033[K", cli_color(stderr) ? "\033[36m" : "", bar, cli_color(stderr) ? "\033[0m" : "",
                100.0 * part, made, progress->what, left);
    } else {
        fprintf(stderr, "\r%s of %s\033[K", made, progress->what);
    }
    fflush(stderr);
}

void cli_progress_end(struct cli_progress *progress)
{
    if (progress->drawn)
        fputs("\r\033[K", stderr);
    progress->on = progress->drawn = false;
}
