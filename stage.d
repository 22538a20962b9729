stage.o: src/cli/stage.c src/cli/stage.h src/cli/job.h src/cli/speak.h \
  src/cli/book.h src/cli/cli.h include/syrinx.h

src/cli/stage.h:

src/cli/job.h:

src/cli/speak.h:

src/cli/book.h:

src/cli/cli.h:

include/syrinx.h:
