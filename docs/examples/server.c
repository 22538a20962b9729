/* server.c - many speakers in one process: four threads with a stream each, one voice, requests from standard input. A request is a line "FILE text", which
 * is answered when the file is complete; the line "stop" drops what is being said and what waits. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syrinx.h>

enum { WORKERS = 4, WAITING = 16 };

struct worker {
    pthread_t thread;
    struct server *server;
    syrinx_stream *stream;              /* its thread's; others may only cancel it */
};

struct server {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    char *queue[WAITING];               /* requests, from `first` */
    int first, count, closed, rate;
    struct worker workers[WORKERS];
};

static const char *answer(struct worker *worker, const char *path, const char *text)
{
    float block[2400];
    syrinx_writer *writer;
    syrinx_writer_options options;
    syrinx_writer_options_init(&options);
    options.sample_rate = worker->server->rate;
    if (syrinx_writer_open(path, &options, &writer) < 0)
        return syrinx_last_message();
    syrinx_stream_cancel(worker->stream);       /* as new: no pause behind what was said before, and what failed is forgotten */
    int n, code = syrinx_stream_text(worker->stream, text, SYRINX_LEN_AUTO, SYRINX_TEXT);
    if (code == SYRINX_OK)
        code = syrinx_stream_end(worker->stream);
    while (code == SYRINX_OK && (n = syrinx_stream_read(worker->stream, block, 2400)) != 0)
        code = n < 0 ? n : syrinx_writer_write(writer, block, n);
    if (code == SYRINX_OK)
        return syrinx_writer_close(writer) < 0 ? syrinx_last_message() : "done";
    syrinx_writer_abandon(writer);      /* no file is left */
    return syrinx_strerror(code);
}

static void *work(void *user)
{
    struct worker *worker = user;
    struct server *server = worker->server;
    for (;;) {
        pthread_mutex_lock(&server->lock);
        while (server->count == 0 && !server->closed)
            pthread_cond_wait(&server->changed, &server->lock);
        char *line = server->count > 0 ? server->queue[server->first] : NULL;
        if (line) {
            server->first = (server->first + 1) % WAITING;
            server->count--;
        }
        pthread_cond_broadcast(&server->changed);
        pthread_mutex_unlock(&server->lock);
        if (!line)
            return NULL;
        char *space = strchr(line, ' ');
        *space = '\0';
        const char *result = answer(worker, line, space + 1);
        printf("%s: %s\n", line, result);
        fflush(stdout);
        free(line);
    }
}

static void stop(struct server *server)
{
    pthread_mutex_lock(&server->lock);
    for (; server->count > 0; server->count--) {
        free(server->queue[server->first]);
        server->first = (server->first + 1) % WAITING;
    }
    for (int i = 0; i < WORKERS; i++)
        syrinx_stream_cancel(server->workers[i].stream);
    pthread_mutex_unlock(&server->lock);
}

static void request(struct server *server, char *line)
{
    pthread_mutex_lock(&server->lock);
    while (server->count == WAITING)
        pthread_cond_wait(&server->changed, &server->lock);
    server->queue[(server->first + server->count++) % WAITING] = line;
    pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->lock);
}

int main(void)
{
    static struct server server = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, { NULL }, 0, 0, 0, 0, { { 0 } } };
    syrinx_voice *voice;
    char line[4096];
    if (syrinx_voice_open(NULL, NULL, &voice) < 0) {
        fprintf(stderr, "%s\n", syrinx_last_message());
        return 1;
    }
    server.rate = syrinx_voice_sample_rate(voice);
    for (int i = 0; i < WORKERS; i++) {
        server.workers[i].server = &server;
        if (syrinx_stream_new(voice, NULL, &server.workers[i].stream) < 0 || pthread_create(&server.workers[i].thread, NULL, work, &server.workers[i]) != 0)
            return 1;
    }
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        if (strcmp(line, "stop") == 0)
            stop(&server);
        else if (strchr(line, ' '))
            request(&server, strdup(line));
    }
    pthread_mutex_lock(&server.lock);
    server.closed = 1;                  /* what waits is still said */
    pthread_cond_broadcast(&server.changed);
    pthread_mutex_unlock(&server.lock);
    for (int i = 0; i < WORKERS; i++) {
        pthread_join(server.workers[i].thread, NULL);
        syrinx_stream_free(server.workers[i].stream);
    }
    syrinx_voice_close(voice);          /* after all of its streams */
    return 0;
}
