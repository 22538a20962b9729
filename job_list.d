job_list.o: src/cli/job_list.c src/cli/job.h src/cli/speak.h \
  src/cli/book.h src/cli/cli.h include/syrinx.h

src/cli/job.h:

src/cli/speak.h:

src/cli/book.h:

src/cli/cli.h:

include/syrinx.h:
