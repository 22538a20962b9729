spool.o: src/cli/spool.c src/cli/spool.h src/cli/job.h src/cli/speak.h \
  src/cli/book.h src/cli/cli.h include/syrinx.h

src/cli/spool.h:

src/cli/job.h:

src/cli/speak.h:

src/cli/book.h:

src/cli/cli.h:

include/syrinx.h:
