job.o: src/cli/job.c src/cli/job.h src/cli/speak.h src/cli/book.h \
  src/cli/cli.h include/syrinx.h src/cli/json.h

src/cli/job.h:

src/cli/speak.h:

src/cli/book.h:

src/cli/cli.h:

include/syrinx.h:

src/cli/json.h:
