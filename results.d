results.o: src/cli/results.c src/cli/results.h src/cli/spool.h \
  src/cli/job.h src/cli/speak.h src/cli/book.h src/cli/cli.h \
  include/syrinx.h src/cli/json.h

src/cli/results.h:

src/cli/spool.h:

src/cli/job.h:

src/cli/speak.h:

src/cli/book.h:

src/cli/cli.h:

include/syrinx.h:

src/cli/json.h:
