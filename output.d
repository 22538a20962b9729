output.o: src/cli/output.c src/cli/cli.h include/syrinx.h

src/cli/cli.h:

include/syrinx.h:
