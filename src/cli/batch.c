/* batch.c - `syrinx batch`: reads a list of jobs twice, first to refuse what is wrong before anything is made, then to do what no results file calls done. */
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "results.h"
#include "stage.h"

enum { FAULTS_TOLD = 20, VOICES_KEPT = 8, THREADS_MOST = 1024 };

struct kept_voice {
    char *name;                 /* "": the default voice */
    syrinx_voice *voice;
    unsigned users;
    uint64_t used;              /* turn of the last use */
};

struct batch {
    /* options */
    struct job_rules rules;
    const char *results_path, *shard;
    const char *precision;
    int threads, retry, check, any_path;
    int part, parts;            /* of --shard */
    /* what is known of the jobs */
    struct job_list list;
    uint32_t count;             /* in the list */
    struct spool names;         /* of ids; value: the line */
    unsigned char *state;       /* [count] RESULT_… */
    struct results results;
    /* what runs; all under `lock` */
    pthread_mutex_t lock;
    uint32_t next;
    int status;                 /* not CLI_DONE: no more jobs */
    uint32_t mine, done, failed, before, failed_before;
    double audio;               /* seconds made */
    struct cli_progress progress;
    /* voices, under a lock of their own: opening one may take a while */
    pthread_mutex_t voices_lock;
    struct kept_voice voices[VOICES_KEPT + THREADS_MOST];
    int voice_count;
    uint64_t turn;
};

/* ------------------------------------------------------------------ the first reading */

static void tell_fault(const struct batch *batch, const struct job *job, uint32_t faults)
{
    if (faults <= FAULTS_TOLD)
        cli_error("%s:%lu:%lu: %s", batch->list.path, job->number, job->column, job->told.message);
    else if (faults == FAULTS_TOLD + 1)
        cli_error("%s: and more mistakes behind line %lu", batch->list.path, job->number);
}

/* Two jobs with one id or one output would undo each other's work. */
static int refuse_twice(const struct batch *batch, struct spool *spool, const char *what)
{
    struct spool_record first, second;
    int status;
    if (spool_twice(spool, &first, &second, &status)) {
        cli_error("%s:%lu:1: the same %s as in line %lu", batch->list.path, (unsigned long)second.value, what, (unsigned long)first.value);
        return CLI_REFUSED;
    }
    return status;
}

static int survey_job(struct batch *batch, const struct job *job, struct spool *outs)
{
    struct spool_record record = { .name = job->name, .print = job->print, .index = batch->count, .value = (uint32_t)job->number };
    int status = batch->count < UINT32_MAX - 1 ? spool_add(&batch->names, &record) : CLI_REFUSED;
    record.name = job_name_of(job->out);
    if (status == CLI_DONE)
        status = spool_add(outs, &record);
    if (status == CLI_DONE && job->events) {
        record.name = job_name_of(job->events);
        status = spool_add(outs, &record);
    }
    batch->count++;
    return status;
}

static int survey(struct batch *batch)
{
    struct job job = { .told.where = "" };
    struct spool outs;
    uint32_t faults = 0;
    int got, status = spool_open(&outs);
    while (status == CLI_DONE && (got = job_list_next(&batch->list, &job)) != 0) {
        if (got > 0 && job_read(&job, &batch->rules))
            status = survey_job(batch, &job, &outs);
        else
            tell_fault(batch, &job, ++faults);
        if (cli_interrupted())
            status = cli_interrupt_status();
    }
    job_free(&job);
    if (status == CLI_DONE && faults > 0)
        status = CLI_REFUSED;
    if (status == CLI_DONE)
        status = refuse_twice(batch, &batch->names, "id");
    if (status == CLI_DONE)
        status = refuse_twice(batch, &outs, "output");
    spool_close(&outs);
    return status;
}

static void note_state(void *user, const struct spool_record *job, const struct spool_record *result)
{
    struct batch *batch = user;
    if (job->print == result->print && batch->state[job->index] < result->value)
        batch->state[job->index] = (unsigned char)result->value;
}

/* What earlier runs, and those of other shards, have done. */
static int recall(struct batch *batch, const char *base)
{
    struct spool results;
    char *path = results_path(base, batch->part, batch->parts);
    int status = path ? results_open(&batch->results, path) : cli_failed(SYRINX_ERROR_MEMORY, NULL);
    free(path);
    batch->state = calloc((size_t)batch->count + 1, 1);
    if (status == CLI_DONE && !batch->state)
        status = cli_failed(SYRINX_ERROR_MEMORY, NULL);
    if (status == CLI_DONE)
        status = spool_open(&results);
    else
        return status;
    if (status == CLI_DONE)
        status = results_read(base, &results);
    if (status == CLI_DONE)
        status = spool_match(&batch->names, &results, note_state, batch);
    spool_close(&results);
    return status;
}

/* ------------------------------------------------------------------ voices */

/* Opens a voice, or shares one that is open. The message of a failure is the listener's. */
static int borrow_voice(struct batch *batch, const char *name, struct kept_voice **kept)
{
    struct kept_voice *free_one = NULL;
    int status = CLI_DONE;
    *kept = NULL;
    pthread_mutex_lock(&batch->voices_lock);
    for (int i = 0; i < batch->voice_count && !*kept; i++) {
        struct kept_voice *voice = &batch->voices[i];
        if (voice->name && strcmp(voice->name, name ? name : "") == 0)
            *kept = voice;
        else if (voice->users == 0 && (!free_one || voice->used < free_one->used))
            free_one = voice;
    }
    if (!*kept) {
        syrinx_voice *voice;
        syrinx_voice_options options;
        syrinx_voice_options_init(&options);
        cli_precision(batch->precision, &options.precision);        /* was checked */
        int code = syrinx_voice_open(name, &options, &voice);
        char *copy = code < 0 ? NULL : strdup(name ? name : "");
        if (code < 0)
            status = cli_failed(code, syrinx_last_message());
        else
            cli_precision_told(voice, options.precision);
        if (code >= 0 && !copy)
            status = cli_failed(SYRINX_ERROR_MEMORY, NULL);
        if (copy) {
            *kept = batch->voice_count < VOICES_KEPT || !free_one ? &batch->voices[batch->voice_count++] : free_one;
            syrinx_voice_close((*kept)->voice);
            free((*kept)->name);
            **kept = (struct kept_voice){ .name = copy, .voice = voice };
        } else if (code >= 0) {
            syrinx_voice_close(voice);
        }
    }
    if (*kept) {
        (*kept)->users++;
        (*kept)->used = ++batch->turn;
    }
    pthread_mutex_unlock(&batch->voices_lock);
    return status;
}

static void return_voice(struct batch *batch, struct kept_voice *kept)
{
    pthread_mutex_lock(&batch->voices_lock);
    kept->users--;
    pthread_mutex_unlock(&batch->voices_lock);
}

/* ------------------------------------------------------------------ a job */

/* The list and its results must not be written over. */
static bool is_ours(const struct batch *batch, const char *path)
{
    struct stat a, b;
    if (stat(path, &a) != 0)
        return false;
    return (fstat(batch->results.fd, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino) ||
           (fstat(fileno(batch->list.file), &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino);
}

static int place(const struct batch *batch, const struct job *job, const char *path, struct stage *stage)
{
    char *target = job_path(batch->rules.output, path);
    int status = !target ? cli_failed(SYRINX_ERROR_MEMORY, NULL) : CLI_DONE;
    if (target && is_ours(batch, target)) {
        cli_error("%s: is the list of jobs or its results", target);
        status = CLI_FAILED;
    }
    if (target && status == CLI_DONE)
        status = stage_open(stage, target, &job->name);
    free(target);
    return status;
}

/* Where a message names the file that was being made it should name the one that was wanted. */
static void name_target(char *message, size_t size, const struct stage *stage)
{
    char copy[sizeof ((struct cli_listener *)0)->message];
    const char *at = stage->path ? strstr(message, stage->path) : NULL;
    if (!at)
        return;
    snprintf(copy, sizeof copy, "%.*s%s%s", (int)(at - message), message, stage->target, at + strlen(stage->path));
    snprintf(message, size, "%s", copy);
}

static void do_job(struct batch *batch, struct job *job, struct result *result)
{
    struct stage sound = { 0 }, events = { 0 };
    struct kept_voice *voice = NULL;
    char *words[1] = { (char *)job->text };
    double begin = cli_seconds();
    int status = place(batch, job, job->out, &sound);
    if (status == CLI_DONE && job->events)
        status = place(batch, job, job->events, &events);
    if (status == CLI_DONE)
        status = borrow_voice(batch, job->speak.voice_name, &voice);
    if (status == CLI_DONE && voice) {
        job->speak.output = sound.path;
        job->speak.events_path = events.path;
        job->speak.folder = job->text ? batch->rules.folder : NULL;
        job->speak.voice = voice->voice;
        job->speak.voice_lent = true;
        result->rate = syrinx_voice_sample_rate(voice->voice);
        status = cli_speak_run(&job->speak, job->text ? 1 : 0, words);
        return_voice(batch, voice);
    }
    if (status == CLI_DONE && job->events)
        status = stage_commit(&events);
    if (status == CLI_DONE)
        status = stage_commit(&sound);
    name_target(job->told.message, sizeof job->told.message, &sound);
    name_target(job->told.message, sizeof job->told.message, &events);
    stage_close(&events);
    stage_close(&sound);
    result->exit = status;
    result->samples = status == CLI_DONE ? job->speak.sound.samples : 0;
    result->message = status == CLI_DONE ? "" : *job->told.message ? job->told.message : "failed";
    result->elapsed = cli_seconds() - begin;
}

/* ------------------------------------------------------------------ the second reading */

static bool is_there(const struct batch *batch, const char *out)
{
    struct stat info;
    char *path = job_path(batch->rules.output, out);
    bool there = path && stat(path, &info) == 0 && S_ISREG(info.st_mode);
    free(path);
    return there;
}

/* Whether a job is ours to do; counts those that are not any more. */
static bool is_wanted(struct batch *batch, const struct job *job, uint32_t index)
{
    if (index % (uint32_t)batch->parts != (uint32_t)batch->part - 1)
        return false;
    batch->mine++;
    if (batch->state[index] == RESULT_DONE && is_there(batch, job->out) && (!job->events || is_there(batch, job->events))) {
        batch->before++;
        return false;
    }
    if (batch->state[index] == RESULT_FAILED && !batch->retry) {
        batch->failed_before++;
        return false;
    }
    return true;
}

/* The next job to do, with the lock held. */
static bool next_job(struct batch *batch, struct job *job)
{
    while (batch->status == CLI_DONE && !cli_interrupted() && batch->next < batch->count) {
        if (job_list_next(&batch->list, job) <= 0 || !job_read(job, &batch->rules)) {
            cli_error("%s: changed while it was read", batch->list.path);
            batch->status = CLI_FAILED;
            return false;
        }
        if (is_wanted(batch, job, batch->next++))
            return true;
    }
    return false;
}

/* Takes note of what became of a job, with the lock held. */
static void conclude(struct batch *batch, const struct job *job, const struct result *result)
{
    if (result->exit != CLI_DONE && cli_interrupted())          /* it is to be done again */
        return;
    int status = results_append(&batch->results, job, result);
    if (status != CLI_DONE) {
        batch->status = status;
        return;
    }
    if (result->exit == CLI_DONE) {
        batch->done++;
        batch->audio += result->rate ? (double)result->samples / result->rate : 0.0;
    } else {
        struct cli_progress drawn = batch->progress;
        cli_progress_end(&drawn);           /* the message takes its line */
        batch->progress.drawn = false;
        batch->failed++;
        cli_error("%s:%lu: %s", batch->list.path, job->number, result->message);
    }
    cli_progress_update(&batch->progress, batch->next, batch->count, batch->audio);
}

static void *work(void *user)
{
    struct batch *batch = user;
    struct job job = { .number = 0 };
    pthread_mutex_lock(&batch->lock);
    while (next_job(batch, &job)) {
        struct result result = { .message = "" };
        char where[64];
        snprintf(where, sizeof where, "line %lu", job.number);
        job.told.where = where;
        pthread_mutex_unlock(&batch->lock);
        cli_listen(&job.told);
        do_job(batch, &job, &result);
        cli_listen(NULL);
        pthread_mutex_lock(&batch->lock);
        conclude(batch, &job, &result);
    }
    pthread_mutex_unlock(&batch->lock);
    job_free(&job);
    return NULL;
}

static int count_cores(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0 ? CPU_COUNT(&set) : 1;
}

/* This thread and others; fewer if the system gives no more. */
static void work_all(struct batch *batch)
{
    pthread_t others[THREADS_MOST];
    int wanted = batch->threads ? batch->threads : count_cores(), count = 0;
    wanted = wanted < THREADS_MOST ? wanted : THREADS_MOST;
    wanted = (uint32_t)wanted < batch->count ? wanted : (int)batch->count;
    while (count + 1 < wanted && pthread_create(&others[count], NULL, work, batch) == 0)
        count++;
    work(batch);
    for (int i = 0; i < count; i++)
        pthread_join(others[i], NULL);
}

static int finish(struct batch *batch, double seconds)
{
    if (batch->status != CLI_DONE)
        return batch->status;
    cli_note("%u of %u jobs done (%u of them before), %u failed%s; %.1f s of speech in %.1f s", batch->done + batch->before, batch->mine, batch->before,
             batch->failed + batch->failed_before, batch->failed_before ? " (--retry-failed tries again those that failed before)" : "", batch->audio, seconds);
    if (cli_interrupted())
        return cli_interrupt_status();
    return batch->failed + batch->failed_before > 0 ? CLI_FAILED : CLI_DONE;
}

static int run(struct batch *batch, const char *base)
{
    double begin = cli_seconds();
    int status = recall(batch, base);
    spool_close(&batch->names);
    if (status != CLI_DONE)
        return status;
    job_list_rewind(&batch->list);
    pthread_mutex_init(&batch->lock, NULL);
    pthread_mutex_init(&batch->voices_lock, NULL);
    cli_progress_begin(&batch->progress, true);
    work_all(batch);
    cli_progress_end(&batch->progress);
    for (int i = 0; i < batch->voice_count; i++) {
        syrinx_voice_close(batch->voices[i].voice);
        free(batch->voices[i].name);
    }
    pthread_mutex_destroy(&batch->lock);
    pthread_mutex_destroy(&batch->voices_lock);
    return finish(batch, cli_seconds() - begin);
}

/* ------------------------------------------------------------------ the command */

/* "2/5": the second of five. */
static bool read_shard(struct batch *batch)
{
    char *end;
    batch->part = batch->parts = 1;
    if (!batch->shard)
        return true;
    long part = strtol(batch->shard, &end, 10), parts = *end == '/' ? strtol(end + 1, &end, 10) : 0;
    if (*end || *batch->shard < '0' || *batch->shard > '9' || part < 1 || part > parts || parts > 1000000)
        return cli_misuse("--shard: '%s' is not K/N with K from 1 to N", batch->shard) == CLI_DONE;
    batch->part = (int)part;
    batch->parts = (int)parts;
    return true;
}

static int batch_list(struct batch *batch, const char *path)
{
    bool standard = strcmp(path, "-") == 0;
    char *base = batch->results_path ? strdup(batch->results_path) : results_base(path), *folder = cli_folder_of(standard ? NULL : path);
    int status = base && folder ? job_list_open(&batch->list, path) : cli_failed(SYRINX_ERROR_MEMORY, NULL);
    batch->rules.folder = folder;
    batch->rules.any_path = batch->any_path != 0;
    if (status == CLI_DONE)
        status = spool_open(&batch->names);
    if (status == CLI_DONE)
        status = survey(batch);
    if (status == CLI_DONE && batch->check)
        cli_note("%u jobs, nothing wrong with the list", batch->count);
    else if (status == CLI_DONE)
        status = run(batch, base);
    spool_close(&batch->names);
    results_close(&batch->results);
    job_list_close(&batch->list);
    free(batch->state);
    free(folder);
    free(base);
    return status;
}

int cli_batch(int argc, char **argv)
{
    struct batch *batch = calloc(1, sizeof *batch);
    int operands, status;
    if (!batch)
        return cli_failed(SYRINX_ERROR_MEMORY, NULL);
    struct cli_speak *defaults = &batch->rules.defaults;
    cli_speak_init(defaults);
    batch->rules.output = ".";
    batch->results.fd = -1;
    const struct cli_option options[] = {
        { "output", 'o', CLI_STRING, &batch->rules.output, "FOLDER", "that the jobs' \"out\" is below; this one if not given", 0, 0 },
        { "results", 0, CLI_STRING, &batch->results_path, "FILE", "what became of each job; JOBS.results.jsonl if not given", 0, 0 },
        { "threads", 'j', CLI_INT, &batch->threads, "N", "jobs at a time, a thread each; one a core if not given", 0, THREADS_MOST },
        { "precision", 0, CLI_STRING, &batch->precision, "NAME", "of all voices: float32 (the default), bfloat16, float16 or int8", 0, 0 },
        { "shard", 0, CLI_STRING, &batch->shard, "K/N", "do the K-th job of every N only, such as 1/3: for many machines", 0, 0 },
        { "retry-failed", 0, CLI_FLAG, &batch->retry, NULL, "do jobs again that failed before", 0, 0 },
        { "any-path", 0, CLI_FLAG, &batch->any_path, NULL, "take absolute paths and \"..\" from jobs", 0, 0 },
        { "check", 0, CLI_FLAG, &batch->check, NULL, "look for mistakes in the list, make nothing", 0, 0 },
        CLI_SPEAK_OPTIONS(*defaults),
        { NULL, 0, 0, NULL, NULL, NULL, 0, 0 },
    };
    const struct cli_usage usage = {
        "batch", "[OPTION]... JOBS.jsonl",
        "Makes a file for each line of JOBS, a JSON object such as\n\n"
        "    {\"id\": \"1\", \"text\": \"Hello, world.\", \"rate\": 1.2, \"out\": \"hello.wav\"}\n\n"
        "with \"text\" or \"file\", \"out\", if you like \"id\" and \"events\", and the options below from --input on\n"
        "under their names; on the command line they are for all jobs that do not say otherwise. Killed at\n"
        "any moment and started again it does what is left: a file has its name when it is whole, and what\n"
        "became of each job is appended to the results. Exit status 0: all jobs are done. - is standard input.", options,
    };
    if (cli_config(options, &status)) {
        const char *voice = defaults->voice_name, *speaker = defaults->options.speaker;
        if (cli_options(&usage, argc, argv, &operands, &status)) {
            if (defaults->voice_name != voice && defaults->options.speaker == speaker)
                defaults->options.speaker = NULL;       /* as for speak */
            if (operands != 1)
                status = cli_misuse(operands ? "one list of jobs, please" : "which jobs? A list is needed");
            else if (strcmp(argv[1], "-") == 0 && !batch->results_path && !batch->check)
                status = cli_misuse("jobs from standard input need --results");
            else if (!*batch->rules.output)
                status = cli_misuse("-o: the folder needs a name");
            else if (!cli_precision(batch->precision, &(int){0}))
                status = CLI_USAGE;
            else
                status = read_shard(batch) ? batch_list(batch, argv[1]) : CLI_USAGE;
        }
    }
    free(batch);
    return status;
}
