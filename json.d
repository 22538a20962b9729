json.o: src/cli/json.c src/cli/json.h src/cli/cli.h include/syrinx.h

src/cli/json.h:

src/cli/cli.h:

include/syrinx.h:
