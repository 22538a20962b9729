message.o: src/cli/message.c src/cli/cli.h include/syrinx.h

src/cli/cli.h:

include/syrinx.h:
