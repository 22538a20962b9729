/* main.c - `syrinx SUBCOMMAND …`: finds the subcommand and runs it. */
#include <string.h>

#include "cli.h"

static const struct {
    const char *name, *full_name;
    int (*run)(int argc, char **argv);
    const char *what;
} commands[] = {
    { "speak", "syrinx speak", cli_speak, "say text to the speakers, a file or a pipe" },
    { "batch", "syrinx batch", cli_batch, "make many files from a list of jobs, going on where it was stopped" },
    { "copy", "syrinx copy", cli_copy, "put a recording through the analysis and the vocoder" },
    { "normalize", "syrinx normalize", cli_normalize, "print text as the words that will be spoken" },
    { "phonemize", "syrinx phonemize", cli_phonemize, "print text as phones" },
    { "play", "syrinx play", cli_play, "play a score, to the speakers or a file, or list its notes" },
    { "inspect", "syrinx inspect", cli_inspect, "make a page that shows how a text is spoken" },
    { "voices", "syrinx voices", cli_voices, "list, add, remove and check voices, or tell about one" },
    { "bench", "syrinx bench", cli_bench, "measure speed, latency and memory" },
};

static void print_help(FILE *file)
{
    fputs("usage: syrinx COMMAND [OPTION]... [TEXT]...\n\nSyrinx turns text into speech and scores into music with small neural networks, on this machine\nalone.\n\n", file);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        fprintf(file, "  %-10s  %s\n", commands[i].name, commands[i].what);
    fputs("\n  --help      print this; 'syrinx COMMAND --help' tells the options\n  --version   print the version\n\n"
          "Exit status: 0 done, 1 could not, 2 wrong usage, 3 input refused, 130 interrupted.\n"
          "Example:     syrinx speak \"Hello, world.\" -o hello.wav\n", file);
}

/* Output that did not arrive is a failure, also for --help and --version. */
static int finish(int status)
{
    if ((fflush(stdout) != 0 || ferror(stdout)) && status == CLI_DONE) {
        cli_error("standard output: writing failed");
        return CLI_FAILED;
    }
    return status;
}

int main(int argc, char **argv)
{
    cli_signals();
    if (argc < 2) {
        print_help(stderr);
        return CLI_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
        print_help(stdout);
        return finish(CLI_DONE);
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("syrinx %s\n", syrinx_version());
        return finish(CLI_DONE);
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            cli_name = commands[i].full_name;
            return finish(commands[i].run(argc - 1, argv + 1));
        }
    }
    return cli_misuse("unknown command '%s'", argv[1]);
}
