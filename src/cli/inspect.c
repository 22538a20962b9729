#include "cli.h"
int cli_inspect(int argc, char **argv)
{
    (void)argc, (void)argv;
    return CLI_FAILED;
}
